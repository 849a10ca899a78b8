/* SPDX-License-Identifier: Apache-2.0 */
/* A text in UTF-16 comes back as it was, and a broken one is told. */
#include "data/utf16.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

#define TEXT(literal) ((struct str){ (literal), sizeof(literal) - 1 })

TEST(both_orders_are_read_and_written)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str little = TEXT("\xff\xfe" "a\0\xdf\0\x3d\xd8\xa2\xde\n\0");
	struct str big = TEXT("\xfe\xff" "\0a\0\xdf\xd8\x3d\xde\xa2\0\n"), out = { 0 };
	struct err e = { .message = "" };

	ok(utf16_read(a, "x", little, &out, &e) && str_is(out, "aß🚢\n"), "little end first: %s", e.message);
	ok(str_equal(utf16_write(a, UTF16_LITTLE, out), little), "and back");
	ok(utf16_read(a, "x", big, &out, &e) && str_is(out, "aß🚢\n"), "big end first: %s", e.message);
	ok(str_equal(utf16_write(a, UTF16_BIG, out), big), "and back");
	ok(utf16_read(a, "x", TEXT("a: b"), &out, &e) && str_is(out, "a: b"), "what has no mark stays");
	ok(utf16_read(a, "x", TEXT("\xff\xfe"), &out, &e) && !out.len, "a mark alone is an empty text");
}

TEST(broken_ones_are_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str out = { 0 };
	struct err e = { .message = "" };

	ok(!utf16_read(a, "x", TEXT("\xff\xfe" "a"), &out, &e), "half a unit");
	ok(strstr(e.message, "x: byte 2") != NULL, "is told with its place: %s", e.message);
	ok(!utf16_read(a, "x", TEXT("\xff\xfe\x3d\xd8"), &out, &e), "half a pair at the end");
	ok(!utf16_read(a, "x", TEXT("\xff\xfe\x3d\xd8" "a\0"), &out, &e), "half a pair before a letter");
	ok(!utf16_read(a, "x", TEXT("\xff\xfe\xa2\xde"), &out, &e), "the second half alone");
}
