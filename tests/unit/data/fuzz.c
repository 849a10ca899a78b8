/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers and editors are given broken texts: they may refuse them, but neither crash
 * nor hang, and what an editor gives out it must be able to read. The mutations are
 * the same at every run.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/key_path.h"
#include "data/toml.h"
#include "data/toml_edit.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_json.h"
#include "data/yaml_merge.h"
#include "data/yaml_tree.h"
#include "tap.h"

enum { ROUNDS = 1500, LONGEST = 600, BUDGET_MS = 20000 };

static const char yaml_seed[] =
	"# top\nimage: &i\n  tag: \"1.16\" # t\n  'repo': nginx\nlist:\n- a\n- {k: v, n: [1, 2]}\n"
	"-   b: |\n      x\n\n      y\n    c: >-\n      z\nref: *i\nm:\n  <<: *i\n  e:\nflow: {a: [x, {b: c}]}\n"
	"? complex\n: é日😀\nq: 'it''s'\n...\n---\nsecond: !!str 1\n";

static const char toml_seed[] =
	"# c\ntitle = \"x\\u00e9\" # d\nn = 1_000\nf = -1.5e3\nd = 1979-05-27T07:32:00Z\n"
	"arr = [1, 'a', {b.c = true}, [\n 2, # e\n]]\nml = \"\"\"\na\\\n  b\"\"\"\n[t.\"u v\"]\nk = 0x1F\n"
	"[[aot]]\nx = 1\n[[aot]]\n[aot.y]\nz = inf\n";

static const char json_seed[] =
	"{\"a\": {\"b\": [1, 2.5e-3, \"x\\u00e9\\ud83d\\ude00\\n\", null, true], \"c.d\": {}},\n"
	" \"list\": [[], [{\"k\": \"v\"}]], \"\": -0}\n";

struct fuzz {
	uint64_t state;
	char text[LONGEST + 1];
	size_t len;
};

static size_t pick(struct fuzz *f, size_t below)
{
	f->state = f->state * 6364136223846793005u + 1442695040888963407u;
	return below ? (size_t)(f->state >> 33) % below : 0;
}

static void mutate(struct fuzz *f, const char *seed, size_t len)
{
	static const char spice[] = "{}[]:,-?&*!|>'\"%@`#\n\r\t \\<~=.0x_e\x80\xff\x01";
	size_t changes = 1 + pick(f, 4);

	f->len = len < LONGEST ? len : LONGEST;
	memcpy(f->text, seed, f->len);
	while (changes--) {
		size_t at = pick(f, f->len), n = 1 + pick(f, 12), from;

		switch (pick(f, 4)) {
		case 0:
			f->text[at] = spice[pick(f, sizeof(spice) - 1)];
			break;
		case 1:
			n = n < f->len - at ? n : f->len - at;
			memmove(f->text + at, f->text + at + n, f->len - at - n);
			f->len -= n;
			break;
		case 2:
			from = pick(f, f->len);
			n = n < f->len - from ? n : f->len - from;
			n = n < f->len - at ? n : f->len - at;
			memmove(f->text + at, f->text + from, n);
			break;
		default:
			f->len = at + 1;
		}
		f->len += f->len == 0;
	}
	f->text[f->len] = '\0';
}

static struct value *some_value(struct arena *a, struct fuzz *f)
{
	static const char *const texts[] = { "new", "1.10", "a: b", "*x", "{", "#", "", "l1\nl2", "é" };

	switch (pick(f, 4)) {
	case 0:
		return value_int(a, 7);
	case 1:
		return value_float(a, 1234567.5);
	default:
		return value_string(a, texts[pick(f, COUNTOF(texts))]);
	}
}

static const char *const keys[] = { "image.tag", "list.0", "list.1.n.0", "flow.a.1.b", "complex", "q",
				    "m.e", "list.2.b", "image.repo", "arr.0", "aot.1.y.z", "t.u v.k",
				    "a.b.1", "a.c\\.d.x", "list.-1", "n", "ml", "x.y" };

/* False only when an edit gave out what cannot be read. */
static bool edit_yaml(struct arena *a, struct fuzz *f)
{
	const char *key = keys[pick(f, COUNTOF(keys))];
	struct yaml_node *node, *again;
	struct list parts = { 0 };
	struct yaml_edit *edit;
	struct str out;
	struct err e;

	if (!yaml_edit_open(a, "f", (struct str){ f->text, f->len }, &edit, &e) ||
	    !key_path_split(a, key, &parts, &e) || !yaml_edit_find(edit, key, &parts, &node, &e) ||
	    !yaml_edit_set(edit, node, some_value(a, f), &e) ||
	    !yaml_edit_finish(edit, &out, &e))
		return true;
	return yaml_tree_read(a, "f", out, &again, &e);
}

static bool merge_yaml(struct arena *a, struct fuzz *f, struct fuzz *other)
{
	const struct yaml_file to = { "to", { f->text, f->len } };
	const struct yaml_file from = { "from", { other->text, other->len } };
	struct yaml_node *again;
	struct yaml_merged out;
	struct err e;

	return !yaml_merge(a, &to, &from, &out, &e) ||
	       yaml_tree_read(a, "f", out.text, &again, &e);
}

static void read_yaml(struct arena *a, struct fuzz *f)
{
	struct list documents = { 0 };
	struct value *v;
	struct err e;

	if (yaml_parse(a, "f", (struct str){ f->text, f->len }, &documents, &e) && documents.count)
		json_text(a, documents.items[0], 0);
	if (!yaml_json_parse(a, "f", (struct str){ f->text, f->len }, &v, &e))
		v = NULL;
}

TEST(broken_yaml_is_survived)
{
	struct fuzz f = { .state = 1 }, other = { .state = 2 };
	int64_t start = clock_ticks();
	size_t bad = 0;

	for (int i = 0; i < ROUNDS && clock_ticks() - start < BUDGET_MS; i++) {
		AUTO(arena) struct arena *a = arena_new();

		mutate(&f, yaml_seed, sizeof(yaml_seed) - 1);
		mutate(&other, yaml_seed, sizeof(yaml_seed) - 1);
		read_yaml(a, &f);
		bad += !edit_yaml(a, &f) + !merge_yaml(a, &f, &other);
	}
	is_number(bad, 0, "whatever an edit or merge gives out can be read");
}

TEST(broken_toml_is_survived)
{
	struct fuzz f = { .state = 3 };
	size_t bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		AUTO(arena) struct arena *a = arena_new();
		const char *key = keys[pick(&f, COUNTOF(keys))];
		struct toml_edit *edit;
		struct list parts = { 0 };
		struct value *v;
		struct str out;
		struct err e;

		mutate(&f, toml_seed, sizeof(toml_seed) - 1);
		if (!toml_parse(a, "f", (struct str){ f.text, f.len }, &v, &e))
			v = NULL;
		if (toml_edit_open(a, "f", (struct str){ f.text, f.len }, &edit, &e) &&
		    key_path_split(a, key, &parts, &e) &&
		    toml_edit_set(edit, key, &parts, some_value(a, &f), &e) &&
		    toml_edit_finish(edit, &out, &e))
			bad += !toml_parse(a, "f", out, &v, &e);
	}
	is_number(bad, 0, "whatever an edit gives out can be read");
}

TEST(broken_json_is_survived)
{
	struct fuzz f = { .state = 4 };
	size_t bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct json_update update = { .path = keys[pick(&f, COUNTOF(keys))] };
		struct value *v, *again;
		struct str out;
		struct err e;
		bool strict;

		mutate(&f, json_seed, sizeof(json_seed) - 1);
		strict = json_parse(a, f.text, f.len, &v, &e);
		update.value = some_value(a, &f);
		if (json_edit(a, (struct str){ f.text, f.len }, &(struct json_updates){ &update, 1 }, &out, &e) && strict)
			bad += !json_parse(a, out.at, out.len, &again, &e);
	}
	is_number(bad, 0, "an edit of JSON is JSON");
}
