/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stage does by itself with a piece of freight: the engine decides with it, and every
 * promise on a screen is made by it (doc/kargo-rules.md 3.5). Pure. Any thread.
 */
#ifndef GANTRY_MODEL_AUTO_PROMOTION_H
#define GANTRY_MODEL_AUTO_PROMOTION_H

#include "base/base.h"
#include "model/setback.h"

struct freight;
struct promotion;
struct stage;
struct world;

enum auto_promotion {
	AUTO_OFF,               /* no policy turns it on */
	AUTO_HELD,              /* somebody promoted other freight of this warehouse */
	AUTO_RUNS,              /* the freight runs here already */
	AUTO_UNDER_WAY,         /* it is being promoted, or waits its turn */
	AUTO_BACKED_OUT,        /* somebody took it out of the stage: a person must bring it back */
	AUTO_FAILED,            /* its newest promotion did not succeed: a person must try it again */
	AUTO_LATER,             /* the same, but what failed may pass: tried again at again_at */
	AUTO_NEXT,              /* promoted as soon as it is the newest that may enter */
};

struct auto_outlook {
	enum auto_promotion state;
	int64_t again_at;               /* ms; AUTO_LATER */
	const struct promotion *failed; /* AUTO_FAILED, AUTO_LATER: that promotion */
	struct setback setback;         /* of the freight; not asked for where the state is an earlier one */
};

/*
 * gantry's own promotions that ended for what may pass (a lost push race, an outage: a step whose error said
 * that trying again may help) are tried again after 1, 5, 15 and 60 minutes; then it is a person's turn.
 * s->holds must be those in effect. now: ms.
 */
void auto_outlook(const struct world *w, const struct stage *s, const struct freight *f, int64_t now,
		  struct auto_outlook *out);

#endif
