/* SPDX-License-Identifier: Apache-2.0 */
/* toml-update: set values that a TOML file has already (doc/kargo-rules.md 6.4). */
#include "steps/step.h"

#include "base/err.h"
#include "base/list.h"
#include "data/key_path.h"
#include "data/toml_edit.h"
#include "steps/update.h"

static bool toml_update_edit(struct step_run *r, const struct file_edit *file, struct str *out,
			     struct err *e)
{
	struct toml_edit *edit;

	if (!toml_edit_open(r->arena, file->path, file->text, &edit, e))
		return false;
	for (size_t i = 0; i < file->count; i++) {
		struct file_update *u = &file->updates[i];
		struct list parts = { 0 };

		if (!key_path_split(r->arena, u->key, &parts, e) ||
		    !toml_edit_set(edit, u->key, &parts, u->value, e))
			return false;
		u->rendering = toml_rendering(r->arena, u->value);
	}
	return toml_edit_finish(edit, out, e);
}

static bool toml_update_run(struct step_run *r, struct step_result *result, struct err *e)
{
	return update_run(r, result, toml_update_edit, e);
}

const struct step_def step_toml_update = {
	.kind = "toml-update",
	.summary = "Set values in a TOML file.",
	.params = update_params,
	.outputs = update_outputs,
	.reach = STEP_REACH_WORK,
	.run = toml_update_run,
};
