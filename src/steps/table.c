/* SPDX-License-Identifier: Apache-2.0 */
/* The list of steps as an array in the order of steps.def, and what all steps share. */
#define _GNU_SOURCE
#include "steps/step.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/workdir.h"

static const struct step_def *const table[] = {
#define STEP(name) &step_##name,
#include "steps/steps.def"
#undef STEP
};

const struct step_def *step_find(const char *kind)
{
	assert(kind);
	for (size_t i = 0; i < COUNTOF(table); i++)
		if (strcmp(table[i]->kind, kind) == 0)
			return table[i];
	return NULL;
}

const struct step_def *const *step_table(size_t *count)
{
	*count = COUNTOF(table);
	return table;
}

const char *step_text(const struct step_run *r, const char *name, const char *otherwise)
{
	return value_text(value_get(r->config, name), otherwise);
}

bool step_truth(const struct step_run *r, const char *name, bool otherwise)
{
	return value_truth(value_get(r->config, name), otherwise);
}

void step_output(struct step_run *r, struct step_result *result, const char *name,
		 struct value *v)
{
	if (!result->output)
		result->output = value_map(r->arena);
	value_set(r->arena, result->output, name, v);
}

void step_report(struct step_run *r, const char *format, ...)
{
	char line[512];
	va_list ap;

	if (!r->say)
		return;
	va_start(ap, format);
	if (vsnprintf(line, sizeof(line), format, ap) > 0)
		r->say(r->say_context, line);
	va_end(ap);
}

bool step_may_write(const struct step_run *r, const char *path, struct err *e)
{
	AUTO(fd) int fd = -1;
	struct err looked;

	if (step_truth(r, "allowOverwrite", false))
		return true;
	if (workdir_open_file(r->work, path, O_PATH, &fd, &looked))
		return err_set(e, ERR_CONFLICT, "%s is there already; allowOverwrite: true replaces it",
			       path);
	if (looked.code != ERR_NOT_FOUND)
		*e = looked;
	return looked.code == ERR_NOT_FOUND;
}
