/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of worlds: an arena that several worlds point into, such as the
 * configuration or one reading of the ledger. Immutable once shared; freed with
 * the last world that holds it. Any thread.
 */
#ifndef GANTRY_OBSERVE_PART_H
#define GANTRY_OBSERVE_PART_H

struct arena;
struct part;

/* A part with one reference and an empty arena, to be filled before it is shared. */
struct part *part_new(void);
struct arena *part_arena(struct part *p);

/* p holds this reference to other until it is freed itself. Only before p is shared. */
void part_keep(struct part *p, struct part *other);

/* One more reference; returns p. */
struct part *part_acquire(struct part *p);

/* One less; the last one frees it. NULL is fine. */
void part_release(struct part *p);

#endif
