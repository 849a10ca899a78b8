/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TOML read and edited: a key, a value (a text, or after "#" a whole number), then the file. What comes out
 * holds the value that was asked for, and nothing else differs.
 */
#include "fuzz.h"

#include <string.h>

#include "base/list.h"
#include "data/json.h"
#include "data/key_path.h"
#include "data/toml.h"
#include "data/toml_edit.h"
#include "data/value.h"

static struct value *value_at_key(const struct value *v, const struct list *parts)
{
	for (size_t i = 0; i < parts->count && v; i++) {
		const struct str part = *(const struct str *)parts->items[i];
		int64_t index = 0;

		v = v->kind == VALUE_LIST ? key_path_index(part, &index) ? value_at(v, (size_t)index) : NULL :
					    value_get_n(v, part);
	}
	return (struct value *)(uintptr_t)v;
}

static void check(struct arena *a, struct str before, struct str after, const struct list *parts,
		  const struct value *v)
{
	size_t mark = before.len >= 3 && memcmp(before.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct value *old = NULL, *new = NULL, *place;
	struct err e;

	before = (struct str){ before.at + mark, before.len - mark };
	after = (struct str){ after.at + mark, after.len - mark };

	FUZZ_CHECK(toml_parse(a, "old", before, &old, &e), before.at);
	FUZZ_CHECK(toml_parse(a, "new", after, &new, &e), after.at);
	place = value_at_key(old, parts);
	FUZZ_CHECK(place != NULL, after.at);
	*place = *v;
	FUZZ_CHECK(value_equal(old, new), after.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len }, text, out;
	const char *key = fuzz_line(a, &input), *value = fuzz_line(a, &input);
	const struct value *v = *value == '#' ? value_int(a, (int64_t)strlen(value)) : value_string(a, value);
	struct list parts = { 0 };
	struct toml_edit *edit;
	struct value *tree;
	struct err e;

	text = fuzz_rest(a, input);
	if (toml_parse(a, "f", text, &tree, &e))
		json_text(a, tree, 0);
	if (toml_edit_open(a, "f", text, &edit, &e) && key_path_split(a, key, &parts, &e) &&
	    toml_edit_set(edit, key, &parts, v, &e) && toml_edit_finish(edit, &out, &e))
		check(a, text, out, &parts, v);
	return 0;
}
