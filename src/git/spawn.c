/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child gets one end of a socket pair as its input and output. ssh runs in a
 * session of its own and in batch mode, so that it never asks on our terminal; keys
 * that it was given as text are in a file of mode 0600 while it runs.
 */
#define _GNU_SOURCE
#include "git/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <git2.h>
#if __has_include(<git2/sys/errors.h>)   /* libgit2 1.8 moved git_error_set_str there */
#include <git2/sys/errors.h>
#endif
#include <git2/sys/transport.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/outage.h"
#include "base/process.h"
#include "base/str.h"
#include "git/session.h"
#include "git/types.h"

enum { POLL_MS = 100, END_MS = 5000 };

/* libgit2 hands back pointers to the first members. */
struct child {
	git_smart_subtransport base;
	git_smart_subtransport_stream stream;
	struct session *session;
	struct arena *arena;
	const char *key_folder;         /* NULL: no key was written */
	pid_t pid;                      /* 0: none runs */
	int io, error;
	bool has_spoken;
};

static struct child *spawn_child_of(git_smart_subtransport_stream *s)
{
	return (struct child *)(void *)s->subtransport;
}

static bool write_key(struct child *c, const char **path, struct err *e)
{
	const char *key = c->session->access->ssh_key;
	/* ssh refuses a key without its last line end. */
	const char *text = has_suffix(key, "\n") ? key : str_format(c->arena, "%s\n", key);

	if (!c->key_folder && !folder_temporary(c->arena, "gantry-key-", &c->key_folder, e))
		return false;
	*path = path_join(c->arena, c->key_folder, "key");
	return file_write(*path, text, strlen(text), 0600, e);
}

static const char *shell_quoted(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) * 4 + 3), *to = out;

	*to++ = '\'';
	for (; *text; text++) {
		const char *piece = *text == '\'' ? "'\\''" : text;
		size_t len = piece == text ? 1 : 4;

		memcpy(to, piece, len);
		to += len;
	}
	*to = '\'';
	return out;
}

static void add_words(struct child *c, struct list *argv, const char *const *words)
{
	for (; *words; words++)
		list_add(c->arena, argv, str_format(c->arena, "%s", *words));
}

static bool ssh_command(struct child *c, const struct spawn_url *url, const char *service,
			struct list *argv, struct err *e)
{
	static const char *const always[] = { "-o", "BatchMode=yes", "-o", "ConnectTimeout=30",
					      NULL };
	static const char *const insecure[] = { "-o", "StrictHostKeyChecking=no",
						"-o", "UserKnownHostsFile=/dev/null",
						"-o", "LogLevel=ERROR",
						NULL };
	const char *own = getenv("GIT_SSH_COMMAND"), *key = NULL;
	const char *shell[] = { "/bin/sh", "-c", NULL, "ssh", NULL };
	const char *ssh[] = { "ssh", NULL };

	shell[2] = own ? str_format(c->arena, "%s \"$@\"", own) : NULL;
	add_words(c, argv, own && *own ? shell : ssh);
	add_words(c, argv, always);
	if (c->session->access->insecure)
		add_words(c, argv, insecure);
	if (c->session->access->ssh_key) {
		if (!write_key(c, &key, e))
			return false;
		const char *with[] = { "-i", key, "-o", "IdentitiesOnly=yes", NULL };
		add_words(c, argv, with);
	}
	if (url->port) {
		const char *port[] = { "-p", url->port, NULL };
		add_words(c, argv, port);
	}
	const char *rest[] = { "--", url->host,
			       str_format(c->arena, "%s %s", service,
					  shell_quoted(c->arena, url->path)), NULL };
	add_words(c, argv, rest);
	return true;
}

/* Ours, except for what would point git at another repository or protocol. */
static char **child_environment(struct child *c)
{
	static const char *const kept[] = { "GIT_CONFIG", "GIT_SSH", "GIT_EXEC_PATH", "GIT_TRACE" };
	struct list env = { 0 };

	for (char **v = environ; *v; v++) {
		bool keep = !has_prefix(*v, "GIT_");

		for (size_t i = 0; i < COUNTOF(kept) && !keep; i++)
			keep = has_prefix(*v, kept[i]);
		if (keep)
			list_add(c->arena, &env, *v);
	}
	list_add(c->arena, &env, NULL);
	return (char **)env.items;
}

static bool spawn_start(struct child *c, const char *url, const char *service, struct err *e)
{
	struct list argv = { 0 };
	struct spawn_url where;
	int io[2], error[2], status;
	const char *program;

	if (!spawn_parse(c->arena, url, &where, e))
		return false;
	if (where.host) {
		if (!ssh_command(c, &where, service, &argv, e))
			return false;
	} else {
		const char *const words[] = { service, where.path, NULL };
		add_words(c, &argv, words);
	}
	program = process_find(c->arena, argv.items[0]);
	if (!program)
		return err_set(e, ERR_NOT_FOUND, "%s is not installed", (char *)argv.items[0]);
	list_add(c->arena, &argv, NULL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io))
		return err_errno(e, "making a socket");
	if (pipe2(error, O_CLOEXEC)) {
		close(io[0]);
		close(io[1]);
		return err_errno(e, "making a pipe");
	}
	status = process_spawn(&(struct process_child){ .program = program,
				.argv = (char *const *)argv.items, .env = child_environment(c),
				.in = io[1], .out = io[1], .error = error[1], .own_session = true },
			       &c->pid);
	close(io[1]);
	close(error[1]);
	c->io = io[0];
	c->error = error[0];
	errno = status;
	return status ? err_errno(e, "starting %s", program) : true;
}

/* Keeps what the child says to people; it must never wait for us to read it. */
static void spawn_hear(struct child *c)
{
	char text[1024];
	ssize_t n = read(c->error, text, sizeof(text));

	if (n > 0 && c->session->words.len + (size_t)n <= c->session->words.max)
		buf_add(&c->session->words, text, (size_t)n);
	if (n == 0) {
		close(c->error);
		c->error = -1;
	}
}

/* Waits until the socket is ready for events; false when the session is over. */
static bool spawn_wait_for(struct child *c, short events)
{
	int64_t silence = c->session->access->silence_ms, start = clock_ticks();

	while (session_goes_on(c->session)) {
		struct pollfd fds[] = { { c->io, events, 0 }, { c->error, POLLIN, 0 } };

		if (silence && clock_ticks() - start > silence)
			session_stop_again(c->session, ERR_TIMEOUT, "no answer for %lld s",
					   (long long)silence / 1000);
		if (poll(fds, COUNTOF(fds), POLL_MS) <= 0)
			continue;
		if (fds[1].revents)
			spawn_hear(c);
		if (fds[0].revents)
			return true;
	}
	return false;
}

/* The child ended before it should: its own words say why. */
static int hung_up(struct child *c)
{
	static const struct { const char *words; enum err_code code; } known[] = {
		{ "Permission denied", ERR_AUTH },
		{ "Host key verification failed", ERR_AUTH },
		{ "Load key", ERR_AUTH },
		{ "not appear to be a git", ERR_NOT_FOUND },
		{ "not found", ERR_NOT_FOUND },
		{ "dubious ownership", ERR_IO },
	};
	const char *words, *said;
	struct str heard;

	while (c->error >= 0 && session_goes_on(c->session)) {
		struct pollfd fd = { c->error, POLLIN, 0 };

		if (poll(&fd, 1, POLL_MS) > 0)
			spawn_hear(c);
	}
	heard = str_trim((struct str){ buf_str(&c->session->words), c->session->words.len });
	words = str_clean(c->arena, heard.at, heard.len, 400);
	said = *words ? words : "the remote hung up";
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strstr(words, known[i].words))
			return session_stop(c->session, known[i].code, "%s", said);
	if (!*words || outage_words(words))
		return session_stop_outage(c->session, ERR_NET, "%s", said);
	return session_stop_again(c->session, ERR_NET, "%s", said);
}

static int child_read(git_smart_subtransport_stream *s, char *buffer, size_t room, size_t *got)
{
	struct child *c = spawn_child_of(s);
	ssize_t n;

	do {
		if (!spawn_wait_for(c, POLLIN))
			return -1;
		n = recv(c->io, buffer, room, MSG_DONTWAIT);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n <= 0 && !c->has_spoken)
		return hung_up(c);
	c->has_spoken = true;
	*got = n > 0 ? (size_t)n : 0;
	return 0;
}

static int child_write(git_smart_subtransport_stream *s, const char *bytes, size_t len)
{
	struct child *c = spawn_child_of(s);

	while (len) {
		ssize_t n;

		if (!spawn_wait_for(c, POLLOUT))
			return -1;
		n = send(c->io, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			if (!c->has_spoken)
				return hung_up(c);
			/* libgit2 says good-bye to a server that may have ended, too: no failure
			 * then. */
			git_error_set_str(GIT_ERROR_NET, "the remote hung up");
			return -1;
		}
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* Lets the child end by itself when all went well; else it and what it started are killed. */
static void spawn_finish(struct child *c)
{
	int64_t end = clock_ticks() + END_MS;
	int status;

	if (c->io >= 0)
		shutdown(c->io, SHUT_WR);
	while (c->pid > 0 && waitpid(c->pid, &status, WNOHANG) == 0) {
		if (!session_goes_on(c->session) || clock_ticks() > end) {
			kill(-c->pid, SIGKILL);
			waitpid(c->pid, &status, 0);
			break;
		}
		struct pollfd fds[] = { { c->io, POLLIN, 0 }, { c->error, POLLIN, 0 } };
		char rest[1024];
		if (poll(fds, COUNTOF(fds), 1) > 0 && fds[1].revents)
			spawn_hear(c);
		if (fds[0].revents && recv(c->io, rest, sizeof(rest), MSG_DONTWAIT) == 0) {
			close(c->io);
			c->io = -1;
		}
	}
	if (c->io >= 0)
		close(c->io);
	if (c->error >= 0)
		close(c->error);
	c->io = c->error = -1;
	c->pid = 0;
}

static void spawn_stream_free(git_smart_subtransport_stream *s)
{
	spawn_finish(spawn_child_of(s));
}

static int child_action(git_smart_subtransport_stream **out, git_smart_subtransport *base,
			const char *url, git_smart_service_t action)
{
	struct child *c = (struct child *)(void *)base;
	bool push = action == GIT_SERVICE_RECEIVEPACK_LS || action == GIT_SERVICE_RECEIVEPACK;
	struct err e = { 0 };

	if (!c->pid) {
		c->has_spoken = false;
		if (!spawn_start(c, url, push ? "git-receive-pack" : "git-upload-pack", &e)) {
			git_error_set_str(GIT_ERROR_SSH, e.message);
			return session_stop(c->session, e.code, "%s", e.message);
		}
	}
	*out = &c->stream;
	return 0;
}

static int child_close(git_smart_subtransport *base)
{
	spawn_finish((struct child *)(void *)base);
	return 0;
}

static void child_free(git_smart_subtransport *base)
{
	struct child *c = (struct child *)(void *)base;
	struct err e;

	spawn_finish(c);
	if (c->key_folder && !folder_remove(c->key_folder, &e))
		unlink(path_join(c->arena, c->key_folder, "key"));
	arena_free(c->arena);
	free(c);
}

static int make_child(git_smart_subtransport **out, git_transport *owner, void *session)
{
	struct child *c = xmalloc(sizeof(*c));

	(void)owner;
	*c = (struct child){
		.base = { .action = child_action, .close = child_close, .free = child_free },
		.stream = { .subtransport = &c->base,
			    .read = child_read,
			    .write = child_write,
			    .free = spawn_stream_free },
		.session = session,
		.arena = arena_new(),
		.io = -1,
		.error = -1,
	};
	*out = &c->base;
	return 0;
}

int spawn_transport(git_transport **out, git_remote *owner, struct session *t)
{
	git_smart_subtransport_definition how = { make_child, 0, t };

	return git_transport_smart(out, owner, &how);
}
