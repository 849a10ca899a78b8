/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON read, written and edited: a path, a value (a text, or after "#" a number), then the file. What is
 * read can be written and reads back; a file that was JSON is JSON after an edit, and the editor's own check
 * of it holds.
 */
#include "fuzz.h"

#include <string.h>

#include "data/json.h"
#include "data/json_edit.h"
#include "data/value.h"

static bool read(struct arena *a, struct str text, struct value **out)
{
	struct err e;

	return json_parse(a, text.at, text.len, out, &e);
}

static void check_written(struct arena *a, const struct value *v, const char *text)
{
	const char *written = json_text(a, v, JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_INDENT);
	struct value *again;

	FUZZ_CHECK(written != NULL, text);
	FUZZ_CHECK(read(a, str_of(written), &again), text);
	FUZZ_CHECK(value_equal(again, v), text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len }, text, out;
	const char *path = fuzz_line(a, &input), *value = fuzz_line(a, &input);
	struct json_update update = { .path = path };
	struct value *tree, *again;
	bool strict;
	struct err e;

	update.value = *value == '#' ? value_float(a, (double)strlen(value) / 3) : value_string(a, value);
	text = fuzz_rest(a, input);
	strict = read(a, text, &tree);
	if (strict)
		check_written(a, tree, text.at);
	if (json_edit(a, text, &(struct json_updates){ &update, 1 }, &out, &e))
		FUZZ_CHECK(!strict || read(a, out, &again), out.at);
	return 0;
}
