/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part only grows while others read it. When half of one is no longer of use, what is left moves
 * to a new part, just as large as it must be.
 */
#include "attach/state.h"

#include <stdlib.h>
#include <string.h>

#include "attach/runs.h"
#include "attach/words.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/state.h"
#include "model/state_put.h"

/* Promotions of a stage, that are over; bytes that are never worth a move. */
enum { PROMOTIONS_KEPT = 30, SPARE = 8192, BUCKETS = 256 };

/* Objects of one kind that lie in one part, by name. */
struct shelf {
	struct state_object **items;
	size_t count, room;
};

/* What changes together. */
struct segment {
	struct part *part;              /* NULL: nothing was put here yet */
	size_t clean;                   /* bytes in it when all of it was of use */
	bool changed;                   /* since it was last made part of a state */
	struct shelf shelf;             /* freight, or a stage's promotions */
	/* A stage's segment. */
	char *name;                     /* heap */
	const struct value *stage;      /* NULL: there are only promotions */
	/* What the last state had of it, in the part. */
	const struct state_bucket *bucket;
	const struct state_stage *made;
};

struct attach_state {
	struct segment freight[BUCKETS];
	struct segment **stages;        /* by name */
	size_t nstages, room;
};

struct attach_state *attach_state_new(void)
{
	struct attach_state *s = xmalloc(sizeof(*s));

	memset(s, 0, sizeof(*s));
	return s;
}

static void segment_release(struct segment *g)
{
	part_release(g->part);
	free(g->shelf.items);
	free(g->name);
}

void attach_state_free(struct attach_state *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		segment_release(&s->freight[i]);
	for (size_t i = 0; i < s->nstages; i++) {
		segment_release(s->stages[i]);
		free(s->stages[i]);
	}
	free(s->stages);
	free(s);
}

/* Where the name is, or would be. */
static size_t shelf_find(const struct shelf *f, const char *name, bool *found)
{
	size_t low = 0, high = f->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(f->items[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < f->count && strcmp(f->items[low]->name, name) == 0;
	return low;
}

static void shelf_put(struct shelf *f, struct state_object *o)
{
	bool found;
	size_t at = shelf_find(f, o->name, &found);

	if (!found) {
		if (f->count == f->room) {
			f->room = f->room ? f->room * 2 : 4;
			f->items = xrealloc(f->items, f->room * sizeof(struct state_object *));
		}
		memmove(&f->items[at + 1], &f->items[at], (f->count - at) * sizeof(*f->items));
		f->count++;
	}
	f->items[at] = o;
}

static bool shelf_remove(struct shelf *f, const char *name)
{
	bool found;
	size_t at = shelf_find(f, name, &found);

	if (!found)
		return false;
	f->count--;
	memmove(&f->items[at], &f->items[at + 1], (f->count - at) * sizeof(*f->items));
	return true;
}

/* Read into the words' arena; a freight or a promotion, as kind says. NULL: it does not read. */
static struct state_object *segment_read(struct attach_words *w, enum attach_kind kind,
					 const struct value *kept, struct err *e)
{
	struct arena *a = attach_words_arena(w);
	struct state_object *o = arena_alloc(a, sizeof(*o));

	o->object = attach_words_keep(w, kept);
	o->name = value_path_text(o->object, "metadata.name", "");
	if (kind == ATTACH_FREIGHT ? !freight_read(a, o->object, &o->freight, e)
				   : !promotion_read(a, o->object, &o->promotion, e))
		return NULL;
	return o;
}

/* The same into the arena, which shares nothing with what is there. */
static struct state_object *segment_read_alone(struct arena *a, enum attach_kind kind,
					       const struct value *kept, struct err *e)
{
	struct attach_words *w = attach_words_new(a);
	struct state_object *o = segment_read(w, kind, kept, e);

	attach_words_free(w);
	return o;
}

static struct arena *segment_arena(struct segment *g)
{
	if (!g->part)
		g->part = part_new();
	g->changed = true;
	return part_arena(g->part);
}

/* Moves what is of use to a new part. What was read once reads again. */
static void segment_tidy(struct segment *g, enum attach_kind kind)
{
	struct part *old = g->part;
	size_t used = arena_used(part_arena(old));
	struct err ignored;

	if (used <= 2 * g->clean + SPARE && g->clean)
		return;
	/* As a rehearsal: how large it must be is only known once it is there. */
	for (int pass = 0; pass < 2; pass++) {
		struct part *new = pass ? part_new_sized(g->clean + 64) : part_new();
		struct arena *a = part_arena(new);
		struct attach_words *w = attach_words_new(a);
		size_t count = 0;

		if (g->stage)
			g->stage = attach_words_keep(w, g->stage);
		for (size_t i = 0; i < g->shelf.count; i++) {
			struct state_object *o = segment_read(w, kind, g->shelf.items[i]->object, &ignored);

			if (o)
				g->shelf.items[count++] = o;
		}
		attach_words_free(w);
		g->shelf.count = count;
		g->clean = arena_used(a) + (g->shelf.count + 1) * sizeof(void *) + sizeof(struct state_stage);
		part_release(g->part);
		g->part = new;
	}
	g->bucket = NULL;
	g->made = NULL;
}

static struct segment *state_stage_segment(const struct attach_state *s, const char *name, size_t *at)
{
	size_t low = 0, high = s->nstages;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(s->stages[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return low < s->nstages && strcmp(s->stages[low]->name, name) == 0 ? s->stages[low] : NULL;
}

static struct segment *state_stage_make(struct attach_state *s, const char *name)
{
	size_t at;
	struct segment *g = state_stage_segment(s, name, &at);

	if (g)
		return g;
	if (s->nstages == s->room) {
		s->room = s->room ? s->room * 2 : 16;
		s->stages = xrealloc(s->stages, s->room * sizeof(struct segment *));
	}
	memmove(&s->stages[at + 1], &s->stages[at], (s->nstages - at) * sizeof(struct segment *));
	s->nstages++;
	g = xmalloc(sizeof(*g));
	*g = (struct segment){ .name = xstrdup(name) };
	s->stages[at] = g;
	return g;
}

/* A stage of which nothing is left costs nothing: those that live for a day would add up. */
static void state_drop_empty(struct attach_state *s, size_t at)
{
	struct segment *g = s->stages[at];

	if (g->stage || g->shelf.count)
		return;
	segment_release(g);
	free(g);
	s->nstages--;
	memmove(&s->stages[at], &s->stages[at + 1], (s->nstages - at) * sizeof(struct segment *));
}

/* The bucket of freight of that name; -1: no freight is called so. */
static int state_bucket(const char *name)
{
	static const char digits[] = "0123456789abcdef";
	int bucket = 0;

	for (int i = 0; i < 2; i++) {
		const char *digit = name[i] ? strchr(digits, name[i]) : NULL;

		if (!digit)
			return -1;
		bucket = bucket * 16 + (int)(digit - digits);
	}
	return bucket;
}

/* The oldest that are over make room. */
static void state_prune(struct segment *g)
{
	size_t over = 0;

	for (size_t i = g->shelf.count; i-- > 0;)
		if (promotion_is_over(g->shelf.items[i]->promotion) && ++over > PROMOTIONS_KEPT)
			shelf_remove(&g->shelf, g->shelf.items[i]->name);
}

static bool state_put_object(struct segment *g, enum attach_kind kind, const struct value *kept,
			     struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	/* What does not read leaves nothing in the part. */
	if (!segment_read_alone(a, kind, kept, e))
		return false;
	shelf_put(&g->shelf, segment_read_alone(segment_arena(g), kind, kept, e));
	return true;
}

bool attach_state_put(struct attach_state *s, enum attach_kind kind, const struct value *object,
		      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = value_path_text(object, "metadata.name", "");
	const char *stage = value_path_text(object, "spec.stage", "");
	struct value *kept;
	struct segment *g;
	size_t at;

	if (kind != ATTACH_STAGE && kind != ATTACH_FREIGHT && kind != ATTACH_PROMOTION)
		return true;
	if (!state_is_name(name))
		return err_set(e, ERR_CONFIG, "its name is not a valid Kubernetes name");
	switch (kind) {
	case ATTACH_STAGE:
		g = state_stage_make(s, name);
		kept = attach_stage_kept(a, object);
		attach_runs_note(a, kept, g->stage);
		g->stage = attach_keep(segment_arena(g), kept);
		return true;
	case ATTACH_PROMOTION:
		if (!state_is_name(stage))
			return err_set(e, ERR_CONFIG, "promotion %s: spec.stage: names no stage", name);
		g = state_stage_make(s, stage);
		if (!state_put_object(g, kind, attach_promotion_kept(a, object), e)) {
			state_stage_segment(s, stage, &at);
			state_drop_empty(s, at);
			return false;
		}
		state_prune(g);
		return true;
	default:
		if (state_bucket(name) < 0)
			return err_set(e, ERR_CONFIG, "freight %s: its name is not a hash", name);
		g = &s->freight[state_bucket(name)];
		return state_put_object(g, kind, attach_freight_kept(a, object), e);
	}
}

void attach_state_remove(struct attach_state *s, enum attach_kind kind, const char *name)
{
	struct segment *g;
	size_t at;

	if (kind == ATTACH_FREIGHT) {
		if (state_bucket(name) < 0)
			return;
		g = &s->freight[state_bucket(name)];
		g->changed = shelf_remove(&g->shelf, name) || g->changed;
	} else if (kind == ATTACH_STAGE) {
		g = state_stage_segment(s, name, &at);
		if (g) {
			g->stage = NULL;
			g->changed = true;
			state_drop_empty(s, at);
		}
	} else if (kind == ATTACH_PROMOTION) {
		for (size_t i = s->nstages; i-- > 0;)
			if (shelf_remove(&s->stages[i]->shelf, name)) {
				s->stages[i]->changed = true;
				state_drop_empty(s, i);
			}
	}
}

void attach_state_wanted(const struct attach_state *s, struct arena *a, bool again, struct list *names)
{
	for (size_t i = 0; i < s->nstages; i++)
		if (s->stages[i]->stage)
			attach_runs_wanted(a, s->stages[i]->stage, again, names);
}

bool attach_state_tell_run(struct attach_state *s, const char *name, const struct attach_run *run)
{
	bool any = false;

	for (size_t i = 0; i < s->nstages; i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct segment *g = s->stages[i];
		const struct value *told = g->stage ? attach_runs_tell(a, g->stage, name, run) : NULL;

		if (!told || value_equal(told, g->stage))
			continue;
		g->stage = attach_keep(segment_arena(g), told);
		any = true;
	}
	return any;
}

static const struct state_object **segment_items(struct segment *g)
{
	return arena_copy(part_arena(g->part), g->shelf.items, g->shelf.count * sizeof(*g->shelf.items));
}

static const struct state_bucket *state_make_bucket(struct segment *g)
{
	struct state_bucket *made;

	if (!g->part || !g->shelf.count)
		return NULL;
	if (g->changed)
		segment_tidy(g, ATTACH_FREIGHT);
	if (g->changed || !g->bucket) {
		made = arena_alloc(part_arena(g->part), sizeof(*made));
		*made = (struct state_bucket){ .items = segment_items(g), .count = g->shelf.count };
		g->bucket = made;
	}
	g->changed = false;
	return g->bucket;
}

static const struct state_stage *state_make_stage(struct segment *g)
{
	struct state_stage *made;

	if (!g->part || (!g->stage && !g->shelf.count))
		return NULL;
	if (g->changed)
		segment_tidy(g, ATTACH_PROMOTION);
	if (g->changed || !g->made) {
		struct arena *a = part_arena(g->part);

		made = arena_alloc(a, sizeof(*made));
		*made = (struct state_stage){ .name = str_copy(a, g->name), .object = g->stage,
					      .promotions = segment_items(g),
					      .npromotions = g->shelf.count };
		g->made = made;
	}
	g->changed = false;
	return g->made;
}

const struct state *attach_state_make(struct attach_state *s, struct part *part)
{
	struct arena *a = part_arena(part);
	struct state *out = arena_alloc(a, sizeof(*out));

	for (size_t i = 0; i < BUCKETS; i++) {
		out->freight[i] = state_make_bucket(&s->freight[i]);
		if (!out->freight[i])
			continue;
		out->nfreight += out->freight[i]->count;
		part_keep(part, part_acquire(s->freight[i].part));
	}
	out->stages = arena_array(a, s->nstages + 1, sizeof(*out->stages));
	for (size_t i = 0; i < s->nstages; i++) {
		const struct state_stage *made = state_make_stage(s->stages[i]);

		if (!made)
			continue;
		out->stages[out->nstages++] = made;
		part_keep(part, part_acquire(s->stages[i]->part));
	}
	return out;
}

const struct freight *attach_state_freight(const struct attach_state *s, const char *name)
{
	const struct segment *g = state_bucket(name) < 0 ? NULL : &s->freight[state_bucket(name)];
	bool found = false;
	size_t at = g ? shelf_find(&g->shelf, name, &found) : 0;

	return found ? g->shelf.items[at]->freight : NULL;
}
