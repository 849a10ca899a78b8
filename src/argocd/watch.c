/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opened without resourceVersion: only then do headers come at once, with a keepalive every 15 s, so
 * that 45 s of silence mean a dead line. The projection leaves out what every reconciliation
 * touches: the server then sends real changes only.
 */
#include "argocd/watch.h"

#include <string.h>

#include "argocd/client.h"
#include "argocd/describe.h"
#include "net/sse.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/url.h"

#define MAX_EVENT (64u << 20)
#define SILENCE_MS 45000
#define AGAIN_MS 300000
#define FIRST_PAUSE 500
#define MOST_PAUSE 30000
#define SLICE 100
#define MOST_QUESTIONS 20

#define APP "result.application."
static const char *const stream_fields =
	"error,result.type," APP "metadata.name," APP "metadata.namespace," APP "metadata.uid,"
	APP "metadata.labels," APP "metadata.annotations," APP "metadata.ownerReferences,"
	APP "metadata.creationTimestamp," APP "metadata.deletionTimestamp," APP "spec.project,"
	APP "spec.destination," APP "spec.source," APP "spec.sources," APP "spec.syncPolicy,"
	APP "operation," APP "status.sync.status," APP "status.sync.revision,"
	APP "status.sync.revisions," APP "status.health," APP "status.operationState.phase,"
	APP "status.operationState.message," APP "status.operationState.startedAt,"
	APP "status.operationState.finishedAt," APP "status.operationState.retryCount,"
	APP "status.operationState.operation.initiatedBy," APP "status.operationState.operation.info,"
	APP "status.operationState.syncResult.revision,"
	APP "status.operationState.syncResult.revisions," APP "status.conditions," APP "status.summary";

struct watch_state {
	struct argocd *c;
	const struct watch_options *o;
	argocd_watcher *watcher;
	void *context;
	struct arena *event;            /* of one event */
	struct sse sse;
	int64_t until;                  /* clock_ticks() of the next opening */
	bool stopped;                   /* by the watcher */
	bool told;                      /* an event came with the newest bytes */
	bool spoke;                     /* an event came since the stream was opened */
	bool failed;                    /* the stream said error */
	bool expects_some;              /* there are applications: the stream will not stay silent */
	struct err error;
	struct http *http;              /* for questions beside the stream */
	struct argocd *aside;
	unsigned questions;             /* that may still be asked */
	int64_t questioned_at;
};

static bool watch_tell(struct watch_state *w, const struct watch_event *event)
{
	w->told = true;
	if (!w->watcher(w->context, event))
		w->stopped = true;
	return !w->stopped;
}

static bool may_ask(struct watch_state *w)
{
	int64_t now = clock_ticks();

	if (now - w->questioned_at >= 1000) {
		unsigned more = (unsigned)((now - w->questioned_at) / 1000);
		w->questions = more < MOST_QUESTIONS - w->questions ? w->questions + more
								    : MOST_QUESTIONS;
		w->questioned_at = now;
	}
	if (!w->questions)
		return false;
	w->questions--;
	return true;
}

/*
 * Before 3.6 an application's health has no message: why it is degraded is known of its resources only,
 * which the projection leaves out, for they are many. Asks for some, so that a person on call sees a reason.
 */
static void explain_health(struct watch_state *w, struct value *app)
{
	struct value *health = value_path(app, "status.health"), *whole;
	struct argocd_id id = { .name = value_path_text(app, "metadata.name", ""),
				.namespace = value_path_text(app, "metadata.namespace", ""),
				.project = value_path_text(app, "spec.project", NULL) };
	const char *status = value_path_text(health, "status", ""), *reason;
	struct err ignored;

	if (strcmp(status, "Degraded") != 0 || *value_path_text(health, "message", "") || !may_ask(w))
		return;
	if (!w->http) {
		w->http = http_new();
		http_count(w->http, http_traffic(argocd_http(w->c)));
		w->aside = argocd_copy(w->c, w->http);
	}
	if (!argocd_get(w->aside, w->event, &id, &whole, &ignored))
		return;
	reason = application_reason(w->event, whole, status);
	if (reason)
		value_set(w->event, health, "message", value_string(w->event, reason));
}

/* An event's data; false ends the stream. */
static bool take_event(void *watch, const char *data, size_t len)
{
	struct watch_state *w = watch;
	struct watch_event event = { .kind = WATCH_SEEN };
	struct value *v;
	const char *type;

	arena_reset(w->event);
	if (!json_parse(w->event, data, len, &v, &w->error)) {
		w->failed = true;
		return false;
	}
	if (value_get(v, "error")) {
		struct http_reply said = { .body = { data, len } };
		int64_t status = 500;
		value_integer(value_path(v, "error.http_code"), &status);
		said.status = (int)status;
		w->failed = true;
		return argocd_refused(w->c, w->event, &said, &w->error);
	}
	w->spoke = true;
	event.object = value_path(v, "result.application");
	type = value_path_text(v, "result.type", "");
	if (strcmp(type, "DELETED") == 0)
		event.kind = WATCH_GONE;
	else if (event.object)
		explain_health(w, value_path(v, "result.application"));
	return !event.object || watch_tell(w, &event);
}

static bool take_bytes(void *watch, const char *bytes, size_t len)
{
	struct watch_state *w = watch;
	struct watch_event alive = { .kind = WATCH_ALIVE };

	w->told = false;
	if (!sse_feed(&w->sse, bytes, len, take_event, w) || clock_ticks() >= w->until)
		return false;
	return w->told || watch_tell(w, &alive);
}

static const char *stream_path(struct arena *a, const struct watch_options *o)
{
	const char *path = str_format(a, "/api/v1/stream/applications?fields=%s",
				      url_escape(a, stream_fields));

	if (o->name)
		path = str_format(a, "%s&name=%s", path, url_escape(a, o->name));
	if (o->name && o->namespace && *o->namespace)
		path = str_format(a, "%s&appNamespace=%s", path, url_escape(a, o->namespace));
	return path;
}

/* Reads the stream until it ends; false with *e when that is a failure. */
static bool watch_read_stream(struct watch_state *w, struct arena *a, struct err *e)
{
	struct http_request rq = { .silence_ms = SILENCE_MS, .chunk = take_bytes, .context = w };
	struct http_reply reply;

	argocd_prepare(w->c, a, stream_path(a, w->o), "text/event-stream", &rq);
	w->failed = false;
	sse_release(&w->sse);
	sse_init(&w->sse, MAX_EVENT);
	if (!http_stream(argocd_http(w->c), a, &rq, &reply, e)) {
		/* Not even headers come before the first event. */
		if (e->code == ERR_TIMEOUT && !w->spoke && !w->expects_some)
			return true;
		return err_wrap(e, "watching applications");
	}
	if (w->failed) {
		*e = w->error;
		return err_wrap(e, "watching applications");
	}
	if (reply.status != 200) {
		argocd_refused(w->c, a, &reply, e);
		return err_wrap(e, "watching applications");
	}
	if (sse_is_too_big(&w->sse))
		return err_set(e, ERR_LIMIT, "watching applications: an event is larger than %u bytes",
			       MAX_EVENT);
	if (!w->stopped && clock_ticks() < w->until)
		return err_again(e, ERR_NET, "watching applications: %s hung up", argocd_base(w->c));
	return true;
}

/* Which applications there are, which is let go before the stream, for that lasts. */
static bool watch_names(struct watch_state *w, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct argocd_query names = { .fields = "items.metadata.name,items.metadata.namespace" };
	struct watch_event event = { .kind = WATCH_NAMES };

	if (!argocd_list(w->c, a, &names, &event.names, e))
		return false;
	w->expects_some = value_count(event.names) > 0;
	watch_tell(w, &event);
	return true;
}

static bool watch_once(struct watch_state *w, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	w->until = clock_ticks() + (w->o->again_ms ? w->o->again_ms : AGAIN_MS);
	w->spoke = false;
	if (!w->o->name && !watch_names(w, e))
		return false;
	return w->stopped || watch_read_stream(w, a, e);
}

static bool watch_is_over(const struct watch_state *w)
{
	return w->stopped || flag_is_set(argocd_cancelled(w->c));
}

static void pause_for(const struct watch_state *w, int64_t ms)
{
	int64_t end = clock_ticks() + ms;

	while (!watch_is_over(w) && clock_ticks() < end)
		clock_sleep(SLICE);
}

bool argocd_watch(struct argocd *c, const struct watch_options *o, argocd_watcher *watcher,
		  void *context, struct err *e)
{
	struct watch_state w = { .c = c,
				 .o = o,
				 .watcher = watcher,
				 .context = context,
				 .event = arena_new(),
				 .questions = MOST_QUESTIONS,
				 .questioned_at = clock_ticks() };
	unsigned failures = 0;
	bool ok = true, connected = false;

	sse_init(&w.sse, MAX_EVENT);
	while (!watch_is_over(&w)) {
		struct err error = { 0 };
		bool fine = watch_once(&w, &error);
		connected = connected || fine || w.spoke;
		if (w.spoke || fine)
			failures = 0;
		if (fine || watch_is_over(&w))
			continue;
		if (error.code == ERR_AUTH && !connected) {
			*e = error;
			ok = false;
			break;
		}
		struct watch_event event = { .kind = WATCH_FAILED, .error = &error };
		watch_tell(&w, &event);
		pause_for(&w, backoff_ms(++failures, FIRST_PAUSE, MOST_PAUSE));
	}
	sse_release(&w.sse);
	arena_free(w.event);
	argocd_free(w.aside);
	http_free(w.http);
	return ok;
}
