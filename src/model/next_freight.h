/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stage could take next of each of its warehouses. The verbs and the screens offer
 * nothing else without being told. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_NEXT_FREIGHT_H
#define GANTRY_MODEL_NEXT_FREIGHT_H

#include "base/base.h"

struct freight;
struct freight_request;
struct stage;
struct world;

struct next_freight {
	const struct freight_request *request;
	const char *runs;               /* the freight's name; NULL: nothing of this warehouse */
	const struct freight *open;     /* the newest that may enter, does not run and was not backed
					   out; NULL: none */
	int64_t open_since;             /* since when it may, ms */
	const struct freight *waiting;  /* the newest found, when it is newer than both and may not
					   enter yet; NULL: there is none */
	size_t newer;                   /* how many were found since what runs, but backed out ones */
	const struct freight *backed_out; /* the newest that was; NULL: none */
};

/*
 * Freight that was backed out is never next: it must be named. Nor is freight older than what
 * runs, unless the request follows its upstream (MatchUpstream). Windows and holds are not asked:
 * gates_of() is for that. now: ms.
 */
void next_freight(const struct world *w, const struct stage *s, const struct freight_request *r,
		  int64_t now, struct next_freight *out);

#endif
