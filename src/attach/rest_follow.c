/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known is kept as names and versions (kube/known.h), so that each change is reported once,
 * however often everything is listed. Events live in the API for an hour, and only those about
 * approvals say something that objects do not.
 */
#include "attach/rest_follow.h"

#include <stdio.h>
#include <string.h>

#include "attach/rest_client.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "kube/known.h"
#include "net/sse.h"
#include "net/url.h"

enum {
	MAX_EVENT = 16 << 20,
	SILENCE_MS = 100000,            /* a comment comes every 30 s */
	SHORT_MS = 1000,                /* a stream that ends sooner counts as a failure */
	FIRST_PAUSE_MS = 800,
	LONGEST_PAUSE_MS = 30000,
	POLL_MS = 15000,
	RARE_POLL_MS = 60000,
	REFUSED_MS = 300000,
	PAGE = 500,
	MOST_PAGES = 200,
};

/* How the API has a kind. */
struct rest_follow_kind {
	const char *path;               /* below the project; of the API when it begins with '/' */
	bool streams, rare;
};

static const struct rest_follow_kind rest_kinds[ATTACH_KINDS] = {
	[ATTACH_PROJECT] = { .path = "/projects" },
	[ATTACH_PROJECT_CONFIG] = { .path = "config", .streams = true },
	[ATTACH_WAREHOUSE] = { .path = "warehouses", .streams = true },
	[ATTACH_STAGE] = { .path = "stages", .streams = true },
	[ATTACH_FREIGHT] = { .path = "freight" },
	[ATTACH_PROMOTION] = { .path = "promotions", .streams = true },
	[ATTACH_TASK] = { .path = "promotion-tasks", .rare = true },
	[ATTACH_CLUSTER_TASK] = { .path = "/shared/cluster-promotion-tasks", .rare = true },
	[ATTACH_EVENT] = { .path = "events", .rare = true },
};

struct rest_follow {
	struct rest_client *c;
	const struct rest_follow_options *o;
	const struct attach_listener *l;
	struct kube_known known;
	struct attach_standing standing;
	struct err error;               /* what standing.error points to */
	struct sse sse;
	struct arena *event;            /* of one event */
	struct err broken;              /* what a stream said; code ERR_NONE: nothing */
	bool dirty;                     /* something was told since settled() */
	unsigned failures;              /* in a row */
	char version[64];               /* of the newest list; "" when it does not say */
};

static bool rest_follow_is_over(const struct rest_follow *f)
{
	return flag_is_set(rest_client_cancelled(f->c));
}

static const char *rest_follow_path(const struct rest_follow *f, struct arena *a)
{
	const char *path = rest_kinds[f->o->kind].path;

	return *path == '/' ? path : str_format(a, "/projects/%s/%s", url_escape(a, f->o->project), path);
}

static void rest_follow_changed(struct rest_follow *f, const struct value *object, bool gone)
{
	f->dirty = true;
	f->l->changed(f->l->context, object, gone);
}

static void rest_follow_settle(struct rest_follow *f)
{
	if (f->dirty)
		f->l->settled(f->l->context);
	f->dirty = false;
}

static void rest_follow_forget(void *follow, const struct kube_name *name)
{
	AUTO(arena) struct arena *a = arena_new();

	rest_follow_changed(follow, kube_name_object(a, name), true);
}

static void rest_follow_see(struct rest_follow *f, const struct value *object)
{
	struct kube_name name;

	if (!kube_name_of(object, &name))
		return;
	if (f->o->kind == ATTACH_EVENT && strcmp(value_get_text(object, "reason"), "FreightApproved") != 0)
		return;
	if (kube_known_see(&f->known, &name) != KUBE_SAME)
		rest_follow_changed(f, object, false);
}

static void rest_follow_see_all(struct rest_follow *f, const struct value *items)
{
	for (size_t i = 0; value_is(items, VALUE_LIST) && i < value_count(items); i++)
		rest_follow_see(f, value_at(items, i));
}

/* Projects come in pages; *more: there are others. */
static bool rest_follow_list_page(struct rest_follow *f, unsigned page, bool *more, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct rest_request rq = { .path = rest_follow_path(f, a) };
	const struct value *groups;
	struct value *v;
	int64_t total = 0;

	if (f->o->kind == ATTACH_PROJECT)
		rq.path = str_format(a, "%s?page=%u&pageSize=%d", rq.path, page, PAGE);
	if (!rest_ask(f->c, a, &rq, &v, e))
		return false;
	groups = value_get(v, "groups");
	for (size_t i = 0; value_is(groups, VALUE_MAP) && i < value_count(groups); i++)
		rest_follow_see_all(f, value_get(groups->map.members[i].value, "items"));
	rest_follow_see_all(f, value_get(v, "items"));
	if (f->o->kind == ATTACH_PROJECT_CONFIG)
		rest_follow_see(f, v);
	snprintf(f->version, sizeof(f->version), "%s", value_path_text(v, "metadata.resourceVersion", ""));
	value_integer(value_get(v, "total"), &total);
	*more = f->o->kind == ATTACH_PROJECT && value_count(value_get(v, "items")) > 0 &&
		total > (int64_t)(page + 1) * PAGE;
	return true;
}

/* All objects, told as far as they are new. A project need not have a configuration. */
static bool rest_follow_list(struct rest_follow *f, struct err *e)
{
	bool more = true;

	kube_known_begin(&f->known);
	for (unsigned page = 0; more && page < MOST_PAGES; page++) {
		if (rest_follow_list_page(f, page, &more, e))
			continue;
		if (f->o->kind != ATTACH_PROJECT_CONFIG || e->code != ERR_NOT_FOUND)
			return false;
		more = false;
	}
	kube_known_sweep(&f->known, rest_follow_forget, f);
	f->standing.heard = clock_now();
	rest_follow_settle(f);
	return true;
}

static void rest_follow_tell(struct rest_follow *f, const struct err *e)
{
	f->standing.error = NULL;
	if (!e) {
		f->standing.listed = true;
		f->standing.forbidden = false;
		f->standing.failing_since = 0;
	} else {
		f->error = *e;
		f->standing.error = f->error.message;
		f->standing.forbidden = rest_client_status(f->c) == 403;
		f->standing.listed = f->standing.listed || f->standing.forbidden;
		if (!f->standing.failing_since && !f->standing.forbidden)
			f->standing.failing_since = clock_now();
	}
	f->l->stands(f->l->context, &f->standing);
}

/* "ADDED" and so on; or {"code", "message"}, which ends the stream: all is listed anew. */
static bool rest_follow_event(void *follow, const char *data, size_t len)
{
	struct rest_follow *f = follow;
	const struct value *object;
	struct kube_name name;
	struct err ignored;
	struct value *v;

	arena_reset(f->event);
	if (!json_parse(f->event, data, len, &v, &ignored))
		return err_again(&f->broken, ERR_NET, "Kargo's API sent an event that is not JSON");
	object = value_get(v, "object");
	if (!*value_path_text(v, "type", ""))
		return err_again(&f->broken, ERR_NET, "the stream was ended: %s",
				 str_line(f->event, value_get_text(v, "message"), 300));
	if (strcmp(value_path_text(v, "type", ""), "DELETED") != 0)
		rest_follow_see(f, object);
	else if (kube_name_of(object, &name) && kube_known_drop(&f->known, &name))
		rest_follow_changed(f, object, true);
	return true;
}

static bool rest_follow_bytes(void *follow, const char *bytes, size_t len)
{
	struct rest_follow *f = follow;
	bool fine;

	f->standing.heard = clock_now();
	fine = sse_feed(&f->sse, bytes, len, rest_follow_event, f);
	if (!fine && sse_is_too_big(&f->sse))
		err_set(&f->broken, ERR_LIMIT, "Kargo's API sent an event larger than %d bytes", MAX_EVENT);
	rest_follow_settle(f);
	return fine;
}

/* Hears the stream to its end; false with *e: it failed. */
static bool rest_follow_stream(struct rest_follow *f, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct rest_request rq = { .chunk = rest_follow_bytes, .context = f, .silence_ms = SILENCE_MS };
	int64_t began = clock_ticks();
	bool fine;

	rq.path = str_format(a, "%s?watch=true%s%s", rest_follow_path(f, a),
			     *f->version ? "&resourceVersion=" : "", url_escape(a, f->version));
	f->broken = (struct err){ 0 };
	sse_init(&f->sse, MAX_EVENT);
	fine = rest_ask(f->c, a, &rq, NULL, e);
	sse_release(&f->sse);
	if (fine && f->broken.code) {
		*e = f->broken;
		return false;
	}
	if (fine && clock_ticks() - began < SHORT_MS && !rest_follow_is_over(f))
		return err_again(e, ERR_NET, "Kargo's API closes each stream immediately");
	return fine;
}

static void rest_follow_fail(struct rest_follow *f, const struct err *e)
{
	int64_t first = f->o->first_pause_ms ? f->o->first_pause_ms : FIRST_PAUSE_MS, pause;

	rest_follow_tell(f, e);
	pause = backoff_ms(++f->failures, first, LONGEST_PAUSE_MS);
	if (f->standing.forbidden || e->code == ERR_NOT_FOUND)
		pause = f->o->poll_ms ? f->o->poll_ms : REFUSED_MS;
	flag_wait(rest_client_cancelled(f->c), pause > e->after_ms ? pause : e->after_ms);
}

static void rest_follow_round(struct rest_follow *f)
{
	const struct rest_follow_kind *kind = &rest_kinds[f->o->kind];
	int64_t poll = f->o->poll_ms ? f->o->poll_ms : kind->rare ? RARE_POLL_MS : POLL_MS;
	struct err e = { 0 };

	if (!rest_follow_list(f, &e)) {
		if (!rest_follow_is_over(f))
			rest_follow_fail(f, &e);
		return;
	}
	rest_follow_tell(f, NULL);
	if (!kind->streams) {
		f->failures = 0;
		flag_wait(rest_client_cancelled(f->c), poll);
		return;
	}
	if (rest_follow_stream(f, &e)) {
		f->failures = 0;
		return;
	}
	if (rest_follow_is_over(f))
		return;
	/* A configuration that is not there yet can't be followed: it is looked for. */
	if (e.code == ERR_NOT_FOUND && f->o->kind == ATTACH_PROJECT_CONFIG)
		flag_wait(rest_client_cancelled(f->c), poll);
	else
		rest_follow_fail(f, &e);
}

void rest_follow(struct rest_client *c, const struct rest_follow_options *o, const struct attach_listener *l)
{
	struct rest_follow f = { .c = c, .o = o, .l = l, .event = arena_new() };

	kube_known_init(&f.known);
	while (!rest_follow_is_over(&f))
		rest_follow_round(&f);
	kube_known_release(&f.known);
	arena_free(f.event);
}
