/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts are kept sorted by when they happened; what is older than the oldest of a full list is not
 * kept. The sentences are made when they are asked for: by then the freight that they name has been
 * read, too.
 */
#include "attach/history.h"

#include <stdlib.h>
#include <string.h>

#include "attach/state.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/value.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/record.h"
#include "model/wording.h"

enum { ID_LEN = 40, TEXT_MAX = 1000 };

/* One thing that happened. */
struct history_fact {
	struct arena *arena;            /* of its texts, and the fact itself */
	char id[ID_LEN + 1];
	enum event_kind kind;
	int64_t at;                     /* ms */
	const char *stage, *freight, *promotion, *warehouse; /* "" when it is not about one */
	const char *actor;              /* "" when nobody is known */
	const char *phase, *message;    /* of an end */
};

struct attach_history {
	struct history_fact **facts;            /* newest first */
	size_t count;
	bool changed;                   /* since the tail was made */
	struct event_tail tail;
};

struct attach_history *attach_history_new(void)
{
	struct attach_history *h = xmalloc(sizeof(*h));

	*h = (struct attach_history){
		.facts = xmalloc((RECORD_EVENTS + 1) * sizeof(struct history_fact *)),
	};
	return h;
}

void attach_history_free(struct attach_history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		arena_free(h->facts[i]->arena);
	event_tail_release(&h->tail);
	free(h->facts);
	free(h);
}

/* What it is and of what; marks: what tells two of the same object apart. */
static void fact_name(struct history_fact *f, const char *mark)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct event ev = { .kind = f->kind };
	const char *text = str_format(a, "%s\n%s\n%s\n%s\n%s", event_word_of(&ev), f->promotion,
				      *f->promotion ? "" : f->stage, *f->promotion ? "" : f->freight, mark);

	hash_sha1(text, strlen(text), f->id);
}

/* What was learnt first stays; only a name that was missing is added. */
static bool history_knows(struct attach_history *h, const struct history_fact *f)
{
	for (size_t i = 0; i < h->count; i++) {
		struct history_fact *known = h->facts[i];

		if (strcmp(known->id, f->id) != 0)
			continue;
		if (!*known->actor && *f->actor) {
			known->actor = str_copy(known->arena, f->actor);
			h->changed = true;
		}
		return true;
	}
	return false;
}

static const char *fact_text(struct arena *a, const char *text)
{
	return text && *text ? str_line(a, text, TEXT_MAX) : "";
}

static void history_add(struct attach_history *h, struct history_fact *f, const char *mark)
{
	struct arena *a;
	struct history_fact *kept;
	size_t at = h->count;

	if (!f->at || (h->count == RECORD_EVENTS && f->at <= h->facts[h->count - 1]->at))
		return;
	fact_name(f, mark);
	if (history_knows(h, f))
		return;
	a = arena_new_sized(512);
	kept = arena_copy(a, f, sizeof(*f));
	kept->arena = a;
	kept->stage = fact_text(a, f->stage);
	kept->freight = fact_text(a, f->freight);
	kept->promotion = fact_text(a, f->promotion);
	kept->warehouse = fact_text(a, f->warehouse);
	kept->actor = fact_text(a, f->actor);
	kept->phase = fact_text(a, f->phase);
	kept->message = fact_text(a, f->message);
	while (at > 0 && h->facts[at - 1]->at < kept->at)
		at--;
	memmove(&h->facts[at + 1], &h->facts[at], (h->count - at) * sizeof(struct history_fact *));
	h->facts[at] = kept;
	if (++h->count > RECORD_EVENTS)
		arena_free(h->facts[--h->count]->arena);
	h->changed = true;
}

static struct history_fact fact_of(enum event_kind kind)
{
	return (struct history_fact){ .kind = kind, .stage = "", .freight = "", .promotion = "",
				      .warehouse = "", .actor = "", .phase = "",
				      .message = "" };
}

/* 0: it is not there, or no time. */
static int64_t history_time(const struct value *v, const char *path)
{
	int64_t at;

	return clock_parse(value_path_text(v, path, ""), &at) ? at : 0;
}

static void history_learn_freight(struct attach_history *h, const struct value *object)
{
	const struct value *approved = value_path(object, "status.approvedFor");
	struct history_fact f = fact_of(EVENT_FREIGHT_DISCOVERED);

	f.freight = value_path_text(object, "metadata.name", "");
	f.warehouse = value_path_text(object, "origin.name", "");
	f.at = history_time(object, "metadata.creationTimestamp");
	history_add(h, &f, "");
	f.kind = EVENT_FREIGHT_APPROVED;
	for (size_t i = 0; value_is(approved, VALUE_MAP) && i < approved->map.count; i++) {
		f.stage = approved->map.members[i].key.at;
		f.at = history_time(approved->map.members[i].value, "approvedAt");
		history_add(h, &f, "");
	}
}

static void history_learn_promotion(struct attach_history *h, const struct value *object)
{
	const struct value *notes = value_path(object, "metadata.annotations");
	const char *actor = value_text(value_get(notes, "kargo.akuity.io/create-actor"), "");
	struct history_fact f = fact_of(EVENT_PROMOTION_REQUESTED);

	f.promotion = value_path_text(object, "metadata.name", "");
	f.stage = value_path_text(object, "spec.stage", "");
	f.freight = value_path_text(object, "spec.freight", "");
	f.at = history_time(object, "metadata.creationTimestamp");
	f.actor = has_prefix(actor, "controller:") ? "" : actor;
	history_add(h, &f, "");
	f.actor = "";
	f.kind = EVENT_PROMOTION_STARTED;
	f.at = history_time(object, "status.startedAt");
	history_add(h, &f, "");
	f.kind = EVENT_PROMOTION_FINISHED;
	f.at = history_time(object, "status.finishedAt");
	f.phase = value_path_text(object, "status.phase", "");
	f.message = value_path_text(object, "status.message", "");
	history_add(h, &f, "");
}

/* Kargo's VerificationInfo: when it began, and how it ended. */
static void history_learn_verification(struct attach_history *h, const char *stage, const struct value *info)
{
	const char *id = value_text(value_get(info, "id"), "");
	const char *actor = value_text(value_get(info, "actor"), "");
	struct history_fact f = fact_of(EVENT_STAGE_VERIFYING);

	f.stage = stage;
	f.at = history_time(info, "startTime");
	f.actor = has_prefix(actor, "controller:") ? "" : actor;
	history_add(h, &f, id);
	f.kind = EVENT_STAGE_VERIFIED;
	f.at = history_time(info, "finishTime");
	f.actor = "";
	f.phase = value_text(value_get(info, "phase"), "");
	f.message = value_text(value_get(info, "message"), "");
	history_add(h, &f, id);
}

static void history_learn_stage(struct attach_history *h, const struct value *object)
{
	const struct value *history = value_path(object, "status.freightHistory");
	const struct value *holds = value_path(object, "status.autoPromotionHolds");
	const char *stage = value_path_text(object, "metadata.name", "");

	for (size_t i = 0; value_is(history, VALUE_LIST) && i < history->list.count; i++) {
		const struct value *runs = value_get(history->list.items[i], "verificationHistory");

		for (size_t j = 0; value_is(runs, VALUE_LIST) && j < runs->list.count; j++)
			history_learn_verification(h, stage, runs->list.items[j]);
	}
	for (size_t i = 0; value_is(holds, VALUE_MAP) && i < holds->map.count; i++) {
		const struct value_member *m = &holds->map.members[i];
		struct history_fact f = fact_of(EVENT_STAGE_HELD);

		f.stage = stage;
		f.actor = value_text(value_get(m->value, "actor"), "");
		f.at = history_time(m->value, "createdAt");
		history_add(h, &f, value_text(value_get(m->value, "createdAt"), ""));
	}
}

/* Kargo's Events that say who did something of which the object itself only knows that it was done. */
static void history_learn_event(struct attach_history *h, const struct value *object)
{
	const struct value *notes = value_path(object, "metadata.annotations");
	const char *reason = value_text(value_get(object, "reason"), "");
	struct history_fact f = fact_of(EVENT_FREIGHT_APPROVED);
	const struct {
		const char *key, **to;
	} fields[] = {
		{ "event.kargo.akuity.io/actor", &f.actor },
		{ "event.kargo.akuity.io/stage-name", &f.stage },
		{ "event.kargo.akuity.io/freight-name", &f.freight },
	};

	if (strcmp(reason, "FreightApproved") != 0)
		return;
	for (size_t i = 0; i < COUNTOF(fields); i++)
		*fields[i].to = value_text(value_get(notes, fields[i].key), "");
	f.at = history_time(object, "lastTimestamp");
	if (!f.at)
		f.at = history_time(object, "metadata.creationTimestamp");
	if (*f.stage && *f.freight)
		history_add(h, &f, "");
}

void attach_history_learn(struct attach_history *h, enum attach_kind kind, const struct value *object)
{
	switch (kind) {
	case ATTACH_FREIGHT: history_learn_freight(h, object); break;
	case ATTACH_PROMOTION: history_learn_promotion(h, object); break;
	case ATTACH_STAGE: history_learn_stage(h, object); break;
	case ATTACH_EVENT: history_learn_event(h, object); break;
	default: break;
	}
}

/* "soft-squirrel (1.29.5)", or the beginning of a name that is not known any more. */
static const char *fact_freight(struct arena *a, const struct attach_state *s, const char *name)
{
	const struct freight *f = attach_state_freight(s, name);

	return f ? wording_freight(a, f) : str_copy_n(a, name, strnlen(name, 7));
}

static const char *fact_subject(struct arena *a, const struct attach_state *s,
				const struct history_fact *f)
{
	const char *freight = fact_freight(a, s, f->freight);

	switch (f->kind) {
	case EVENT_FREIGHT_DISCOVERED:
		return str_format(a, "find freight %s from %s", freight, f->warehouse);
	case EVENT_FREIGHT_APPROVED:
		return str_format(a, "approve %s for %s", freight, f->stage);
	case EVENT_PROMOTION_REQUESTED:
		return str_format(a, "promote %s to %s%s", f->stage, freight,
				  *f->actor ? "" : ", automatically");
	case EVENT_PROMOTION_STARTED:
		return str_format(a, "begin to promote %s to %s", f->stage, freight);
	case EVENT_PROMOTION_FINISHED:
		return wording_end(a, f->stage, freight, f->phase, f->message);
	case EVENT_STAGE_VERIFYING:
		return str_format(a, "begin to verify %s", f->stage);
	case EVENT_STAGE_VERIFIED:
		return str_format(a, "verification of %s: %s", f->stage, f->phase);
	default:
		return str_format(a, "hold auto-promotion of %s", f->stage);
	}
}

static const char *fact_or_null(const char *text)
{
	return *text ? text : NULL;
}

static void history_tell(struct attach_history *h, const struct attach_state *s,
			 const struct history_fact *f)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *data = value_map(a);
	struct event ev = {
		.kind = f->kind,
		.subject = fact_subject(a, s, f),
		.stage = fact_or_null(f->stage),
		.freight = fact_or_null(f->freight),
		.promotion = fact_or_null(f->promotion),
		.warehouse = fact_or_null(f->warehouse),
		.actor = fact_or_null(f->actor),
		.at = f->at,
		.data = data,
	};

	value_set(a, data, "phase", value_string(a, f->phase));
	event_tail_add(&h->tail, f->id, &ev);
}

const struct event_tail *attach_history_tail(struct attach_history *h, const struct attach_state *s)
{
	if (!h->changed)
		return &h->tail;
	event_tail_release(&h->tail);
	for (size_t i = h->count; i-- > 0;)
		history_tell(h, s, h->facts[i]);
	h->changed = false;
	return &h->tail;
}
