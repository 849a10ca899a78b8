/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The projects that the screens show: the newest fleet, borrowed from the port, with its rows. A port of
 * one project is a fleet of one. Ui thread.
 */
#ifndef GANTRY_UI_PROJECTS_H
#define GANTRY_UI_PROJECTS_H

#include "base/base.h"
#include "model/fleet.h"
#include "model/world.h"

struct arena;
struct fleet_table;
struct ui_port;

struct projects {
	const struct ui_port *port;
	const struct fleet *fleet;
	const struct world *one[1];     /* of a port without fleets, borrowed */
	struct fleet single;            /* made of it */
	struct fleet_table *table;
	struct arena *arena;            /* of all */
	struct world all;               /* all of them: no stages; each source once, at its worst */
};

/* Borrows the first one; the port must outlive it. */
void projects_begin(struct projects *p, const struct ui_port *port);
void projects_end(struct projects *p);

/*
 * Takes the newest fleet. True when it is another; then nothing derived from the one before may be used.
 * *failed: set when a promotion failed in between, else untouched.
 */
bool projects_renew(struct projects *p, bool *failed);

/* Rebuilds rows that time has made stale; true when there were any. */
bool projects_tick(struct projects *p, int64_t now);

/* The contexts of the running Kargos that are shown, a line each; "": there are none. */
const char *projects_contexts(const struct projects *p, struct arena *a);

/* Who executes how many: "engine here: 7, engine on bastion-2: 2"; of one alone without the count. */
const char *projects_agents(const struct projects *p, struct arena *a);

/* More than one. */
bool projects_are_many(const struct projects *p);

/* The world of that project; of a single one whatever the name; p->all when there is none. Never NULL. */
const struct world *projects_world(const struct projects *p, const char *name);

#endif
