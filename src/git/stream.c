/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2 1.5 waits for ever for a server that has gone silent. These sockets never
 * block: they wait in slices, and between slices ask the session whether it goes on.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <git2.h>
#if __has_include(<git2/sys/errors.h>)   /* libgit2 1.8 moved git_error_set_str there */
#include <git2/sys/errors.h>
#endif
#include <git2/sys/stream.h>

#include "base/arena.h"
#include "base/clock.h"
#include "git/session.h"
#include "git/types.h"

enum { POLL_MS = 100, CONNECT_MS = 30000, SILENCE_MS = 120000 };

/* libgit2 hands back a pointer to the first member. */
struct stream_state {
	git_stream base;
	char *host, *port;
	int fd;
};

static int stream_failed(const char *text)
{
	git_error_set_str(GIT_ERROR_NET, text);
	return -1;
}

/* Waits for events on fd, at most ms of silence, or what the session allows; false when it is over. */
static bool stream_wait_for(int fd, short events, int64_t ms)
{
	struct session *t = session_current();
	int64_t end;

	if (t && t->access->silence_ms && t->access->silence_ms < ms)
		ms = t->access->silence_ms;
	end = clock_ticks() + ms;
	while (!t || session_goes_on(t)) {
		struct pollfd p = { fd, events, 0 };

		if (poll(&p, 1, POLL_MS) > 0)
			return true;
		if (clock_ticks() < end)
			continue;
		if (t)
			session_stop_outage(t, ERR_TIMEOUT, "no answer for %lld s",
					    (long long)ms / 1000);
		return false;
	}
	return false;
}

static bool stream_connect_to(int fd, const struct sockaddr *address, socklen_t len)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, address, len) == 0)
		return true;
	if (errno != EINPROGRESS || !stream_wait_for(fd, POLLOUT, CONNECT_MS))
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		return false;
	errno = error;
	return error == 0;
}

static int stream_connect(git_stream *base)
{
	struct stream_state *s = (struct stream_state *)base;
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_ADDRCONFIG };
	struct addrinfo *all;
	char text[256];
	int code = getaddrinfo(s->host, s->port, &hints, &all);

	if (code != 0) {
		snprintf(text, sizeof(text), "looking up %.120s: %s", s->host, gai_strerror(code));
		return stream_failed(text);
	}
	for (struct addrinfo *a = all; a && s->fd < 0; a = a->ai_next) {
		int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
				a->ai_protocol);

		if (fd >= 0 && stream_connect_to(fd, a->ai_addr, a->ai_addrlen))
			s->fd = fd;
		else if (fd >= 0)
			close(fd);
	}
	code = errno;
	freeaddrinfo(all);
	if (s->fd >= 0)
		return 0;
	snprintf(text, sizeof(text), "connecting to %.120s:%.10s: %s", s->host, s->port,
		 strerror(code));
	return stream_failed(text);
}

static ssize_t stream_read(git_stream *base, void *data, size_t room)
{
	struct stream_state *s = (struct stream_state *)base;
	ssize_t n;

	do {
		if (!stream_wait_for(s->fd, POLLIN, SILENCE_MS))
			return stream_failed("waiting for an answer");
		n = recv(s->fd, data, room, 0);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n < 0 ? stream_failed(strerror(errno)) : n;
}

static ssize_t stream_write(git_stream *base, const char *data, size_t len, int flags)
{
	struct stream_state *s = (struct stream_state *)base;
	ssize_t n;

	(void)flags;
	do {
		if (!stream_wait_for(s->fd, POLLOUT, SILENCE_MS))
			return stream_failed("waiting to send");
		n = send(s->fd, data, len, MSG_NOSIGNAL);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n < 0 ? stream_failed(strerror(errno)) : n;
}

static int stream_close(git_stream *base)
{
	struct stream_state *s = (struct stream_state *)base;

	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return 0;
}

static void stream_free(git_stream *base)
{
	struct stream_state *s = (struct stream_state *)base;

	stream_close(base);
	free(s->host);
	free(s->port);
	free(s);
}

static int make_stream(git_stream **out, const char *host, const char *port)
{
	struct stream_state *s = xmalloc(sizeof(*s));

	*s = (struct stream_state){
		.base = { .version = GIT_STREAM_VERSION,
			  .connect = stream_connect,
			  .read = stream_read,
			  .write = stream_write,
			  .close = stream_close,
			  .free = stream_free },
		.host = xstrdup(host),
		.port = xstrdup(port),
		.fd = -1,
	};
	*out = &s->base;
	return 0;
}

int stream_register(void)
{
	git_stream_registration how = { .version = GIT_STREAM_VERSION, .init = make_stream };

	return git_stream_register(GIT_STREAM_STANDARD, &how);
}
