/* SPDX-License-Identifier: Apache-2.0 */
/* Stages are shown in the order that freight flows, however the manifests have them. */
#include "config/parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/stage.h"
#include "tap.h"

/* A stage; upstream: names, separated by blanks. */
static struct stage *order_stage(struct arena *a, const char *name, const char *upstream)
{
	struct stage *s = arena_alloc(a, sizeof(*s));
	struct freight_request *r = arena_alloc(a, sizeof(*r));
	const char **names = arena_array(a, strlen(upstream) + 1, sizeof(*names));

	*r = (struct freight_request){ .warehouse = "w", .stages = names };
	while (*upstream) {
		size_t len = strcspn(upstream, " ");

		names[r->nstages++] = str_copy_n(a, upstream, len);
		upstream += len + (upstream[len] == ' ');
	}
	*s = (struct stage){ .name = name, .requests = r, .nrequests = 1 };
	return s;
}

/* pairs: name, upstream, name, upstream, …, NULL. Returns "a b | c": those after | have no place. */
static const char *ordered(struct arena *a, const char *const *pairs)
{
	struct stage *stages[16];
	const char *said = "";
	size_t count = 0, placed;

	for (; pairs[2 * count]; count++)
		stages[count] = order_stage(a, pairs[2 * count], pairs[2 * count + 1]);
	placed = order_stages(a, stages, count);
	for (size_t i = 0; i < count; i++)
		said = str_format(a, "%s%s%s%s", said, i ? " " : "", i == placed ? "| " : "", stages[i]->name);
	return said;
}

TEST(upstream_comes_before_downstream)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(ordered(a, (const char *const[]){ "prod", "uat", "uat", "test", "test", "", NULL }), "test uat prod",
		"a line of three");
	is_text(ordered(a, (const char *const[]){ "c", "", "b", "", "a", "", NULL }), "a b c", "by name");
	is_text(ordered(a, (const char *const[]){ "a", "z", "b", "a", "m", "", "z", "", NULL }), "m z a b",
		"what waits for a later name comes after it");
	is_text(ordered(a, (const char *const[]){ "eu", "uat", "us", "uat", "uat", "test qa", "qa", "", "test", "",
						  NULL }), "qa test uat us eu", "two ways that meet and part");
	is_text(ordered(a, (const char *const[]){ "a", "gone", "b", "a", NULL }), "a b",
		"a stage that is not there is not waited for");
	is_text(ordered(a, (const char *const[]){ NULL }), "", "of no stages there is no order");
}

TEST(a_ring_and_what_follows_it_come_last)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(ordered(a, (const char *const[]){ "a", "b", "b", "a", "c", "a", "z", "", NULL }), "z | a b c",
		"a ring of two and one behind it");
	is_text(ordered(a, (const char *const[]){ "a", "a", "b", "", NULL }), "b | a", "a stage behind itself");
}

/* A chain whose names go against it, so that each scan of all names would find only one. */
TEST(a_long_chain_against_the_names_is_ordered_at_once)
{
	enum { STAGES = 20000 };
	AUTO(arena) struct arena *a = arena_new();
	struct stage **stages = arena_array(a, STAGES, sizeof(*stages));
	bool fits = true;

	for (size_t i = 0; i < STAGES; i++)
		stages[i] = order_stage(a, str_format(a, "s%05zu", i),
					i + 1 < STAGES ? str_format(a, "s%05zu", i + 1) : "");
	is_number(order_stages(a, stages, STAGES), STAGES, "all have a place");
	for (size_t i = 0; i < STAGES; i++)
		fits = fits && strcmp(stages[i]->name, str_format(a, "s%05zu", STAGES - 1 - i)) == 0;
	ok(fits, "from the last name to the first");
}
