/* SPDX-License-Identifier: Apache-2.0 */
/* Queues of those who want the same thing. */
#include "steps/turns.h"

#include "base/arena.h"
#include "tap.h"

TEST(first_come_first_served)
{
	struct turns *t = turns_new();

	ok(turns_take(t, "main", "a"), "the first has its turn");
	ok(!turns_take(t, "main", "b") && !turns_take(t, "main", "c"), "others wait");
	ok(turns_take(t, "release", "d"), "for that one branch only");
	ok(turns_take(t, "main", "a") && !turns_has(t, "b"), "asking again changes nothing");
	turns_leave(t, "a");
	ok(turns_has(t, "b") && !turns_has(t, "c"), "the next one's turn has come");
	ok(!turns_take(t, "main", "a"), "who comes back is the last");
	turns_leave(t, "b");
	ok(turns_has(t, "c") && !turns_has(t, "a"), "then the third's");
	turns_leave(t, "c");
	turns_leave(t, "nobody");
	ok(turns_has(t, "a"), "and in the end its own again");
	turns_free(t);
}
