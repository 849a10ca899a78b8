/* SPDX-License-Identifier: Apache-2.0 */
/* The past that the demonstration begins with, and its fleet. This folder only. */
#ifndef GANTRY_DEMO_SEED_INNER_H
#define GANTRY_DEMO_SEED_INNER_H

#include "base/base.h"

struct arena;
struct err;
struct event;
struct seed_words;

/*
 * demo_past.c: what happened in the two weeks before the demonstration: a table of promotions. Any
 * thread.
 */

struct past_promotion {
	const char *stage;              /* NULL ends the table */
	int64_t minutes_ago;            /* when it was asked for, before the demonstration began */
	int64_t seconds;                /* that it took */
	unsigned version;               /* of the image, as the registry numbers them */
	const char *actor, *reason;     /* NULL: automatic */
	bool is_rollback;
	bool is_refused;                /* by Argo CD: the image was not signed yet */
	const char *unverified;         /* what its verification measured; NULL: it passed */
};

/* Oldest first; none begins before the one above it is over. */
extern const struct past_promotion demo_past[];

/* The newest earlier one of its stage that succeeded; NULL: none did. */
const struct past_promotion *demo_past_before(const struct past_promotion *p);

/* How many later ones of its stage succeeded: so far behind its branch's tip is its commit. */
size_t demo_past_since(const struct past_promotion *p);

/*
 * demo_events.c: the demonstration's past as the events that a ledger would hold of it. Any
 * thread.
 */

/* What the events tell of. */
struct demo_scene {
	const char *repository;         /* path of the GitOps repository, as seed_repository() made it */
	const struct seed_words *words;
	int64_t began_at;               /* ms */
};

/* In the arena, oldest first. Fails when the repository lacks a commit that an event names. */
bool demo_events(struct arena *a, const struct demo_scene *scene, const struct event **out,
		 size_t *count, struct err *e) MUST_USE;

/*
 * seed_fleet.c: the eleven other projects of the demonstration of many: in each something else
 * goes on. They share the first one's image and repository, where a stage has the branch
 * stage/PROJECT/STAGE.
 */

/* A stage of one of them, which Argo CD has an application of. */
struct seed_place {
	const char *project, *stage;
};

/* All of them; project NULL ends the list, which lies in the arena. */
const struct seed_place *seed_fleet_places(struct arena *a);

/* Their manifests, a file a project, written anew into folder. */
bool seed_fleet_manifests(const char *folder, const struct seed_words *w, struct err *e) MUST_USE;

#endif
