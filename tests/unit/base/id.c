/* SPDX-License-Identifier: Apache-2.0 */
/* Names in order, whatever the clock does. */
#include "base/id.h"

#include <string.h>

#include "base/arena.h"
#include "tap.h"

TEST(ulids_sort_by_time)
{
	AUTO(arena) struct arena *a = arena_new();
	const unsigned char low[10] = { 0 }, high[10] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	const char *early = ulid_make(a, 1717236000000, high, NULL);
	const char *late = ulid_make(a, 1717236000001, low, NULL);

	is_number(strlen(early), 26, "26 characters");
	is_text(ulid_make(a, 0, low, NULL), "00000000000000000000000000", "zero");
	is_text(ulid_make(a, 0xffffffffffff, high, NULL), "7zzzzzzzzzzzzzzzzzzzzzzzzz", "the last");
	is_text(ulid_make(a, 1469918176385, low, NULL), "01aryz6s410000000000000000",
		"the time comes first");
	ok(strcmp(early, late) < 0, "later is greater");
	ok(strcmp(ulid_make(a, 1717236000000, low, late), late) > 0, "also when the clock goes back");
	ok(strcmp(ulid_make(a, 1717236000000, low, early), early) > 0, "also within a millisecond");
}
