/* SPDX-License-Identifier: Apache-2.0 */
/* Calls and errors against a server that answers what a live Argo CD answered. */
#include "argocd/client.h"

#include <string.h>

#include "argocd/connect.h"
#include "argocd/payload.h"
#include "argocd/play.h"
#include "argocd/watch.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "err_name.h"
#include "net/http.h"
#include "net/server.h"
#include "tap.h"

struct fake {
	struct argocd_play play;
	int status;
	const char *file;               /* what is answered */
	const char *asked;              /* method, path, query, body of the newest request */
	const char *type, *token;
	const char *events;             /* what the stream says; NULL: the recorded session */
	unsigned streams;
};

static const struct http_header gateway[] = {
	{ "Grpc-Metadata-Content-Type", "application/grpc" },
	{ "Grpc-Metadata-Renew-Token", "new.er.token" },
};

struct playback {
	struct str text;
	bool sent;
};

static bool play(void *state, struct buf *out)
{
	struct playback *p = state;

	buf_add(out, p->text.at, p->text.len);
	p->sent = true;
	return false;
}

static void answer(void *context, struct arena *a, const struct server_request *rq,
		   struct server_reply *reply)
{
	struct fake *f = context;
	const char *type = server_header(rq, "Content-Type");

	f->token = str_copy(f->play.arena, server_header(rq, "Authorization"));
	reply->type = "application/json";
	if (has_prefix(rq->path, "/root/api/v1/stream/")) {
		struct playback *p = arena_alloc(a, sizeof(*p));
		p->text = f->events ? str_of(f->events) : payload_text(a, "stream-applications.sse");
		reply->type = "text/event-stream";
		reply->next = play;
		reply->state = p;
		f->streams++;
		return;
	}
	f->asked = str_format(f->play.arena, "%s %s?%s %.*s", rq->method, rq->raw_path, rq->query,
			      (int)rq->body.len, rq->body.at);
	if (strcmp(rq->method, "GET") != 0 && !same_text(type, "application/json")) {
		reply->status = 415;
		return;
	}
	reply->status = f->status;
	reply->headers = gateway;
	reply->nheaders = f->status == 200 ? 2 : 0;
	if (has_suffix(f->file, ".txt"))
		reply->type = "text/plain";
	reply->body = *f->file ? payload_text(a, f->file) : str_of("{}");
}

static struct argocd *fake_begin(struct fake *f)
{
	*f = (struct fake){ .status = 200, .file = "" };
	argocd_play_begin(&f->play, "/root", answer, f);
	return f->play.client;
}

static void auto_fake(struct fake *f)
{
	argocd_play_end(&f->play);
}

TEST(calls_say_what_is_asked)
{
	AUTO(fake) struct fake f;
	struct argocd *c = fake_begin(&f);
	struct arena *a = f.play.arena;
	struct argocd_id id = { .name = "a/b", .namespace = "ns", .project = "p" };
	const struct value *items;
	struct value *object, *body = value_map(a);
	struct err e = { 0 };

	f.file = "app-degraded.json";
	ok(argocd_get(c, a, &id, &object, &e), "get %s", e.message);
	is_text(f.token, "Bearer to.k.en", "with our token");
	ok(argocd_refresh(c, a, &id, &object, &e), "get %s", e.message);
	is_text(f.asked, "GET /root/api/v1/applications/a%2Fb?appNamespace=ns&project=p&refresh=hard ",
		"one application, refreshed");
	is_text(f.token, "Bearer new.er.token", "with the token that the server renewed");
	value_set(a, body, "prune", value_bool(a, true));
	ok(argocd_sync(c, a, &(struct argocd_change){ &id, body }, &object, &e), "sync %s", e.message);
	is_text(f.asked, "POST /root/api/v1/applications/a%2Fb/sync? "
			 "{\"prune\":true,\"appNamespace\":\"ns\",\"project\":\"p\"}", "a sync");
	ok(argocd_patch(c, a, &(struct argocd_change){ &id, body }, &object, &e), "patch %s", e.message);
	is_text(f.asked, "PATCH /root/api/v1/applications/a%2Fb? {\"patchType\":\"json\",\"patch\":"
			 "\"{\\\"prune\\\":true}\",\"appNamespace\":\"ns\",\"project\":\"p\"}", "a JSON patch");
	f.file = "";
	ok(argocd_list(c, a, &(struct argocd_query){ .selector = "app=x" }, &items, &e) && value_count(items) == 0, "an empty list");
	is_text(f.asked, "GET /root/api/v1/applications?selector=app%3Dx ", "of these labels");
	f.file = "list-response-fields-names-only.json";
	ok(argocd_list(c, a, &(struct argocd_query){ 0 }, &items, &e) && value_count(items) > 3, "a list");
}

TEST(refusals_mean_something)
{
	static const struct { const char *file; int status; enum err_code code; bool again, passes; } cases[] = {
		{ "error-401-expired.json", 401, ERR_AUTH, true, true },
		{ "error-403-app-missing-or-hidden.json", 403, ERR_AUTH, false, false },
		{ "error-403-sync-window.json", 403, ERR_REFUSED, true, true },
		{ "error-404-app-with-project.json", 404, ERR_NOT_FOUND, false, false },
		{ "error-404-unknown-route.txt", 404, ERR_CONFIG, false, false },
		{ "error-400-operation-in-progress.json", 400, ERR_CONFLICT, true, false },
		{ "error-400-invalid-spec.json", 400, ERR_CONFIG, false, false },
		{ "error-400-repo-server-down-sync.json", 400, ERR_NET, true, true },
		{ "error-500-patch-test-failed.json", 500, ERR_CONFLICT, true, false },
	};
	AUTO(fake) struct fake f;
	struct argocd *c = fake_begin(&f);
	struct arena *a = f.play.arena;
	struct argocd_id id = { .name = "demo" };
	struct value *object;

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct err e = { 0 };
		f.status = cases[i].status;
		f.file = cases[i].file;
		ok(!argocd_sync(c, a, &(struct argocd_change){ .id = &id }, &object, &e) && e.code == cases[i].code &&
		   e.again == cases[i].again && e.passes == cases[i].passes, "%s: %s",
		   err_code_name(e.code), e.message);
	}
	ok(argocd_is_token_refused(c), "it is remembered that the token was refused");
}

struct seen {
	unsigned names, seen, gone, failed, limit;
};

static bool see(void *context, const struct watch_event *event)
{
	struct seen *s = context;

	s->names += event->kind == WATCH_NAMES;
	s->seen += event->kind == WATCH_SEEN;
	s->gone += event->kind == WATCH_GONE;
	s->failed += event->kind == WATCH_FAILED;
	return s->failed < s->limit;
}

TEST(a_watch_goes_on_after_a_cut)
{
	AUTO(fake) struct fake f;
	struct argocd *c = fake_begin(&f);
	struct seen s = { .limit = 2 };
	struct err e = { 0 };

	f.file = "list-response-fields-names-only.json";
	ok(argocd_watch(c, &(struct watch_options){ 0 }, see, &s, &e), "ended by the watcher");
	is_number(s.names, 2, "names were listed each time");
	is_number(s.seen, 32, "16 events twice");
	is_number(s.gone, 2, "and one deletion");
	is_number(f.streams, 2, "over two streams");
	f.status = 401;
	f.file = "error-401-expired.json";
	AUTO(argocd) struct argocd *fresh = argocd_new(f.play.http, &(struct argocd_settings){
		.base = argocd_base(c) });
	ok(!argocd_watch(fresh, &(struct watch_options){ 0 }, see, &s, &e) && e.code == ERR_AUTH,
	   "no waiting mends a login: %s", e.message);
}

static bool see_reason(void *context, const struct watch_event *event)
{
	struct fake *f = context;

	if (event->kind == WATCH_SEEN)
		f->asked = str_copy(f->play.arena, value_path_text(event->object, "status.health.message", ""));
	return event->kind != WATCH_SEEN;
}

TEST(a_degraded_application_says_why)
{
	AUTO(fake) struct fake f;
	struct argocd *c = fake_begin(&f);
	struct err e = { 0 };

	f.file = "app-degraded.json";
	f.events = "data: {\"result\":{\"type\":\"ADDED\",\"application\":{\"metadata\":{\"name\":\"x\"},"
		   "\"status\":{\"health\":{\"status\":\"Degraded\"}}}}}\n\n";
	ok(argocd_watch(c, &(struct watch_options){ .name = "x" }, see_reason, &f, &e), "a watch");
	ok(has_prefix(f.asked, "Deployment guestbook-ui: "), "tells of the resource: %s", f.asked);
}
