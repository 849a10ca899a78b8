/* SPDX-License-Identifier: Apache-2.0 */
/* JSON reads and writes as Go's encoding/json does. */
#include "data/json.h"

#include <string.h>

#include "base/arena.h"
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

	is_text(round_trip(a, "{\"a\":1,\n  \"b\": }", 0), "error: line 2, column 8: not JSON",
		"line and column");
	is_text(round_trip(a, "1 2", 0), "error: line 1, column 3: not JSON",
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
