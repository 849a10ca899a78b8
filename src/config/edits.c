/* SPDX-License-Identifier: Apache-2.0 */
/* Replacements in a text. */
#include "config/edits.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"

static const size_t largest = 64 << 20;

struct edits_edit {
	size_t start, end;
	const char *with;
};

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
