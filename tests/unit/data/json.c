/* SPDX-License-Identifier: Apache-2.0 */
/* JSON reads and writes as Go's encoding/json does. */
#include "data/json.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "data/value.h"
#include "tap.h"

static const char *round_trip(struct arena *a, const char *text, unsigned flags)
{
	struct value *v;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		return str_format(a, "error: %s", e.message);
	return json_text(a, v, flags);
}

TEST(documents_survive_a_round_trip)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(round_trip(a, " {\"b\":[1,2.5,\"x\",null,true],\"a\":{}} ", 0),
		"{\"b\":[1,2.5,\"x\",null,true],\"a\":{}}", "order is kept");
	is_text(round_trip(a, "{\"b\":1,\"a\":2}", JSON_SORT_KEYS), "{\"a\":2,\"b\":1}",
		"or sorted when asked");
	is_text(round_trip(a, "\"<a&b>\"", JSON_ESCAPE_HTML), "\"\\u003ca\\u0026b\\u003e\"",
		"HTML is escaped as Go does");
	is_text(round_trip(a, "\"\\\\\\\"\\n\"", 0), "\"\\\\\\\"\\n\"",
		"backslash, quote and newline");
}

TEST(what_is_not_json_says_where)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(round_trip(a, "{\"a\":1,\n  \"b\": }", 0), 
		"error: line 2, column 8: a value must be here, not '}'",
		"line and column");
	is_text(round_trip(a, "1 2", 0), "error: line 1, column 3: nothing may follow the document",
		"nothing may follow the document");
}

static void number(double value, const char *want)
{
	char text[32];

	json_number(value, text);
	is_text(text, want, "%s", want);
}

TEST(numbers_are_go_s)
{
	number(1e21, "1e+21");
	number(1e20, "100000000000000000000");
	number(1e-7, "1e-7");
	number(0.000001, "0.000001");
	number(1.1, "1.1");
	number(-0.0, "-0");
	number(123456789.125, "123456789.125");
	number(5e-324, "5e-324");
	number(1.7976931348623157e308, "1.7976931348623157e+308");
}

TEST(what_go_refuses_is_refused)
{
	static const char *const bad[] = {
		"", " ", "{\"a\":1,}", "{'a':1}", "{a:1}", "\xef\xbb\xbf{}", "{\"a\":nul}",
		"01", "+1", ".5", "1.", "1e", "-", "1e400", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "[1",
		"[1,", "{\"a\"",
		"nullx", "//c\n1", "[1 2]", "\"abc",
	};

	for (size_t i = 0; i < COUNTOF(bad); i++) {
		AUTO(arena) struct arena *a = arena_new();

		ok(has_prefix(round_trip(a, bad[i], 0), "error: line "), "%s is refused", bad[i]);
	}
}

TEST(texts_are_decoded_as_in_go)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *v;
	struct err e;

	ok(json_parse(a, "\"a\\u0000b\"", 10, &v, &e) && v->string.len == 3 && !v->string.at[1],
	   "a NUL stays");
	is_text(round_trip(a, "\"\\ud83d\\ude00\"", 0), "\"\xf0\x9f\x98\x80\"", "surrogate pairs join");
	is_text(round_trip(a, "\"\\ud83dx\"", 0), "\"\xef\xbf\xbdx\"", "a lone one is replaced");
	is_text(round_trip(a, "\"\xff\"", 0), "\"\xef\xbf\xbd\"", "so is a byte that is not UTF-8");
	is_text(round_trip(a, "{\"a\":1,\"b\":2,\"a\":3}", 0), "{\"a\":3,\"b\":2}", "the last key wins");
	is_text(round_trip(a, "[9007199254740993, 12345678901234567890, -0]", 0),
		"[9007199254740993,12345678901234567890,-0]", "numbers keep their digits");
	ok(!value_whole(a, (struct str){ "\0" "5", 2 }), "a NUL is no sign of one");
}

static const struct value *value_at_end(const struct value *map)
{
	return map->map.members[map->map.count - 1].value;
}

TEST(the_last_of_equal_keys_wins_in_the_first_one_s_place)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *many = "{\"k0\":0";
	struct value *v = NULL;
	struct err e;

	is_text(round_trip(a, "{\"a\":1,\"b\":{\"a\":2,\"a\":3},\"a\":4}", 0), "{\"a\":4,\"b\":{\"a\":3}}",
		"in small maps");
	for (int i = 1; i < 40; i++)
		many = str_format(a, "%s,\"k%d\":{\"x\":%d}", many, i, i);
	many = str_format(a, "%s,\"k7\":\"last\"}", many);
	ok(json_parse(a, many, strlen(many), &v, &e), "a large one");
	is_number(value_count(v), 40, "has each key once");
	is_text(value_path_text(v, "k7", ""), "last", "the last counts");
	is_text(v->map.members[7].key.at, "k7", "where the first was");
	ok(value_get(v, "k39") && !value_get(v, "k40"), "and all are found");
}

/* A process keeps thousands of promotions: what is read takes no more than it must. */
TEST(what_is_read_is_small)
{
	static const char text[] = "{\"a\":{\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5}}";
	AUTO(arena) struct arena *a = arena_new();
	struct value *v;
	struct err e;

	ok(json_parse(a, text, strlen(text), &v, &e), "seven values with six keys");
	ok(arena_used(a) <= 7 * sizeof(*v) + 6 * (sizeof(struct value_member) + 8), "%zu bytes", arena_used(a));
	ok(sizeof(*v) <= 40, "a value is 40 bytes");
}

TEST(depth_and_size_are_no_problem)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct value *v = NULL;
	struct err e;
	int64_t start;

	buf_init(&b, 1 << 26);
	for (int i = 0; i < 100000; i++)
		buf_char(&b, '[');
	ok(!json_parse(a, b.at, b.len, &v, &e), "a hundred thousand levels: %s", e.message);
	buf_clear(&b);
	for (int i = 0; i < 300000; i++)
		buf_format(&b, "%s\"k%d\":%d", i ? "," : "{", i, i);
	buf_char(&b, '}');
	start = clock_ticks();
	ok(json_parse(a, b.at, b.len, &v, &e) && value_count(v) == 300000, "many keys are read");
	ok(clock_ticks() - start < 60000, "and does not take for ever");
	is_number(value_get(v, "k299999")->integer, 299999, "and found");
	value_remove(v, "k7");
	ok(!value_get(v, "k7") && value_get(v, "k8")->integer == 8, "one can be removed");
	value_set(a, v, "k7", value_null(a));
	ok(value_get(v, "k7") == value_at_end(v), "and comes back last");
}
