/* SPDX-License-Identifier: Apache-2.0 */
/* Which path gives what; each request comes on a thread of the server's own. */
#include "cmd/serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "cmd/watched.h"
#include "cmd/web_config.h"
#include "metrics/exposition.h"
#include "net/door.h"
#include "net/http.h"
#include "net/server.h"

enum { MAX_PAGE = 64 << 20, STALLED_MS = 30000 };

struct serve {
	struct arena *arena;            /* of web */
	struct web_config web;
	struct door *door;              /* NULL: nobody is asked */
	struct server *server;
	struct watched *watched;
	int64_t alive;                  /* a moment: the main thread's last tick */
};

void serve_tick(struct serve *s)
{
	moment_set(&s->alive, clock_ticks());
	watched_tick(s->watched);
}

static void serve_metrics(struct serve *s, struct arena *a, const struct server_request *rq,
			  struct server_reply *reply)
{
	enum exposition_format format = exposition_accepted(server_header(rq, "Accept"));
	AUTO(buf) struct buf out;

	buf_init(&out, MAX_PAGE);
	watched_metrics(s->watched, a, &out, format);
	reply->status = buf_ok(&out) ? 200 : 500;
	reply->type = buf_ok(&out) ? exposition_type(format) : "text/plain; charset=utf-8";
	reply->body = str_of(buf_ok(&out) ? buf_copy(&out, a) : "the page would be too large\n");
}

static void serve_ready(struct serve *s, struct arena *a, struct server_reply *reply)
{
	const char *text;

	reply->status = watched_ready(s->watched, a, &text) ? 200 : 503;
	reply->body = str_of(text);
}

static void serve_health(struct serve *s, struct arena *a, struct server_reply *reply)
{
	int64_t silent = clock_ticks() - moment_get(&s->alive);

	reply->status = silent < STALLED_MS ? 200 : 503;
	reply->body = str_of(silent < STALLED_MS
				     ? "ok\n"
				     : str_format(a, "the main thread has not moved for %s\n",
						  clock_age(a, silent)));
}

/* Clients without credentials get nothing else. */
static void serve_ask(const struct serve *s, struct arena *a, struct server_reply *reply)
{
	struct http_header *headers = arena_array(a, s->web.nheaders + 1, sizeof(*headers));

	for (size_t i = 0; i < s->web.nheaders; i++)
		headers[i] = s->web.headers[i];
	headers[s->web.nheaders] = (struct http_header){ "WWW-Authenticate", "Basic realm=\"gantry\"" };
	reply->headers = headers;
	reply->nheaders = s->web.nheaders + 1;
	reply->status = 401;
	reply->body = str_of("authentication required");
}

static void serve_answer(void *context, struct arena *a, const struct server_request *rq,
			 struct server_reply *reply)
{
	struct serve *s = context;

	reply->type = "text/plain; charset=utf-8";
	reply->headers = s->web.headers;
	reply->nheaders = s->web.nheaders;
	if (s->door && !door_opens(s->door, a, server_header(rq, "Authorization"))) {
		serve_ask(s, a, reply);
		return;
	}
	if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) {
		reply->status = 405;
		reply->body = str_of("only GET and HEAD are answered\n");
	} else if (strcmp(rq->path, "/metrics") == 0) {
		serve_metrics(s, a, rq, reply);
	} else if (strcmp(rq->path, "/healthz") == 0) {
		serve_health(s, a, reply);
	} else if (strcmp(rq->path, "/readyz") == 0) {
		serve_ready(s, a, reply);
	} else {
		reply->status = strcmp(rq->path, "/") == 0 ? 200 : 404;
		reply->body = str_of("gantry agent: /metrics /healthz /readyz\n");
	}
}

/* "127.0.0.1:9747" into its parts. */
static bool serve_parse(struct arena *a, const char *text, struct server_options *out, struct err *e)
{
	const char *colon = strrchr(text, ':'), *end = *text == '[' ? strchr(text, ']') : NULL;
	size_t len = end ? (size_t)(end - text) - 1 : colon ? (size_t)(colon - text) : strlen(text);
	const char *port = end ? (end[1] == ':' ? end + 2 : end[1] ? "" : NULL) : colon ? colon + 1 : NULL;
	char *stop = NULL;
	long number = port ? strtol(port, &stop, 10) : SERVE_PORT;

	if ((port && (!is_digit(*port) || *stop)) || number < 0 || number > 65535)
		return err_set(e, ERR_USAGE, "--listen %s: write ADDRESS:PORT, as 127.0.0.1:%d or [::1]:%d",
			       text, SERVE_PORT, SERVE_PORT);
	out->address = str_copy_n(a, end ? text + 1 : text, len);
	if (!*out->address || strcmp(out->address, "localhost") == 0)
		out->address = "127.0.0.1";
	out->port = (unsigned)number;
	return true;
}

/* Clients on other machines must authenticate, and over TLS. */
static bool serve_may_listen(const struct serve *s, const char *listen, const char *address, struct err *e)
{
	if (has_prefix(address, "127.") || strcmp(address, "::1") == 0)
		return true;
	return (s->web.users && s->web.certificate) ||
	       err_set(e, ERR_USAGE, "--listen %s: to serve other machines, put "
				     "basic_auth_users and tls_server_config in a file and name "
				     "it with --web-config", listen);
}

/* What the options say, into s->web and *o. */
static bool serve_read(struct serve *s, const struct serve_options *options, struct server_options *o,
		       struct err *e)
{
	return serve_parse(s->arena, options->listen, o, e) &&
	       (!options->web_config || web_config_read(s->arena, options->web_config, &s->web, e)) &&
	       serve_may_listen(s, options->listen, o->address, e);
}

static bool serve_begin(struct serve *s, const struct serve_options *options, struct err *e)
{
	struct server_options o = { .max_body = 4096, .connections = 16, .compresses = true };

	if (!serve_read(s, options, &o, e))
		return false;
	o.certificate = s->web.certificate;
	o.key = s->web.key;
	o.priorities = s->web.priorities;
	s->door = s->web.users ? door_new(s->web.users) : NULL;
	if (!server_start(&s->server, &o, serve_answer, s, e))
		return err_wrap(e, "serving metrics on %s", options->listen);
	log_line(LOG_INFO, "agent", "metrics on http%s://%s%s%s:%u/metrics", o.certificate ? "s" : "",
		 strchr(o.address, ':') ? "[" : "", o.address, strchr(o.address, ':') ? "]" : "",
		 server_port(s->server));
	return true;
}

bool serve_check(const struct serve_options *options, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct serve s = { .arena = a };
	struct server_options o;

	return serve_read(&s, options, &o, e);
}

bool serve_start(struct serve **out, const struct serve_options *options, struct err *e)
{
	struct serve *s = xmalloc(sizeof(*s));

	*s = (struct serve){ .arena = arena_new(), .watched = watched_new(options), .alive = clock_ticks() };
	if (!serve_begin(s, options, e)) {
		serve_stop(s);
		return false;
	}
	*out = s;
	return true;
}

void serve_stop(struct serve *s)
{
	if (!s)
		return;
	server_stop(s->server);
	watched_free(s->watched);
	door_free(s->door);
	arena_free(s->arena);
	free(s);
}
