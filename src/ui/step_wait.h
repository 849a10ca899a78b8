/* SPDX-License-Identifier: Apache-2.0 */
/* What a step waits for, and until when, as people read it. Ui thread. */
#ifndef GANTRY_UI_STEP_WAIT_H
#define GANTRY_UI_STEP_WAIT_H

#include "ui/screen.h"

struct promotion;
struct promotion_step;

/*
 * Rows of a page: the condition as the manifest has it, how many looks failed of how many allowed, when the
 * next one is, and when the step gives up. step: one of p's. Nothing where nothing is known.
 */
void step_wait_rows(struct view *v, struct sheet *sheet, const struct promotion *p,
		    const struct promotion_step *step);

/* "looks again in 4s, gives up in 5m": for where there is one line; "" where nothing is known. */
const char *step_wait_line(struct view *v, const struct promotion *p, const struct promotion_step *step);

#endif
