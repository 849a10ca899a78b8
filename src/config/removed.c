/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outputs['open-pr'].prNumber, secrets.name.key and freightMetadata(name, key). Looked for in the
 * text, since a scalar of several lines has no single place; a comment of YAML is never touched.
 */
#include "config/removed.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/edits.h"
#include "data/pattern.h"
#include "data/value.h"

enum { GROUPS = 3 };

static const char number_regex[] =
	"\\boutputs(?:\\.\\w+|\\['[^'\\n]*'\\]|\\[\"[^\"\\n]*\"\\])(\\.prNumber)\\b";
static const char secret_regex[] = "(?:^|[^\\w.'\"])(secrets\\.(\\w+))\\.\\w";
static const char metadata_regex[] =
	"\\bfreightMetadata\\((?:[^(),\\n]|\\([^()\\n]*\\))+"
	"(\\s*,\\s*('[^'\\n]*'|\"[^\"\\n]*\"|[\\w.]+)\\s*\\))";

struct rewriting {
	struct edits *ed;
	struct pattern *number, *secret, *metadata;
	bool is_yaml;
	void (*told)(void *context, size_t offset, const char *message);
	void *context;
};

/* Whether the byte at offset stands in a comment: a # at the line's start or after a space. */
static bool is_comment(struct str text, size_t offset)
{
	size_t line = offset;

	while (line > 0 && text.at[line - 1] != '\n')
		line--;
	for (size_t i = line; i < offset; i++)
		if (text.at[i] == '#' && (i == line || text.at[i - 1] == ' ' || text.at[i - 1] == '\t'))
			return true;
	return false;
}

/* Quotes that do not end the scalar that the expression stands in. */
static char quote_for(struct str text, size_t offset)
{
	size_t singles = 0;

	for (size_t i = offset; i > 0 && text.at[i - 1] != '\n'; i--)
		singles += text.at[i - 1] == '\'';
	return singles % 2 ? '"' : '\'';
}

static void rewrite_numbers(struct rewriting *r, size_t start, size_t end)
{
	struct str text = { r->ed->text.at, end };
	struct pattern_span spans[GROUPS];
	size_t at = start;

	while (pattern_find(r->number, text, at, spans, GROUPS) >= 2) {
		edits_replace(r->ed, spans[1].start, spans[1].end, ".pr.id");
		r->told(r->context, spans[1].start, "prNumber is pr.id now");
		at = spans[0].end;
	}
}

static void rewrite_secrets(struct rewriting *r, size_t start, size_t end)
{
	struct str text = r->ed->text;
	struct pattern_span spans[GROUPS];
	size_t at = start;

	while (pattern_find(r->secret, (struct str){ text.at, end }, at, spans, GROUPS) >= 3) {
		char quote = r->is_yaml ? quote_for(text, start) : '\'';
		const char *name = text.at + spans[2].start;

		edits_replace(r->ed, spans[1].start, spans[1].end,
			      str_format(r->ed->a, "secret(%c%.*s%c)", quote,
					 (int)(spans[2].end - spans[2].start), name, quote));
		r->told(r->context, spans[1].start, "secrets.name is secret('name') now");
		at = spans[0].end;
	}
}

/* The key was a second argument before Kargo 1.10. */
static void rewrite_metadata(struct rewriting *r, size_t start, size_t end)
{
	struct str text = { r->ed->text.at, end };
	struct pattern_span spans[GROUPS];
	size_t at = start;

	while (pattern_find(r->metadata, text, at, spans, GROUPS) >= 3) {
		edits_replace(r->ed, spans[1].start, spans[1].end,
			      str_format(r->ed->a, ")[%.*s]", (int)(spans[2].end - spans[2].start),
					 text.at + spans[2].start));
		r->told(r->context, spans[1].start,
			"freightMetadata(name, key) is freightMetadata(name)[key] now");
		at = spans[0].end;
	}
}

void removed_names(struct edits *ed, bool is_yaml,
		   void (*told)(void *context, size_t offset, const char *message), void *context)
{
	struct rewriting r = { .ed = ed, .is_yaml = is_yaml, .told = told, .context = context };
	struct str text = ed->text;
	struct err e;

	if (!pattern_compile(ed->a, number_regex, &r.number, &e) ||
	    !pattern_compile(ed->a, secret_regex, &r.secret, &e) ||
	    !pattern_compile(ed->a, metadata_regex, &r.metadata, &e))
		return;
	for (size_t i = 0; i + 3 < text.len; i++) {
		const char *stop;

		if (memcmp(text.at + i, "${{", 3) != 0 || (is_yaml && is_comment(text, i)))
			continue;
		stop = strstr(text.at + i, "}}");
		if (!stop || (size_t)(stop - text.at) > text.len)
			return;
		rewrite_numbers(&r, i, (size_t)(stop - text.at));
		rewrite_secrets(&r, i, (size_t)(stop - text.at));
		rewrite_metadata(&r, i, (size_t)(stop - text.at));
		i = (size_t)(stop - text.at);
	}
}

const char *removed_message(struct arena *a, const struct value *steps, bool in_task)
{
	const char *message = "";

	for (size_t i = 0; i < value_count(steps); i++)
		message = str_format(a, "%s%s${{ %soutputs['%s'].commitMessage }}", message,
				     i ? "; " : "", in_task ? "task." : "",
				     value_text(value_at(steps, i), ""));
	return message;
}

static const struct removed_field removed_fields[] = {
	{ "desiredCommitFromStep", "desiredRevision", "commit" },
	{ "prNumberFromStep", "prNumber", "pr.id" },
	{ "sourceBranchFromStep", "sourceBranch", "branch" },
	{ "targetBranchFromStep", "targetBranch", "branch" },
};

const struct removed_field *removed_field_find(const char *name)
{
	for (size_t i = 0; i < COUNTOF(removed_fields); i++)
		if (strcmp(removed_fields[i].old, name) == 0)
			return &removed_fields[i];
	return NULL;
}

const char *removed_field_value(struct arena *a, const struct removed_field *f, const char *step,
				bool in_task)
{
	return str_format(a, "${{ %soutputs['%s'].%s }}", in_task ? "task." : "", step, f->output);
}

const char *removed_tag_regex(struct arena *a, const char *tag)
{
	char *out = arena_alloc(a, 2 * strlen(tag) + 3), *to = out;

	*to++ = '^';
	for (; *tag; tag++) {
		if (strchr("\\.+*?()|[]{}^$", *tag))
			*to++ = '\\';
		*to++ = *tag;
	}
	*to++ = '$';
	*to = '\0';
	return out;
}

/* The argument of imageFrom(): what stands in ${{ … }}, else the text in quotes; NULL: neither. */
static const char *image_argument(struct arena *a, const char *image)
{
	size_t len = strlen(image);
	struct str inner;

	if (!strstr(image, "${"))
		return strchr(image, '\'') ? NULL : str_format(a, "'%s'", image);
	if (!has_prefix(image, "${{") || !has_suffix(image, "}}") || strstr(image + 3, "${"))
		return NULL;
	inner = str_trim((struct str){ image + 3, len - 5 });
	return inner.len && strstr(image, "}}") == image + len - 2 ? str_text(a, inner) : NULL;
}

const char *removed_image_value(struct arena *a, const char *image, const char *value,
				const char *warehouse)
{
	const char *argument = image_argument(a, image), *from;

	if (!argument)
		return NULL;
	from = *warehouse ? str_format(a, "imageFrom(%s, warehouse('%s'))", argument, warehouse)
			  : str_format(a, "imageFrom(%s)", argument);
	if (strcmp(value, "Tag") == 0)
		return str_format(a, "${{ %s.Tag }}", from);
	if (strcmp(value, "Digest") == 0)
		return str_format(a, "${{ %s.Digest }}", from);
	if (strcmp(value, "ImageAndTag") == 0)
		return str_format(a, "${{ %s.RepoURL }}:${{ %s.Tag }}", from, from);
	if (strcmp(value, "ImageAndDigest") == 0)
		return str_format(a, "${{ %s.RepoURL }}@${{ %s.Digest }}", from, from);
	return NULL;
}
