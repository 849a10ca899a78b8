/* SPDX-License-Identifier: Apache-2.0 */
/* What a step that waits for a pull request has heard of it, as people read it. Ui thread. */
#ifndef GANTRY_UI_PULL_REQUEST_H
#define GANTRY_UI_PULL_REQUEST_H

#include "ui/screen.h"

struct promotion_step;

/*
 * "PR #41 open 2h, 1 of 2 reviews, checks ✓", or "PR #41 refused: …" with the forge's words when it
 * does not do what somebody asked for; NULL: the step tells of none.
 */
const char *pull_request_line(struct view *v, const struct promotion_step *step);

/* That line, or where it is wider than width cells "PR #41 open 2h 1/2 ✓"; NULL: the step tells of none. */
const char *pull_request_fit(struct view *v, const struct promotion_step *step, int width);

/* Of that line, and of the brief one. */
enum role pull_request_role(const struct promotion_step *step);

/* "PR #41 open 2h" or "PR #41 refused", for where there is little room; NULL: the step tells of none. */
const char *pull_request_brief(struct view *v, const struct promotion_step *step);

/* Where it is; NULL: the step tells of none. */
const char *pull_request_url(const struct promotion_step *step);

/* Whether it is known between which branches it is, so that its diff can be read from git. */
bool pull_request_has_diff(const struct promotion_step *step);

/* Its title, state, reviews, checks and address as rows of a page; nothing when the step tells of none. */
void pull_request_rows(struct view *v, struct sheet *sheet, const struct promotion_step *step);

#endif
