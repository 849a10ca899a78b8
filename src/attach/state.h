/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One project's Stages, Freight and Promotions as a state of the model. Objects that change together
 * lie in a part of their own, a few dozen freight or a stage with its promotions, so that a change
 * costs no more than its neighbours, and what did not change is shared by all states. Pure. One thread
 * at a time.
 */
#ifndef GANTRY_ATTACH_STATE_H
#define GANTRY_ATTACH_STATE_H

#include "attach/objects.h"
#include "base/base.h"

struct attach_run;
struct attach_state;
struct err;
struct freight;
struct list;
struct part;
struct state;
struct value;

struct attach_state *attach_state_new(void);
void attach_state_free(struct attach_state *s);

/*
 * Takes in what is kept of the object as the cluster gives it. ERR_CONFIG: it does not read; the
 * message says why, and what was known under its name stays. Kinds that are not part of a state do
 * nothing.
 */
bool attach_state_put(struct attach_state *s, enum attach_kind kind, const struct value *object,
		      struct err *e) MUST_USE;

/* The object is gone from the cluster; unknown names are fine. */
void attach_state_remove(struct attach_state *s, enum attach_kind kind, const char *name);

/* Adds the names of AnalysisRuns that its stages name and that are to be read (runs.h), in the arena. */
void attach_state_wanted(const struct attach_state *s, struct arena *a, bool again, struct list *names);

/* Puts in what the AnalysisRun of that name tells. True: the state is another one now. */
bool attach_state_tell_run(struct attach_state *s, const char *name, const struct attach_run *run);

/* The present state, in the part, which keeps alive what it points into. */
const struct state *attach_state_make(struct attach_state *s, struct part *part);

/* The freight of that name; NULL: there is none. Valid until the next change. */
const struct freight *attach_state_freight(const struct attach_state *s, const char *name);

#endif
