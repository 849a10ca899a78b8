/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the user is in a sheet, and the sheet drawn from there. The cursor is kept as a name: when lines are
 * added above it, it moves with its line; when its line is gone, it stays at the same height.
 */
#include "ui/widgets/place.h"

#include <string.h>

#include "base/str.h"
#include "term/key.h"

enum { MAX_NAME = 4096 };

void place_init(struct sheet_place *p)
{
	buf_init(&p->cursor, MAX_NAME);
	p->top = p->at = 0;
}

void place_release(struct sheet_place *p)
{
	buf_release(&p->cursor);
}

const char *place_name(const struct sheet_place *p)
{
	return buf_str(&p->cursor);
}

void place_set(struct sheet_place *p, const char *name)
{
	/* The name may be the buffer's own. */
	if (strcmp(place_name(p), name) == 0)
		return;
	buf_clear(&p->cursor);
	buf_text(&p->cursor, name);
}

static const struct line *nearest(const struct sheet *s, size_t at)
{
	for (size_t i = at; i < s->count; i++)
		if (s->lines[i].name)
			return &s->lines[i];
	for (size_t i = at < s->count ? at : s->count; i-- > 0;)
		if (s->lines[i].name)
			return &s->lines[i];
	return NULL;
}

const struct line *place_line(struct sheet_place *p, const struct sheet *s)
{
	const struct line *l = NULL;
	const char *name = place_name(p);

	if (p->at < s->count && s->lines[p->at].name && strcmp(s->lines[p->at].name, name) == 0)
		return &s->lines[p->at];
	for (size_t i = 0; !l && i < s->count; i++)
		if (s->lines[i].name && strcmp(s->lines[i].name, name) == 0)
			l = &s->lines[i];
	if (!l)
		l = nearest(s, p->at);
	if (!l)
		return NULL;
	p->at = (size_t)(l - s->lines);
	place_set(p, l->name);
	return l;
}

const char *place_chosen(struct sheet_place *p, const struct sheet *s)
{
	const struct line *l = place_line(p, s);

	return l ? l->name : "";
}

/* The choice steps lines away, or the last one on the way. */
static const struct line *place_step(const struct sheet *s, size_t at, int by, size_t steps)
{
	const struct line *found = NULL;

	for (size_t i = at; steps > 0; steps--) {
		do {
			if ((by < 0 && i == 0) || (by > 0 && i + 1 >= s->count))
				return found;
			i = by < 0 ? i - 1 : i + 1;
		} while (!s->lines[i].name);
		found = &s->lines[i];
	}
	return found;
}

static int direction(uint32_t key, int rows, size_t *steps)
{
	*steps = 1;
	switch (key) {
	case PRESS_DOWN:
	case 'j': return 1;
	case PRESS_UP:
	case 'k': return -1;
	case PRESS_PAGE_DOWN: *steps = (size_t)(rows > 2 ? rows - 1 : 1); return 1;
	case PRESS_PAGE_UP: *steps = (size_t)(rows > 2 ? rows - 1 : 1); return -1;
	case PRESS_CTRL('d'): *steps = (size_t)(rows > 3 ? rows / 2 : 1); return 1;
	case PRESS_CTRL('u'): *steps = (size_t)(rows > 3 ? rows / 2 : 1); return -1;
	case PRESS_END:
	case 'G': *steps = SIZE_MAX; return 1;
	case PRESS_HOME:
	case 'g': *steps = SIZE_MAX; return -1;
	default: return 0;
	}
}

static void place_scroll(struct sheet_place *p, const struct sheet *s, int by, size_t steps,
			 size_t rows)
{
	size_t last = s->count > rows ? s->count - rows : 0;

	if (by < 0)
		p->top = steps > p->top ? 0 : p->top - steps;
	else
		p->top = steps > last - (p->top < last ? p->top : last) ? last : p->top + steps;
}

bool place_move(struct sheet_place *p, const struct sheet *s, uint32_t key, int rows)
{
	size_t steps;
	int by = direction(key, rows, &steps);
	const struct line *l = place_line(p, s), *to;

	if (!by)
		return false;
	if (!l) {
		place_scroll(p, s, by, steps, rows > 0 ? (size_t)rows : 1);
		return true;
	}
	to = place_step(s, p->at, by, steps);
	if (!to) {
		place_scroll(p, s, by, steps, rows > 0 ? (size_t)rows : 1);
		return true;
	}
	place_set(p, to->name);
	p->at = (size_t)(to - s->lines);
	return true;
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
		if (span->width > 0 && span->width < room)
			room = span->width;
		canvas_link(c, span->link);
		at = canvas_cut(c, cells_at(in.row, at, room), span->role, span->text);
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
