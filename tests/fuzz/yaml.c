/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML read, edited and merged. The first line says what: "r" reads the rest; "s KEY" sets that key of the
 * rest to the text of the second line (to a number after "n KEY"); "m" merges what follows a line "%%" onto
 * what is before it.
 *
 * What an editor gives out holds the value that was asked for, and nothing else differs, as the reader of
 * values has it, which shares only libyaml with the editor.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/list.h"
#include "data/json.h"
#include "data/key_path.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_json.h"
#include "data/yaml_merge.h"

/* Whatever is read can be written, and reads back. */
static void check_written(struct arena *a, const struct value *v, const char *text)
{
	struct list again = { 0 };
	AUTO(buf) struct buf b;
	struct err e = { 0 };

	buf_init(&b, 1 << 22);
	if (!yaml_write(&b, v, &e))
		return;
	FUZZ_CHECK(yaml_parse(a, "written", (struct str){ buf_str(&b), b.len }, &again, &e), text);
	FUZZ_CHECK(again.count == 1, text);
	FUZZ_CHECK(value_equal(again.items[0], v), text);
}

static void read_all(struct arena *a, struct str text)
{
	struct list documents = { 0 };
	struct value *v;
	struct err e;

	if (yaml_parse(a, "f", text, &documents, &e))
		for (size_t i = 0; i < documents.count; i++)
			check_written(a, documents.items[i], text.at);
	if (yaml_json_parse(a, "f", text, &v, &e) && v)
		json_text(a, v, 0);
}

/* The place that the key names in a tree of values, or NULL. */
static struct value **place_of(struct value **root, const struct list *parts)
{
	for (size_t i = 0; i < parts->count && *root; i++) {
		const struct str part = *(const struct str *)parts->items[i];
		struct value *v = *root;
		int64_t index;

		root = NULL;
		if (v->kind == VALUE_LIST && key_path_index(part, &index) && index >= 0 &&
		    (size_t)index < v->list.count)
			root = &v->list.items[index];
		for (size_t j = 0; v->kind == VALUE_MAP && j < v->map.count; j++)
			if (str_equal(v->map.members[j].key, part))
				root = &v->map.members[j].value;
		if (!root)
			return NULL;
	}
	return root;
}

static void check_edit(struct arena *a, struct str before, struct str after, const struct list *parts,
		       struct value *v)
{
	struct list old = { 0 }, new = { 0 };
	struct value **place;
	struct err e;

	/* An alias shows the value once more; a key that stands twice is no business of this key's. */
	if (memchr(before.at, '*', before.len) || !yaml_parse(a, "old", before, &old, &e))
		return;
	FUZZ_CHECK(yaml_parse(a, "new", after, &new, &e), after.at);
	FUZZ_CHECK(old.count == new.count && old.count, after.at);
	place = place_of((struct value **)&old.items[0], parts);
	FUZZ_CHECK(place != NULL, after.at);
	*place = v;
	for (size_t i = 0; i < old.count; i++)
		FUZZ_CHECK(value_equal(old.items[i], new.items[i]), after.at);
}

static void edit(struct arena *a, const char *key, struct value *v, struct str text)
{
	struct list parts = { 0 };
	struct yaml_edit *edit;
	struct yaml_node *node;
	struct str out;
	struct err e;

	if (yaml_edit_open(a, "f", text, &edit, &e) && key_path_split(a, key, &parts, &e) &&
	    yaml_edit_find(edit, key, &parts, &node, &e) && yaml_edit_set(edit, node, v, &e) &&
	    yaml_edit_finish(edit, &out, &e))
		check_edit(a, text, out, &parts, v);
}

static void merge(struct arena *a, struct str text)
{
	const char *end = memmem(text.at, text.len, "\n%%\n", 4);
	size_t n = end ? (size_t)(end - text.at) + 1 : text.len;
	const struct yaml_file to = { "to", fuzz_rest(a, (struct str){ text.at, n }) };
	const struct yaml_file from = {
		"from", fuzz_rest(a, end ? (struct str){ end + 4, text.len - n - 3 } : (struct str){ "", 0 })
	};
	struct list documents = { 0 };
	struct yaml_merged out;
	struct err e;

	if (!yaml_merge(a, &to, &from, &out, &e))
		return;
	if (yaml_parse(a, "to", to.text, &documents, &e) &&
	    yaml_parse(a, "from", from.text, &documents, &e))
		FUZZ_CHECK(yaml_parse(a, "out", out.text, &documents, &e), out.text.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len };
	const char *what = fuzz_line(a, &input), *value;

	if (*what == 's' || *what == 'n') {
		value = fuzz_line(a, &input);
		edit(a, what[1] ? what + 2 : "", *what == 's' ? value_string(a, value) : value_int(a, 1234567),
		     fuzz_rest(a, input));
	} else if (*what == 'm') {
		merge(a, fuzz_rest(a, input));
	} else {
		read_all(a, fuzz_rest(a, input));
	}
	return 0;
}
