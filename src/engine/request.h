/* SPDX-License-Identifier: Apache-2.0 */
/* Making Promotion objects as Kargo's admission does (doc/kargo-rules.md 1.9, 1.10, 3.6). Pure. */
#ifndef GANTRY_ENGINE_REQUEST_H
#define GANTRY_ENGINE_REQUEST_H

#include "base/base.h"

struct arena;
struct err;
struct freight;
struct stage;
struct value;
struct world;

/* What is asked for. */
struct request {
	const struct world *world;
	const struct stage *stage;
	const struct freight *freight;
	const char *actor, *from, *reason; /* NULL: gantry by itself; not known; none given */
	const char *plan;               /* mark of the plan that was seen; NULL: none was */
	bool rollback;
	int64_t now;                    /* ms */
	const unsigned char *dice;      /* 10 random bytes */
};

/*
 * The Promotion, pending, with the stage's steps written out. Its name sorts after
 * every promotion of the stage, even when the clock went back. ERR_CONFIG: the template can't
 * be written out.
 */
bool request_make(struct arena *a, const struct request *r, struct value **out,
		  struct err *e) MUST_USE;

/* Kargo's FreightReference: name, origin and artifacts. */
struct value *freight_reference(struct arena *a, const struct value *freight);

/* The FreightCollection that the stage will have with this freight (3.8). */
struct value *collection_with(struct arena *a, const struct stage *s, const struct freight *f);

#endif
