/* SPDX-License-Identifier: Apache-2.0 */
/* A token bucket: one token comes back every few seconds. */
#include "messages/burst.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

struct burst_count {
	const char *type;
	size_t count;
};

static void burst_refill(struct burst *b, int64_t ticks)
{
	int64_t back = b->spent ? (ticks - b->since) / BURST_EVERY_MS : 0;

	if (back >= (int64_t)b->spent)
		b->spent = 0;
	else
		b->spent -= (unsigned)back;
	b->since = b->spent ? b->since + back * BURST_EVERY_MS : ticks;
}

unsigned burst_allows(struct burst *b, int64_t ticks)
{
	burst_refill(b, ticks);
	return BURST_MOST - b->spent;
}

void burst_spend(struct burst *b, int64_t ticks)
{
	burst_refill(b, ticks);
	if (b->spent < BURST_MOST)
		b->spent++;
}

int64_t burst_next(const struct burst *b, int64_t ticks)
{
	return b->spent < BURST_MOST ? ticks : b->since + BURST_EVERY_MS;
}

void burst_add(struct arena *a, struct burst_rest *rest, const char *type)
{
	struct burst_count *c;

	rest->count++;
	for (size_t i = 0; i < rest->types.count; i++) {
		c = rest->types.items[i];
		if (strcmp(c->type, type) == 0) {
			c->count++;
			return;
		}
	}
	c = arena_alloc(a, sizeof(*c));
	*c = (struct burst_count){ str_copy(a, type), 1 };
	list_add(a, &rest->types, c);
}

void burst_take(struct burst_rest *rest, const char *type)
{
	for (size_t i = 0; i < rest->types.count; i++) {
		struct burst_count *c = rest->types.items[i];

		if (strcmp(c->type, type) != 0)
			continue;
		assert(c->count && rest->count);
		c->count--;
		rest->count--;
		return;
	}
}

const char *burst_text(struct arena *a, const struct burst_rest *rest)
{
	const char *all = "";

	for (size_t i = 0; i < rest->types.count; i++) {
		const struct burst_count *c = rest->types.items[i];

		if (c->count)
			all = str_format(a, "%s%s%zu %s", all, *all ? ", " : "", c->count, c->type);
	}
	return rest->count ? str_format(a, " (and %zu more: %s)", rest->count, all) : "";
}
