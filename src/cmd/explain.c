/* SPDX-License-Identifier: Apache-2.0 */
/* gantry explain: what a field of a manifest means, from the tables that check it. */
#include "cmd/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/out.h"
#include "cmd/step_inner.h"
#include "config/lint.h"
#include "config/kinds.h"
#include "data/value.h"

enum { TEXT_MAX = 1 << 20 };

static const char *cmd_explain_kind_word(const struct field_def *f)
{
	static const char *const words[] = {
		[FIELD_ANY] = "anything", [FIELD_BOOL] = "true or false", [FIELD_INT] = "whole number",
		[FIELD_MAP] = "map", [FIELD_TEXTS] = "map of texts", [FIELD_TEXT] = "text",
		[FIELD_NAME] = "name", [FIELD_LABEL] = "name", [FIELD_VARIABLE] = "name",
		[FIELD_DURATION] = "duration", [FIELD_GO_DURATION] = "duration", [FIELD_TIME] = "time",
		[FIELD_REGEX] = "regular expression", [FIELD_NAME_PATTERN] = "name pattern",
		[FIELD_PATH_SELECTOR] = "path selector", [FIELD_SEMVER] = "version constraint",
		[FIELD_GIT_URL] = "git URL", [FIELD_IMAGE_URL] = "image repository",
		[FIELD_CHART_URL] = "chart repository", [FIELD_PLATFORM] = "platform",
		[FIELD_EXPRESSION] = "expression", [FIELD_TEMPLATE] = "text, may hold ${{ … }}",
		[FIELD_BASE64] = "base64", [FIELD_LIST] = "list",
		[FIELD_ALIAS] = "name", [FIELD_BRANCH] = "branch", [FIELD_LABEL_VALUE] = "label value",
		[FIELD_ANALYSIS_DURATION] = "duration",
	};

	if (f->kind == FIELD_LIST)
		return f->of ? "list of maps" : "list of texts";
	return words[f->kind];
}

static const char *flag_word(const struct field_def *f)
{
	if (f->flags & FIELD_REQUIRED)
		return ", required";
	if (f->flags & (FIELD_REMOVED | FIELD_REFUSED))
		return ", removed";
	if (f->flags & FIELD_DEPRECATED)
		return ", deprecated";
	return f->flags & FIELD_ONE_OF ? ", one of these" : "";
}

static void explain_facts(struct buf *b, const struct field_def *f, const char *indent)
{
	bool first = true;

	buf_format(b, "%s    %s\n", indent, f->help);
	if (f->otherwise)
		buf_format(b, "%s    Otherwise: %s\n", indent, f->otherwise);
	for (size_t i = 0; f->choices && f->choices[i]; i++) {
		if (!*f->choices[i])
			continue;
		if (first)
			buf_format(b, "%s    One of: %s", indent, f->choices[i]);
		else
			buf_format(b, ", %s", f->choices[i]);
		first = false;
	}
	if (!first)
		buf_char(b, '\n');
	if (f->kind == FIELD_INT && f->most < INT64_MAX)
		buf_format(b, "%s    From %lld to %lld\n", indent, (long long)f->least,
			   (long long)f->most);
}

static struct value *as_value(struct arena *a, const struct field_def *f)
{
	struct value *v = value_map(a), *choices = value_list(a), *fields = value_list(a);

	value_set(a, v, "name", value_string(a, f->name));
	value_set(a, v, "type", value_string(a, cmd_explain_kind_word(f)));
	value_set(a, v, "required", value_bool(a, f->flags & FIELD_REQUIRED));
	value_set(a, v, "help", value_string(a, f->help));
	if (f->otherwise)
		value_set(a, v, "default", value_string(a, f->otherwise));
	for (size_t i = 0; f->choices && f->choices[i]; i++)
		value_append(a, choices, value_string(a, f->choices[i]));
	if (f->choices)
		value_set(a, v, "choices", choices);
	for (const struct field_def *m = f->of; m && m->name; m++)
		value_append(a, fields, as_value(a, m));
	if (f->of)
		value_set(a, v, "fields", fields);
	return v;
}

static const char *cmd_explain_text_of(struct arena *a, const struct field_def *f, const char *path)
{
	AUTO(buf) struct buf b;

	buf_init(&b, TEXT_MAX);
	buf_format(&b, "%s  <%s%s>\n", path, cmd_explain_kind_word(f), flag_word(f));
	explain_facts(&b, f, "");
	for (const struct field_def *m = f->of; m && m->name; m++) {
		buf_format(&b, "\n  %s  <%s%s>\n", m->name, cmd_explain_kind_word(m), flag_word(m));
		explain_facts(&b, m, "  ");
	}
	while (b.len && b.at[b.len - 1] == '\n')
		b.at[--b.len] = '\0';
	return buf_copy(&b, a);
}

/* The kind of manifest or of step, as a field whose members are its own. */
static bool cmd_explain_find_root(struct command *c, const char *name, struct field_def *out,
				  struct err *e)
{
	size_t count;
	const struct kind_def *const *kinds = kind_table(&count);
	const struct field_def *step = field_find(step_fields(c->arena)->kinds, name);
	struct field_def *names = arena_array(c->arena, count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < count; i++) {
		names[i].name = kinds[i]->name;
		if (!same_but_case(kinds[i]->name, name))
			continue;
		*out = (struct field_def){ .name = kinds[i]->name, .kind = FIELD_MAP,
					   .help = kinds[i]->help, .of = kinds[i]->fields };
		return true;
	}
	if (step) {
		*out = *step;
		return true;
	}
	nearest = field_nearest(names, name);
	return err_set(e, ERR_NAME, "no kind \"%s\"%s%s%s", name, nearest ? "; did you mean " : "",
		       nearest ? nearest : "", nearest ? "?" : "; gantry explain lists them");
}

static bool all_kinds(struct command *c, struct err *e)
{
	static const struct out_column columns[] = { { "KIND", "kind" }, { "WHAT", "help" }, { 0 } };
	size_t count;
	const struct kind_def *const *kinds = kind_table(&count);
	struct value *rows = value_list(c->arena);

	for (size_t i = 0; i < count; i++) {
		struct value *row = value_map(c->arena);

		value_set(c->arena, row, "kind", value_string(c->arena, kinds[i]->name));
		value_set(c->arena, row, "help", value_string(c->arena, kinds[i]->help));
		value_append(c->arena, rows, row);
	}
	return out_rows(c, rows, columns, "no kinds", e);
}

static bool cmd_explain_run(struct command *c, struct err *e)
{
	const char *path, *at;
	struct field_def root;
	const struct field_def *f = &root;

	if (!command_takes(c, 1, e))
		return false;
	if (!c->nwords)
		return all_kinds(c, e);
	path = c->words[0];
	at = path + strcspn(path, ".");
	if (!cmd_explain_find_root(c, str_copy_n(c->arena, path, (size_t)(at - path)), &root, e))
		return false;
	while (*at) {
		size_t len = strcspn(++at, ".[");
		const char *name = str_copy_n(c->arena, at, len);
		const struct field_def *below = field_find(f->of, name);
		const char *nearest = below ? NULL : field_nearest(f->of, name);

		if (!below)
			return err_set(e, ERR_NAME, "%s has no field \"%s\"%s%s%s", f->name, name,
				       nearest ? "; did you mean " : "", nearest ? nearest : "",
				       nearest ? "?" : "");
		f = below;
		at += len;
		at += strcspn(at, ".");
	}
	return out_value(c, as_value(c->arena, f), cmd_explain_text_of(c->arena, f, path), e);
}

const struct command_def command_explain = {
	.name = "explain",
	.summary = "Say what a manifest's field means.",
	.usage = "gantry explain [KIND[.FIELD…]] [-o json]",
	.help = "KIND is a kind of manifest, or of step: gantry explain "
		"Stage.spec.requestedFreight.",
	.common = COMMON_OUTPUT,
	.run = cmd_explain_run,
};
