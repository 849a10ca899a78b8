/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was pushed is never forgotten: a promotion may end without success after its push, and what is
 * deployed may then differ from what the stage is said to run. Derived from the outputs of git-push steps,
 * which the ledger keeps. Pure.
 */
#ifndef GANTRY_MODEL_UNCONFIRMED_H
#define GANTRY_MODEL_UNCONFIRMED_H

#include "base/base.h"
#include "model/promotion.h"

struct arena;
struct list;
struct value;
struct world;

/*
 * The commits (const char *, 40 or 64 hex digits, oldest push first) that a promotion pushed of which these
 * are spec.steps and status.state (either may be NULL). Returns whether there are any.
 */
bool pushed_commits(struct arena *a, const struct value *steps, const struct value *state,
		    struct list *commits);

/* The same of a promotion that failed, errored or was aborted; false for any other. Looks at p->object. */
bool promotion_unconfirmed(struct arena *a, const struct promotion *p, struct list *commits);

/* "pushed 7d21e08, not confirmed": for a list of them, which is not empty. */
const char *unconfirmed_text(struct arena *a, const struct list *commits);

/* The same for a promotion; NULL when p is NULL or promotion_unconfirmed() is false. */
const char *promotion_unconfirmed_text(struct arena *a, const struct promotion *p);

/* p->message with that behind it: how it ended, for people. "" when there is nothing to say. */
const char *promotion_outcome(struct arena *a, const struct promotion *p);

/*
 * Sets stage.unconfirmed of each stage: its newest promotion that promotion_unconfirmed() is true of and no
 * success came after. w->promotions must be in their order.
 */
void world_fill_unconfirmed(struct arena *a, struct world *w);

#endif
