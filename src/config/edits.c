/* SPDX-License-Identifier: Apache-2.0 */
/* Replacements in a text. Places of YAML count characters, offsets count bytes. */
#include "config/edits.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/value.h"

static const size_t largest = 64 << 20;

struct edits_edit {
	size_t start, end;
	const char *with;
};

size_t edits_offset(const struct edits *ed, unsigned line, unsigned column)
{
	const char *at = ed->text.at, *end = at + ed->text.len;

	for (; line > 1 && at < end; line--) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		at = stop ? stop + 1 : end;
	}
	for (; column > 1 && at < end && *at != '\n'; column--)
		for (at++; at < end && ((unsigned char)*at & 0xc0) == 0x80; at++)
			;
	return line == 1 && column == 1 && at < end ? (size_t)(at - ed->text.at) : SIZE_MAX;
}

static size_t quoted_end(const struct edits *ed, size_t start)
{
	char quote = ed->text.at[start];

	for (size_t i = start + 1; i < ed->text.len && ed->text.at[i] != '\n'; i++) {
		if (quote == '"' && ed->text.at[i] == '\\') {
			i++;
		} else if (ed->text.at[i] == quote) {
			if (quote == '"' || i + 1 >= ed->text.len || ed->text.at[i + 1] != quote)
				return i + 1;
			i++;
		}
	}
	return SIZE_MAX;
}

size_t edits_scalar_end(const struct edits *ed, size_t start, const struct value *scalar)
{
	if (start >= ed->text.len || !value_is(scalar, VALUE_STRING))
		return SIZE_MAX;
	if (ed->text.at[start] == '"' || ed->text.at[start] == '\'')
		return quoted_end(ed, start);
	if (ed->text.len - start < scalar->string.len || !scalar->string.len ||
	    memcmp(ed->text.at + start, scalar->string.at, scalar->string.len) != 0)
		return SIZE_MAX;
	return start + scalar->string.len;
}

void edits_replace(struct edits *ed, size_t start, size_t end, const char *with)
{
	struct edits_edit *made = arena_alloc(ed->a, sizeof(*made));

	*made = (struct edits_edit){ start, end, with };
	list_add(ed->a, &ed->list, made);
}

static int edits_by_start(const void *x, const void *y)
{
	const struct edits_edit *a = *(const struct edits_edit *const *)x,
				*b = *(const struct edits_edit *const *)y;

	return (a->start > b->start) - (a->start < b->start);
}

struct str edits_apply(const struct edits *ed)
{
	AUTO(buf) struct buf b;
	size_t at = 0;

	buf_init(&b, largest);
	if (ed->list.count)
		qsort(ed->list.items, ed->list.count, sizeof(*ed->list.items), edits_by_start);
	for (size_t i = 0; i < ed->list.count; i++) {
		const struct edits_edit *edit = ed->list.items[i];

		if (edit->start < at)
			continue;
		buf_add(&b, ed->text.at + at, edit->start - at);
		buf_text(&b, edit->with);
		at = edit->end;
	}
	buf_add(&b, ed->text.at + at, ed->text.len - at);
	return (struct str){ buf_copy(&b, ed->a), b.len };
}
