/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The slot that holds the newest world. observe publishes; everybody else borrows.
 * A world stays valid until the last borrower gives it back. Any thread.
 */
#ifndef GANTRY_OBSERVE_SNAPSHOT_H
#define GANTRY_OBSERVE_SNAPSHOT_H

#include "base/base.h"

struct part;
struct slot;
struct world;

enum { SNAPSHOT_PARTS = 4 };

struct slot *slot_new(void);

/* Frees the slot; every world must have been given back. */
void slot_free(struct slot *s);

/*
 * Replaces the newest world. own is the part that the world itself lies in; it and
 * parts (NULL entries are fine) pass to the slot, which gives the world its serial.
 */
void slot_publish(struct slot *s, struct world *w, struct part *own,
		  struct part *const parts[SNAPSHOT_PARTS]);

/* The newest world, borrowed; NULL before the first. */
const struct world *slot_borrow(struct slot *s);
void slot_give_back(struct slot *s, const struct world *w);

#endif
