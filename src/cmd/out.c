/* SPDX-License-Identifier: Apache-2.0 */
/* Tables pad by display columns, so that wide names do not shift the rest. */
#define _GNU_SOURCE
#include "cmd/out.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/formats.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "verify/json_path.h"

enum { MAX_COLUMNS = 24, MAX_OUTPUT = 1 << 28, MAX_CELL = 4096 };

static const char *const out_words[] = {
	[OUT_TABLE] = "table", [OUT_WIDE] = "wide", [OUT_JSON] = "json", [OUT_YAML] = "yaml",
	[OUT_NAME] = "name", [OUT_CSV] = "csv",
};

static size_t out_terminal_cols(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool out_format(const struct command *c, struct out_format *format, struct err *e)
{
	const char *word = command_option(c, "output");

	*format = (struct out_format){ .kind = OUT_TABLE, .cols = out_terminal_cols() };
	if (!word)
		return true;
	if (has_prefix(word, "jsonpath=")) {
		*format = (struct out_format){ .kind = OUT_JSONPATH, .template = word + strlen("jsonpath=") };
		return json_path_check(format->template, e) || err_wrap(e, "-o %s", word);
	}
	for (size_t i = 0; i < COUNTOF(out_words); i++)
		if (strcmp(out_words[i], word) == 0) {
			format->kind = (enum out_kind)i;
			return true;
		}
	return err_set(e, ERR_USAGE, "-o %s: use table, wide, json, yaml, name, csv or jsonpath=TEMPLATE",
		       word);
}

bool out_is_table(const struct out_format *format)
{
	return format->kind == OUT_TABLE || format->kind == OUT_WIDE;
}

static size_t width_of(const char *text)
{
	size_t width = 0, len = strlen(text), n;
	uint32_t point = 0;

	for (; len && (n = utf8_decode(text, len, &point)); text += n, len -= n) {
		int cells = wcwidth((wchar_t)point);

		width += cells > 0 ? (size_t)cells : 0;
	}
	return width;
}

/* A scalar as it is, the rest as JSON. */
static const char *out_raw(struct arena *a, const struct value *v)
{
	const char *text;

	if (!v || v->kind == VALUE_NULL)
		return "";
	text = v->kind == VALUE_STRING ? v->string.at : json_text(a, v, 0);
	return text ? text : "";
}

/* "test uat", of maps with a stage each. */
static const char *out_stages(struct arena *a, const struct value *list)
{
	const char *all = "";

	for (size_t i = 0; i < value_count(list); i++)
		all = str_format(a, "%s%s%s", all, i ? " " : "", value_get_text(value_at(list, i), "stage"));
	return all;
}

static const char *out_shown(struct arena *a, const struct value *v, const char *how)
{
	int64_t at;

	if (strcmp(how, "stages") == 0)
		return out_stages(a, v);
	if (strcmp(how, "age") == 0 && clock_parse(value_text(v, ""), &at))
		return clock_age(a, clock_now() - at);
	if (strcmp(how, "ms") == 0 && value_integer(v, &at))
		return clock_age(a, at);
	return out_raw(a, v);
}

static const char *out_cell(struct arena *a, const struct value *row, const char *key, bool raw)
{
	size_t len = strcspn(key, ":");
	const struct value *v = value_path(row, str_copy_n(a, key, len));

	if (raw)
		return key[len] && strcmp(key + len + 1, "stages") == 0 ? out_stages(a, v) : out_raw(a, v);
	return str_line(a, key[len] ? out_shown(a, v, key + len + 1) : out_raw(a, v), MAX_CELL);
}

/* A cell that is wider than its column moves what follows it in its row. */
static void print_row(struct buf *b, const char *const *cells, const size_t *widths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t width = width_of(cells[i]);
		size_t pad = i + 1 == count ? 0 : width < widths[i] ? widths[i] - width + 2 : 2;

		buf_text(b, cells[i]);
		while (pad--)
			buf_char(b, ' ');
	}
	buf_char(b, '\n');
}

/* The columns that the format has. */
static size_t out_columns(const struct out_column *columns, bool wide, const struct out_column **out)
{
	size_t count = 0;

	for (; columns->title; columns++)
		if (wide || columns->title[0] != '+') {
			assert(count < MAX_COLUMNS);
			out[count++] = columns;
		}
	return count;
}

static const char *out_title(const struct out_column *column)
{
	return column->title + (column->title[0] == '+');
}

/* The width of a column: of its widest cell that is not wider than most, or of its title. */
static size_t table_width(struct arena *a, const struct value *rows, const struct out_column *column,
			  size_t most)
{
	size_t widest = width_of(out_title(column));

	for (size_t r = 0; r < value_count(rows); r++) {
		size_t width = width_of(out_cell(a, value_at(rows, r), column->key, false));

		widest = width > widest && width <= most ? width : widest;
	}
	return widest;
}

/*
 * One long sentence would pad every row past the edge of a terminal, where each is broken in two: then no
 * column is made wider than a third of it.
 */
static void print_table(struct arena *a, struct buf *b, const struct value *rows,
			const struct out_column *all, const struct out_format *format)
{
	const struct out_column *columns[MAX_COLUMNS];
	const char *cells[MAX_COLUMNS];
	size_t widths[MAX_COLUMNS], count = out_columns(all, format->kind == OUT_WIDE, columns), sum = 0;

	for (size_t i = 0; i < count; i++) {
		cells[i] = out_title(columns[i]);
		widths[i] = table_width(a, rows, columns[i], SIZE_MAX);
		sum += widths[i] + (i ? 2 : 0);
	}
	for (size_t i = 0; format->cols && sum > format->cols && i < count; i++)
		if (widths[i] > format->cols / 3)
			widths[i] = table_width(a, rows, columns[i], format->cols / 3);
	print_row(b, cells, widths, count);
	for (size_t r = 0; r < value_count(rows); r++) {
		for (size_t i = 0; i < count; i++)
			cells[i] = out_cell(a, value_at(rows, r), columns[i]->key, false);
		print_row(b, cells, widths, count);
	}
}

/* The head has the members' names: they are what JSON has, too. */
static void print_csv(struct arena *a, struct buf *b, const struct value *rows, const struct out_column *all)
{
	const struct out_column *columns[MAX_COLUMNS];
	const char *cells[MAX_COLUMNS];
	size_t count = out_columns(all, true, columns);

	for (size_t i = 0; i < count; i++)
		cells[i] = str_copy_n(a, columns[i]->key, strcspn(columns[i]->key, ":"));
	csv_line(b, cells, count);
	for (size_t r = 0; r < value_count(rows); r++) {
		for (size_t i = 0; i < count; i++)
			cells[i] = out_cell(a, value_at(rows, r), columns[i]->key, true);
		csv_line(b, cells, count);
	}
}

/* What the row is called: its "name", else what the first column has. */
static void print_names(struct arena *a, struct buf *b, const struct value *rows, const char *otherwise)
{
	for (size_t r = 0; r < value_count(rows); r++) {
		const struct value *row = value_at(rows, r);
		const char *name = out_cell(a, row, value_get(row, "name") ? "name" : otherwise, true);

		buf_format(b, "%s\n", str_line(a, name, MAX_CELL));
	}
}

static bool print_value(struct buf *b, const struct out_format *format, const struct value *v, bool one_line,
			struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	if (format->kind == OUT_JSONPATH)
		return json_path_text(a, format->template, v, b, e);
	if (format->kind == OUT_YAML)
		return yaml_write(b, v, e);
	if (!json_write(b, v, one_line ? 0 : JSON_INDENT, e))
		return false;
	buf_char(b, '\n');
	return true;
}

/* Rows in any format, without the sentence for an empty list. */
static bool out_write_rows(struct buf *b, const struct out_format *format, const struct value *rows,
			   const struct out_column *columns, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	switch (format->kind) {
	case OUT_TABLE:
	case OUT_WIDE:
		if (value_count(rows))
			print_table(a, b, rows, columns, format);
		return true;
	case OUT_CSV:
		print_csv(a, b, rows, columns);
		return true;
	case OUT_NAME:
		print_names(a, b, rows, columns->key);
		return true;
	case OUT_JSON:
	case OUT_YAML:
	case OUT_JSONPATH:
		break;
	}
	return print_value(b, format, rows, false, e);
}

bool out_rows(const struct command *c, const struct value *rows, const struct out_column *columns,
	      const char *nothing, struct err *e)
{
	struct out_format format;
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_OUTPUT);
	if (!out_format(c, &format, e) || !out_write_rows(&b, &format, rows, columns, e))
		return false;
	fwrite(buf_str(&b), 1, b.len, stdout);
	if (out_is_table(&format) && !value_count(rows))
		fprintf(stderr, "%s\n", nothing);
	return true;
}

const char *out_rows_text(const struct command *c, struct arena *a, const struct value *rows,
			  const struct out_column *columns, struct err *e)
{
	struct out_format format;
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_OUTPUT);
	if (!out_format(c, &format, e))
		return NULL;
	if (format.kind == OUT_JSON ? !print_value(&b, &format, rows, true, e)
				    : !out_write_rows(&b, &format, rows, columns, e))
		return NULL;
	return buf_copy(&b, a);
}

/* The scalars of one answer as a head and a line. */
static void out_value_csv(struct arena *a, struct buf *b, const struct value *v)
{
	const char **cells = arena_array(a, 2 * value_count(v) + 1, sizeof(*cells));
	size_t count = 0, room = value_count(v);

	for (size_t i = 0; value_is(v, VALUE_MAP) && i < room; i++) {
		const struct value_member *m = &v->map.members[i];

		if (m->value->kind == VALUE_LIST || m->value->kind == VALUE_MAP)
			continue;
		cells[count] = m->key.at;
		cells[room + count++] = out_raw(a, m->value);
	}
	csv_line(b, cells, count);
	csv_line(b, cells + room, count);
}

bool out_value(const struct command *c, const struct value *v, const char *text, struct err *e)
{
	struct out_format format;
	AUTO(buf) struct buf b;
	const char *name;

	buf_init(&b, MAX_OUTPUT);
	if (!out_format(c, &format, e))
		return false;
	if (out_is_table(&format)) {
		puts(str_clean(c->arena, text, strlen(text), MAX_OUTPUT));
		return true;
	}
	name = value_text(value_get(v, "name"), value_get_text(v, "promotion"));
	if (format.kind == OUT_NAME)
		buf_format(&b, "%s\n", name);
	else if (format.kind == OUT_CSV)
		out_value_csv(c->arena, &b, v);
	else if (!print_value(&b, &format, v, false, e))
		return false;
	fwrite(buf_str(&b), 1, b.len, stdout);
	return true;
}
