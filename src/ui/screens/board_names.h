/* SPDX-License-Identifier: Apache-2.0 */
/* What the board's cursor is called: "warehouse/x" and "stage/x". Ui thread. */
#ifndef GANTRY_UI_SCREENS_BOARD_NAMES_H
#define GANTRY_UI_SCREENS_BOARD_NAMES_H

#include "base/base.h"

struct arena;
struct stage;
struct subject;
struct view;
struct warehouse;

/* Of the warehouse, or of the stage when w is NULL. */
const char *board_name(struct arena *a, const struct warehouse *w, const struct stage *s);

/* The stage or warehouse of that name; *out stays as it is when there is none. */
void board_find(const struct view *v, const char *name, struct subject *out);

#endif
