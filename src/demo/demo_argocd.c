/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One handler takes the path apart; each call is a few lines over simulation.h. Answers carry what clients
 * look for: the gateway's header on every success, code and message on every refusal.
 */
#include "demo/demo_argocd.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "demo/simulation.h"
#include "net/http.h"
#include "net/server.h"

#define APPLICATIONS "/api/v1/applications"
#define STREAM "/api/v1/stream/applications"
#define VERSION "v3.5.7"
#define KEEPALIVE_MS 15000
#define LISTEN_MS 60
#define PAUSE_MS 30

struct demo_argocd {
	struct server *server;
	struct simulation *simulation;
};

/* One open event stream. */
struct listener {
	struct simulation *simulation;
	const char *only;               /* name of the one application; NULL: all */
	bool sse;
	int64_t after, spoke_at;
	bool burst_over;
};

const char *demo_argocd_token(void)
{
	return "ZGVtbw.ZGVtbw.ZGVtbw";
}

static void demo_argocd_answer(struct arena *a, struct server_reply *reply, const struct value *v)
{
	static const struct http_header gateway = { "Grpc-Metadata-Content-Type", "application/grpc" };

	reply->headers = &gateway;
	reply->nheaders = 1;
	reply->body = str_of(json_text(a, v, JSON_ESCAPE_HTML));
}

static void demo_argocd_refuse(struct arena *a, struct server_reply *reply, int status, int code,
			       const char *message)
{
	struct value *v = value_map(a);

	value_set(a, v, "error", value_string(a, message));
	value_set(a, v, "code", value_int(a, code));
	value_set(a, v, "message", value_string(a, message));
	reply->status = status;
	reply->body = str_of(json_text(a, v, JSON_ESCAPE_HTML));
}

static void demo_argocd_plain(struct server_reply *reply, int status, const char *text)
{
	reply->status = status;
	reply->type = "text/plain; charset=utf-8";
	reply->body = str_of(text);
}

static bool is_logged_in(const struct server_request *rq)
{
	const char *auth = server_header(rq, "Authorization");

	return auth && has_prefix(auth, "Bearer ") &&
	       strcmp(auth + strlen("Bearer "), demo_argocd_token()) == 0;
}

static void serve_version(struct arena *a, struct server_reply *reply)
{
	struct value *v = value_map(a);

	value_set(a, v, "Version", value_string(a, VERSION));
	demo_argocd_answer(a, reply, v);
}

static void serve_user(struct arena *a, const struct server_request *rq,
		       struct server_reply *reply)
{
	struct value *v = value_map(a);

	if (is_logged_in(rq)) {
		value_set(a, v, "loggedIn", value_bool(a, true));
		value_set(a, v, "username", value_string(a, "demo"));
		value_set(a, v, "iss", value_string(a, "argocd"));
	}
	demo_argocd_answer(a, reply, v);
}

static void serve_list(const struct demo_argocd *d, struct arena *a,
		       const struct server_request *rq, struct server_reply *reply)
{
	struct value *v = value_map(a), *meta = value_map(a), *items;
	const char *name = server_parameter(a, rq, "name");
	const char *selector = server_parameter(a, rq, "selector");
	int64_t after = 0;

	items = simulation_changes(d->simulation, a, &after);
	if (name || (selector && *selector)) {
		/* The applications have no labels: only an empty selector chooses them. */
		struct value *one = name ? simulation_get(d->simulation, a, name) : NULL;
		items = value_list(a);
		if (one && !(selector && *selector))
			value_append(a, items, one);
	}
	value_set(a, meta, "resourceVersion",
		  value_string(a, str_format(a, "%lld", (long long)after)));
	value_set(a, v, "metadata", meta);
	value_set(a, v, "items", value_count(items) ? items : value_null(a));
	demo_argocd_answer(a, reply, v);
}

static void write_event(struct arena *a, const struct listener *l, const struct value *app,
			struct buf *out)
{
	struct value *result = value_map(a), *v = value_map(a);

	value_set(a, result, "type", value_string(a, l->burst_over ? "MODIFIED" : "ADDED"));
	value_set(a, result, "application", value_copy(a, app));
	value_set(a, v, "result", result);
	buf_format(out, l->sse ? "data: %s \n\n\n" : "%s\n", json_text(a, v, JSON_ESCAPE_HTML));
}

static bool next_events(void *listener, struct buf *out)
{
	struct listener *l = listener;
	int64_t until = clock_ticks() + LISTEN_MS;

	while (!out->len && clock_ticks() < until) {
		AUTO(arena) struct arena *a = arena_new();
		struct value *apps = simulation_changes(l->simulation, a, &l->after);
		for (size_t i = 0; i < value_count(apps); i++) {
			const char *name = value_path_text(value_at(apps, i), "metadata.name", "");
			if (!l->only || strcmp(l->only, name) == 0)
				write_event(a, l, value_at(apps, i), out);
		}
		l->burst_over = true;
		if (!out->len)
			clock_sleep(PAUSE_MS);
	}
	if (!out->len && l->sse && clock_ticks() - l->spoke_at > KEEPALIVE_MS)
		buf_text(out, ":\n");
	if (out->len)
		l->spoke_at = clock_ticks();
	return true;
}

static void serve_stream(const struct demo_argocd *d, struct arena *a,
			 const struct server_request *rq, struct server_reply *reply)
{
	struct listener *l = arena_alloc(a, sizeof(*l));
	const char *accept = server_header(rq, "Accept");

	*l = (struct listener){ .simulation = d->simulation, .spoke_at = clock_ticks(),
				.only = server_parameter(a, rq, "name"),
				.sse = same_text(accept, "text/event-stream") };
	reply->type = l->sse ? "text/event-stream" : "application/json";
	reply->next = next_events;
	reply->state = l;
}

static void serve_object(const struct demo_argocd *d, struct arena *a, const char *name,
			 struct server_reply *reply)
{
	struct value *app = simulation_get(d->simulation, a, name);

	if (app)
		demo_argocd_answer(a, reply, app);
	else
		demo_argocd_refuse(a, reply, 403, 7, "permission denied");
}

/* What a failed call of the simulation means here. */
static void refuse_for(struct arena *a, const struct err *e, struct server_reply *reply)
{
	if (strcmp(e->message, "permission denied") == 0)
		demo_argocd_refuse(a, reply, 403, 7, e->message);
	else if (has_prefix(e->message, "error applying patch"))
		demo_argocd_refuse(a, reply, 500, 2, e->message);
	else if (e->code == ERR_NOT_FOUND)
		demo_argocd_refuse(a, reply, 400, 3, e->message);
	else
		demo_argocd_refuse(a, reply, 400, 9, e->message);
}

static void serve_patch(const struct demo_argocd *d, struct arena *a, const char *name,
			const struct value *body, struct server_reply *reply)
{
	const char *type = value_path_text(body, "patchType", "json");
	const char *text = value_path_text(body, "patch", "");
	bool is_merge = strcmp(type, "merge") == 0;
	struct value *patch;
	struct err e;

	if (!is_merge && strcmp(type, "json") != 0)
		demo_argocd_refuse(a, reply, 400, 3,
				   "Only merge and json patch types are supported");
	else if (!json_parse(a, text, strlen(text), &patch, &e))
		demo_argocd_refuse(a, reply, 500, 2, "error decoding patch");
	else if (!simulation_patch(d->simulation, name, patch, is_merge, &e))
		refuse_for(a, &e, reply);
	else
		serve_object(d, a, name, reply);
}

/* A call on one application; action is what follows its name, "" for none. */
static void serve_application(const struct demo_argocd *d, struct arena *a,
			      const struct server_request *rq, const char *name,
			      const char *action, const struct value *body,
			      struct server_reply *reply)
{
	const char *refresh = server_parameter(a, rq, "refresh");
	struct err e;

	if (strcmp(rq->method, "GET") == 0 && !*action) {
		if (refresh && *refresh)
			simulation_refresh(d->simulation, name);
		serve_object(d, a, name, reply);
	} else if (strcmp(rq->method, "PATCH") == 0 && !*action) {
		serve_patch(d, a, name, body, reply);
	} else if (strcmp(rq->method, "POST") == 0 && strcmp(action, "/sync") == 0) {
		if (simulation_sync(d->simulation, name, body, &e))
			serve_object(d, a, name, reply);
		else
			refuse_for(a, &e, reply);
	} else if (strcmp(rq->method, "DELETE") == 0 && strcmp(action, "/operation") == 0) {
		if (simulation_terminate(d->simulation, name, &e))
			demo_argocd_answer(a, reply, value_map(a));
		else
			refuse_for(a, &e, reply);
	} else {
		demo_argocd_plain(reply, 404, "Not Found\n");
	}
}

static void route(const struct demo_argocd *d, struct arena *a, const struct server_request *rq,
		  const struct value *body, struct server_reply *reply)
{
	if (strcmp(rq->path, APPLICATIONS) == 0 && strcmp(rq->method, "GET") == 0) {
		serve_list(d, a, rq, reply);
	} else if (strcmp(rq->path, STREAM) == 0) {
		serve_stream(d, a, rq, reply);
	} else if (has_prefix(rq->path, APPLICATIONS "/")) {
		const char *name = rq->path + strlen(APPLICATIONS "/");
		size_t len = strcspn(name, "/");
		serve_application(d, a, rq, str_copy_n(a, name, len), name + len, body, reply);
	} else {
		demo_argocd_plain(reply, 404, "Not Found\n");
	}
}

static void demo_argocd_handle(void *context, struct arena *a, const struct server_request *rq,
			       struct server_reply *reply)
{
	const char *type = server_header(rq, "Content-Type");
	struct value *body = NULL;
	struct err ignored;

	reply->type = "application/json";
	if (strcmp(rq->method, "GET") != 0 && !same_text(type, "application/json"))
		demo_argocd_plain(reply, 415, "Invalid content type\n");
	else if (strcmp(rq->path, "/healthz") == 0)
		demo_argocd_plain(reply, 200, "ok");
	else if (strcmp(rq->path, "/api/version") == 0)
		serve_version(a, reply);
	else if (strcmp(rq->path, "/api/v1/session/userinfo") == 0)
		serve_user(a, rq, reply);
	else if (!is_logged_in(rq))
		demo_argocd_refuse(a, reply, 401, 16, "no session information");
	else if (rq->body.len && !json_parse(a, rq->body.at, rq->body.len, &body, &ignored))
		demo_argocd_refuse(a, reply, 400, 3, "invalid character in request");
	else
		route(context, a, rq, body, reply);
}

bool demo_argocd_start(struct demo_argocd **out, unsigned port, struct simulation *s,
		       struct err *e)
{
	struct demo_argocd *d = xmalloc(sizeof(*d));
	struct server_options o = { .port = port };

	*d = (struct demo_argocd){ .simulation = s };
	if (!server_start(&d->server, &o, demo_argocd_handle, d, e)) {
		free(d);
		return err_wrap(e, "Argo CD");
	}
	*out = d;
	return true;
}

void demo_argocd_stop(struct demo_argocd *d)
{
	if (!d)
		return;
	server_stop(d->server);
	free(d);
}

unsigned demo_argocd_port(const struct demo_argocd *d)
{
	return server_port(d->server);
}
