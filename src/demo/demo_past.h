/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in the two weeks before the demonstration: a table of promotions. Any thread. */
#ifndef GANTRY_DEMO_DEMO_PAST_H
#define GANTRY_DEMO_DEMO_PAST_H

#include "base/base.h"

struct past_promotion {
	const char *stage;              /* NULL ends the table */
	int64_t minutes_ago;            /* when it was asked for, before the demonstration began */
	int64_t seconds;                /* that it took */
	unsigned version;               /* of the image, as the registry numbers them */
	const char *actor, *reason;     /* NULL: automatic */
	bool is_rollback;
	bool is_refused;                /* by Argo CD: the image was not signed yet */
	const char *unverified;         /* what its verification measured; NULL: it passed */
};

/* Oldest first; none begins before the one above it is over. */
extern const struct past_promotion demo_past[];

/* The newest earlier one of its stage that succeeded; NULL: none did. */
const struct past_promotion *demo_past_before(const struct past_promotion *p);

/* How many later ones of its stage succeeded: so far behind its branch's tip is its commit. */
size_t demo_past_since(const struct past_promotion *p);

#endif
