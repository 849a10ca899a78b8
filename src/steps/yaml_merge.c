/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml-merge: merge YAML files, each onto those before it, into one
 * (doc/kargo-rules.md 6.4). What a merge loses by kyaml's rules is said on the screen.
 */
#include "data/yaml_merge.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/utf16.h"
#include "data/value.h"
#include "steps/step.h"
#include "steps/text_file.h"

enum { LONGEST_MESSAGE = 1 << 20 };

static const struct step_param params[] = {
	{ .name = "inFiles", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The files; each is merged onto those before it." },
	{ .name = "outFile", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where the result goes." },
	{ .name = "ignoreMissingFiles", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Skip files that do not exist." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commitMessage", "Which files were merged; for git-commit." },
	{ 0 },
};

static bool yaml_merge_is_blank(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr(" \t\r\n", text.at[i], 4))
			return false;
	return true;
}

/* The first file is taken as it is, with all its documents, if its first one can be read. */
static bool begin_with(struct step_run *r, const struct yaml_file *file, struct str *merged,
		       struct err *e)
{
	struct str first;

	if (!yaml_first_document(r->arena, file, &first, e))
		return false;
	*merged = file->text;
	return true;
}

/* Merges one file onto *merged. */
static bool yaml_merge_add_file(struct step_run *r, struct yaml_file *file, struct str *merged,
				const char *into, struct err *e)
{
	const struct yaml_file target = { into, *merged };
	struct yaml_merged both = { 0 };
	bool fine;

	if (yaml_merge_is_blank(file->text))
		return true;
	if (yaml_merge_is_blank(*merged)) {
		fine = begin_with(r, file, merged, e);
	} else {
		fine = yaml_merge(r->arena, &target, file, &both, e);
		*merged = fine ? both.text : *merged;
	}
	for (size_t i = 0; fine && i < both.lost.count; i++)
		step_report(r, "%s", (const char *)both.lost.items[i]);
	if (!fine)
		e->again = true;
	return fine;
}

static const char *yaml_merge_message_of(struct step_run *r, const struct list *names,
					 const char *out)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST_MESSAGE);
	if (names->count == 1)
		buf_format(&b, "Wrote %s to %s", (const char *)names->items[0], out);
	else
		buf_format(&b, "Merged %zu YAML files to %s", names->count, out);
	for (size_t i = 0; names->count > 1 && i < names->count; i++)
		buf_format(&b, "\n- %s", (const char *)names->items[i]);
	return buf_copy(&b, r->arena);
}

static bool merge_all(struct step_run *r, const char *out, struct list *names, struct str *merged,
		      struct err *e)
{
	const struct value *files = value_get(r->config, "inFiles");

	*merged = (struct str){ "", 0 };
	for (size_t i = 0; i < value_count(files); i++) {
		const char *path = value_text(value_at(files, i), "");
		struct yaml_file file = { .name = path };

		if (!text_file_read(r, path, &file.text, e)) {
			if (e->code == ERR_NOT_FOUND && step_truth(r, "ignoreMissingFiles", false))
				continue;
			return false;
		}
		list_add(r->arena, names, path);
		if (!utf16_read(r->arena, path, file.text, &file.text, e))
			return false;
		if (!yaml_merge_add_file(r, &file, merged, out, e))
			return false;
	}
	return true;
}

static bool yaml_merge_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *out = step_text(r, "outFile", "");
	const struct str none = { "", 0 };
	struct list names = { 0 };
	struct str merged;

	if (!merge_all(r, out, &names, &merged, e) || !text_file_write(r, out, none, merged, e))
		return false;
	step_output(r, result, "commitMessage",
		    value_string(r->arena, yaml_merge_message_of(r, &names, out)));
	return true;
}

const struct step_def step_yaml_merge = {
	.kind = "yaml-merge",
	.summary = "Merge YAML files into one.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_WORK,
	.run = yaml_merge_run,
};
