/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints for people: the line quoted, the place marked. The list, for programs. */
#include "cmd/lint_report.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "config/config.h"
#include "config/lint.h"
#include "data/glob.h"
#include "data/value.h"
#include "model/world.h"

enum { REPORT_MAX = 64 << 20, LINE_MAX_LEN = 160, MAX_FIELD = 8192 };

/* The line that was quoted last: complaints come by file and line, so the next is not far. */
struct quoted {
	const struct config_file *file;
	unsigned line;
	const char *at;                 /* where the line begins */
};

/* The line of the file, without its end; empty when there is none. */
static struct str quoted_line(struct quoted *q, const struct config_file *file, unsigned line)
{
	const char *end = file->text.at + file->text.len, *stop;

	if (q->file != file || q->line > line)
		*q = (struct quoted){ file, 1, file->text.at };
	for (; q->line < line && q->at < end; q->line++) {
		stop = memchr(q->at, '\n', (size_t)(end - q->at));
		q->at = stop ? stop + 1 : end;
	}
	stop = q->at < end ? memchr(q->at, '\n', (size_t)(end - q->at)) : NULL;
	stop = stop ? stop : end;
	return (struct str){ q->at, (size_t)(stop - q->at) };
}

/* The line, and a mark below the place; files: name to struct config_file. */
static void lint_report_quote(struct arena *a, struct buf *b, const struct map *files,
			      struct quoted *q,
			      const struct complaint *k)
{
	const struct config_file *file = map_get(files, k->file);
	struct str line = file && k->line ? quoted_line(q, file, k->line) : (struct str){ "", 0 };

	if (!k->line || !line.len)
		return;
	buf_format(b, "%6u | %s\n", k->line, str_clean(a, line.at, line.len, LINE_MAX_LEN));
	if (!k->column || k->column > LINE_MAX_LEN)
		return;
	buf_text(b, "       | ");
	for (unsigned i = 1; i < k->column && i <= line.len; i++)
		buf_char(b, line.at[i - 1] == '\t' ? '\t' : ' ');
	buf_text(b, "^\n");
}

static const char *plural_s(size_t count)
{
	return count == 1 ? "" : "s";
}

const char *lint_text(struct arena *a, const struct config_file *files, size_t count,
		      const struct lint_report *report)
{
	AUTO(buf) struct buf b;
	struct quoted quoted = { 0 };
	struct map by_name = { 0 };
	size_t errors = 0, others = report->left_out.count, read = count - others, warnings;

	buf_init(&b, REPORT_MAX);
	for (size_t i = 0; i < count; i++)
		map_set(a, &by_name, files[i].name, &files[i]);
	for (size_t i = 0; i < report->complaints.count; i++) {
		const struct complaint *k = report->complaints.items[i];

		errors += k->is_error;
		/* A name with a newline in it must not pass for a complaint of its own. */
		buf_format(&b, "%s:%u:%u: %s: %s\n", str_line(a, k->file, MAX_FIELD), k->line, k->column,
			   k->is_error ? "error" : "warning", str_line(a, k->message, MAX_FIELD));
		lint_report_quote(a, &b, &by_name, &quoted, k);
	}
	warnings = report->complaints.count - errors;
	if (report->complaints.count)
		buf_format(&b, "%zu error%s, %zu warning%s in %zu file%s", errors, plural_s(errors), warnings,
			   plural_s(warnings), read, plural_s(read));
	else
		buf_format(&b, "nothing wrong in %zu file%s", read, plural_s(read));
	if (others)
		buf_format(&b, "; %zu other file%s left out", others, plural_s(others));
	return buf_copy(&b, a);
}

struct value *lint_value(struct arena *a, const struct list *complaints)
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

bool lint_narrow(const struct list *patterns, struct list *complaints)
{
	size_t kept = 0, errors = 0;

	for (size_t i = 0; i < complaints->count; i++) {
		const struct complaint *k = complaints->items[i];

		if (k->project && *k->project && !glob_selects(patterns, k->project))
			continue;
		complaints->items[kept++] = complaints->items[i];
		errors += k->is_error;
	}
	complaints->count = kept;
	return errors == 0;
}
