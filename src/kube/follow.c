/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known is kept as names and versions, so that listing anew tells only what differs. Versions are
 * opaque: they are compared for equality, and the newest one heard is where a cut watch is taken up. A page
 * that is too large is asked for in smaller pieces.
 */
#include "kube/follow.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "kube/known.h"
#include "kube/pages.h"
#include "kube/watch.h"
#include "net/url.h"

enum {
	PAGE = 500,
	MAX_PAGE = 16 << 20,            /* bytes; a smaller number of objects is asked for past it */
	MAX_LINE = 16 << 20,
	LIST_MS = 60000,
	SILENCE_MS = 150000,            /* bookmarks come about once a minute */
	WATCH_S = 300,                  /* the server ends the watch after that, up to twice that */
	SHORT_MS = 1000,                /* a watch that ends sooner counts as a failure */
	HEALTHY_MS = 120000,            /* after that long, failures are forgotten */
	FIRST_PAUSE_MS = 800,
	LONGEST_PAUSE_MS = 30000,
	POLL_MS = 15000,
	REFUSED_MS = 300000,
	MOST_EXPIRED = 3,               /* lists that may expire while paging before one is asked for whole */
};

struct follow {
	struct kube_client *c;
	const struct kube_follow_options *o;
	const struct kube_follower *to;
	struct kube_known known;
	struct arena *version_at;
	const char *version;            /* where a watch is taken up; NULL: list first */
	struct kube_state state;
	struct err error;               /* what state.error points to */
	struct kube_lines lines;
	struct err broken;              /* what the watch said or sent; code ERR_NONE: nothing */
	bool gone;                      /* the cluster forgot the watch's place: list again */
	bool dirty;                     /* something was told since settled() */
	unsigned failures;              /* in a row */
	unsigned page;
	bool may_watch;
};

static int64_t follow_or(int64_t given, int64_t usual)
{
	return given ? given : usual;
}

static bool follow_is_over(const struct follow *f)
{
	return flag_is_set(kube_client_cancelled(f->c));
}

static void follow_tell(struct follow *f, enum kube_phase phase, const struct err *e)
{
	if (f->state.phase != phase || !f->state.since)
		f->state.since = clock_now();
	f->state.phase = phase;
	f->state.error = NULL;
	if (e) {
		f->error = *e;
		f->state.error = &f->error;
	}
	f->to->state(f->to->context, &f->state);
}

static void follow_settle(struct follow *f)
{
	if (f->dirty)
		f->to->settled(f->to->context);
	f->dirty = false;
}

static void follow_change(struct follow *f, enum kube_change change, const struct value *object)
{
	f->dirty = true;
	f->to->changed(f->to->context, change, object);
}

static void follow_set_version(struct follow *f, const char *version)
{
	struct arena *old = f->version_at;

	f->version_at = arena_new_sized(256);
	f->version = str_copy(f->version_at, version);
	arena_free(old);
}

/* An object that exists, listed or watched. False when it is not an object. */
static bool follow_see(struct follow *f, const struct value *object)
{
	struct kube_name name;

	if (!kube_name_of(object, &name))
		return false;
	switch (kube_known_see(&f->known, &name)) {
	case KUBE_SAME:
		break;
	case KUBE_NEW:
		follow_change(f, KUBE_ADDED, object);
		break;
	case KUBE_CHANGED:
		follow_change(f, KUBE_MODIFIED, object);
		break;
	}
	return true;
}

static void follow_forget(void *follow, const struct kube_name *name)
{
	AUTO(arena) struct arena *a = arena_new();

	follow_change(follow, KUBE_DELETED, kube_name_object(a, name));
}

static const char *follow_selector(const struct follow *f, struct arena *a)
{
	const char *labels = f->o->labels ? url_escape(a, f->o->labels) : NULL;
	const char *fields = f->o->fields ? url_escape(a, f->o->fields) : NULL;

	return str_format(a, "%s%s%s%s", labels ? "&labelSelector=" : "", labels ? labels : "",
			  fields ? "&fieldSelector=" : "", fields ? fields : "");
}

static struct kube_request follow_request(const struct follow *f, struct arena *a)
{
	struct kube_id id = { .resource = f->o->resource, .namespace = f->o->namespace };

	return kube_reading(a, &id);
}

/* Tells one page, object by object. */
static bool follow_take_page(struct follow *f, struct kube_page *page, struct err *e)
{
	AUTO(arena) struct arena *one = arena_new();
	struct value *item;

	for (;;) {
		arena_reset(one);
		if (!kube_page_next(one, page, &item, e))
			return false;
		if (!item)
			return true;
		if (!follow_see(f, item))
			return err_set(e, ERR_NET, "the list holds an object without a name");
	}
}

/* One page; *next: where the following one begins, in a. */
static bool follow_list_page(struct follow *f, struct arena *a, const char **next, struct err *e)
{
	AUTO(arena) struct arena *own = arena_new();
	struct kube_request rq = follow_request(f, own);
	struct kube_page page;
	struct str text;

	rq.query = str_format(own, "limit=%u%s%s%s", f->page, follow_selector(f, own),
			      *next ? "&continue=" : "", *next ? url_escape(own, *next) : "");
	rq.max_reply = MAX_PAGE;
	rq.timeout_ms = LIST_MS;
	if (!kube_ask_text(f->c, own, &rq, &text, e) || !kube_page_read(own, text, &page, e) ||
	    !follow_take_page(f, &page, e))
		return false;
	f->state.heard = clock_now();
	if (*next && same_text(page.next, *next))
		return err_set(e, ERR_NET, "the list does not advance: the cluster sent the same "
			       "page again");
	*next = str_copy(a, page.next);
	if (!page.next)
		follow_set_version(f, page.version);
	return true;
}

/* Whether a page may be had in smaller pieces. */
static bool follow_shrink(struct follow *f, const struct err *e)
{
	if (e->code != ERR_LIMIT || f->page <= 1)
		return false;
	f->page = f->page > 8 ? f->page / 8 : 1;
	return true;
}

/* All objects, told as far as they are new; what is not among them is gone. */
static bool follow_list(struct follow *f, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *next = NULL;
	unsigned expired = 0;

	kube_known_begin(&f->known);
	for (;;) {
		struct err failed = { 0 };

		if (follow_is_over(f))
			return err_set(e, ERR_CANCELLED, "cancelled");
		if (follow_list_page(f, a, &next, &failed)) {
			if (!next)
				break;
			continue;
		}
		if (follow_shrink(f, &failed))
			continue;
		if (kube_client_refusal(f->c)->status != 410 || !next || ++expired > MOST_EXPIRED) {
			*e = failed;
			return false;
		}
		/* The moment that the list is of was forgotten between two pages: from the start. */
		next = NULL;
		kube_known_begin(&f->known);
	}
	kube_known_sweep(&f->known, follow_forget, f);
	follow_settle(f);
	return true;
}

static bool follow_take_event(struct follow *f, const struct kube_event *event)
{
	struct kube_name name;

	if (event->kind == KUBE_EVENT_DELETED) {
		if (!kube_name_of(event->object, &name))
			return false;
		if (kube_known_drop(&f->known, &name))
			follow_change(f, KUBE_DELETED, event->object);
		return true;
	}
	return follow_see(f, event->object);
}

/* False ends the watch. */
static bool follow_hear(void *follow, const struct kube_event *event)
{
	struct follow *f = follow;

	switch (event->kind) {
	case KUBE_EVENT_ERROR:
		kube_status_error(f->c, event->object, &f->broken);
		return false;
	case KUBE_EVENT_OTHER:
		return true;
	case KUBE_EVENT_BOOKMARK:
		follow_tell(f, KUBE_FOLLOWING, NULL);
		break;
	case KUBE_EVENT_ADDED:
	case KUBE_EVENT_MODIFIED:
	case KUBE_EVENT_DELETED:
		if (follow_take_event(f, event))
			break;
		return err_set(&f->broken, ERR_NET, "the watch sent an object without a name");
	}
	if (*event->version)
		follow_set_version(f, event->version);
	return true;
}

static bool follow_take_bytes(void *follow, const char *bytes, size_t len)
{
	struct follow *f = follow;
	bool ended, fine;

	f->state.heard = clock_now();
	fine = kube_lines_feed(&f->lines, bytes, len, &ended, &f->broken);
	follow_settle(f);
	return fine && !ended;
}

/* Reads the watch to its end. False with *e when that is a failure. */
static bool follow_watch(struct follow *f, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kube_request rq = follow_request(f, a);
	struct kube_sink sink = { .chunk = follow_take_bytes, .context = f, .silence_ms = SILENCE_MS };
	int64_t began = clock_ticks();
	uint16_t chance;
	bool fine;

	random_bytes(&chance, sizeof(chance));
	rq.query = str_format(a, "watch=1&allowWatchBookmarks=true&timeoutSeconds=%u&resourceVersion=%s%s",
			      WATCH_S + chance % WATCH_S, url_escape(a, f->version), follow_selector(f, a));
	f->broken = (struct err){ 0 };
	kube_lines_init(&f->lines, MAX_LINE, follow_hear, f);
	fine = kube_stream(f->c, a, &rq, &sink, e);
	kube_lines_release(&f->lines);
	if (fine && f->broken.code) {
		*e = f->broken;
		return false;
	}
	if (!fine && e->code == ERR_TIMEOUT && clock_ticks() - began >= SILENCE_MS)
		return true;            /* nothing happened, or the line is dead: the next one shows which */
	if (fine && clock_ticks() - began < SHORT_MS && !follow_is_over(f))
		return err_again(e, ERR_NET, "the cluster closes each watch immediately");
	return fine;
}

/* Tells a failure and waits until it is worth asking again. */
static void follow_fail(struct follow *f, const struct err *e, enum kube_phase phase)
{
	int64_t pause = follow_or(f->o->refused_ms, REFUSED_MS);

	if (phase == KUBE_WAITING) {
		pause = backoff_ms(++f->failures, follow_or(f->o->first_pause_ms, FIRST_PAUSE_MS),
				   LONGEST_PAUSE_MS);
		pause = pause > e->after_ms ? pause : e->after_ms;
	}
	follow_tell(f, phase, e);
	flag_wait(kube_client_cancelled(f->c), pause);
}

static void follow_list_failed(struct follow *f, const struct err *e)
{
	int status = kube_client_refusal(f->c)->status;

	if (status == 404) {
		kube_known_begin(&f->known);
		kube_known_sweep(&f->known, follow_forget, f);
		follow_settle(f);
	}
	follow_fail(f, e, status == 403 ? KUBE_FORBIDDEN : status == 404 ? KUBE_ABSENT : KUBE_WAITING);
}

/* began: clock_ticks() when the watch did. */
static void follow_watch_failed(struct follow *f, const struct err *e, int64_t began)
{
	int status = kube_client_refusal(f->c)->status;
	bool lasted = clock_ticks() - began >= SHORT_MS;

	if (clock_ticks() - began >= HEALTHY_MS)
		f->failures = 0;
	/* What was said, rather than cut off, may be about the place itself. */
	if (status == 410 || status == 404 || f->broken.code)
		f->version = NULL;
	if (status == 403) {
		f->may_watch = false;
		return;
	}
	/* A line that was cut is taken up at once, without a word, if that succeeds. */
	if ((lasted || status == 410) && !f->failures) {
		f->failures = 1;
		return;
	}
	follow_fail(f, e, KUBE_WAITING);
}

/* Once around: a list when there must be one, and a watch or a pause. */
static void follow_round(struct follow *f)
{
	int64_t began = clock_ticks();
	struct err e = { 0 };

	if (!f->version && !follow_list(f, &e)) {
		if (!follow_is_over(f))
			follow_list_failed(f, &e);
		return;
	}
	if (!f->may_watch) {
		f->failures = 0;
		follow_tell(f, KUBE_POLLING, NULL);
		flag_wait(kube_client_cancelled(f->c), follow_or(f->o->poll_ms, POLL_MS));
		f->version = NULL;
		return;
	}
	if (f->state.phase != KUBE_FOLLOWING)
		follow_tell(f, KUBE_FOLLOWING, NULL);
	began = clock_ticks();
	if (follow_watch(f, &e))
		f->failures = 0;
	else if (!follow_is_over(f))
		follow_watch_failed(f, &e, began);
}

void kube_follow(struct kube_client *c, const struct kube_follow_options *o,
		 const struct kube_follower *follower)
{
	struct follow f = { .c = c, .o = o, .to = follower, .page = o->page ? o->page : PAGE,
			    .may_watch = true };

	assert(o->resource && follower->changed && follower->settled && follower->state);
	kube_known_init(&f.known);
	follow_tell(&f, KUBE_LISTING, NULL);
	while (!follow_is_over(&f))
		follow_round(&f);
	kube_known_release(&f.known);
	arena_free(f.version_at);
}
