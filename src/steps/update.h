/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What yaml-update, json-update and toml-update share: a path, keys with their
 * new values, and a commit message that lists them. A worker.
 */
#ifndef GANTRY_STEPS_UPDATE_H
#define GANTRY_STEPS_UPDATE_H

#include "base/base.h"
#include "base/str.h"
#include "steps/step.h"

struct file_update {
	const char *key;
	const struct value *value;
	const char *rendering;          /* set by the edit: the value as the message shows it */
};

struct file_edit {
	const char *path;               /* for messages */
	struct str text;
	struct file_update *updates;
	size_t count;
};

/* Makes all updates of the text, or none; e->again need not be set. */
typedef bool update_edit(struct step_run *r, const struct file_edit *edit, struct str *out,
			 struct err *e);

extern const struct step_param update_params[];
extern const struct step_output update_outputs[];

/* Reads the file, edits it, writes it back and outputs commitMessage. */
bool update_run(struct step_run *r, struct step_result *result, update_edit *make, struct err *e);

#endif
