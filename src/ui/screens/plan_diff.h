/* SPDX-License-Identifier: Apache-2.0 */
/* What the screens of a plan and of a pull request show of what is, or would be, pushed. Ui thread. */
#ifndef GANTRY_UI_SCREENS_PLAN_DIFF_H
#define GANTRY_UI_SCREENS_PLAN_DIFF_H

#include "base/base.h"

struct line;
struct plan_changelog;
struct plan_diff;
struct sheet;
struct view;

/* Every diff of the screen's plan: headings at once, lines when they are looked at. */
void plan_diffs(struct view *v, struct sheet *sheet);

/* Completes a line of a diff. */
void plan_diff_line(struct view *v, struct line *l, size_t index);

/* Left and right are for long lines of a diff; false: the key is another one, or there is no diff. */
bool plan_diff_move(struct view *v, uint32_t key);

/* The commits between then and now. */
void plan_commits(struct view *v, struct sheet *sheet, const struct plan_changelog *c);

/* "main: 1 file, +1 -1" */
const char *plan_diff_short(struct view *v, const struct plan_diff *d);

#endif
