/* SPDX-License-Identifier: Apache-2.0 */
/* TOML is read as pelletier/toml reads it, and edited without touching what was not named. */
#include "data/toml.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/key_path.h"
#include "data/toml_edit.h"
#include "data/value.h"
#include "tap.h"

static void reads(const char *toml, const char *json)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *v;
	struct err e;

	if (toml_parse(a, "f", str_of(toml), &v, &e))
		is_text(json_text(a, v, 0), json, "%s", json);
	else
		is_text(e.message, json, "%s", json);
}

TEST(values_have_their_kinds)
{
	reads("a = 1_000\nb = 0x1F\nc = 1.0\nd = -0.5e1\n", "{\"a\":1000,\"b\":31,\"c\":1,\"d\":-5}");
	reads("a = 'x\\n'\nb = \"x\\n\\u00e9\"\n", "{\"a\":\"x\\\\n\",\"b\":\"x\\né\"}");
	reads("a = \"\"\"\nx\\\n   y\"\"\"\"\n", "{\"a\":\"xy\\\"\"}");
	reads("a = '''\nx\n'y'''\n", "{\"a\":\"x\\n'y\"}");
	reads("a = [1, [2,\n # c\n 3,], {b.c = 1}]\n", "{\"a\":[1,[2,3],{\"b\":{\"c\":1}}]}");
	reads("a = 2024-01-02\nb = 07:32:00.10\nc = 2024-01-02 03:04:05.10z\n",
	      "{\"a\":\"2024-01-02\",\"b\":\"07:32:00.10\",\"c\":\"2024-01-02T03:04:05.1Z\"}");
}

TEST(tables_are_put_together)
{
	reads("[a.b]\nc = 1\n[a]\nd = 2\n[[e]]\nx = 1\n[[e]]\n[e.f]\ny = 2\n",
	      "{\"a\":{\"b\":{\"c\":1},\"d\":2},\"e\":[{\"x\":1},{\"f\":{\"y\":2}}]}");
	reads("\"a.b\" = 1\n'' = 2\n", "{\"a.b\":1,\"\":2}");
}

TEST(contradictions_are_refused)
{
	reads("a = 1\na = 2\n", "f:2: a is defined at line 1 already");
	reads("[a]\n[a]\n", "f:2: a is defined at line 1 already");
	reads("a = {b = 1}\n[a.c]\n", "f:2: not a table: a");
	reads("[a]\n[[a]]\n", "f:2: a is defined at line 1 already");
	reads("[a]\nb.c = 1\n[a.b]\n", "f:3: b is defined at line 2 already");
	reads("a = \n", "f:1:5: a value must be here");
	reads("a = 01\n", "f:1:5: not a value; texts need quotes");
	reads("a = True\n", "f:1:5: not a value; texts need quotes");
	reads("a = \"x\n", "f:1:7: a text in single quotes ends on its line");
	reads("a = 2024-02-30\n", "f:1:5: not a value; texts need quotes");
	reads("a = 1 b = 2\n", "f:1:7: the line must end here");
	reads("a = 9223372036854775808\n",
	      "f:1: a number that does not fit 64 bits: 9223372036854775808");
}

static const char *set(struct arena *a, const char *toml, const char *key, const struct value *v)
{
	struct list parts = { 0 };
	struct toml_edit *edit;
	struct str text;
	struct err e;

	if (toml_edit_open(a, "f", str_of(toml), &edit, &e) && key_path_split(a, key, &parts, &e) &&
	    toml_edit_set(edit, key, &parts, v, &e) && toml_edit_finish(edit, &text, &e))
		return text.at;
	return str_copy(a, e.message);
}

static void sets(const char *toml, const char *key, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(set(a, toml, key, value_string(a, "it's")), want, "%s", key);
}

TEST(numbers_keep_their_kind)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(set(a, "a = 1\n", "a", value_int(a, 1234567)), "a = 1234567\n", "an integer");
	is_text(set(a, "a = 1\n", "a", value_float(a, 1234567)), "a = 1234567\n", "from a whole float, too");
	is_text(set(a, "a = 1.5\n", "a", value_int(a, 2)), "a = 2.0\n", "a float stays one");
	is_text(set(a, "a = 1\n", "a", value_float(a, 0.25)), "a = 0.25\n", "a fraction");
	is_text(set(a, "a = 'x'\n", "a", value_int(a, -3)), "a = -3\n", "in the place of a text");
	is_text(set(a, "a = 0x1F\n", "a", value_int(a, 3)), "a = 3\n", "of a hexadecimal one");
}

TEST(quotes_and_a_byte_order_mark_stay)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(set(a, "a = \"1.0\" # c\n", "a", value_string(a, "1.1")), "a = \"1.1\" # c\n", "double");
	is_text(set(a, "a = '1.0'\n", "a", value_string(a, "1.1")), "a = '1.1'\n", "single");
	is_text(set(a, "\xef\xbb\xbf" "a = 1\n", "a", value_int(a, 2)), "\xef\xbb\xbf" "a = 2\n", "the mark");
}

TEST(a_file_that_contradicts_itself_is_not_edited)
{
	sets("[a]\nb = 1\n[[a]]\nb = 2\n", "a.b", "f:3: a is defined at line 1 already");
	sets("[[a]]\nb = 1\n[a]\n", "a.0.b", "f:3: a is defined at line 1 already, as an array of tables");
	sets("a = 1\n\na = 2\n", "a", "f:3: a is defined at line 1 already");
	sets("n = nan\na = 1\n", "a", "n = nan\na = \"it's\"\n");
}

TEST(only_the_named_value_changes)
{
	sets("  a   =   1   # c\r\n", "a", "  a   =   \"it's\"   # c\r\n");
	sets("[[i]]\nn = 1\n[[i]]\nn = 2", "i.1.n", "[[i]]\nn = 1\n[[i]]\nn = \"it's\"");
	sets("a = { b = [1, 2] }\n", "a.b.1", "a = { b = [1, \"it's\"] }\n");
	sets("[a]\nb = 1\n", "a", "f: key \"a\": a table or array, not a single value");
	sets("[a]\nb = 1\n", "a.c", "f: key \"a.c\": there is no such value");
}
