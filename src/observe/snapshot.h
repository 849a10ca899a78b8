/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest world of each project. The observer publishes into the project's slot; everybody else
 * borrows a world, or the fleet of all. What was borrowed stays valid until the last borrower gives
 * it back, even if its project is gone. Any thread.
 */
#ifndef GANTRY_OBSERVE_SNAPSHOT_H
#define GANTRY_OBSERVE_SNAPSHOT_H

#include "base/base.h"

struct fleet;
struct part;
struct slot;
struct slots;
struct world;

enum { SNAPSHOT_PARTS = 5 };

struct slots *slots_new(void);

/* Frees them with their slots; every world and fleet must have been given back. */
void slots_free(struct slots *all);

/*
 * An empty slot for the project of that name, which is copied; the name must be new. "" or
 * "staging/" holds what there is to report while there is no project at all, or none of that
 * cluster: its world is in the fleet only if no other world's name begins that way. "" may be there
 * twice while one cluster takes the place of another: the older one is shown until it goes.
 */
struct slot *slot_new(struct slots *all, const char *project);

/*
 * Until slots_end() the fleet stays as it is: what comes in between comes at once. While several threads
 * are between the two, until the last of them has ended.
 */
void slots_begin(struct slots *all);
void slots_end(struct slots *all);

/* The project is gone: its world leaves the fleet, and the slot must not be used any more. */
void slot_free(struct slot *s);

/*
 * Replaces the newest world. own is the part that the world itself lies in; it and
 * parts (NULL entries are fine) pass to the slot, which gives the world its serial. What w points
 * at is shared, the struct itself is copied.
 */
void slot_publish(struct slot *s, const struct world *w, struct part *own,
		  struct part *const parts[SNAPSHOT_PARTS]);

/* The first world of the fleet, borrowed; NULL while there is none. */
const struct world *slots_first(struct slots *all);

/* NULL is fine. */
void world_give_back(const struct world *w);

/* The newest worlds of all projects, borrowed together. */
const struct fleet *slots_borrow(struct slots *all);
void slots_give_back(struct slots *all, const struct fleet *f);

#endif
