/* SPDX-License-Identifier: Apache-2.0 */
/* What lies at the bottom of the open screens: one project's board, or the fleet of several. Ui thread. */
#ifndef GANTRY_UI_HOME_H
#define GANTRY_UI_HOME_H

#include "base/base.h"

struct screens;
struct world;

/*
 * The fleet is home once there are several projects; only: the one that was shown until now; was_loading:
 * nothing had been shown before.
 */
void screens_find_home(struct screens *d, const char *only, bool was_loading);

/*
 * Looks which clusters are shown. True when one has gone: then no screen, mark or plan of before is open any
 * more, for nobody may take one cluster's for another's.
 */
bool screens_find_contexts(struct screens *d);

/* The world of which the header tells: of all projects together, where the screen is about all. */
const struct world *screens_header_world(struct screens *d);

/* The project before or after the one that the board shows, in the order and the filter of the fleet. */
void screens_neighbour(struct screens *d, int step);

#endif
