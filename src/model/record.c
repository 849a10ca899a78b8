/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are written from the end of their room towards its beginning, so that the newest are
 * always a plain array, newest first; lines that a record has seen are never written again.
 */
#include "model/record.h"

#include <assert.h>

#include "base/arena.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "model/attachment.h"
#include "model/event.h"
#include "model/world.h"

enum { ROOM = 2 * RECORD_EVENTS };

static const char *line_text(struct arena *a, const char *s)
{
	return s && *s ? str_copy(a, s) : "";
}

static bool line_is_end(enum event_kind kind)
{
	return kind == EVENT_PROMOTION_FINISHED || kind == EVENT_STAGE_VERIFIED;
}

static void line_copy(struct arena *a, struct event_line *line, const struct event_line *from)
{
	*line = *from;
	line->commit = line_text(a, from->commit);
	line->kind = line_text(a, from->kind);
	line->subject = line_text(a, from->subject);
	line->reason = line_text(a, from->reason);
	line->actor = line_text(a, from->actor);
	line->from = line_text(a, from->from);
	line->stage = line_text(a, from->stage);
	line->freight = line_text(a, from->freight);
	line->promotion = line_text(a, from->promotion);
	line->phase = line_text(a, from->phase);
}

/* A new part with the newest lines: the old one goes with the last record that uses it. */
static void tail_begin(struct event_tail *t)
{
	struct event_tail old = *t;
	struct arena *a;

	t->part = part_new();
	a = part_arena(t->part);
	t->lines = arena_array(a, ROOM, sizeof(*t->lines));
	t->count = old.count < RECORD_EVENTS ? old.count : RECORD_EVENTS;
	t->first = ROOM - t->count;
	for (size_t i = 0; i < t->count; i++)
		line_copy(a, &t->lines[t->first + i], &old.lines[old.first + i]);
	event_tail_release(&old);
}

void event_tail_add(struct event_tail *t, const char *commit, const struct event *ev)
{
	assert(commit && ev);
	if (!t->part || t->first == 0)
		tail_begin(t);
	const struct event_line line = {
		.commit = commit, .kind = event_word_of(ev), .subject = ev->subject,
		.reason = ev->reason, .actor = ev->actor, .from = ev->from, .stage = ev->stage,
		.freight = ev->freight, .promotion = ev->promotion, .at = ev->at,
		.phase = line_is_end(ev->kind) ? value_text(value_get(ev->data, "phase"), "") : "",
	};
	line_copy(part_arena(t->part), &t->lines[--t->first], &line);
	t->count++;
}

void event_tail_release(struct event_tail *t)
{
	part_release(t->part);
	*t = (struct event_tail){ .part = NULL };
}

const struct record *record_new(const struct state *state, struct part *part, const char *head,
				const struct event_tail *t)
{
	struct part *own = part_new();
	struct record *r = arena_alloc(part_arena(own), sizeof(*r));

	assert(state && part && head);
	part_keep(own, part_acquire(part));
	*r = (struct record){ .state = state, .part = own, .head = str_copy(part_arena(own), head) };
	if (t && t->part) {
		part_keep(own, part_acquire(t->part));
		r->events = t->lines + t->first;
		r->nevents = t->count < RECORD_EVENTS ? t->count : RECORD_EVENTS;
	}
	return r;
}

const struct record *record_of_attached(const struct state *state, const struct attachment *at,
					struct part *part, const struct event_tail *t)
{
	const struct record *r = record_new(state, part, "", t);
	struct record *made = arena_copy(part_arena(r->part), r, sizeof(*r));

	assert(at);
	made->attachment = at;
	part_release(part);
	return made;
}

/* With a ledger there is a past, which Kargo has not. */
static const struct denial *record_denials(struct arena *a, const struct attachment *at, size_t *count)
{
	struct denial *out = arena_array(a, at->ndenials, sizeof(*out));

	*count = 0;
	for (size_t i = 0; i < at->ndenials; i++)
		if (at->denials[i].kind != INTENT_TRAVEL)
			out[(*count)++] = at->denials[i];
	return out;
}

const struct record *record_with_history(const struct record *attached, const struct record_history *h)
{
	const struct record *r = record_new(attached->state, attached->part, h->head, h->events);
	struct record *made = arena_copy(part_arena(r->part), r, sizeof(*r));
	struct attachment *at = arena_copy(part_arena(r->part), attached->attachment, sizeof(*at));

	at->ledger = str_copy(part_arena(r->part), h->ledger);
	at->is_recorded_here = h->is_ours;
	at->recorder = h->host ? str_copy(part_arena(r->part), h->host) : NULL;
	at->denials = record_denials(part_arena(r->part), attached->attachment, &at->ndenials);
	made->attachment = at;
	return made;
}

const struct record *record_acquire(const struct record *r)
{
	part_acquire(r->part);
	return r;
}

void record_release(const struct record *r)
{
	if (r)
		part_release(r->part);
}
