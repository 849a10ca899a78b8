/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a JSON text is set, and all the rest keeps its bytes. */
#include "data/json_edit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"
#include "tap.h"

static void sets(const char *json, const char *path, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct json_update update = { .path = path, .value = value_string(a, "n") };
	struct str text;
	struct err e;

	if (json_edit(a, str_of(json), &(struct json_updates){ &update, 1 }, &text, &e))
		is_text(text.at, want, "%s", path);
	else
		is_text(str_format(a, "error: %s", e.message), want, "%s", path);
}

TEST(comments_and_commas_too_many_pass)
{
	sets("{ // don't \"quote\n \"a\": 1, /* } */\n}", "a", "{ // don't \"quote\n \"a\": \"n\", /* } */\n}");
	sets("{\"a\": [1, 2,], }", "b", "{\"a\": [1, 2,], \"b\":\"n\"}");
	sets("{\"a\": [1, /* c */ ]}", "a.-1", "{\"a\": [1, /* c */ \"n\"]}");
	sets("{ /* nothing */ }", "a", "{ /* nothing */ \"a\":\"n\"}");
}

TEST(a_name_that_stands_twice_is_refused)
{
	sets("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}", "a",
	     "error: key \"a\": the name appears twice, at lines 1 and 3: remove one of them");
	sets("{\"m\": {\"x\": 1},\n\"m\": {}}", "m.x",
	     "error: key \"m.x\": the name appears twice, at lines 1 and 2: remove one of them");
	sets("{\"a\": 1, \"a\": 2, \"b\": 3}", "b", "{\"a\": 1, \"a\": 2, \"b\": \"n\"}");
}

TEST(what_is_there_is_replaced)
{
	sets("{ \"a\" : 1 , \"b\":[1, 2]}\n", "a", "{ \"a\" : \"n\" , \"b\":[1, 2]}\n");
	sets("{\"b\":[1, {\"c\":2}]}", "b.1.c", "{\"b\":[1, {\"c\":\"n\"}]}");
	sets("// note\n{\"a\":1}", "a", "// note\n{\"a\":\"n\"}");
	sets("/* a\n note */{\"a\":1}", "a", "/* a\n note */{\"a\":\"n\"}");
	sets("{\"#\":1,\"@x\":2}", "#", "{\"#\":\"n\",\"@x\":2}");
	sets("{\"#\":1,\"@x\":2}", "@x", "{\"#\":1,\"@x\":\"n\"}");
	sets("{\"a.b\":1}", "a\\.b", "{\"a.b\":\"n\"}");
	sets("{\"\\u0061\":\"}\"}", "a", "{\"\\u0061\":\"n\"}");
}

TEST(what_is_missing_is_made)
{
	sets("{\"b\": 1}\n", "a", "{\"b\": 1,\"a\":\"n\"}\n");
	sets("{ }", "a.b", "{ \"a\":{\"b\":\"n\"}}");
	sets("{\"a\":[1]}", "a.-1", "{\"a\":[1,\"n\"]}");
	sets("{\"a\":[1]}", "a.3", "{\"a\":[1,null,null,\"n\"]}");
	sets("{}", "a.:0", "{\"a\":{\"0\":\"n\"}}");
	sets("{\"a\":1}", "a.:3", "{\"a\":{\"3\":\"n\"}}");
	sets("{\"a\":1}", "a.b", "{\"a\":{\"b\":\"n\"}}");
	sets("", "a", "{\"a\":\"n\"}");
	sets("null", ":2", "{\"2\":\"n\"}");
	sets("null", "2", "[null,null,\"n\"]");
}

TEST(wildcards_set_only_what_they_find)
{
	sets("{\"abc\":1,\"abd\":2}", "ab?", "{\"abc\":\"n\",\"abd\":2}");
	sets("{\"abc\":1}", "x*", "{\"abc\":1}");
	sets("{\"a\":[1]}", "a.#", "{\"a\":[1]}");
	sets("{\"|\":1}", "|", "{\"|\":1}");
}

TEST(what_cannot_be_done_is_refused)
{
	sets("{\"a\":[1]}", "a.b", "error: key \"a.b\": a list has no element \"b\"");
	sets("/* {\"a\":1}", "a", "error: key \"a\": a comment is opened and never closed");
	sets("{\"a\":", "a", "error: key \"a\": a bracket is opened and never closed");
	sets("{\"a\":[]}", "a.99999999", "error: key \"a.99999999\": the list would have too many elements");
}
