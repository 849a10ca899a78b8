/* SPDX-License-Identifier: Apache-2.0 */
/* YAML is read as sigs.k8s.io/yaml reads it for yaml-parse. */
#include "data/yaml_json.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "tap.h"

static void reads(const char *yaml, const char *json)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *v;
	struct err e;

	if (yaml_json_parse(a, "f", str_of(yaml), &v, &e))
		is_text(v ? json_text(a, v, 0) : "nothing", json, "%s", json);
	else
		is_text(e.message, json, "%s", json);
}

TEST(it_is_yaml_1_1)
{
	reads("a: [y, no, On, \"yes\", 0755, 0o17, 1_000, 1:30]\n",
	      "{\"a\":[true,false,true,\"yes\",493,15,1000,\"1:30\"]}");
	reads("n: 1\n1: x\n1.50: w\n1e3: z\n", "{\"false\":1,\"1\":\"x\",\"1.5\":\"w\",\"1000\":\"z\"}");
	reads("a: !!binary aGk=\nb: !!str 5\nc: !foo x\nd: !!int \"5\"\n",
	      "{\"a\":\"hi\",\"b\":\"5\",\"c\":\"x\",\"d\":5}");
}

TEST(a_value_is_what_its_tag_says)
{
	reads("a: !!float 3\nb: !!bool \"yes\"\nc: !!null ~\nd: !!int 18446744073709551615\n",
	      "{\"a\":3,\"b\":true,\"c\":null,\"d\":18446744073709551615}");
	reads("a: !!int o17\n", "f:1: the value is not what its tag says");
	reads("a: !!int 1.5\n", "f:1: the value is not what its tag says");
	reads("x: 1\na: !!float n\n", "f:2: the value is not what its tag says");
	reads("!!float a: 1\n", "f:1: the value is not what its tag says");
	reads("a: !!null x\n", "f:1: the value is not what its tag says");
}

TEST(merges_and_repeated_keys_are_as_in_yaml_v2)
{
	reads("b: &b {p: 1, q: 2}\nc:\n  <<: *b\n  q: 3\n",
	      "{\"b\":{\"p\":1,\"q\":2},\"c\":{\"p\":1,\"q\":3}}");
	reads("c:\n  <<: [{p: 1}, {p: 2, q: 3}]\n", "{\"c\":{\"p\":1,\"q\":3}}");
	reads("a: 1\na: 2\n", "{\"a\":2}");
}

TEST(what_json_cannot_hold_is_refused)
{
	reads("a: .inf\n", "f:1: JSON has no such number");
	reads("~: x\n", "f:1: null cannot be a key");
	reads("? [a]\n: x\n", "f:1: a list or map cannot be a key");
	reads("# nothing\n", "nothing");
	reads("a: &a [*a]\n", "f:1:8: an alias of an anchor that is not there");
}
