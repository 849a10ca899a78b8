/* SPDX-License-Identifier: Apache-2.0 */
/* The whole file is read at once; only where that fails is it cut at its "---" lines. */
#include "config/documents.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/pattern.h"
#include "data/value.h"
#include "data/yaml.h"

enum { MAX_PIECES = 10000 };

/* Where what is read goes. */
struct reading {
	struct arena *a;                /* of the objects */
	struct arena *lists;            /* of all else */
	struct list *documents, *duplicates;
};

/* before: how many lines of the file come before the text. */
static bool read_piece(const struct reading *r, struct str text, unsigned before, struct err *e)
{
	const struct yaml_source source = { .name = "", .text = text, .before = before,
					    .flags = YAML_OLD_TRUTHS };
	struct list objects = { 0 }, twice = { 0 };

	if (!yaml_read(r->a, &source, &objects, &twice, e))
		return false;
	for (size_t i = 0; i < objects.count; i++) {
		const struct document made = { .object = objects.items[i] };

		list_add(r->lists, r->documents, arena_copy(r->lists, &made, sizeof(made)));
	}
	for (size_t i = 0; i < twice.count; i++)
		list_add(r->lists, r->duplicates, twice.items[i]);
	return true;
}

/* Bytes that are not UTF-8 become '?': a pattern finds nothing in text that holds one. */
static struct str documents_searchable(struct arena *a, struct str text)
{
	char *to;
	uint32_t point;
	size_t n;

	if (utf8_valid(text.at, text.len))
		return text;
	to = arena_copy(a, text.at, text.len);
	for (size_t i = 0; i < text.len; i += n) {
		n = utf8_decode(text.at + i, text.len - i, &point);
		if (!n) {
			to[i] = '?';
			n = 1;
		}
	}
	return (struct str){ to, text.len };
}

/* The error is ":line:column: what". */
static void add_broken(const struct reading *r, struct str text, unsigned before, const struct err *e)
{
	struct document *d = arena_alloc(r->lists, sizeof(*d));
	const char *message = e->message;
	int used = 0;

	*d = (struct document){ .text = documents_searchable(r->lists, text), .before = before };
	if (sscanf(message, ":%u:%u: %n", &d->line, &d->column, &used) == 2 && used)
		message += used;
	d->error = str_copy(r->lists, message);
	list_add(r->lists, r->documents, d);
}

static bool begins_document(const char *line, const char *end)
{
	return end - line >= 3 && memcmp(line, "---", 3) == 0 &&
	       (end - line == 3 || strchr(" \t\r\n", line[3]));
}

/* Where the braces of an object that begins at "at" are closed. */
static const char *json_end(const char *at, const char *end)
{
	bool in_text = false;
	size_t depth = 0;

	for (; at < end; at++) {
		if (in_text) {
			in_text = *at != '"';
			at += *at == '\\' && at + 1 < end;
		} else if (*at == '"') {
			in_text = true;
		} else if (strchr("{[", *at)) {
			depth++;
		} else if (strchr("}]", *at) && (depth <= 1 || --depth == 0)) {
			return at + 1;
		}
	}
	return end;
}

static const char *documents_skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t\r\n", *at))
		at++;
	return at;
}

/*
 * The first of JSON objects that follow one another, with the blanks behind it; false: the text is
 * something else. "{{" begins a template.
 */
static bool json_next(struct str text, struct str *piece)
{
	const char *end = text.at + text.len, *at = text.at;

	at = documents_skip_blanks(at + (text.len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0), end);
	if (at + 1 >= end || at[0] != '{' || at[1] == '{')
		return false;
	at = documents_skip_blanks(json_end(at, end), end);
	*piece = (struct str){ text.at, (size_t)(at - text.at) };
	return at == end || *at == '{';
}

struct str document_next(struct str *rest, unsigned *lines)
{
	const char *at = rest->at, *end = rest->at + rest->len;
	struct str piece;

	*lines = 0;
	if (json_next(*rest, &piece)) {
		for (size_t i = 0; i < piece.len; i++)
			*lines += piece.at[i] == '\n';
		*rest = (struct str){ at + piece.len, rest->len - piece.len };
		return piece;
	}
	do {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		*lines += stop != NULL;
		at = stop ? stop + 1 : end;
	} while (at < end && !begins_document(at, end));
	piece = (struct str){ rest->at, (size_t)(at - rest->at) };
	*rest = (struct str){ at, (size_t)(end - at) };
	return piece;
}

void documents_read(struct arena *a, struct arena *lists, struct str text, struct list *out,
		    struct list *duplicates)
{
	const struct reading r = { a, lists, out, duplicates };
	struct str rest = text;
	unsigned line = 0;
	struct err e;

	if (read_piece(&r, text, 0, &e))
		return;
	for (int pieces = 0; str_trim(rest).len && pieces < MAX_PIECES; pieces++) {
		unsigned lines;
		struct str piece = document_next(&rest, &lines);

		if (!read_piece(&r, piece, line, &e))
			add_broken(&r, piece, line, &e);
		line += lines;
	}
}

/* The first group of the first match; "" without one. */
static const char *find_text(struct arena *a, struct str text, const char *regex)
{
	struct pattern_span spans[2];
	struct pattern *p;
	struct err e;

	if (!pattern_compile(a, regex, &p, &e) ||
	    pattern_find(p, text, 0, spans, COUNTOF(spans)) < 2 ||
	    spans[1].start == SIZE_MAX)
		return "";
	return str_copy_n(a, text.at + spans[1].start, spans[1].end - spans[1].start);
}

#define BELOW_METADATA                                   \
	"(?m)^metadata:(?:[ \\t]*\\{[^}\\n]*|"             \
	"[ \\t]*(?:\\r?\\n[ \\t]+[^\\n]*)*?\\r?\\n[ \\t]+)\\b"

void document_guess(struct arena *a, const struct document *d, struct document_head *out)
{
	out->kind = find_text(a, d->text, "(?m)^kind:[ \\t]*[\"']?([A-Za-z]+)");
	out->name = find_text(a, d->text, BELOW_METADATA "name:[ \\t]*[\"']?([a-z0-9.-]+)");
	out->namespace = find_text(a, d->text, BELOW_METADATA "namespace:[ \\t]*[\"']?([a-z0-9.-]+)");
}
