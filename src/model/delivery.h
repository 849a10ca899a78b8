/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of delivery of a stage, by DORA's definitions (dora.dev): what counts as a deployment, what as
 * one that failed, and when service was restored. One function for the counters that Prometheus
 * reads and for the screen. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_DELIVERY_H
#define GANTRY_MODEL_DELIVERY_H

#include "base/base.h"
#include "model/promotion.h"

/* How a deployment is known to have failed. Each is counted once, by what told first. */
enum delivery_failure {
	DELIVERY_PROMOTION,             /* its promotion failed or errored */
	DELIVERY_VERIFICATION,          /* it did not pass its verification */
	DELIVERY_ROLLBACK,              /* somebody went back from it */
	DELIVERY_FAILURES
};

/* The end of a promotion or of a verification. Times in ms, 0: unknown. */
struct delivery_event {
	int64_t at;
	bool is_verification;
	bool verified;                  /* of a verification: it was successful */
	bool rollback;                  /* of a promotion */
	enum promotion_phase phase;     /* of a promotion */
	int64_t requested_at, discovered_at;
};

struct delivery {
	uint64_t planned, rollbacks;    /* promotions that succeeded */
	uint64_t failures[DELIVERY_FAILURES];
	int64_t failing_since;          /* ms; 0: it is fine */
	bool has_failed;                /* what runs is counted as failed already */
};

/*
 * What one event adds to the distributions, ms; -1: nothing. Lead time begins with the discovery of the
 * freight, since no earlier moment is known; recovery with the first sign of failure, or with the
 * wish to go back.
 */
struct delivery_times {
	int64_t lead, recovery;
};

/* One more event, which is newer than all before. */
void delivery_add(struct delivery *d, const struct delivery_event *ev, struct delivery_times *out);

/* All failures; and what they are a part of: planned deployments, and promotions that failed. */
uint64_t delivery_failed(const struct delivery *d);
uint64_t delivery_attempts(const struct delivery *d);

#endif
