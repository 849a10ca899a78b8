/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits texts as the update steps do: each line of the input is {"format": "yaml", "text", "key", "value"},
 * each line of the output {"text"} or {"error"}.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/key_path.h"
#include "data/toml_edit.h"
#include "data/value.h"
#include "data/yaml_edit.h"

enum { LONGEST = 1 << 20 };

static bool edit_yaml(struct arena *a, struct str text, const char *key, const struct value *v,
		      struct str *out, struct err *e)
{
	struct list parts = { 0 };
	struct yaml_edit *edit;
	struct yaml_node *node;

	return yaml_edit_open(a, "f", text, &edit, e) && key_path_split(a, key, &parts, e) &&
	       yaml_edit_find(edit, key, &parts, &node, e) && yaml_edit_set(edit, node, v, e) &&
	       yaml_edit_finish(edit, out, e);
}

static bool edit_toml(struct arena *a, struct str text, const char *key, const struct value *v,
		      struct str *out, struct err *e)
{
	struct list parts = { 0 };
	struct toml_edit *edit;

	return toml_edit_open(a, "f", text, &edit, e) && key_path_split(a, key, &parts, e) &&
	       toml_edit_set(edit, key, &parts, v, e) && toml_edit_finish(edit, out, e);
}

static bool edit(struct arena *a, const struct value *line, struct str *out, struct err *e)
{
	const char *format = value_text(value_get(line, "format"), "");
	const char *key = value_text(value_get(line, "key"), "");
	const struct value *text = value_get(line, "text"), *v = value_get(line, "value");
	struct json_update update = { .path = key, .value = v };

	if (strcmp(format, "yaml") == 0)
		return edit_yaml(a, text->string, key, v, out, e);
	if (strcmp(format, "toml") == 0)
		return edit_toml(a, text->string, key, v, out, e);
	return json_edit(a, text->string, &(struct json_updates){ &update, 1 }, out, e);
}

int main(void)
{
	static char line[LONGEST];

	while (fgets(line, sizeof(line), stdin)) {
		AUTO(arena) struct arena *a = arena_new();
		struct value *v, *answer = value_map(a);
		struct str out;
		struct err e;

		if (!json_parse(a, line, strlen(line), &v, &e))
			return 1;
		if (edit(a, v, &out, &e))
			value_set(a, answer, "text", value_string_n(a, out.at, out.len));
		else
			value_set(a, answer, "error", value_string(a, e.message));
		puts(json_text(a, answer, 0));
	}
	return 0;
}
