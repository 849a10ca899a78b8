/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A counted arena that several owners point into, such as worlds into the configuration or
 * the ledger's state. What others can see of it is immutable; one thread may add to it, since
 * that moves nothing. It is freed with its last reference. Any thread.
 */
#ifndef GANTRY_BASE_PART_H
#define GANTRY_BASE_PART_H

#include <stddef.h>

struct arena;
struct part;

/* A part with one reference and an empty arena, to be filled before it is shared. */
struct part *part_new(void);

/* The same, with an arena of that size: arena_new_sized(). */
struct part *part_new_sized(size_t bytes);

struct arena *part_arena(struct part *p);

/* p holds this reference to other until it is freed itself. Only before p is shared. */
void part_keep(struct part *p, struct part *other);

/* One more reference; returns p. */
struct part *part_acquire(struct part *p);

/* One less; the last one frees it. NULL is fine. */
void part_release(struct part *p);

#endif
