/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML text is changed where it was asked to be, and nowhere else. */
#include "data/yaml_edit.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "data/key_path.h"
#include "data/value.h"
#include "data/yaml.h"
#include "tap.h"

static const char *set(struct arena *a, const char *yaml, const char *key, struct value *v)
{
	struct list parts = { 0 };
	struct yaml_edit *edit;
	struct yaml_node *node;
	struct str text;
	struct err e;

	if (!yaml_edit_open(a, "f", str_of(yaml), &edit, &e) ||
	    !key_path_split(a, key, &parts, &e) || !yaml_edit_find(edit, key, &parts, &node, &e) ||
	    !yaml_edit_set(edit, node, v, &e) || !yaml_edit_finish(edit, &text, &e))
		return str_format(a, "error: %s", e.message);
	return text.at;
}

static void sets(const char *yaml, const char *key, const char *value, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(set(a, yaml, key, value_string(a, value)), want, "%s = %s", key, value);
}

TEST(everything_else_stays)
{
	sets("a: x # why\r\nb: [1,  2]\r\n", "a", "w", "a: w # why\r\nb: [1,  2]\r\n");
	sets("a:\n  - 'x'\n  - z", "a.1", "w", "a:\n  - 'x'\n  - w");
	sets("# top\nm: {é: 1, a: x}\n", "m.a", "w", "# top\nm: {é: 1, a: w}\n");
	sets("a: &v x\nb: *v\n", "a", "w", "a: &v w\nb: *v\n");
	sets("a:\nb: 1\n", "a", "w", "a: w\nb: 1\n");
	sets("a: # c\n", "a", "w", "a: w # c\n");
	sets("\xef\xbb\xbf" "a: x\n", "a", "w", "\xef\xbb\xbf" "a: w\n");
	sets("a.b: 1\n1: {k: x}\n", ":1.k", "w", "a.b: 1\n1: {k: w}\n");
	sets("a.b: 1\n", "a\\.b", "w", "a.b: w\n");
}

TEST(values_are_quoted_where_they_must_be)
{
	sets("a: x\n", "a", "1.10", "a: \"1.10\"\n");
	sets("a: x\n", "a", "a: b", "a: 'a: b'\n");
	sets("a: x\n", "a", "*x", "a: '*x'\n");
	sets("a: x\n", "a", "&x", "a: '&x'\n");
	sets("a: x\n", "a", "l1\nl2", "a: \"l1\\nl2\"\n");
	sets("m: {a: x, b: y}\n", "m.a", "p, q", "m: {a: \"p, q\", b: y}\n");
	sets("m: {a: x}\n", "m.a", "}", "m: {a: '}'}\n");
}

TEST(numbers_stay_numbers)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(set(a, "a: x\n", "a", value_float(a, 1234567)), "a: 1234567\n", "no exponent");
	is_text(set(a, "a: x\n", "a", value_float(a, 0.5)), "a: 0.5\n", "fractions");
	is_text(set(a, "a: x\n", "a", value_null(a)), "a: null\n", "null");
	ok(has_prefix(set(a, "a: x\n", "a", value_list(a)), "error"), "a list is refused");
}

TEST(what_cannot_be_set_says_why)
{
	sets("a: {b: 1}\n", "a", "y", "error: f: key \"a\": line 1 is a map, not a single value");
	sets("a: [1]\n", "a.1", "y",
	     "error: f: key \"a.1\": the list at line 1 has 1 elements, not one at 1");
	sets("a: [1]\n", "a.x", "y", "error: f: key \"a.x\": line 1 is a list, and \"x\" is not an index");
	sets("a: &v x\nb: *v\n", "b", "y",
	     "error: f: key \"b\": line 2 is an alias: set what &v names, at line 1");
	sets("a: x\n", "b", "y", "error: f: key \"b\": there is no \"b\"");
	sets("a: x\n", "a..b", "y", "error: key \"a..b\" has an empty part");
	sets("? a\n", "a", "y",
	     "error: the file could not be read after the change: f:3:1: could not find expected ':'");
}

TEST(a_scalar_of_several_lines_is_replaced_as_a_whole)
{
	sets("a: |\n  x\nb: 1\n", "a", "new", "a: new\nb: 1\n");
	sets("a: |\n  x\nb: 1\n", "a", "1", "a: \"1\"\nb: 1\n");
	sets("a: \"x\n  y\"\nb: 1\n", "a", "1", "a: \"1\"\nb: 1\n");
	sets("a: > # why\n  x\n  y\nb: 1\n", "a", "new", "a: new # why\nb: 1\n");
	sets("a: x\n  y\n", "a", "new", "a: new\n");
}

TEST(the_style_that_was_there_stays)
{
	sets("tag: \"1.0.0\" # pinned\n", "tag", "1.0.1", "tag: \"1.0.1\" # pinned\n");
	sets("tag: '1.0.0'\n", "tag", "it's", "tag: 'it''s'\n");
	sets("tag: '1.0.0'\n", "tag", "a\tb", "tag: \"a\\tb\"\n");
	sets("tag: 1.0.0\n", "tag", "1.0.1", "tag: 1.0.1\n");
	sets("k: |- # cert\n    one\n    two\nz: 1\n", "k", "three\nfour", "k: |- # cert\n    three\n    four\nz: 1\n");
	sets("k: |\r\n  one\r\nz: 1\r\n", "k", "three\nfour\n", "k: |\r\n  three\r\n  four\r\nz: 1\r\n");
	sets("k: |\n  one\nz: 1\n", "k", "a\n\n", "k: \"a\\n\\n\"\nz: 1\n");
	sets("k: |\n  one", "k", "a\n", "k: \"a\\n\"");
	sets("k: |\n  one\nz: 1\n", "k", " a\nb\n", "k: \" a\\nb\\n\"\nz: 1\n");
}

TEST(what_would_read_as_something_else_is_quoted)
{
	static const char *const texts[] = {
		"#42", "release #42", " lead", "trail ", "", "!x", "|", ">", "yes", "NO", "on", "y", "0x1F",
		"12:30:45", "2024-01-01", "2024-1-1", "2024-1-1 10:00:00", "~", ".inf", "-.INF", ".NaN", "null",
		"1_000", "0x_", "1_.5", "0o7", "0b1", "017", "1e3", "1.", ".5", "+1", "=", "<<", "- x", "? x", ": x",
		"a: b", "a:", "%x", "@x", "`x", "{", "[1]", "&x", "*x", "---", "--- x", "...", "\xe2\x80\xa8", "1,000",
		"a\tb", "\"", "'", "true", "True",
	};

	for (size_t i = 0; i < COUNTOF(texts); i++) {
		AUTO(arena) struct arena *a = arena_new();
		const char *text = set(a, "a: x\nb: 1\n", "a", value_string(a, texts[i]));
		struct list documents = { 0 };
		struct err e;

		ok(text[3] == '"' || text[3] == '\'', "%s", text);
		ok(yaml_parse(a, "f", str_of(text), &documents, &e) &&
			   same_text(value_path_text(documents.items[0], "a", NULL), texts[i]),
		   "and reads back");
	}
	sets("a: x\n", "a", "1.17.0", "a: 1.17.0\n");
	sets("a: x\n", "a", "v1", "a: v1\n");
	sets("a: x\n", "a", "😀", "a: 😀\n");
	sets("a: x\n", "a", "http://h/p#f", "a: http://h/p#f\n");
}

TEST(a_key_that_stands_twice_is_refused)
{
	sets("a: x\nb: 1\na: z\n", "a", "new",
	     "error: f: key \"a\": \"a\" appears twice, at lines 1 and 3: remove one of them");
	sets("m:\n  a: x\nb: 1\nm:\n  a: 1\n", "m.a", "new",
	     "error: f: key \"m.a\": \"m\" appears twice, at lines 1 and 4: remove one of them");
	sets("a: x\nb: 1\nb: 2\n", "a", "new", "a: new\nb: 1\nb: 2\n");
}

TEST(the_other_documents_stay)
{
	sets("a: x\n---\na: z\n", "a", "new", "a: new\n---\na: z\n");
	sets("a: x\n...\n# c\n---\na: z\n...\n", "a", "l1\nl2", "a: \"l1\\nl2\"\n...\n# c\n---\na: z\n...\n");
	sets("a: x\n---\nb: z\n", "b", "new",
	     "error: f: key \"b\": there is no \"b\" in the first document, the only one that is edited");
}

TEST(a_large_file_takes_many_changes)
{
	AUTO(arena) struct arena *a = arena_new();
	struct yaml_edit *edit;
	AUTO(buf) struct buf b;
	struct str text;
	int64_t start;
	struct err e;
	bool fine = true;

	buf_init(&b, 1 << 26);
	for (int i = 0; b.len < 5000000; i++)
		buf_format(&b, "key%d:\n  image: registry.example.com/app # the image\n  tag: v%d\n",
			   i, i);
	start = clock_ticks();
	ok(yaml_edit_open(a, "f", (struct str){ b.at, b.len }, &edit, &e), "five megabytes are read");
	for (int i = 0; i < 100 && fine; i++) {
		const char *key = str_format(a, "key%d.tag", i * 600);
		struct list parts = { 0 };
		struct yaml_node *node;

		fine = key_path_split(a, key, &parts, &e) &&
		       yaml_edit_find(edit, key, &parts, &node, &e) &&
		       yaml_edit_set(edit, node, value_string(a, "v2"), &e);
	}
	ok(fine && yaml_edit_finish(edit, &text, &e), "a hundred tags are set");
	note("%lld ms", (long long)(clock_ticks() - start));
	ok(clock_ticks() - start < 60000, "and does not take for ever");
}
