/* SPDX-License-Identifier: Apache-2.0 */
/* Literal worlds for tests of screens, and a port that hands them out and keeps intents. */
#ifndef GANTRY_TESTS_UNIT_UI_WORLDS_H
#define GANTRY_TESTS_UNIT_UI_WORLDS_H

#include "base/base.h"
#include "model/intent.h"
#include "ui/port.h"

struct arena;
struct fleet;
struct plan;
struct world;

enum world_kind {
	WORLD_DEMO,             /* a warehouse, four stages, everything going on at once */
	WORLD_EMPTY,            /* nothing at all yet */
	WORLD_LOADING,
	WORLD_READING,          /* the manifests are known, the ledger is not */
	WORLD_PAST,             /* the first, as it stood an hour ago */
	WORLD_PULL,             /* the first, with prod waiting for a pull request */
	WORLD_ONE,              /* one stage that runs nothing */
	WORLD_BARREN,           /* the same; its warehouse works and finds nothing */
	WORLD_MANY,             /* a thousand stages */
	WORLD_HOSTILE,          /* names that are long, wide or want to harm the terminal */
	WORLD_BACKED,           /* freight that was backed out, and freight that soaks behind better */
	WORLD_WAREHOUSES,       /* stages that take freight of two and of three warehouses */
	WORLD_TRIED,            /* stages that promote by themselves, and freight that failed there */
	WORLD_FAILING,          /* errors in manifests, sources that fail, nobody executes */
	WORLD_COUNT
};

/* The worlds' present: set GANTRY_NOW to it. */
#define WORLD_NOW "2026-11-24T21:14:07Z"

struct world *world_make(struct arena *a, enum world_kind kind);

/* A port for one world, which tests may swap. */
struct fake {
	struct ui_port port;
	const struct world *world;
	const struct fleet *fleet;      /* of a port of several projects; NULL: of the world alone */
	struct arena *a;
	struct intent sent[16];
	size_t nsent;
	struct reply reply;
	bool has_reply, is_full;
	struct intent planned;          /* of the newest plan asked for */
	bool plan_fails;                /* the plan that comes would fail */
	bool has_plan;                  /* it is ready; its id is planned.id unless told else */
	unsigned plans_asked, plans_dropped;
};

/* A literal plan. */
struct plan *plan_make(uint64_t id);

/* Lets the port make plans: it is ready when has_plan is set. */
void fake_plans(struct fake *f);

/* Lets the port hand out a fleet instead of a world. */
void fake_fleet(struct fake *f, const struct fleet *fleet);

void fake_init(struct fake *f, struct arena *a, const struct world *w);

#endif
