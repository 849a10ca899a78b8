/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a deployment, what as one that failed, and how long until it was put right. */
#include "model/delivery.h"

#include "tap.h"

enum { MINUTE = 60 * 1000 };

static struct delivery_times times;

static void end(struct delivery *d, int minute, enum promotion_phase phase, bool rollback)
{
	const struct delivery_event ev = { .at = minute * MINUTE, .phase = phase, .rollback = rollback,
					   .requested_at = (minute - 3) * MINUTE,
					   .discovered_at = MINUTE };

	delivery_add(d, &ev, &times);
}

static void verified(struct delivery *d, int minute, bool well)
{
	const struct delivery_event ev = { .at = minute * MINUTE, .is_verification = true, .verified = well };

	delivery_add(d, &ev, &times);
}

TEST(a_failed_promotion_and_the_next_success)
{
	struct delivery d = { 0 };

	end(&d, 11, PHASE_SUCCEEDED, false);
	is_number(times.lead, 10 * MINUTE, "lead time runs from the discovery");
	is_number(times.recovery, -1, "nothing was broken");
	end(&d, 20, PHASE_FAILED, false);
	end(&d, 25, PHASE_ERRORED, false);
	end(&d, 26, PHASE_ABORTED, false);
	end(&d, 30, PHASE_SUCCEEDED, false);
	is_number(times.recovery, 10 * MINUTE, "recovery runs from the first failure");
	is_number((int64_t)delivery_failed(&d), 2, "two failed");
	is_number((int64_t)delivery_attempts(&d), 4, "of four tries; an aborted one is none");
}

TEST(a_deployment_that_is_rolled_back_failed_once)
{
	struct delivery d = { 0 };

	end(&d, 10, PHASE_SUCCEEDED, false);
	verified(&d, 12, false);
	verified(&d, 13, false);
	end(&d, 20, PHASE_SUCCEEDED, true);
	is_number(times.recovery, 8 * MINUTE, "restored by the rollback, since the verification failed");
	is_number(times.lead, -1, "going back is no change");
	is_number((int64_t)d.failures[DELIVERY_VERIFICATION], 1, "the verification told first");
	is_number((int64_t)d.failures[DELIVERY_ROLLBACK], 0, "so that the rollback is no other failure");
	end(&d, 40, PHASE_SUCCEEDED, false);
	verified(&d, 41, true);
	end(&d, 50, PHASE_SUCCEEDED, true);
	is_number((int64_t)d.failures[DELIVERY_ROLLBACK], 1, "of what seemed fine, the rollback tells");
	is_number(times.recovery, 3 * MINUTE, "restored since somebody wanted to go back");
	is_number((int64_t)delivery_attempts(&d), 2, "two changes");
	is_number((int64_t)delivery_failed(&d), 2, "that failed both");
	is_number((int64_t)d.rollbacks, 2, "and two ways back");
}
