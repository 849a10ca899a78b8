/* SPDX-License-Identifier: Apache-2.0 */
/* The file is written once, after every update was made: a bad key leaves it as it was. */
#include "steps/update.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"
#include "steps/text_file.h"

enum { LONGEST_MESSAGE = 16 << 20 };

static const struct step_param update_fields[] = {
	{ .name = "key", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The key: names and indexes separated by dots, such as image.tag; \\. is a dot." },
	{ .name = "value", .kind = PARAM_ANY, .flags = PARAM_REQUIRED,
	  .help = "The new value: a text, a number, true or false." },
	{ 0 },
};

const struct step_param update_params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file." },
	{ .name = "updates", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .of = update_fields, .help = "What to set." },
	{ 0 },
};

const struct step_output update_outputs[] = {
	{ "commitMessage", "What was set, one line for each key; for git-commit." },
	{ 0 },
};

static const char *update_message_of(struct step_run *r, const struct file_edit *edit)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST_MESSAGE);
	buf_format(&b, "Updated %s\n", edit->path);
	for (size_t i = 0; i < edit->count; i++) {
		buf_text(&b, "\n- ");
		buf_text(&b, edit->updates[i].key);
		buf_text(&b, ": ");
		buf_text(&b, edit->updates[i].rendering);
	}
	return buf_copy(&b, r->arena);
}

bool update_run(struct step_run *r, struct step_result *result, update_edit *make, struct err *e)
{
	const struct value *list = value_get(r->config, "updates");
	struct file_edit edit = { .path = step_text(r, "path", ""), .count = value_count(list) };
	struct str edited;

	edit.updates = arena_array(r->arena, edit.count, sizeof(*edit.updates));
	for (size_t i = 0; i < edit.count; i++) {
		edit.updates[i].key = value_text(value_get(value_at(list, i), "key"), "");
		edit.updates[i].value = value_get(value_at(list, i), "value");
	}
	if (!text_file_read(r, edit.path, &edit.text, e))
		return false;
	if (!make(r, &edit, &edited, e)) {
		e->again = true;
		return false;
	}
	if (!text_file_write(r, edit.path, edit.text, edited, e))
		return false;
	step_output(r, result, "commitMessage", value_string(r->arena, update_message_of(r, &edit)));
	return true;
}
