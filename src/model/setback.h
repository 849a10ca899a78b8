/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What speaks against freight in a stage though no gate binds: it was backed out of it, or its
 * promotion failed. Screens and verbs say it before they offer, pick or approve such freight.
 * Pure. Any thread.
 */
#ifndef GANTRY_MODEL_SETBACK_H
#define GANTRY_MODEL_SETBACK_H

#include "base/base.h"

struct arena;
struct freight;
struct promotion;
struct stage;
struct world;

enum setback_kind { SETBACK_NONE, SETBACK_FAILED, SETBACK_BACKED_OUT };

struct setback {
	enum setback_kind kind;
	const struct promotion *promotion; /* that failed, or that took the freight out; NULL: none */
};

/* What became of the freight here since it last ran here; having been backed out weighs more. */
void setback_of(const struct world *w, const struct stage *s, const struct freight *f,
		struct setback *out);

/* "its promotion failed 7m ago: not signed", "Lin backed it out 2h ago: checkout errors"; "" for none. */
const char *setback_sentence(struct arena *a, const struct setback *setback, int64_t now);

/*
 * The stage's newest promotion, when it failed and its freight does not run there. NULL: that is not
 * so, or its freight is no longer kept.
 */
const struct promotion *stage_failure(const struct world *w, const struct stage *s);

/* Whether this newest promotion of the stage makes it a failed one: what stage_failure() asks. */
bool stage_failed_with(const struct world *w, const struct stage *s, const struct promotion *p);

/*
 * Why a promotion failed, in one line and the cause first: without Kargo's "step … met error
 * threshold of …" around it. "" when nothing is known.
 */
const char *promotion_cause(struct arena *a, const struct promotion *p);

#endif
