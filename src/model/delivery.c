/* SPDX-License-Identifier: Apache-2.0 */
/* A deployment that fails its verification and is then rolled back is one failure, not two. */
#include "model/delivery.h"

#include <assert.h>

/* Clocks of two machines differ: nothing took less than no time. */
static int64_t delivery_span(int64_t from, int64_t to)
{
	return !from ? -1 : to > from ? to - from : 0;
}

static void delivery_fail(struct delivery *d, enum delivery_failure how, int64_t at)
{
	d->failures[how]++;
	d->failing_since = d->failing_since ? d->failing_since : at;
}

static void delivery_succeed(struct delivery *d, const struct delivery_event *ev, struct delivery_times *out)
{
	if (ev->rollback && !d->has_failed)
		delivery_fail(d, DELIVERY_ROLLBACK, ev->requested_at ? ev->requested_at : ev->at);
	out->recovery = delivery_span(d->failing_since, ev->at);
	d->failing_since = 0;
	d->has_failed = false;
	if (ev->rollback) {
		d->rollbacks++;
		return;
	}
	d->planned++;
	out->lead = delivery_span(ev->discovered_at, ev->at);
}

void delivery_add(struct delivery *d, const struct delivery_event *ev, struct delivery_times *out)
{
	assert(d && ev && out);
	*out = (struct delivery_times){ -1, -1 };
	if (ev->is_verification) {
		if (!ev->verified && !d->has_failed)
			delivery_fail(d, DELIVERY_VERIFICATION, ev->at);
		d->has_failed = d->has_failed || !ev->verified;
	} else if (ev->phase == PHASE_SUCCEEDED) {
		delivery_succeed(d, ev, out);
	} else if (ev->phase == PHASE_FAILED || ev->phase == PHASE_ERRORED) {
		delivery_fail(d, DELIVERY_PROMOTION, ev->at);
	}
}

uint64_t delivery_failed(const struct delivery *d)
{
	uint64_t sum = 0;

	for (int i = 0; i < DELIVERY_FAILURES; i++)
		sum += d->failures[i];
	return sum;
}

uint64_t delivery_attempts(const struct delivery *d)
{
	return d->planned + d->failures[DELIVERY_PROMOTION];
}
