/* SPDX-License-Identifier: Apache-2.0 */
/* Building and drawing sheets. Moving about in them is place.c. */
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
	*l = (struct line){ .name = name };
	return l;
}

void sheet_lazy(struct sheet *s, const char *name, size_t index)
{
	struct line *l = sheet_line(s, name);

	l->lazy = true;
	l->index = index;
}

void line_cut(struct sheet *s, struct line *l, int col, int width, enum role role,
	      const char *text)
{
	if (l->count == l->room)
		l->spans = sheet_grow(s->a, l->spans, l->count, &l->room, sizeof(*l->spans));
	l->spans[l->count++] = (struct sheet_span){ col, width, role, text ? text : "", NULL };
}

void line_at(struct sheet *s, struct line *l, int col, enum role role, const char *text)
{
	line_cut(s, l, col, 0, role, text);
}

void line_add(struct sheet *s, struct line *l, enum role role, const char *text)
{
	line_cut(s, l, -1, 0, role, text);
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
			line_at(s, l, heads->col, ROLE_HEADING, heads->text);
}

void sheet_text(struct sheet *s, int col, enum role role, const char *text)
{
	line_at(s, sheet_line(s, NULL), col, role, text);
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
		line_at(s, l, line.col, line.role, str_copy_n(s->a, part, n));
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
	s->fill(s->context, s, l, l->index);
}

void line_fact(struct sheet *s, struct line *l, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	if (l->nfacts == l->fact_room)
		l->facts = sheet_grow(s->a, l->facts, l->nfacts, &l->fact_room, sizeof(*l->facts));
	l->facts[l->nfacts++] = (struct line_fact){ key, text };
}

size_t sheet_choices(const struct sheet *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += s->lines[i].name != NULL;
	return count;
}

/* In one row; what is wider than it ends in an ellipsis, so that nobody takes a part for the whole. */
static void draw_line(struct sheet *s, struct line *l, struct canvas *c, struct area in)
{
	int at = in.col;

	sheet_complete(s, l);
	for (size_t i = 0; i < l->count; i++) {
		const struct sheet_span *span = &l->spans[i];

		int room;

		if (span->col >= 0)
			at = in.col + span->col;
		room = in.col + in.cols - at;
		canvas_link(c, span->link);
		at = canvas_cut(c, in.row, at, span->width > 0 && span->width < room ? span->width : room,
				span->role, span->text);
		canvas_link(c, NULL);
	}
}

static void scroll_to(struct sheet *s, struct sheet_place *p, const struct line *cursor,
		      size_t rows)
{
	size_t at = cursor ? (size_t)(cursor - s->lines) : 0, last = at;

	if (cursor) {
		while (last + 1 < s->count && s->lines[last + 1].detail)
			last++;
		if (at < p->top)
			p->top = at;
		if (last >= p->top + rows)
			p->top = last - rows + 1;
		/* The first choice shows the headings above it too. */
		if (!cursor->detail && at < rows && p->top == at && last < rows)
			p->top = 0;
	}
	if (p->top + rows > s->count)
		p->top = s->count > rows ? s->count - rows : 0;
}

/* The heads of the columns stay in the first row, where there is room for them and two lines. */
static size_t sheet_fixed(const struct sheet *s, struct area area)
{
	return s->count > 0 && s->lines[0].head && area.rows > 2;
}

static bool has_thumb(const struct sheet *s, struct area area)
{
	return area.rows > 0 && s->count > (size_t)area.rows && area.cols >= 20;
}

/* A thumb at the right edge of the lines that scroll says where in the whole this is. */
static void draw_thumb(const struct sheet *s, const struct sheet_place *p, struct canvas *c, size_t fixed)
{
	struct area area = p->drawn;
	size_t rows = (size_t)area.rows, count = s->count - fixed, thumb, first;

	thumb = rows * rows / count;
	thumb = thumb ? thumb : 1;
	first = (p->top - fixed) * (rows - thumb) / (count - rows);
	for (size_t i = 0; i < thumb; i++)
		canvas_glyph(c, area.row + (int)(first + i), area.col + area.cols - 1, ROLE_RULE,
			     GLYPH_THUMB);
}

void sheet_draw(struct sheet *s, struct sheet_place *p, struct canvas *c, struct area area)
{
	const struct line *cursor = place_line(p, s);
	struct area old = canvas_clip(c, area);
	size_t fixed = sheet_fixed(s, area), rows;
	bool scrolls = has_thumb(s, area);
	int cols = area.cols - 1 - scrolls;

	if (fixed) {
		draw_line(s, &s->lines[0], c, (struct area){ area.row, area.col + 1, 1, cols });
		area.row++;
		area.rows--;
	}
	rows = area.rows > 0 ? (size_t)area.rows : 1;
	scroll_to(s, p, cursor, rows);
	p->top = p->top < fixed ? fixed : p->top;
	p->drawn = area;
	for (size_t i = 0; i < rows && p->top + i < s->count; i++) {
		struct line *l = &s->lines[p->top + i];
		int row = area.row + (int)i;

		draw_line(s, l, c, (struct area){ row, area.col + 1, 1, cols });
		if (l == cursor)
			canvas_glyph(c, row, area.col, ROLE_SELECTED, GLYPH_BAR);
	}
	if (scrolls)
		draw_thumb(s, p, c, fixed);
	canvas_unclip(c, old);
}
