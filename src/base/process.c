/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posix_spawn with an empty signal mask and default dispositions: worker
 * threads carry a full mask, and children would inherit it.
 */
#define _GNU_SOURCE
#include "base/process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"

enum { DEFAULT_TIMEOUT_MS = 60000, DEFAULT_OUTPUT = 1 << 20, POLL_MS = 100, PATH_PARTS = 64 };

/* A pipe's ends, or a child's three. -1 when closed. */
struct pipes {
	int in[2], out[2], error[2];
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void auto_pipes(struct pipes *p)
{
	int *all[] = { &p->in[0], &p->in[1], &p->out[0], &p->out[1], &p->error[0], &p->error[1] };

	for (size_t i = 0; i < COUNTOF(all); i++)
		close_end(all[i]);
}

const char *process_find(struct arena *a, const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? name : NULL;
	for (int i = 0; path && i < PATH_PARTS; i++) {
		size_t len = strcspn(path, ":");
		const char *full = path_join(a, len ? str_copy_n(a, path, len) : ".", name);

		if (file_exists(full) && access(full, X_OK) == 0)
			return full;
		path = path[len] ? path + len + 1 : NULL;
	}
	return NULL;
}

bool process_sets(const char *const *env, const char *variable)
{
	size_t len = strcspn(variable, "=");

	for (; env && *env; env++)
		if (strncmp(*env, variable, len) == 0 && (*env)[len] == '=')
			return true;
	return false;
}

/* Each name once: of two, C libraries take the first and shells the last. */
static char *const *clean_environment(struct arena *a, const char *const *more)
{
	static const char *const kept[] = { "PATH", "HOME", "USER", "LOGNAME", "TMPDIR",
					    "SSH_AUTH_SOCK" };
	struct list env = { 0 };

	for (size_t i = 0; i < COUNTOF(kept); i++) {
		const char *value = getenv(kept[i]);

		if (value && !process_sets(more, kept[i]))
			list_add(a, &env, str_format(a, "%s=%s", kept[i], value));
	}
	if (!process_sets(more, "LANG"))
		list_add(a, &env, str_copy(a, "LANG=C.UTF-8"));
	for (; more && *more; more++)
		if (!process_sets(more + 1, *more))
			list_add(a, &env, str_copy(a, *more));
	list_add(a, &env, NULL);
	return (char *const *)env.items;
}

/* All that a child is made of. */
struct birth {
	const struct process *p;
	const char *program;
	struct pipes *io;
	char *const *argv, *const *env;
	pid_t pid;
	bool fine;
	struct err e;                   /* when it is not */
};

int process_spawn(const struct process_child *c, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int status;

	assert(c->program && c->argv && c->env && pid);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						(c->own_session ? POSIX_SPAWN_SETSID
						 : c->same_group ? 0 : POSIX_SPAWN_SETPGROUP)));
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, c->in, 0);
	posix_spawn_file_actions_adddup2(&actions, c->out, 1);
	posix_spawn_file_actions_adddup2(&actions, c->error, 2);
	if (c->folder)
		posix_spawn_file_actions_addchdir_np(&actions, c->folder);
	status = posix_spawn(pid, c->program, &actions, &attr, c->argv, c->env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return status;
}

/* Runs on a thread of its own when the child is confined, because that cannot be taken back. */
static void give_birth(void *birth)
{
	struct birth *b = birth;

	struct process_child c = { .program = b->program, .argv = b->argv, .env = b->env,
				   .folder = b->p->folder, .same_group = b->p->terminal,
				   .in = b->p->terminal ? STDIN_FILENO : b->io->in[0],
				   .out = b->io->out[1],
				   .error = b->p->terminal ? STDERR_FILENO : b->io->error[1] };

	if (b->p->confine && !confine_thread(b->p->confine, &b->e))
		return;
	errno = process_spawn(&c, &b->pid);
	b->fine = errno == 0 || err_errno(&b->e, "starting %s", b->program);
}

static bool bring_up(struct birth *b, struct err *e)
{
	struct thread *t;

	if (!b->p->confine) {
		give_birth(b);
	} else {
		if (!thread_start(&t, "spawn", give_birth, b, e))
			return false;
		thread_join(t);
	}
	if (!b->fine)
		*e = b->e;
	return b->fine;
}

static bool process_start(struct arena *a, const struct process *p, struct pipes *io, pid_t *pid,
			  struct err *e)
{
	struct birth b = { .p = p, .program = process_find(a, p->argv[0]), .io = io };
	struct list argv = { 0 };

	if (!b.program)
		return err_set(e, ERR_NOT_FOUND, "%s is not installed", p->argv[0]);
	for (const char *const *arg = p->argv; *arg; arg++)
		list_add(a, &argv, str_format(a, "%s", *arg));
	list_add(a, &argv, NULL);
	if (pipe2(io->in, O_CLOEXEC) || pipe2(io->out, O_CLOEXEC) || pipe2(io->error, O_CLOEXEC))
		return err_errno(e, "making a pipe");
	b.argv = (char *const *)argv.items;
	b.env = clean_environment(a, p->env);
	if (!bring_up(&b, e))
		return false;
	*pid = b.pid;
	close_end(&io->in[0]);
	close_end(&io->out[1]);
	close_end(&io->error[1]);
	return true;
}

/* Feeds what is left of the input; closes the pipe at its end or when the child stopped reading. */
static void feed(int *fd, struct str *input)
{
	ssize_t n = input->len ? write(*fd, input->at, input->len) : 0;

	if (n > 0) {
		input->at += n;
		input->len -= (size_t)n;
	}
	if (!input->len || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_end(fd);
}

/* Takes what is there; closes at end of file. */
static void process_drain(int *fd, struct buf *b)
{
	char chunk[16384];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(b, chunk, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_end(fd);
}

static int64_t process_timeout_of(const struct process *p)
{
	return p->timeout_ms ? p->timeout_ms : DEFAULT_TIMEOUT_MS;
}

/* False once it was cancelled or its time is over. */
static bool goes_on(const struct process *p, int64_t end, struct err *e)
{
	if (flag_is_set(p->cancelled))
		return err_set(e, ERR_CANCELLED, "%s was cancelled", p->argv[0]);
	if (clock_ticks() > end)
		return err_again(e, ERR_TIMEOUT, "%s took longer than %lld ms", p->argv[0],
				 (long long)process_timeout_of(p));
	return true;
}

/* What the child wrote. */
struct written {
	struct buf out, error;
};

static void auto_written(struct written *w)
{
	buf_release(&w->out);
	buf_release(&w->error);
}

static bool converse(const struct process *p, int64_t end, struct pipes *io, struct written *w,
		     struct err *e)
{
	struct str input = p->input;

	fcntl(io->in[1], F_SETFL, O_NONBLOCK);
	if (!input.len)
		close_end(&io->in[1]);
	while (io->out[0] >= 0 || io->error[0] >= 0) {
		struct pollfd fds[] = { { io->in[1], POLLOUT, 0 },
					{ io->out[0], POLLIN, 0 },
					{ io->error[0], POLLIN, 0 } };

		if (!goes_on(p, end, e))
			return false;
		if (poll(fds, COUNTOF(fds), POLL_MS) < 0)
			continue;
		if (fds[0].revents)
			feed(&io->in[1], &input);
		if (fds[1].revents)
			process_drain(&io->out[0], &w->out);
		if (fds[2].revents)
			process_drain(&io->error[0], &w->error);
		if (!buf_ok(&w->out) || !buf_ok(&w->error))
			return err_set(e, ERR_LIMIT, "%s wrote more than %zu bytes", p->argv[0],
				       w->out.max);
	}
	return true;
}

/* A child may close its output and go on, so its end has the same time limit. */
static bool await_end(const struct process *p, int64_t end, pid_t pid, int *status, struct err *e)
{
	int64_t pause = 1;
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) <= 0) {
		if (ended < 0 && errno != EINTR)
			return err_errno(e, "waiting for %s", p->argv[0]);
		if (!goes_on(p, end, e))
			return false;
		clock_sleep(pause);
		pause = pause < POLL_MS / 2 ? pause * 2 : POLL_MS;
	}
	return true;
}

/* The whole group, so that nothing it started stays behind; but not our own. */
static void kill_group(const struct process *p, pid_t pid)
{
	kill(p->terminal ? pid : -pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

bool process_run(struct arena *a, const struct process *p, struct process_result *result,
		 struct err *e)
{
	size_t max = p->max_output ? p->max_output : DEFAULT_OUTPUT;
	AUTO(pipes) struct pipes io = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	AUTO(written) struct written w;
	int64_t end = clock_ticks() + process_timeout_of(p);
	int status;
	pid_t pid = -1;

	assert(p->argv && p->argv[0] && result && !(p->terminal && p->input.len));
	buf_init(&w.out, max);
	buf_init(&w.error, max);
	if (!process_start(a, p, &io, &pid, e))
		return false;
	if (!converse(p, end, &io, &w, e) || !await_end(p, end, pid, &status, e)) {
		kill_group(p, pid);
		return false;
	}
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	result->out = (struct str){ buf_copy(&w.out, a), w.out.len };
	result->error = (struct str){ buf_copy(&w.error, a), w.error.len };
	return true;
}
