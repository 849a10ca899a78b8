/* SPDX-License-Identifier: Apache-2.0 */
#include "kargo.h"

#include <string.h>

#include "attach/history.h"
#include "attach/objects.h"
#include "attach/state.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "base/thread.h"
#include "cluster.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/attachment.h"
#include "model/event.h"
#include "model/record.h"
#include "recorder/recorder.h"
#include "tap.h"

enum { PATIENCE_MS = 60000, LOOK_MS = 20 };

static void kargo_put(struct kargo *k, enum attach_kind kind, const struct value *object)
{
	struct err e;

	if (!attach_state_put(k->state, kind, object, &e))
		ok(false, "the object reads: %s", e.message);
	attach_history_learn(k->history, kind, object);
}

void kargo_begin(struct kargo *k, const char *folder)
{
	*k = (struct kargo){ .a = arena_new(), .state = attach_state_new(), .history = attach_history_new() };
	k->ledger = str_format(k->a, "%s/ledger.git", folder);
	kargo_put(k, ATTACH_FREIGHT, cluster_freight(k->a));
	kargo_stage(k, "test", "{}");
	kargo_stage(k, "prod", "{}");
}

void kargo_end(struct kargo *k)
{
	kargo_stop(k);
	attach_state_free(k->state);
	attach_history_free(k->history);
	arena_free(k->a);
}

void kargo_stage(struct kargo *k, const char *name, const char *status)
{
	kargo_put(k, ATTACH_STAGE, cluster_stage(k->a, name, status));
}

static const char *kargo_name(struct kargo *k, unsigned n)
{
	return str_format(k->a, "test.01jzz%021u.d532e1f", n);
}

void kargo_promote_at(struct kargo *k, unsigned n, const char *status, const char *at)
{
	struct value *p = cluster_promotion(k->a, status), *metadata = value_get(p, "metadata");

	value_set(k->a, metadata, "name", value_string(k->a, kargo_name(k, n)));
	value_set(k->a, metadata, "creationTimestamp", value_string(k->a, at));
	kargo_put(k, ATTACH_PROMOTION, p);
}

void kargo_promote(struct kargo *k, unsigned n, const char *status)
{
	kargo_promote_at(k, n, status, str_format(k->a, "2026-07-01T11:%02u:%02uZ", n / 60, n % 60));
}

void kargo_freight(struct kargo *k, const struct value *object)
{
	kargo_put(k, ATTACH_FREIGHT, object);
}

void kargo_promoted(struct kargo *k, unsigned n, unsigned minute)
{
	kargo_promote(k, n, str_format(k->a, "{'phase':'Succeeded','startedAt':'2026-07-01T12:%02u:00Z',"
				       "'finishedAt':'2026-07-01T12:%02u:30Z','stepExecutionMetadata':"
				       "[{'alias':'push','status':'Succeeded'}]}", minute, minute));
}

void kargo_drop(struct kargo *k, unsigned n)
{
	attach_state_remove(k->state, ATTACH_PROMOTION, kargo_name(k, n));
}

void kargo_approved_by(struct kargo *k, const char *who)
{
	attach_history_learn(k->history, ATTACH_EVENT, cluster_json(k->a, str_format(k->a,
		"{'metadata':{'name':'e','namespace':'shop','annotations':{'event.kargo.akuity.io/actor':'%s',"
		"'event.kargo.akuity.io/stage-name':'prod','event.kargo.akuity.io/freight-name':'"
		CLUSTER_FREIGHT "'}},'reason':'FreightApproved','lastTimestamp':'2026-07-01T11:00:00Z'}", who)));
}

static void kargo_on_record(void *told, const char *project, const struct record *r)
{
	struct kargo *k = told;

	const char *leader = r->attachment->recorder;

	(void)project;
	moment_set(&k->leader, leader && has_prefix(leader, "bastion-") ? leader[strlen("bastion-")] - '0' : 0);
	moment_set(&k->said, moment_get(&k->said) + 1);
	moment_set(&k->nevents, *r->head ? (int64_t)r->nevents : 0);
}

void kargo_tell(struct kargo *k)
{
	struct part *part = part_new();
	struct attachment *at = arena_alloc(part_arena(part), sizeof(*at));
	const struct state *state = attach_state_make(k->state, part);
	const struct record *r;

	*at = (struct attachment){ .context = "staging", .server = "https://staging.test" };
	r = record_of_attached(state, at, part, attach_history_tail(k->history, k->state));
	recorder_take(k->recorder, "shop", r);
	record_release(r);
}

void kargo_record(struct kargo *k, bool writes)
{
	const struct recorder_options o = { .path = k->ledger, .host = "bastion-2", .context = "staging",
					    .writes = writes, .on_record = kargo_on_record, .told = k };
	struct err e;

	ok(recorder_start(&o, &k->recorder, &e), "a recorder comes");
	kargo_tell(k);
}

void kargo_stop(struct kargo *k)
{
	if (k->recorder)
		ok(recorder_stop(k->recorder, PATIENCE_MS), "the recorder goes");
	k->recorder = NULL;
}

struct ledger *kargo_ledger(struct kargo *k, const char *host)
{
	const struct ledger_options o = { .path = k->ledger, .project = "shop@staging", .host = host,
					  .read_only = !*host, .must_exist = true };
	struct ledger *l;
	struct err e;

	return ledger_open(&o, &l, &e) ? l : NULL;
}

/* All events, newest first. */
static struct ledger_page kargo_history(struct kargo *k, struct arena *a)
{
	const struct ledger_filter all = { .max = 100000 };
	struct ledger *l = kargo_ledger(k, "");
	struct ledger_page page = { .count = 0 };
	struct err e;

	if (l && !ledger_history(l, a, &all, &page, &e))
		ok(false, "the history reads: %s", e.message);
	ledger_close(l);
	return page;
}

bool kargo_is_in_turn(struct kargo *k)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_page page = kargo_history(k, a);
	bool is_unverified = false, fine = true;

	for (size_t i = page.count; i > 0; i--) {
		enum event_kind kind = page.entries[i - 1].event->kind;

		if (kind == EVENT_PROMOTION_STARTED && is_unverified)
			fine = false;
		if (kind == EVENT_PROMOTION_FINISHED || kind == EVENT_STAGE_VERIFIED)
			is_unverified = kind == EVENT_PROMOTION_FINISHED;
	}
	return fine && !is_unverified;
}

size_t kargo_count(struct kargo *k, const char *kind, const char *text)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_page page = kargo_history(k, a);
	size_t count = 0;

	for (size_t i = 0; i < page.count; i++) {
		const struct event *ev = page.entries[i].event;
		const char *said = str_format(a, "%s\n%s\n%s", ev->subject, ev->actor ? ev->actor : "",
					      ev->reason ? ev->reason : "");

		count += (!kind || strcmp(event_word_of(ev), kind) == 0) && (!text || strstr(said, text));
	}
	return count;
}

void kargo_wait(struct kargo *k, size_t count, const char *what)
{
	size_t now = 0;

	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end && now < count;
	     clock_sleep(LOOK_MS))
		now = kargo_count(k, NULL, NULL);
	ok(now == count, "%s: %zu of %zu events", what, now, count);
}

void kargo_wait_leader(struct kargo *k, int64_t bastion)
{
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end && moment_get(&k->leader) != bastion;)
		clock_sleep(LOOK_MS);
	is_number(moment_get(&k->leader), bastion, "it is told who records");
}

bool kargo_is_sound(struct kargo *k)
{
	AUTO(arena) struct arena *a = arena_new();
	struct ledger *l = kargo_ledger(k, "");
	struct ledger_verdict v = { .sound = false };
	struct err e;

	if (l && !ledger_verify(l, a, &v, &e))
		ok(false, "it can be verified: %s", e.message);
	ledger_close(l);
	return v.sound;
}
