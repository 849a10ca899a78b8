/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas, maps and lists keep what they are given until they are freed. */
#include "base/arena.h"

#include <string.h>

#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "tap.h"

TEST(memory_is_zeroed_after_a_reset)
{
	AUTO(arena) struct arena *a = arena_new();
	char *p = arena_alloc(a, 100);
	bool zero = true;

	memset(p, 7, 100);
	arena_reset(a);
	p = arena_alloc(a, 100);
	for (int i = 0; i < 100; i++)
		zero = zero && p[i] == 0;
	ok(zero, "a reset arena hands out zeros again");
	is_number(arena_used(a), 104, "and counts from nothing, rounded up to alignment");
}

TEST(a_sized_arena_is_no_larger_at_first)
{
	AUTO(arena) struct arena *a = arena_new_sized(64);
	char *first = arena_alloc(a, 40), *second = arena_alloc(a, 24), *third = arena_alloc(a, 5000);

	ok(second == first + 40, "what was foreseen lies together");
	memset(third, 1, 5000);
	ok(first[0] == 0 && arena_used(a) == 64 + 5000, "and what was not still fits");
}

TEST(large_pieces_fit)
{
	AUTO(arena) struct arena *a = arena_new();
	char *big = arena_alloc(a, 5 << 20);

	big[(5 << 20) - 1] = 1;
	ok(arena_alloc(a, 10) != NULL, "a small piece follows a large one");
}

TEST(a_map_finds_a_thousand_names)
{
	AUTO(arena) struct arena *a = arena_new();
	struct map m = { 0 };
	int numbers[1000];
	bool all = true;

	for (int i = 0; i < 1000; i++)
		map_set(a, &m, str_format(a, "name-%d", i), &numbers[i]);
	for (int i = 0; i < 1000; i++)
		all = all && map_get(&m, str_format(a, "name-%d", i)) == &numbers[i];
	ok(all, "every name leads to its own value");
	ok(!map_get(&m, "name-1000"), "a name that was not added leads nowhere");
	map_set(a, &m, "name-5", &numbers[7]);
	ok(map_get(&m, "name-5") == &numbers[7], "setting again replaces");
	is_number(m.count, 1000, "and adds nothing");
}

TEST(a_map_of_lists_makes_each_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct map m = { 0 };

	list_add(a, map_list(a, &m, "test"), "one");
	list_add(a, map_list(a, &m, "prod"), "two");
	list_add(a, map_list(a, &m, "test"), "three");
	is_number(map_list(a, &m, "test")->count, 2, "both in one");
	is_text(map_list(a, &m, "test")->items[1], "three", "in their order");
	is_number(map_list(a, &m, "prod")->count, 1, "and the other in its own");
	is_number(map_list(a, &m, "none")->count, 0, "a new one is empty");
}

TEST(a_list_keeps_its_order)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list l = { 0 };
	int numbers[100];
	bool all = true;

	for (int i = 0; i < 100; i++)
		list_add(a, &l, &numbers[i]);
	for (int i = 0; i < 100; i++)
		all = all && l.items[i] == &numbers[i];
	ok(all && l.count == 100, "a hundred pointers come back in order");
}
