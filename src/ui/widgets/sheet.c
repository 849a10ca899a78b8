/* SPDX-License-Identifier: Apache-2.0 */
/* Building sheets. Moving about in them and drawing them is place.c. */
#include "ui/widgets/sheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "term/osc.h"

static void *sheet_grow(struct arena *a, void *old, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 4;
	void *to = arena_array(a, more, size);

	if (count)
		memcpy(to, old, count * size);
	*room = more;
	return to;
}

struct line *sheet_line(struct sheet *s, const char *name)
{
	struct line *l;

	if (s->count == s->room)
		s->lines = sheet_grow(s->a, s->lines, s->count, &s->room, sizeof(*s->lines));
	l = &s->lines[s->count++];
	*l = (struct line){ .a = s->a, .name = name };
	return l;
}

void sheet_lazy(struct sheet *s, const char *name, size_t index)
{
	struct line *l = sheet_line(s, name);

	l->lazy = true;
	l->index = index;
}

void line_cut(struct line *l, int col, int width, enum role role, const char *text)
{
	if (l->count == l->room)
		l->spans = sheet_grow(l->a, l->spans, l->count, &l->room, sizeof(*l->spans));
	l->spans[l->count++] = (struct sheet_span){ col, width, role, text ? text : "", NULL };
}

void line_at(struct line *l, int col, enum role role, const char *text)
{
	line_cut(l, col, 0, role, text);
}

void line_add(struct line *l, enum role role, const char *text)
{
	line_cut(l, -1, 0, role, text);
}

int line_end(const struct line *l, bool ascii)
{
	int end = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct sheet_span *s = &l->spans[i];
		int width = text_width(s->text, ascii);

		end = (s->col < 0 ? end : s->col) + (s->width && s->width < width ? s->width : width);
	}
	return end;
}

void line_link(struct line *l, const char *url)
{
	size_t len;

	assert(l->count);
	if (url && osc_url(url, &len) == url && !url[len])
		l->spans[l->count - 1].link = url;
}

void sheet_heads(struct sheet *s, const struct sheet_head *heads)
{
	struct line *l = sheet_line(s, NULL);

	l->head = true;
	for (; heads->text; heads++)
		if (heads->col >= 0)
			line_at(l, heads->col, ROLE_HEADING, heads->text);
}

void sheet_text(struct sheet *s, int col, enum role role, const char *text)
{
	line_at(sheet_line(s, NULL), col, role, text);
}

/* A line of text, in which a URL that is broken over lines leads to the whole of it. */
static void sheet_part(struct sheet *s, struct sheet_span line, const char *part, size_t len)
{
	struct line *l = sheet_line(s, NULL);
	const char *text = line.text;

	while (len > 0) {
		size_t url_len = 0;
		const char *url = osc_url(text, &url_len), *end = url ? url + url_len : NULL;
		size_t n = len, left = url && end > part ? (size_t)(end - part) : 0;

		if (url && end <= part) {
			text = end;
			continue;
		}
		if (url && url < part + len)
			n = url > part ? (size_t)(url - part) : left < len ? left : len;
		line_at(l, line.col, line.role, str_copy_n(s->a, part, n));
		if (url && url <= part)
			l->spans[l->count - 1].link = str_copy_n(s->a, url, url_len);
		line.col = -1;
		part += n;
		len -= n;
	}
}

void sheet_wrap(struct sheet *s, int col, int width, enum role role, const char *text)
{
	struct sheet_span whole = { col, 0, role, text, NULL };

	while (*text) {
		size_t stop = strcspn(text, "\n");
		const char *part = str_copy_n(s->a, text, stop);
		size_t fits = text_fit(part, width < 8 ? 8 : width, false), cut = fits;

		while (fits < stop && cut > 0 && part[cut] != ' ')
			cut--;
		if (fits < stop && cut)
			fits = cut;
		if (!fits && stop)
			fits = stop;
		sheet_part(s, whole, text, fits);
		text += fits;
		text += strspn(text, " ");
		if (*text == '\n')
			whole.text = ++text;
	}
}

void sheet_complete(struct sheet *s, struct line *l)
{
	if (!l->lazy)
		return;
	l->lazy = false;
	s->fill(s->context, l, l->index);
}

void line_fact(struct line *l, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	if (l->nfacts == l->fact_room)
		l->facts = sheet_grow(l->a, l->facts, l->nfacts, &l->fact_room, sizeof(*l->facts));
	l->facts[l->nfacts++] = (struct line_fact){ key, text };
}

size_t sheet_choices(const struct sheet *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += s->lines[i].name != NULL;
	return count;
}
