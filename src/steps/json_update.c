/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json-update: set or add values of a JSON file (doc/kargo-rules.md 6.4), one after the
 * other, so that a later key can name what an earlier one made.
 */
#include "steps/step.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/go_text.h"
#include "data/json_edit.h"
#include "data/value.h"
#include "steps/update.h"

enum { LONGEST = 16 << 20 };

/* Kargo's messages quote every text and write numbers as Go's %v does. */
static const char *json_update_rendering(struct arena *a, const struct value *v)
{
	AUTO(buf) struct buf b = { 0 };
	const char *digits = value_long_digits(a, v);
	double number;
	char text[32];

	if (digits)
		return digits;
	buf_init(&b, LONGEST);
	if (value_is(v, VALUE_STRING)) {
		go_quote(&b, v->string.at, v->string.len);
	} else if (value_number(v, &number)) {
		go_number(number, text);
		buf_text(&b, text);
	} else {
		buf_text(&b, value_truth(v, false) ? "true" : "false");
	}
	return buf_copy(&b, a);
}

static bool json_update_edit(struct step_run *r, const struct file_edit *file, struct str *out,
			     struct err *e)
{
	struct json_update *updates = arena_array(r->arena, file->count, sizeof(*updates));

	for (size_t i = 0; i < file->count; i++)
		updates[i] = (struct json_update){ .path = file->updates[i].key,
						   .value = file->updates[i].value };
	if (!json_edit(r->arena, file->text, &(struct json_updates){ updates, file->count }, out, e))
		return err_wrap(e, "%s", file->path);
	for (size_t i = 0; i < file->count; i++) {
		if (!updates[i].changed)
			step_report(r, "%s: nothing matches \"%s\"; it stays as it was", file->path,
				    updates[i].path);
		file->updates[i].rendering = json_update_rendering(r->arena, updates[i].value);
	}
	return true;
}

static bool json_update_run(struct step_run *r, struct step_result *result, struct err *e)
{
	return update_run(r, result, json_update_edit, e);
}

const struct step_def step_json_update = {
	.kind = "json-update",
	.summary = "Set or add values of a JSON file.",
	.params = update_params,
	.outputs = update_outputs,
	.reach = STEP_REACH_WORK,
	.run = json_update_run,
};
