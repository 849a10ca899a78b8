/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marked lines of a screen about all projects, and what is done with all of them at once: asked once, with
 * every operation listed (screens/batch.c). Ui thread.
 */
#ifndef GANTRY_UI_MARKS_H
#define GANTRY_UI_MARKS_H

#include "base/base.h"
#include "model/intent.h"
#include "ui/screen.h"

struct todo;

/* The operation on one marked line: what its intent would be about. */
struct batch_item {
	const struct world *world;
	const struct stage *stage;      /* NULL: the whole project, refreshed */
	const struct freight *freight;  /* or NULL */
	const char *mark;               /* the marked line that it is for */
};

size_t marks_count(const struct screen *s);

/* Marks or unmarks the line under the cursor and moves on. Returns true. */
bool marks_toggle(struct view *v);

/* Drops all marks; false when there were none. */
bool marks_drop(struct screen *s);

/* Drops all marks but those of the items. */
void marks_keep(struct screen *s, const struct batch_item *items, size_t count);

/* Draws the mark at the left of a marked line, whose name must be set. */
void marks_draw(struct view *v, struct line *l);

/* With marks: opens the batch of the action, which asks; true. */
bool marks_act(struct view *v, enum ui_action action);

/* With marks: whether the action applies to any of them; false: no opinion. */
bool marks_offer(struct view *v, enum ui_action action, struct offer *out);

/* What an intent of this kind would be for each marked line of s; *out lies in the view's arena. */
size_t marks_batch(struct view *v, const struct screen *s, enum intent_kind kind, struct batch_item **out);

#endif
