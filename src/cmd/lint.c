/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry lint: what is wrong with manifests, at its place. Warnings alone do not make it
 * fail, unless --strict asks for it.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/out.h"
#include "cmd/sarif.h"
#include "cmd/step_fields.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/lint.h"
#include "config/settings.h"
#include "data/value.h"
#include "model/world.h"

enum { REPORT_MAX = 16 << 20, LINE_MAX_LEN = 160 };

static const struct option_def options[] = {
	{ "strict", 0, OPTION_FLAG, NULL, "warnings fail, too" },
	{ "sarif", 0, OPTION_FLAG, NULL, "the report in SARIF 2.1.0, for code hosts" },
	{ 0 },
};

static bool read_files(struct command *c, struct config_file **files, size_t *count, struct err *e)
{
	struct config_file *some;
	size_t n;

	*count = 0;
	*files = NULL;
	if (!c->nwords && !c->settings->manifests)
		return err_set(e, ERR_USAGE, "lint what? name files or folders, or give --manifests");
	if (!c->nwords)
		return folder_manifests(c->arena, c->settings->manifests, files, count, e);
	for (size_t i = 0; i < c->nwords; i++) {
		if (!folder_manifests(c->arena, c->words[i], &some, &n, e))
			return false;
		struct config_file *all = arena_array(c->arena, *count + n, sizeof(*all));
		for (size_t j = 0; j < *count; j++)
			all[j] = (*files)[j];
		for (size_t j = 0; j < n; j++)
			all[*count + j] = some[j];
		*files = all;
		*count += n;
	}
	return true;
}

/* The line of the text, without its end; empty when there is none. */
static struct str line_of(struct str text, unsigned line)
{
	const char *at = text.at, *end = text.at + text.len, *stop;

	for (; line > 1 && at < end; line--) {
		stop = memchr(at, '\n', (size_t)(end - at));
		at = stop ? stop + 1 : end;
	}
	stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	stop = stop ? stop : end;
	return (struct str){ at, (size_t)(stop - at) };
}

/* The line, and a mark below the place. */
static void quote(struct command *c, struct buf *b, const struct config_file *files, size_t count,
		  const struct complaint *k)
{
	struct str line = { "", 0 };

	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, k->file) == 0)
			line = line_of(files[i].text, k->line);
	if (!k->line || !line.len)
		return;
	buf_format(b, "%6u | %s\n", k->line, str_clean(c->arena, line.at, line.len, LINE_MAX_LEN));
	if (!k->column || k->column > LINE_MAX_LEN)
		return;
	buf_text(b, "       | ");
	for (unsigned i = 1; i < k->column && i <= line.len; i++)
		buf_char(b, line.at[i - 1] == '\t' ? '\t' : ' ');
	buf_text(b, "^\n");
}

static const char *report(struct command *c, const struct config_file *files, size_t count,
			  const struct list *complaints, size_t errors)
{
	AUTO(buf) struct buf b;
	size_t warnings = complaints->count - errors;

	buf_init(&b, REPORT_MAX);
	for (size_t i = 0; i < complaints->count; i++) {
		const struct complaint *k = complaints->items[i];

		buf_format(&b, "%s:%u:%u: %s: %s\n", k->file, k->line, k->column,
			   k->is_error ? "error" : "warning", k->message);
		quote(c, &b, files, count, k);
	}
	if (complaints->count)
		buf_format(&b, "%zu error%s, %zu warning%s in %zu file%s", errors, errors == 1 ? "" : "s",
			   warnings, warnings == 1 ? "" : "s", count, count == 1 ? "" : "s");
	else
		buf_format(&b, "nothing wrong in %zu file%s", count, count == 1 ? "" : "s");
	return buf_copy(&b, c->arena);
}

static struct value *as_value(struct arena *a, const struct list *complaints)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < complaints->count; i++) {
		const struct complaint *k = complaints->items[i];
		struct value *v = value_map(a);

		value_set(a, v, "file", value_string(a, k->file));
		value_set(a, v, "line", value_int(a, k->line));
		value_set(a, v, "column", value_int(a, k->column));
		value_set(a, v, "severity", value_string(a, k->is_error ? "error" : "warning"));
		value_set(a, v, "message", value_string(a, k->message));
		value_append(a, list, v);
	}
	return list;
}

static bool run(struct command *c, struct err *e)
{
	struct list complaints = { 0 };
	struct config_file *files;
	size_t count, errors = 0;

	if (!read_files(c, &files, &count, e))
		return false;
	if (!lint_files(c->arena, files, count, step_fields(c->arena), &complaints))
		c->status = EXIT_FAILED;
	for (size_t i = 0; i < complaints.count; i++)
		errors += ((struct complaint *)complaints.items[i])->is_error;
	if (command_option(c, "strict") && complaints.count)
		c->status = EXIT_FAILED;
	if (command_option(c, "sarif"))
		return sarif_print(c, &complaints, e);
	return out_value(c, as_value(c->arena, &complaints),
			 report(c, files, count, &complaints, errors), e);
}

const struct command_def command_lint = {
	.name = "lint",
	.summary = "Say what is wrong with manifests, and how to mend it.",
	.usage = "gantry lint [PATH…] [--strict] [--sarif] [-o json]",
	.help = "Looks at fields, names that objects have of each other, steps' configuration,\n"
		"expressions, versions, patterns, and secrets in plain text. Exit status 1: errors.",
	.options = options,
	.run = run,
};
