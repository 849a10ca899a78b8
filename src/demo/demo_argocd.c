/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One handler takes the path apart; each call is a few lines over simulation.h. Answers carry what clients
 * look for: the gateway's header on every success, code and message on every refusal.
 */
#include "demo/demo_argocd.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "demo/demo_project.h"
#include "demo/json_tree.h"
#include "demo/simulation.h"
#include "net/http.h"
#include "net/server.h"

#define APPLICATIONS "/api/v1/applications"
#define STREAM "/api/v1/stream/applications"
#define PROJECT "/api/v1/projects/default"
#define VERSION "v3.5.7"
#define KEEPALIVE_MS 15000
#define LISTEN_MS 60
#define PAUSE_MS 30

struct demo_argocd {
	struct server *server;
	struct simulation *simulation;
	struct demo_project *project;
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

/* One call: what was asked, and the reply that is being made. */
struct argocd_call {
	struct simulation *simulation;
	struct demo_project *project;
	struct arena *a;
	const struct server_request *rq;
	const struct cJSON *body;       /* NULL: none */
	struct server_reply *reply;
};

static void demo_argocd_answer(const struct argocd_call *c, const struct cJSON *v)
{
	static const struct http_header gateway = { "Grpc-Metadata-Content-Type", "application/grpc" };

	c->reply->headers = &gateway;
	c->reply->nheaders = 1;
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static void demo_argocd_refuse(const struct argocd_call *c, int status, int code,
			       const char *message)
{
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();

	json_tree_set_text(v, "error", message);
	cJSON_AddNumberToObject(v, "code", code);
	json_tree_set_text(v, "message", message);
	c->reply->status = status;
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static void demo_argocd_plain(const struct argocd_call *c, int status, const char *text)
{
	c->reply->status = status;
	c->reply->type = "text/plain; charset=utf-8";
	c->reply->body = str_of(text);
}

static bool is_logged_in(const struct argocd_call *c)
{
	const char *auth = server_header(c->rq, "Authorization");

	return auth && has_prefix(auth, "Bearer ") &&
	       strcmp(auth + strlen("Bearer "), demo_argocd_token()) == 0;
}

static void argocd_serve_version(const struct argocd_call *c)
{
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();

	json_tree_set_text(v, "Version", VERSION);
	demo_argocd_answer(c, v);
}

static void serve_user(const struct argocd_call *c)
{
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();

	if (is_logged_in(c)) {
		cJSON_AddTrueToObject(v, "loggedIn");
		json_tree_set_text(v, "username", "demo");
		json_tree_set_text(v, "iss", "argocd");
	}
	demo_argocd_answer(c, v);
}

/* The applications have no labels: only an empty selector chooses them. */
static void serve_list(const struct argocd_call *c)
{
	const char *name = server_parameter(c->a, c->rq, "name");
	const char *selector = server_parameter(c->a, c->rq, "selector");
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();
	int64_t after = 0;
	struct cJSON *items = simulation_changes(c->simulation, &after);

	if (name || (selector && *selector)) {
		struct cJSON *one = name && !(selector && *selector)
					    ? simulation_get(c->simulation, name) : NULL;
		cJSON_Delete(items);
		items = cJSON_CreateArray();
		cJSON_AddItemToArray(items, one);
	}
	if (!cJSON_GetArraySize(items)) {
		cJSON_Delete(items);
		items = cJSON_CreateNull();
	}
	json_tree_set_text(cJSON_AddObjectToObject(v, "metadata"), "resourceVersion",
			   str_format(c->a, "%" PRId64, after));
	json_tree_set(v, "items", items);
	demo_argocd_answer(c, v);
}

/* Takes app. */
static void write_event(const struct listener *l, struct cJSON *app, struct buf *out)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();
	struct cJSON *result = cJSON_AddObjectToObject(v, "result");

	json_tree_set_text(result, "type", l->burst_over ? "MODIFIED" : "ADDED");
	json_tree_set(result, "application", app);
	buf_format(out, l->sse ? "data: %s \n\n\n" : "%s\n", json_tree_print(a, v));
}

static bool next_events(void *listener, struct buf *out)
{
	struct listener *l = listener;
	int64_t until = clock_ticks() + LISTEN_MS;

	while (!out->len && clock_ticks() < until) {
		AUTO(json_tree) struct cJSON *apps = simulation_changes(l->simulation, &l->after);
		for (int left = cJSON_GetArraySize(apps); left; left--) {
			AUTO(json_tree) struct cJSON *app = cJSON_DetachItemFromArray(apps, 0);
			if (!l->only || strcmp(l->only, json_tree_text(app, "metadata.name", "")) == 0)
				write_event(l, cJSON_Duplicate(app, true), out);
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

static void serve_stream(const struct argocd_call *c)
{
	struct listener *l = arena_alloc(c->a, sizeof(*l));
	const char *accept = server_header(c->rq, "Accept");

	*l = (struct listener){ .simulation = c->simulation, .spoke_at = clock_ticks(),
				.only = server_parameter(c->a, c->rq, "name"),
				.sse = same_text(accept, "text/event-stream") };
	c->reply->type = l->sse ? "text/event-stream" : "application/json";
	c->reply->next = next_events;
	c->reply->state = l;
}

static void serve_object(const struct argocd_call *c, const char *name)
{
	AUTO(json_tree) struct cJSON *app = simulation_get(c->simulation, name);

	if (app)
		demo_argocd_answer(c, app);
	else
		demo_argocd_refuse(c, 403, 7, "permission denied");
}

static void serve_windows(const struct argocd_call *c, const char *name)
{
	AUTO(json_tree) struct cJSON *app = simulation_get(c->simulation, name);
	AUTO(json_tree) struct cJSON *v = demo_project_windows(c->project);

	if (app)
		demo_argocd_answer(c, v);
	else
		demo_argocd_refuse(c, 403, 7, "permission denied");
}

/* The project is looked at and replaced: so windows are closed and opened. */
static void serve_project(const struct argocd_call *c)
{
	AUTO(json_tree) struct cJSON *v = NULL;

	if (strcmp(c->rq->method, "PUT") == 0 && !demo_project_put(c->project, c->body)) {
		demo_argocd_refuse(c, 400, 3, "project.spec is required");
		return;
	}
	v = demo_project_get(c->project);
	demo_argocd_answer(c, v);
}

/* What a failed call of the simulation means here. */
static void refuse_for(const struct argocd_call *c, const struct err *e)
{
	if (strcmp(e->message, "permission denied") == 0)
		demo_argocd_refuse(c, 403, 7, e->message);
	else if (has_prefix(e->message, "error applying patch"))
		demo_argocd_refuse(c, 500, 2, e->message);
	else if (e->code == ERR_NOT_FOUND)
		demo_argocd_refuse(c, 400, 3, e->message);
	else
		demo_argocd_refuse(c, 400, 9, e->message);
}

static void serve_sync(const struct argocd_call *c, const char *name)
{
	struct err e;

	if (!demo_project_can_sync(c->project))
		demo_argocd_refuse(c, 403, 7, "cannot sync: blocked by sync window");
	else if (simulation_sync(c->simulation, name, c->body, &e))
		serve_object(c, name);
	else
		refuse_for(c, &e);
}

static void serve_patch(const struct argocd_call *c, const char *name)
{
	const char *type = json_tree_text(c->body, "patchType", "json");
	const char *text = json_tree_text(c->body, "patch", "");
	AUTO(json_tree) struct cJSON *patch = json_tree_parse(c->a, str_of(text));
	bool is_merge = strcmp(type, "merge") == 0;
	struct err e;

	if (!is_merge && strcmp(type, "json") != 0)
		demo_argocd_refuse(c, 400, 3, "Only merge and json patch types are supported");
	else if (!patch)
		demo_argocd_refuse(c, 500, 2, "error decoding patch");
	else if (!simulation_patch(c->simulation, name, patch, is_merge, &e))
		refuse_for(c, &e);
	else
		serve_object(c, name);
}

/* A call on one application; action is what follows its name, "" for none. */
static void serve_application(const struct argocd_call *c, const char *name, const char *action)
{
	const char *method = c->rq->method, *refresh = server_parameter(c->a, c->rq, "refresh");
	struct err e;

	if (strcmp(method, "GET") == 0 && !*action) {
		if (refresh && *refresh)
			simulation_refresh(c->simulation, name);
		serve_object(c, name);
	} else if (strcmp(method, "GET") == 0 && strcmp(action, "/syncwindows") == 0) {
		serve_windows(c, name);
	} else if (strcmp(method, "PATCH") == 0 && !*action) {
		serve_patch(c, name);
	} else if (strcmp(method, "POST") == 0 && strcmp(action, "/sync") == 0) {
		serve_sync(c, name);
	} else if (strcmp(method, "DELETE") == 0 && strcmp(action, "/operation") == 0) {
		AUTO(json_tree) struct cJSON *nothing = cJSON_CreateObject();
		if (simulation_terminate(c->simulation, name, &e))
			demo_argocd_answer(c, nothing);
		else
			refuse_for(c, &e);
	} else {
		demo_argocd_plain(c, 404, "Not Found\n");
	}
}

static void demo_argocd_route(const struct argocd_call *c)
{
	const char *path = c->rq->path;

	if (strcmp(path, APPLICATIONS) == 0 && strcmp(c->rq->method, "GET") == 0) {
		serve_list(c);
	} else if (strcmp(path, STREAM) == 0) {
		serve_stream(c);
	} else if (strcmp(path, PROJECT) == 0) {
		serve_project(c);
	} else if (has_prefix(path, APPLICATIONS "/")) {
		const char *name = path + strlen(APPLICATIONS "/");
		size_t len = strcspn(name, "/");
		serve_application(c, str_copy_n(c->a, name, len), name + len);
	} else {
		demo_argocd_plain(c, 404, "Not Found\n");
	}
}

static void demo_argocd_handle(void *context, struct arena *a, const struct server_request *rq,
			       struct server_reply *reply)
{
	const struct demo_argocd *d = context;
	AUTO(json_tree) struct cJSON *body = rq->body.len ? json_tree_parse(a, rq->body) : NULL;
	struct argocd_call c = { d->simulation, d->project, a, rq, body, reply };

	reply->type = "application/json";
	if (strcmp(rq->method, "GET") != 0 &&
	    !same_text(server_header(rq, "Content-Type"), "application/json"))
		demo_argocd_plain(&c, 415, "Invalid content type\n");
	else if (strcmp(rq->path, "/healthz") == 0)
		demo_argocd_plain(&c, 200, "ok");
	else if (strcmp(rq->path, "/api/version") == 0)
		argocd_serve_version(&c);
	else if (strcmp(rq->path, "/api/v1/session/userinfo") == 0)
		serve_user(&c);
	else if (!is_logged_in(&c))
		demo_argocd_refuse(&c, 401, 16, "no session information");
	else if (rq->body.len && !body)
		demo_argocd_refuse(&c, 400, 3, "invalid character in request");
	else
		demo_argocd_route(&c);
}

bool demo_argocd_start(struct demo_argocd **out, unsigned port, struct simulation *s,
		       struct err *e)
{
	struct demo_argocd *d = xmalloc(sizeof(*d));
	struct server_options o = { .port = port };

	*d = (struct demo_argocd){ .simulation = s, .project = demo_project_new() };
	if (!server_start(&d->server, &o, demo_argocd_handle, d, e)) {
		demo_project_free(d->project);
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
	demo_project_free(d->project);
	free(d);
}

unsigned demo_argocd_port(const struct demo_argocd *d)
{
	return server_port(d->server);
}
