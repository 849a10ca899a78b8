/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kind of objects, followed through Kargo's own API: listed, then watched as server-sent events
 * where the API has them (stages, warehouses, promotions, a project's configuration), otherwise
 * listed again now and then. Blocks: a thread of its own.
 */
#ifndef GANTRY_ATTACH_REST_FOLLOW_H
#define GANTRY_ATTACH_REST_FOLLOW_H

#include "attach/transport.h"
#include "base/base.h"

struct rest_client;

struct rest_follow_options {
	enum attach_kind kind;
	const char *project;            /* NULL: a kind of the cluster */
	/* For tests; 0: what is said. */
	int64_t poll_ms;                /* between lists of kinds without events: 15,000, tasks 60,000 */
	int64_t first_pause_ms;         /* after a failure, doubled each time up to 30,000: 800 */
};

/* Until the client's cancelled flag is set. Failures are told as standings. */
void rest_follow(struct rest_client *c, const struct rest_follow_options *o, const struct attach_listener *l);

#endif
