/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated Kargo over the objects of a cluster: a warehouse that finds freight, promotions that take
 * seconds, of which one in five into uat fails, a verification in test, of which one in five fails, too,
 * auto-promotion there, approvals, and garbage collection. A thread of its own.
 */
#ifndef GANTRY_DEMO_DEMO_KARGO_H
#define GANTRY_DEMO_DEMO_KARGO_H

#include "base/base.h"

struct arena;
struct cJSON;
struct demo_cluster;
struct demo_kargo;
struct err;

/* Fills the cluster and begins; speed: how much faster than usual. The cluster must live longer. */
bool demo_kargo_start(struct demo_kargo **out, struct demo_cluster *c, double speed, struct err *e) MUST_USE;
void demo_kargo_stop(struct demo_kargo *k);

/*
 * Admission of a Promotion that is to be made by that user: what Kargo makes of it, the caller's. NULL:
 * refused, *e says why. Any thread.
 */
struct cJSON *demo_kargo_admit(struct demo_kargo *k, struct arena *a, const struct cJSON *wish,
			       const char *user, struct err *e);

/* A merge patch of an object, by that user. */
struct demo_patch {
	const char *plural, *name;
	const struct cJSON *body;
	const char *user;
};

/* Applies it, with what Kargo's webhooks add: a copy of the object, the caller's; NULL: none. Any thread. */
struct cJSON *demo_kargo_patch(struct demo_kargo *k, struct arena *a, const struct demo_patch *patch);

#endif
