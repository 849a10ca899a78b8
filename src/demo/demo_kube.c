/* SPDX-License-Identifier: Apache-2.0 */
/* One handler takes the path apart; what Kargo's admission has a say in is left to demo_kargo.h. */
#include "demo/demo_kube.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "demo/demo_cluster.h"
#include "demo/demo_kargo.h"
#include "demo/json_tree.h"
#include "net/server.h"

#define REVIEWS "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

enum { LISTEN_MS = 200, PAUSE_MS = 25, BOOKMARK_MS = 1000, CONNECTIONS = 256 };

static const struct demo_user {
	const char *context, *name, *token;
	bool acts;
} kube_users[] = {
	{ DEMO_KUBE_CONTEXT, "demo", "ZGVtbw", true },
	{ DEMO_KUBE_CONTEXT "-viewer", "viewer", "dmlld2Vy", false },
};

struct demo_kube {
	struct server *server;
	struct demo_cluster *cluster;
	struct demo_kargo *kargo;
};

/* One call. */
struct kube_call {
	struct demo_kube *d;
	struct arena *a;
	const struct server_request *rq;
	const struct demo_user *user;
	const struct cJSON *body;       /* NULL: none */
	struct server_reply *reply;
	const char *plural, *name, *sub; /* "" when there is none */
};

/* One open watch. */
struct kube_watch {
	struct demo_cluster *cluster;
	const char *plural;
	int64_t after;
	int64_t told_at;                /* ticks: when something was sent last */
};

static void kube_refuse(const struct kube_call *c, int status, const char *reason, const char *message)
{
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();

	json_tree_set_text(v, "kind", "Status");
	json_tree_set_text(v, "apiVersion", "v1");
	json_tree_set_text(v, "status", "Failure");
	json_tree_set_text(v, "message", message);
	json_tree_set_text(v, "reason", reason);
	cJSON_AddNumberToObject(v, "code", status);
	c->reply->status = status;
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static const struct demo_user *kube_who(const struct server_request *rq)
{
	const char *auth = server_header(rq, "Authorization");

	for (size_t i = 0; auth && i < COUNTOF(kube_users); i++)
		if (has_prefix(auth, "Bearer ") && strcmp(auth + strlen("Bearer "), kube_users[i].token) == 0)
			return &kube_users[i];
	return NULL;
}

/* "/apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME[/SUB]]" or "/api/v1/…"; false: no such path. */
static bool kube_parse(struct kube_call *c)
{
	const char *at = c->rq->path, **parts[] = { &c->plural, &c->name, &c->sub };
	int skip = has_prefix(at, "/apis/") ? 3 : has_prefix(at, "/api/") ? 2 : 0;

	for (int i = 0; i < skip && at; i++)
		at = strchr(at + 1, '/');
	if (!skip || !at)
		return false;
	if (has_prefix(at, "/namespaces/"))
		at = strchr(at + strlen("/namespaces/"), '/');
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		size_t len = at && *at ? strcspn(at + 1, "/") : 0;

		*parts[i] = len ? str_copy_n(c->a, at + 1, len) : "";
		at = len ? at + 1 + len : NULL;
	}
	return *c->plural && (!at || !*at);
}

/* Asked for in each watch; without it, a watch whose client has left would never be noticed. */
static void kube_bookmark(const struct kube_watch *w, struct buf *out)
{
	buf_format(out, "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"%" PRId64
		   "\"}}}\n", w->after);
}

static bool kube_next(void *state, struct buf *out)
{
	struct kube_watch *w = state;
	int64_t until = clock_ticks() + LISTEN_MS;

	while (!out->len && clock_ticks() < until) {
		AUTO(arena) struct arena *a = arena_new();
		AUTO(json_tree) struct cJSON *events = demo_cluster_changes(w->cluster, w->plural, &w->after);
		struct cJSON *event;

		cJSON_ArrayForEach(event, events)
			buf_format(out, "%s\n", json_tree_print(a, event));
		if (!out->len)
			clock_sleep(PAUSE_MS);
	}
	if (!out->len && clock_ticks() - w->told_at >= BOOKMARK_MS)
		kube_bookmark(w, out);
	if (out->len)
		w->told_at = clock_ticks();
	return true;
}

static void kube_list(const struct kube_call *c)
{
	AUTO(json_tree) struct cJSON *v = cJSON_CreateObject();
	const char *from = server_parameter(c->a, c->rq, "resourceVersion");
	int64_t version;
	struct kube_watch *w;

	if (server_parameter(c->a, c->rq, "watch")) {
		w = arena_alloc(c->a, sizeof(*w));
		*w = (struct kube_watch){ c->d->cluster, c->plural, from ? strtoll(from, NULL, 10) : 0,
					  clock_ticks() };
		c->reply->next = kube_next;
		c->reply->state = w;
		return;
	}
	json_tree_set_text(v, "kind", "List");
	json_tree_set_text(v, "apiVersion", "v1");
	json_tree_set(v, "items", demo_cluster_list(c->d->cluster, c->plural, &version));
	json_tree_set_text(cJSON_AddObjectToObject(v, "metadata"), "resourceVersion",
			   str_format(c->a, "%" PRId64, version));
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static void kube_get(const struct kube_call *c)
{
	AUTO(json_tree) struct cJSON *v = demo_cluster_get(c->d->cluster, c->plural, c->name);

	if (v)
		c->reply->body = str_of(json_tree_print(c->a, v));
	else
		kube_refuse(c, 404, "NotFound", str_format(c->a, "%s \"%s\" not found", c->plural, c->name));
}

/* The viewer may look at everything, and do nothing. */
static void kube_review(const struct kube_call *c)
{
	const char *verb = json_tree_text(c->body, "spec.resourceAttributes.verb", "");
	bool looks = strcmp(verb, "get") == 0 || strcmp(verb, "list") == 0 || strcmp(verb, "watch") == 0;
	AUTO(json_tree) struct cJSON *v = cJSON_Duplicate(c->body, true);

	cJSON_AddBoolToObject(cJSON_AddObjectToObject(v, "status"), "allowed", looks || c->user->acts);
	c->reply->status = 201;
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static void kube_promote(const struct kube_call *c)
{
	struct err e;
	AUTO(json_tree) struct cJSON *v = demo_kargo_admit(c->d->kargo, c->a, c->body, c->user->name, &e);

	if (!v) {
		kube_refuse(c, 422, "Invalid",
			    str_format(c->a, "admission webhook \"promotion.kargo.akuity.io\" denied the "
				       "request: %s", e.message));
		return;
	}
	if (!server_parameter(c->a, c->rq, "dryRun"))
		demo_cluster_put(c->d->cluster, "promotions", cJSON_Duplicate(v, true));
	c->reply->status = 201;
	c->reply->body = str_of(json_tree_print(c->a, v));
}

static void kube_patch(const struct kube_call *c)
{
	const struct demo_patch patch = { c->plural, c->name, c->body, c->user->name };
	AUTO(json_tree) struct cJSON *v = demo_kargo_patch(c->d->kargo, c->a, &patch);

	if (v)
		c->reply->body = str_of(json_tree_print(c->a, v));
	else
		kube_refuse(c, 404, "NotFound", str_format(c->a, "%s \"%s\" not found", c->plural, c->name));
}

static void kube_route(struct kube_call *c)
{
	const char *method = c->rq->method;
	bool reads = strcmp(method, "GET") == 0;

	if (strcmp(c->rq->path, REVIEWS) == 0 && c->body)
		kube_review(c);
	else if (!kube_parse(c))
		kube_refuse(c, 404, "NotFound", "the server could not find the requested resource");
	else if (!reads && !c->user->acts)
		kube_refuse(c, 403, "Forbidden",
			    str_format(c->a, "%s is forbidden: User \"%s\" cannot change resource \"%s\"",
				       c->plural, c->user->name, c->plural));
	else if (reads)
		*c->name ? kube_get(c) : kube_list(c);
	else if (strcmp(method, "POST") == 0 && strcmp(c->plural, "promotions") == 0 && c->body)
		kube_promote(c);
	else if (strcmp(method, "PATCH") == 0 && *c->name && c->body)
		kube_patch(c);
	else
		kube_refuse(c, 405, "MethodNotAllowed",
			    "the server does not allow this method on the requested resource");
}

static void kube_handle(void *context, struct arena *a, const struct server_request *rq,
			struct server_reply *reply)
{
	AUTO(json_tree) struct cJSON *body = rq->body.len ? json_tree_parse(a, rq->body) : NULL;
	struct kube_call c = { .d = context, .a = a, .rq = rq, .user = kube_who(rq), .body = body,
			       .reply = reply };

	reply->type = "application/json";
	if (!c.user)
		kube_refuse(&c, 401, "Unauthorized", "Unauthorized");
	else
		kube_route(&c);
}

bool demo_kube_start(struct demo_kube **out, unsigned port, struct demo_cluster *cluster,
		     struct demo_kargo *k, struct err *e)
{
	struct demo_kube *d = xmalloc(sizeof(*d));
	const struct server_options o = { .port = port, .connections = CONNECTIONS };

	*d = (struct demo_kube){ .cluster = cluster, .kargo = k };
	if (!server_start(&d->server, &o, kube_handle, d, e)) {
		free(d);
		return err_wrap(e, "the Kubernetes API");
	}
	*out = d;
	return true;
}

void demo_kube_stop(struct demo_kube *d)
{
	if (!d)
		return;
	server_stop(d->server);
	free(d);
}

const char *demo_kube_config(struct arena *a, const struct demo_kube *d)
{
	const char *contexts = "", *users = "";

	for (size_t i = 0; i < COUNTOF(kube_users); i++) {
		const struct demo_user *u = &kube_users[i];

		contexts = str_format(a, "%s- name: %s\n  context: {cluster: demo, user: %s, namespace: "
				      "kargo-demo}\n", contexts, u->context, u->name);
		users = str_format(a, "%s- name: %s\n  user: {token: %s}\n", users, u->name, u->token);
	}
	return str_format(a, "apiVersion: v1\nkind: Config\ncurrent-context: %s\nclusters:\n- name: demo\n"
			  "  cluster: {server: 'http://127.0.0.1:%u'}\ncontexts:\n%susers:\n%s",
			  kube_users[0].context, server_port(d->server), contexts, users);
}
