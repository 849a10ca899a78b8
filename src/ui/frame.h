/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around every screen: the line on top, the answer to "and now?", the keys; and
 * the box of a popup. Ui thread.
 */
#ifndef GANTRY_UI_FRAME_H
#define GANTRY_UI_FRAME_H

#include "base/base.h"
#include "ui/screen.h"

/* What the line above the keys says instead, when there is something to say. */
struct toast {
	const char *text;
	bool bad;
};

/* Top line, rules, sentence and keys; returns what is left for the body. */
struct area frame_draw(struct view *v, struct canvas *c, const struct toast *toast);

/* A box in the middle of the body, cleared; returns its inside. */
struct area frame_popup(struct view *v, struct canvas *c, struct area body, int rows, int cols);

/* "needs 40x10" and nothing else. */
void frame_too_small(struct canvas *c);

/* Whether an action of this screen works now; screens may have their own opinion. */
struct offer frame_offer(struct view *v, enum ui_action action);

enum { FRAME_MIN_ROWS = 10, FRAME_MIN_COLS = 40 };

#endif
