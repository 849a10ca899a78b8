/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four versions in two weeks: the second failed its verification in
 * production and was backed out, and the newest has passed
 * every stage but production, which is one behind and may take it.
 */
#include "demo/seed_inner.h"

#include <assert.h>
#include <string.h>

#define ADA "Ada <ada@example.org>"
#define LIN "Lin <lin@example.org>"
#define SAM "Sam <sam@example.org>"

/* Before the demonstration began, in minutes. */
#define AGO(days, hours, minutes) (((days) * 24 + (hours)) * 60 + (minutes))

#define BY_ITSELF(name, number, ago, took) \
	{ .stage = name, .minutes_ago = ago, .seconds = took, .version = number }
#define ASKED(name, number, ago, took, by, why) \
	{ .stage = name, .minutes_ago = ago, .seconds = took, .version = number, .actor = by, .reason = why }

const struct past_promotion demo_past[] = {
	BY_ITSELF("test", 0, AGO(13, 5, 40), 21),
	BY_ITSELF("uat", 0, AGO(13, 5, 38), 34),
	BY_ITSELF("qa", 0, AGO(13, 5, 36), 29),
	ASKED("prod", 0, AGO(13, 2, 10), 760, ADA, "first release of 1.27"),

	BY_ITSELF("test", 1, AGO(9, 3, 15), 19),
	BY_ITSELF("uat", 1, AGO(9, 3, 13), 38),
	BY_ITSELF("qa", 1, AGO(9, 3, 11), 31),
	{ "prod", AGO(8, 4, 50), 540, 1, LIN, "the new cart",
	  .unverified = "checkout-errors: 5.1 % of 1,204 requests, must be below 1 %" },
	{ "prod", AGO(8, 4, 5), 190, 0, ADA, "5 % of checkouts end in a 500 since the new cart",
	  .is_rollback = true },

	BY_ITSELF("test", 2, AGO(6, 1, 30), 24),
	BY_ITSELF("uat", 2, AGO(6, 1, 28), 35),
	BY_ITSELF("qa", 2, AGO(6, 1, 26), 30),
	ASKED("prod", 2, AGO(5, 6, 20), 910, SAM, "the cart again, with its checkout fixed"),

	BY_ITSELF("test", 3, AGO(1, 4, 20), 22),
	{ .stage = "uat", .minutes_ago = AGO(1, 4, 18), .seconds = 12, .version = 3, .is_refused = true },
	BY_ITSELF("qa", 3, AGO(1, 4, 16), 28),
	ASKED("uat", 3, AGO(1, 3, 35), 37, LIN, "1.27.3 is signed now"),
	{ 0 },
};

const struct past_promotion *demo_past_before(const struct past_promotion *p)
{
	assert(p && p->stage);
	for (const struct past_promotion *q = p; q-- > demo_past;)
		if (!q->is_refused && strcmp(q->stage, p->stage) == 0)
			return q;
	return NULL;
}

size_t demo_past_since(const struct past_promotion *p)
{
	size_t since = 0;

	assert(p && p->stage);
	for (const struct past_promotion *q = p + 1; q->stage; q++)
		since += !q->is_refused && strcmp(q->stage, p->stage) == 0;
	return since;
}
