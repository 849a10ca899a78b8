/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml-update: set values that a YAML file has already (doc/kargo-rules.md 6.4). Only
 * the first document, only scalars, and every other byte stays.
 */
#include "steps/step.h"

#include "base/err.h"
#include "base/list.h"
#include "data/key_path.h"
#include "data/utf16.h"
#include "data/yaml_edit.h"
#include "data/yaml_rewrite.h"
#include "steps/update.h"

static bool set_one(struct step_run *r, struct yaml_edit *edit, struct file_update *u,
		    struct err *e)
{
	struct list parts = { 0 };
	struct yaml_node *scalar;

	if (!key_path_split(r->arena, u->key, &parts, e) ||
	    !yaml_edit_find(edit, u->key, &parts, &scalar, e))
		return false;
	if (!yaml_edit_set(edit, scalar, u->value, e))
		return err_wrap(e, "key \"%s\"", u->key);
	u->rendering = yaml_rendering(r->arena, u->value);
	return true;
}

/* A file in UTF-16 stays one. */
static bool yaml_update_edit(struct step_run *r, const struct file_edit *file, struct str *out,
			     struct err *e)
{
	struct yaml_edit *edit;
	struct str text;

	if (!utf16_read(r->arena, file->path, file->text, &text, e) ||
	    !yaml_edit_open(r->arena, file->path, text, &edit, e))
		return false;
	for (size_t i = 0; i < file->count; i++)
		if (!set_one(r, edit, &file->updates[i], e))
			return false;
	if (!yaml_edit_finish(edit, &text, e))
		return false;
	*out = utf16_write(r->arena, utf16_order_of(file->text), text);
	return true;
}

static bool yaml_update_run(struct step_run *r, struct step_result *result, struct err *e)
{
	return update_run(r, result, yaml_update_edit, e);
}

const struct step_def step_yaml_update = {
	.kind = "yaml-update",
	.summary = "Set values in a YAML file.",
	.params = update_params,
	.outputs = update_outputs,
	.reach = STEP_REACH_WORK,
	.run = yaml_update_run,
};
