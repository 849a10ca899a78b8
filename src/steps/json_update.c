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
static const char *rendering(struct arena *a, const struct value *v)
{
	AUTO(buf) struct buf b;
	double number;
	char text[32];

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

static bool json_update_edit(struct step_run *r, const char *path, struct str text,
			     struct file_update *updates, size_t count, struct str *out,
			     struct err *e)
{
	/* Each text is made from the one before it: two arenas take turns. */
	AUTO(arena) struct arena *even = arena_new();
	AUTO(arena) struct arena *odd = arena_new();

	*out = text;
	for (size_t i = 0; i < count; i++) {
		struct arena *a = i % 2 ? odd : even;
		struct file_update *u = &updates[i];
		bool changed;

		arena_reset(a);
		if (!json_edit_set(a, *out, u->key, u->value, &text, &changed, e))
			return err_wrap(e, "%s: key \"%s\"", path, u->key);
		if (changed)
			*out = text;
		else
			*out = (struct str){ str_text(a, *out), out->len };
		if (!changed)
			step_report(r, "%s: nothing matches \"%s\"; it stays as it was", path, u->key);
		u->rendering = rendering(r->arena, u->value);
	}
	*out = (struct str){ str_text(r->arena, *out), out->len };
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
