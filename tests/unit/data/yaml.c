/* SPDX-License-Identifier: Apache-2.0 */
/* YAML is read with its places, typed as Kargo's readers type it, and written back as Go does. */
#include "data/yaml.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static const char *as_json(struct arena *a, const char *yaml)
{
	struct list documents = { 0 };
	struct err e;
	const char *all = "";

	if (!yaml_parse(a, "x.yaml", str_of(yaml), &documents, &e))
		return str_format(a, "error: %s", e.message);
	for (size_t i = 0; i < documents.count; i++)
		all = str_format(a, "%s%s%s", all, i ? " | " : "", json_text(a, documents.items[i], 0));
	return all;
}

static void reads(const char *yaml, const char *json)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(as_json(a, yaml), json, "%s", json);
}

TEST(scalars_are_typed_as_in_go)
{
	reads("[1, 010, 0x1f, 0o17, 0b11, 1_000, -5]", "[1,8,31,15,3,1000,-5]");
	reads("[1.5, 1e3, .5, 1., 1.10]", "[1.5,1000,0.5,1,1.1]");
	reads("[true, False, yes, on, y]", "[true,false,\"yes\",\"on\",\"y\"]");
	reads("[~, null, '', \"null\"]", "[null,null,\"\",\"null\"]");
	reads("[1.2.3, 1:30, 2001-01-01, v1]", "[\"1.2.3\",\"1:30\",\"2001-01-01\",\"v1\"]");
	reads("!!str 5", "\"5\"");
}

TEST(anchors_merges_and_documents)
{
	reads("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":3,\"b\":1}}");
	reads("--- 1\n--- two\n---\n", "1 | \"two\" | null");
	reads("a: |\n  x\n  y\nb: >\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\\n\"}");
}

TEST(what_is_wrong_says_where)
{
	reads("a: 1\nb: 2\na: 3\n", "error: x.yaml:3:1: the key \"a\" is there already, at line 1");
	reads("a: *nope\n",
	      "error: x.yaml:1:4: an alias of an anchor that is not there, or is not complete");
	reads("a: [1\n", "error: x.yaml:2:1: did not find expected ',' or ']'");
}

TEST(the_last_of_two_keys_counts_where_kubectl_reads)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct yaml_source source = { .name = "x", .text = str_of("a: 1\nb: {c: 1}\na: 2\n") };
	struct list documents = { 0 }, duplicates = { 0 };
	const struct yaml_duplicate *twice;
	struct err e;

	ok(yaml_read(a, &source, &documents, &duplicates, &e), "it reads");
	is_text(json_text(a, documents.items[0], 0), "{\"b\":{\"c\":1},\"a\":2}", "the last counts");
	if (!is_number(duplicates.count, 1, "and one is told"))
		return;
	twice = duplicates.items[0];
	is_number(twice->line, 3, "where it is");
	is_number(twice->first_line, 1, "and where the first one was");
	ok(!yaml_read(a, &source, &documents, NULL, &e), "elsewhere it is an error");
}

TEST(manifests_have_the_booleans_of_yaml_1_1)
{
	AUTO(arena) struct arena *a = arena_new();
	struct yaml_source source = { .name = "x", .text = str_of("[yes, On, n, OFF, 'no', true, nope]") };
	struct list documents = { 0 };
	struct err e;

	ok(yaml_read(a, &source, &documents, NULL, &e), "it reads");
	is_text(json_text(a, documents.items[0], 0),
		"[\"yes\",\"On\",\"n\",\"OFF\",\"no\",true,\"nope\"]", "texts in YAML 1.2");
	source.flags = YAML_OLD_TRUTHS;
	ok(yaml_read(a, &source, &documents, NULL, &e), "it reads");
	is_text(json_text(a, documents.items[0], 0), "[true,true,false,false,\"no\",true,\"nope\"]",
		"booleans in YAML 1.1");
}

TEST(places_count_from_a_longer_text)
{
	AUTO(arena) struct arena *a = arena_new();
	struct yaml_source source = { .name = "x", .text = str_of("a: 1\nb: [\n"), .before = 10 };
	struct list documents = { 0 };
	struct err e;

	ok(!yaml_read(a, &source, &documents, NULL, &e) && strstr(e.message, "x:13:1: "), "%s", e.message);
	source.text = (struct str){ "a: 1\nb: \xff\n", 10 };
	ok(!yaml_read(a, &source, &documents, NULL, &e) && strstr(e.message, "x:12:4: "),
	   "what is no UTF-8, too: %s", e.message);
}

TEST(places_are_kept)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list documents = { 0 };
	const char *yaml = "a:\n  b: x\n";
	const struct value *b;
	struct err e;

	ok(yaml_parse(a, "x", str_of(yaml), &documents, &e), "it is YAML");
	b = value_path(documents.items[0], "a.b");
	is_number(b->line, 2, "the value's line");
	is_number(b->column, 6, "the value's column");
	is_number(value_member(value_get(documents.items[0], "a"), "b")->column, 3, "the key's column");
}

TEST(bombs_do_not_go_off)
{
	AUTO(arena) struct arena *a = arena_new();
	char *yaml = str_format(a, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

	for (int i = 1; i < 10; i++)
		yaml = str_format(a, "%sa%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", yaml, i,
				  i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	ok(strstr(as_json(a, yaml), "aliases make it too large"), "a billion laughs are refused");
	yaml = arena_alloc(a, 100001);
	memset(yaml, '[', 100000);
	ok(strstr(as_json(a, yaml), "nested too deeply"), "so is a deep nest");
}

static void writes(const char *json, const char *yaml)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct value *v = NULL;
	struct err e = { 0 };

	buf_init(&b, 100000);
	ok(json_parse(a, json, strlen(json), &v, &e) && yaml_write(&b, v, &e), "%s is written", json);
	is_text(buf_str(&b), yaml, "as yaml.v3 does");
}

TEST(values_are_written_in_go_s_style)
{
	writes("{\"b\":1,\"a10\":[1,{\"x\":true,\"y\":null}],\"a2\":{\"c\":\"d\"}}",
	       "a2:\n    c: d\na10:\n    - 1\n    - x: true\n      \"y\": null\nb: 1\n");
	writes("[\"\",\"1\",\"a: b\",\"yes\",\"- x\",\"x\\ny\\n\",\" lead\",\"it's\"]",
	       "- \"\"\n- \"1\"\n- 'a: b'\n- \"yes\"\n- '- x'\n- |\n  x\n  y\n- ' lead'\n- it's\n");
	writes("[{\"c\":{\"e\":[\"l\\nm\"]}}]", "- c:\n    e:\n        - |-\n          l\n          m\n");
	writes("{\"a\":[],\"b\":{}}", "a: []\nb: {}\n");
	writes("1e21", "1e+21\n");
}
