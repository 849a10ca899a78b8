/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The present, as the ledger's tree holds it: Kargo objects. A state is never
 * modified: applying an event makes a new one that shares what did not change, in
 * the same arena. Whoever keeps states for long copies the newest to a fresh
 * arena now and then. Pure. Any thread may read a state while its arena lives.
 */
#ifndef GANTRY_MODEL_STATE_H
#define GANTRY_MODEL_STATE_H

#include "base/base.h"

struct arena;
struct err;
struct event;
struct freight;
struct list;
struct project;
struct promotion;
struct value;
struct world;

/* A named Kargo object. */
struct state_object {
	const char *name;
	const struct value *object;     /* NULL: in the tree, but not read (old promotions) */
	/* What it holds, once state_parse() was here; NULL before, and for the other kind. */
	struct freight *freight;
	struct promotion *promotion;
};

struct state_stage {
	const char *name;
	const struct value *object;     /* the Stage: metadata and status, no spec; NULL: no event yet */
	const struct state_object **promotions;  /* by name, which is oldest first */
	size_t npromotions;
};

/* Freight whose name begins with the same two digits. */
struct state_bucket {
	const struct state_object **items;      /* by name */
	size_t count;
};

struct state {
	const struct state_stage **stages;      /* by name */
	size_t nstages;
	const struct state_bucket *freight[256]; /* NULL when empty */
	size_t nfreight;
};

/* What differs between two states: a file of the tree. */
struct state_change {
	const char *path;               /* "stages/uat.json" */
	const struct value *object;     /* NULL: the file goes */
};

/* Nothing yet. */
const struct state *state_empty(struct arena *a);

/*
 * The state after the event. ERR_CONFLICT when the event can't follow: it names
 * what does not exist or is over, or starts what has started. Keeps pointers into ev.
 */
bool state_apply(struct arena *a, const struct state *before, const struct event *ev,
		 const struct state **after, struct err *e) MUST_USE;

/* Whether it is the path of a file that states are read from. */
bool state_is_file(const char *path);

/*
 * The state that files make, sorted by path; object NULL: a promotion that is not read.
 * ERR_CONFIG names a path that is not such a file.
 */
bool state_read(struct arena *a, const struct state_change *files, size_t count,
		const struct state **out, struct err *e) MUST_USE;

/* The files that differ, of two states in the same arena: struct state_change * in *out. */
void state_changes(struct arena *a, const struct state *before, const struct state *after,
		   struct list *out);

/* A copy of everything in the arena. */
const struct state *state_copy(struct arena *a, const struct state *s);

/* By name; NULL when there is none. */
const struct state_stage *state_stage(const struct state *s, const char *name);
const struct value *state_freight(const struct state *s, const char *name);
const struct state_object *state_promotion(const struct state *s, const char *name);

/* Whether a Promotion object has reached an end (1.9). */
bool state_promotion_over(const struct value *promotion);

/*
 * Reads the state's freight and promotions, each object once however many states share it, into the
 * arena that the state lies in. Only by the thread that makes the states, before others see this one.
 */
bool state_parse(struct arena *a, const struct state *s, struct err *e) MUST_USE;

/*
 * Fills the world's stages, freight and promotions: the project's stages (copied,
 * since they get a status) with what the state says of them. Health, applications
 * and everything observed stay empty. The world keeps pointers into both.
 */
bool state_world(struct arena *a, const struct state *s, const struct project *p,
		 struct world *w, struct err *e) MUST_USE;

#endif
