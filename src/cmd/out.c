/* SPDX-License-Identifier: Apache-2.0 */
/* Tables pad by display columns, so that wide names do not shift the rest. */
#define _GNU_SOURCE
#include "cmd/out.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"

enum { MAX_COLUMNS = 16, MAX_OUTPUT = 1 << 28, MAX_CELL = 4096 };

bool out_format(const struct command *c, enum out_format *format, struct err *e)
{
	const char *word = command_option(c, "output");

	if (!word || strcmp(word, "table") == 0)
		*format = OUT_TABLE;
	else if (strcmp(word, "json") == 0)
		*format = OUT_JSON;
	else if (strcmp(word, "yaml") == 0)
		*format = OUT_YAML;
	else
		return err_set(e, ERR_USAGE, "-o %s: use table, json or yaml", word);
	return true;
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

static const char *cell(struct arena *a, const struct value *row, const char *key)
{
	const struct value *v = value_path(row, key);
	const char *text;

	if (!v || v->kind == VALUE_NULL)
		return "";
	text = v->kind == VALUE_STRING ? v->string.at : json_text(a, v, 0);
	return text ? str_line(a, text, MAX_CELL) : "";
}

static void print_row(const char *const *cells, const size_t *widths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t pad = i + 1 < count ? widths[i] - width_of(cells[i]) + 2 : 0;

		fputs(cells[i], stdout);
		while (pad--)
			putchar(' ');
	}
	putchar('\n');
}

static void print_table(struct arena *a, const struct value *rows, const struct out_column *columns)
{
	const char *cells[MAX_COLUMNS];
	size_t widths[MAX_COLUMNS], count = 0;

	for (; columns[count].title && count < MAX_COLUMNS; count++) {
		cells[count] = columns[count].title;
		widths[count] = width_of(columns[count].title);
	}
	for (size_t r = 0; r < value_count(rows); r++)
		for (size_t i = 0; i < count; i++) {
			size_t width = width_of(cell(a, value_at(rows, r), columns[i].key));

			widths[i] = width > widths[i] ? width : widths[i];
		}
	print_row(cells, widths, count);
	for (size_t r = 0; r < value_count(rows); r++) {
		for (size_t i = 0; i < count; i++)
			cells[i] = cell(a, value_at(rows, r), columns[i].key);
		print_row(cells, widths, count);
	}
}

static bool print_value(struct arena *a, enum out_format format, const struct value *v,
			struct err *e)
{
	AUTO(buf) struct buf b;

	(void)a;
	buf_init(&b, MAX_OUTPUT);
	if (format == OUT_YAML ? !yaml_write(&b, v, e) : !json_write(&b, v, JSON_INDENT, e))
		return false;
	if (format == OUT_JSON)
		buf_char(&b, '\n');
	fwrite(buf_str(&b), 1, b.len, stdout);
	return true;
}

bool out_rows(const struct command *c, const struct value *rows, const struct out_column *columns,
	      const char *nothing, struct err *e)
{
	enum out_format format;

	if (!out_format(c, &format, e))
		return false;
	if (format != OUT_TABLE)
		return print_value(c->arena, format, rows, e);
	if (value_count(rows))
		print_table(c->arena, rows, columns);
	else
		fprintf(stderr, "%s\n", nothing);
	return true;
}

bool out_value(const struct command *c, const struct value *v, const char *text, struct err *e)
{
	enum out_format format;

	if (!out_format(c, &format, e))
		return false;
	if (format != OUT_TABLE)
		return print_value(c->arena, format, v, e);
	puts(str_clean(c->arena, text, strlen(text), MAX_OUTPUT));
	return true;
}
