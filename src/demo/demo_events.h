/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration's past as the events that a ledger would hold of it. Any thread. */
#ifndef GANTRY_DEMO_DEMO_EVENTS_H
#define GANTRY_DEMO_DEMO_EVENTS_H

#include "base/base.h"

struct arena;
struct err;
struct event;
struct seed_words;

/* What the events tell of. */
struct demo_scene {
	const char *repository;         /* path of the GitOps repository, as seed_repository() made it */
	const struct seed_words *words;
	int64_t began_at;               /* ms */
};

/* In the arena, oldest first. Fails when the repository lacks a commit that an event names. */
bool demo_events(struct arena *a, const struct demo_scene *scene, const struct event **out,
		 size_t *count, struct err *e) MUST_USE;

#endif
