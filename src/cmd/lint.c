/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry lint: what is wrong with manifests, at its place. Warnings alone do not make it
 * fail, unless --strict asks for it.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "cmd/formats.h"
#include "cmd/lint_report.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "cmd/step_inner.h"
#include "config/config.h"
#include "config/fix.h"
#include "config/fix_known.h"
#include "config/lint.h"
#include "config/settings.h"
#include "data/utf16.h"
#include "model/world.h"

static const struct option_def options[] = {
	{ "fix", 0, OPTION_FLAG, NULL, "rewrite what newer Kargos removed, keeping all else" },
	{ "strict", 0, OPTION_FLAG, NULL, "warnings fail, too" },
	{ "verbose", 'v', OPTION_FLAG, NULL, "name the files that are left out, on standard error" },
	{ "kargo", 0, OPTION_TEXT, "VERSION", "what this Kargo has removed, instead of the newest: 1.11" },
	{ "sarif", 0, OPTION_FLAG, NULL, "the report in SARIF 2.1.0, for code hosts" },
	{ "all-projects", 'A', OPTION_FLAG, NULL, "of all projects, as without --project" },
	{ 0 },
};

/* Reads the places that the words name, or else the settings. */
static bool read_files(struct command *c, struct config_file **files, size_t *count, struct err *e)
{
	struct list words = { 0 };

	if (!c->nwords && !c->settings->sources.count)
		return err_set(e, ERR_USAGE, "name files or folders to lint, or give --manifests");
	for (size_t i = 0; i < c->nwords; i++)
		list_add(c->arena, &words, c->words[i]);
	return manifests_files(c->arena, c->nwords ? &words : &c->settings->sources, files, count, e);
}

static void lint_tell(const struct list *notes, const char *what)
{
	for (size_t i = 0; i < notes->count; i++) {
		const struct complaint *k = notes->items[i];

		fprintf(stderr, "%s:%u:%u: %s: %s\n", k->file, k->line, k->column, what, k->message);
	}
}

/* Rewrites the files in place, in their own encoding, and goes on with what they are now. */
static bool lint_fix(struct command *c, struct config_file *files, size_t count, struct err *e)
{
	struct fix_known known;

	fix_learn(c->arena, files, count, &known);
	for (size_t i = 0; i < count; i++) {
		struct fix_result result;
		struct str text;
		struct stat st;

		if (!fix_file(c->arena, &files[i], &known, &result, e))
			return false;
		lint_tell(&result.left, "left as it is");
		if (!result.done.count)
			continue;
		if (stat(files[i].name, &st) != 0)
			return err_errno(e, "%s", files[i].name);
		text = utf16_write(c->arena, files[i].order, result.text);
		if (!file_write(files[i].name, text.at, text.len, st.st_mode & 07777, e))
			return false;
		lint_tell(&result.done, "fixed");
		files[i].text = result.text;
	}
	return true;
}

/* A wrong folder must not look like one without errors. */
static bool has_something(struct command *c, const struct lint_report *report, size_t count,
			  struct err *e)
{
	if (command_option(c, "verbose"))
		for (size_t i = 0; i < report->left_out.count; i++)
			fprintf(stderr, "left out: %s\n", (const char *)report->left_out.items[i]);
	if (!report->nobjects)
		c->status = EXIT_FAILED;
	if (!count)
		return err_set(e, ERR_CONFIG,
			       "there are no manifests: files that end in .yaml, .yml or .json");
	return report->nobjects || report->complaints.count ||
	       err_set(e, ERR_CONFIG, "nothing of Kargo is in %s",
		       count == 1 ? "this file" : str_format(c->arena, "these %zu files", count));
}

/* "1.12", perhaps with more behind it; *minor stays 0 without the option. */
static bool kargo_version(const struct command *c, unsigned *minor, struct err *e)
{
	const char *text = command_option(c, "kargo");
	unsigned major = 0;

	*minor = 0;
	if (!text || (sscanf(text[0] == 'v' ? text + 1 : text, "%1u.%3u", &major, minor) == 2 && major == 1 &&
		      *minor > 0))
		return true;
	return err_set(e, ERR_USAGE, "--kargo %s: write a version such as 1.12", text);
}

static bool cmd_lint_run(struct command *c, struct err *e)
{
	struct lint_steps *steps = step_fields(c->arena);
	struct lint_report report;
	struct config_file *files;
	size_t count;
	bool fine;

	if (!kargo_version(c, &steps->kargo, e) || !read_files(c, &files, &count, e))
		return false;
	if (command_option(c, "fix") && !lint_fix(c, files, count, e))
		return false;
	fine = lint_files(c->arena, files, count, steps, &report);
	fix_correct_hints(c->arena, files, count, &report.complaints);
	if (command_option(c, "project"))
		fine = lint_narrow(&c->settings->projects, &report.complaints);
	if (!fine)
		c->status = EXIT_FAILED;
	if (!has_something(c, &report, count, e))
		return false;
	if (command_option(c, "strict") && report.complaints.count)
		c->status = EXIT_FAILED;
	if (command_option(c, "sarif"))
		return sarif_print(c, &report.complaints, e);
	return out_value(c, lint_value(c->arena, &report.complaints),
			 lint_text(c->arena, files, count, &report), e);
}

const struct command_def command_lint = {
	.name = "lint",
	.summary = "Say what is wrong with manifests, and how to fix it.",
	.usage = "gantry lint [PATH…] [--fix] [--strict] [--kargo VERSION] [-v] [--sarif] [-o json]",
	.help = "Looks at fields, names that objects have of each other, steps' configuration,\n"
		"expressions, versions, patterns, programs that steps run, and secrets in plain "
		"text.\n"
		"Files of other tools are left out.\n"
		"Exit status 1: errors, or nothing of Kargo.",
	.options = options,
	.common = COMMON_MANIFESTS | COMMON_PROJECT | COMMON_OUTPUT,
	.run = cmd_lint_run,
};
