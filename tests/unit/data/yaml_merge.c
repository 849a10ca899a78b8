/* SPDX-License-Identifier: Apache-2.0 */
/* A merge has kyaml's results, and the target keeps its comments, quotes and layout. */
#include "data/yaml_merge.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "tap.h"

static void merges(const char *target, const char *patch, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct yaml_file to = { "to", str_of(target) }, from = { "from", str_of(patch) };
	struct yaml_merged out;
	struct err e;

	if (yaml_merge(a, &to, &from, &out, &e))
		is_text(str_text(a, out.text), want, "%s", patch);
	else
		is_text(e.message, want, "%s", patch);
}

TEST(the_target_keeps_its_looks)
{
	merges("# top\na: 1 # one\n\nb:\n    c: 'x'\n", "b: {c: y}",
	       "# top\na: 1 # one\n\nb:\n    c: 'y'\n");
	merges("a: 1\r\nb: 2", "c: 3\n", "a: 1\r\nb: 2\r\nc: 3\r\n");
	merges("a: {b: 1, c: 2}\n", "a: {b: null, d: 3}\n", "a: {c: 2, d: 3}\n");
	merges("a: {b: 1}\n", "a:\n  b: null\n  d:\n    e: 1\n", "a: {d: {e: 1}}\n");
	merges("l:\n  - x: 1 # c\n    y: 2\n", "m: 1\n", "l:\n  - x: 1 # c\n    y: 2\nm: 1\n");
}

TEST(members_come_and_go)
{
	merges("a: 1\nb: 2\n", "a: ~\n", "b: 2\n");
	merges("a:\n  b: 1\n", "a:\n  b: null\n", "a:\n  {}\n");
	merges("a:\n  b: 1\n", "a:\n  b: null\n  c: 2\n", "a:\n  c: 2\n");
	merges("r: {}\n", "r:\n  l:\n    c: 1\n", "r:\n  l:\n    c: 1\n");
	merges("a: 1\n", "b:\n- x\n-   y: |\n      l1\n      l2\n",
	       "a: 1\nb:\n- x\n- y: |\n    l1\n    l2\n");
	merges("a: |+\n  x\n\n", "b: 1\n", "a: |+\n  x\n\nb: 1\n");
}

TEST(lists_are_replaced_unless_kubernetes_keys_them)
{
	merges("l: [1, 2]\n", "l:\n- 3\n", "l: [3]\n");
	merges("l:\n  - 1\n  - 2\nm: 1\n", "l: []\n", "l: []\nm: 1\n");
	merges("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: x\n",
	       "spec: {containers: [{name: a, image: y}, {name: b}]}\n",
	       "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: y\n"
	       "  - {name: b}\n");
}

TEST(kinds_do_not_mix)
{
	merges("a: 1\n", "a: {}\n", "from:1: a map cannot be merged onto a single value (to:1)");
	merges("a: [1]\n", "a: x\n", "from:1: a single value cannot be merged onto a list (to:1)");
	merges("a: 1\n", "x\n", "from:1: a single value cannot be merged onto a map (to:1)");
}

TEST(directives_are_obeyed)
{
	merges("a: {b: 1}\nc: 1\n", "a: {$patch: delete}\n", "c: 1\n");
	merges("a:\n  b: 1\n", "a:\n  $patch: replace\n  d: 1\n", "a:\n  d: 1\n");
	merges("a: 1\n", "$patch: delete\n", "");
	merges("a: 1\n", "---\n", "");
}

TEST(additions_are_cleaned_but_lists_taken_whole)
{
	merges("a: 1\n", "z:\n  $patch: merge\n  e: {$patch: replace, q: 1}\n",
	       "a: 1\nz:\n  e: {q: 1}\n");
	merges("a: 1\n", "z:\n  y:\n    $patch: delete\n", "a: 1\nz: {}\n");
	merges("a: 1\n", "z:\n- b: null\n", "a: 1\nz:\n- b: null\n");
	merges("l: [1]\n", "l:\n- {b: ~}\n", "l: [{b: ~}]\n");
}

TEST(nothing_is_no_obstacle)
{
	merges("a: 1\n", "# only a comment\n", "a: 1\n");
	merges("null\n", "a: 1 # one\n", "a: 1 # one\n");
	merges("---\n", "a: null\nb: 1\nc: {d: ~, e: 2}\n", "b: 1\nc: {e: 2}\n");
	merges("x\n", "$patch: delete\n",
	       "from:1: a map cannot be merged onto a single value (to:1)");
}

TEST(keys_with_a_question_mark_are_joined)
{
	merges("? a\n: 5\nb: 1\n", "a: 6\n", "a: 6\nb: 1\n");
	merges("? b\n: c: 7\n", "b: {d: 8}\ne: 9\n", "b:\n  c: 7\n  d: 8\ne: 9\n");
	merges("m:\n  ? l\n  : - x\n", "n: 1\n", "m:\n  l:\n    - x\nn: 1\n");
}

TEST(what_stands_twice_is_refused)
{
	merges("a: 1\nb: 2\na: 3\n", "c: 1\n", "to: \"a\" appears twice, at lines 1 and 3: remove one of them");
	merges("a: 1\n", "a: 2\n\na: 3\n", "from: \"a\" appears twice, at lines 1 and 3: remove one of them");
}

TEST(first_documents_are_merged)
{
	merges("a: 1\n---\nb: 1\n", "a: 2\n", "a: 2\n---\nb: 1\n");
	merges("a: 1\n", "a: 2\n---\na: 3\n", "a: 2\n");
	merges("a: 1\n", "b: 2\n---\n[not, {read\n", "a: 1\nb: 2\n");
}
