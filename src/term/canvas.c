/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells. One decoder decides for drawing and for measuring what a byte becomes,
 * so that a column computed is a column drawn.
 */
#include "term/canvas.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/str.h"
#include "term/osc.h"

/* Bytes of all addresses in one frame: a screen full of the longest that are seen. */
enum { MAX_LINKS = 64 << 10 };

/* What the next bytes of a text become. */
struct mark {
	size_t taken;           /* bytes of the text */
	int width;              /* 0: joins the cell before */
	char text[5];
};

static const struct {
	uint32_t first, last;
} format_characters[] = {
	{ 0xAD, 0xAD },     { 0x61C, 0x61C },   { 0x180E, 0x180E }, { 0x200B, 0x200F },
	{ 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB },
	{ 0xE000, 0xF8FF }, { 0xE0000, 0xFFFFF }, { 0x100000, 0x10FFFF },
};

static bool is_hostile(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7F && point < 0xA0))
		return true;
	for (size_t i = 0; i < COUNTOF(format_characters); i++)
		if (point >= format_characters[i].first && point <= format_characters[i].last)
			return true;
	return false;
}

/* wcwidth() knows nothing but ASCII in the C locale, which is where ASCII mode is used. */
static bool is_combining(uint32_t point)
{
	return (point >= 0x300 && point <= 0x36F) || (point >= 0x1AB0 && point <= 0x1AFF) ||
	       (point >= 0x1DC0 && point <= 0x1DFF) || (point >= 0x20D0 && point <= 0x20FF) ||
	       (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xFE20 && point <= 0xFE2F);
}

static void mark_plain(struct mark *m, uint32_t point)
{
	char plain = glyph_plain(point);

	m->width = is_combining(point) ? 0 : 1;
	m->text[0] = m->width ? (plain ? plain : '?') : '\0';
	m->text[1] = '\0';
}

static struct mark mark_next(const char *text, size_t len, bool ascii)
{
	struct mark m = { .taken = 1, .width = 1, .text = "?" };
	uint32_t point;
	size_t taken;

	if ((unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7F) {
		m.text[0] = *text;
		return m;
	}
	taken = utf8_decode(text, len, &point);
	if (!taken)
		return m;
	m.taken = taken;
	if (is_hostile(point))
		return m;
	if (ascii) {
		mark_plain(&m, point);
		return m;
	}
	m.width = wcwidth((wchar_t)point);
	if (m.width < 0) {
		m.width = 1;
		return m;
	}
	memcpy(m.text, text, taken);
	m.text[taken] = '\0';
	return m;
}

void canvas_init(struct canvas *c, int rows, int cols, bool ascii)
{
	*c = (struct canvas){ .ascii = ascii };
	buf_init(&c->links.text, MAX_LINKS);
	canvas_reset(c, rows, cols);
}

void canvas_release(struct canvas *c)
{
	free(c->cells);
	buf_release(&c->links.text);
	*c = (struct canvas){ 0 };
}

void canvas_reset(struct canvas *c, int rows, int cols)
{
	const struct cell blank = { " ", ROLE_TEXT, 0 };
	size_t count;

	c->rows = rows < 1 ? 1 : rows;
	c->cols = cols < 1 ? 1 : cols;
	count = (size_t)c->rows * (size_t)c->cols;
	if (count > c->room) {
		c->cells = xrealloc(c->cells, count * sizeof(*c->cells));
		c->room = count;
	}
	for (size_t i = 0; i < count; i++)
		c->cells[i] = blank;
	c->clip = canvas_area(c);
	c->cursor_row = c->cursor_col = -1;
	c->link = c->links.count = 0;
	buf_clear(&c->links.text);
}

const struct cell *canvas_at(const struct canvas *c, int row, int col)
{
	return &c->cells[(size_t)row * (size_t)c->cols + (size_t)col];
}

struct area canvas_area(const struct canvas *c)
{
	return (struct area){ 0, 0, c->rows, c->cols };
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

struct area canvas_clip(struct canvas *c, struct area area)
{
	struct area old = c->clip;
	int row = larger(old.row, area.row), col = larger(old.col, area.col);

	c->clip.rows = larger(0, smaller(old.row + old.rows, area.row + area.rows) - row);
	c->clip.cols = larger(0, smaller(old.col + old.cols, area.col + area.cols) - col);
	c->clip.row = row;
	c->clip.col = col;
	return old;
}

void canvas_unclip(struct canvas *c, struct area old)
{
	c->clip = old;
}

static bool is_inside(const struct canvas *c, int row, int col)
{
	return row >= c->clip.row && row < c->clip.row + c->clip.rows && col >= c->clip.col &&
	       col < c->clip.col + c->clip.cols;
}

static struct cell *cell_at(struct canvas *c, int row, int col)
{
	return &c->cells[(size_t)row * (size_t)c->cols + (size_t)col];
}

/* A wide character loses its other half when one of them is drawn over. */
static void mend_halves(struct canvas *c, int row, int col)
{
	struct cell *cell = cell_at(c, row, col);

	if (!cell->text[0] && col > 0)
		memcpy(cell_at(c, row, col - 1)->text, " ", 2);
	if (col + 1 < c->cols && !cell_at(c, row, col + 1)->text[0])
		memcpy(cell_at(c, row, col + 1)->text, " ", 2);
}

static void canvas_put_cell(struct canvas *c, int row, int col, enum role role, const char *text)
{
	struct cell *cell = cell_at(c, row, col);

	mend_halves(c, row, col);
	memcpy(cell->text, text, strlen(text) + 1);
	cell->role = (unsigned char)role;
	cell->link = c->link;
}

static void put_mark(struct canvas *c, int row, int col, enum role role, const struct mark *m)
{
	if (m->width == 1 && is_inside(c, row, col))
		canvas_put_cell(c, row, col, role, m->text);
	if (m->width != 2)
		return;
	if (is_inside(c, row, col) && is_inside(c, row, col + 1)) {
		canvas_put_cell(c, row, col, role, m->text);
		mend_halves(c, row, col + 1);
		*cell_at(c, row, col + 1) = (struct cell){ "", (unsigned char)role, c->link };
	} else if (is_inside(c, row, col)) {
		canvas_put_cell(c, row, col, role, " ");
	} else if (is_inside(c, row, col + 1)) {
		canvas_put_cell(c, row, col + 1, role, " ");
	}
}

/* A combining mark joins the character before, while there is room for it. */
static void join_mark(struct canvas *c, int row, int col, const char *text)
{
	struct cell *cell;
	size_t had;

	if (!is_inside(c, row, col))
		return;
	cell = cell_at(c, row, col);
	if (!cell->text[0] && col > 0)
		cell = cell_at(c, row, col - 1);
	had = strlen(cell->text);
	if (had + strlen(text) < sizeof(cell->text))
		memcpy(cell->text + had, text, strlen(text) + 1);
}

static unsigned char canvas_add_link(struct canvas *c, struct str url)
{
	struct links *l = &c->links;
	const char *last = l->count ? buf_str(&l->text) + l->at[l->count - 1] : NULL;

	if (last && str_is(url, last))
		return l->count;
	if (l->count == COUNTOF(l->at) || l->text.len + url.len + 1 > l->text.max)
		return 0;
	l->at[l->count++] = (uint32_t)l->text.len;
	buf_add(&l->text, url.at, url.len);
	buf_char(&l->text, '\0');
	return l->count;
}

/* The URL that covers the byte, or the next one after it; {NULL, 0}: none. */
static struct str canvas_next_link(const struct canvas *c, int row, const char *text)
{
	struct str url = { NULL, 0 };

	/* Texts are measured on a canvas without cells. */
	if (!c->link && row >= c->clip.row && row < c->clip.row + c->clip.rows)
		url.at = osc_url(text, &url.len);
	return url;
}

/* text.at ends with NUL after all of the text, of which text.len bytes are drawn. */
static int draw_text(struct canvas *c, int row, int col, enum role role, struct str text)
{
	int start = col;
	unsigned char given = c->link;
	struct str url = canvas_next_link(c, row, text.at);

	for (size_t at = 0; at < text.len;) {
		struct mark m = mark_next(text.at + at, text.len - at, c->ascii);

		if (url.at && text.at + at == url.at)
			c->link = canvas_add_link(c, url);
		if (url.at && text.at + at == url.at + url.len) {
			c->link = given;
			url = canvas_next_link(c, row, text.at + at);
		}
		if (m.width)
			put_mark(c, row, col, role, &m);
		else if (*m.text && col > start)
			join_mark(c, row, col - 1, m.text);
		col += m.width;
		at += m.taken;
	}
	c->link = given;
	return col;
}

void canvas_link(struct canvas *c, const char *url)
{
	c->link = url ? canvas_add_link(c, str_of(url)) : 0;
}

const char *canvas_link_at(const struct canvas *c, int row, int col)
{
	unsigned char link = canvas_at(c, row, col)->link;

	return link ? buf_str(&c->links.text) + c->links.at[link - 1] : NULL;
}

void canvas_copy_row(struct canvas *to, const struct canvas *from, int row)
{
	assert(to->cols == from->cols && row < to->rows && row < from->rows);
	for (int col = 0; col < to->cols; col++) {
		const char *url = canvas_link_at(from, row, col);

		*cell_at(to, row, col) = *canvas_at(from, row, col);
		cell_at(to, row, col)->link = url ? canvas_add_link(to, str_of(url)) : 0;
	}
}

void canvas_copy(struct canvas *to, const struct canvas *from)
{
	canvas_reset(to, from->rows, from->cols);
	memcpy(to->cells, from->cells, (size_t)to->rows * (size_t)to->cols * sizeof(*to->cells));
	buf_add(&to->links.text, from->links.text.at, from->links.text.len);
	memcpy(to->links.at, from->links.at, sizeof(to->links.at));
	to->links.count = from->links.count;
}

int canvas_text(struct canvas *c, int row, int col, enum role role, const char *text)
{
	return text ? draw_text(c, row, col, role, str_of(text)) : col;
}

int canvas_cut(struct canvas *c, struct cells at, enum role role, const char *text)
{
	size_t len = text ? strlen(text) : 0, fits;
	int end;

	if (at.width <= 0 || !len)
		return at.col;
	fits = text_fit(text, at.width, c->ascii);
	if (fits == len)
		return draw_text(c, at.row, at.col, role, (struct str){ text, len });
	end = draw_text(c, at.row, at.col, role,
			(struct str){ text, text_fit(text, at.width - 1, c->ascii) });
	return canvas_glyph(c, at.row, end, role, GLYPH_MORE);
}

int canvas_glyph(struct canvas *c, int row, int col, enum role role, enum glyph glyph)
{
	if (is_inside(c, row, col))
		canvas_put_cell(c, row, col, role, glyph_text(glyph, c->ascii));
	return col + 1;
}

int canvas_wire(struct canvas *c, int row, int col, enum role role, unsigned ways)
{
	const char *text = glyph_wire(ways & ~(unsigned)WIRE_HEAVY, ways & WIRE_HEAVY, c->ascii);

	if (*text && is_inside(c, row, col))
		canvas_put_cell(c, row, col, role, text);
	return col + 1;
}

void canvas_rule(struct canvas *c, int row, int col, int cols, enum role role)
{
	for (int i = 0; i < cols; i++)
		canvas_wire(c, row, col + i, role, WIRE_LEFT | WIRE_RIGHT);
}

void canvas_box(struct canvas *c, struct area area, enum role role, bool heavy)
{
	int right = area.col + area.cols - 1, bottom = area.row + area.rows - 1;
	unsigned weight = heavy ? WIRE_HEAVY : 0;

	for (int col = area.col + 1; col < right; col++) {
		canvas_wire(c, area.row, col, role, WIRE_LEFT | WIRE_RIGHT | weight);
		canvas_wire(c, bottom, col, role, WIRE_LEFT | WIRE_RIGHT | weight);
	}
	for (int row = area.row + 1; row < bottom; row++) {
		canvas_wire(c, row, area.col, role, WIRE_UP | WIRE_DOWN | weight);
		canvas_wire(c, row, right, role, WIRE_UP | WIRE_DOWN | weight);
	}
	canvas_wire(c, area.row, area.col, role, WIRE_RIGHT | WIRE_DOWN | weight);
	canvas_wire(c, area.row, right, role, WIRE_LEFT | WIRE_DOWN | weight);
	canvas_wire(c, bottom, area.col, role, WIRE_RIGHT | WIRE_UP | weight);
	canvas_wire(c, bottom, right, role, WIRE_LEFT | WIRE_UP | weight);
}

void canvas_fill(struct canvas *c, struct area area, enum role role)
{
	struct area old = canvas_clip(c, area), in = c->clip;

	for (int row = in.row; row < in.row + in.rows; row++)
		for (int col = in.col; col < in.col + in.cols; col++)
			canvas_put_cell(c, row, col, role, " ");
	canvas_unclip(c, old);
}

int text_width(const char *text, bool ascii)
{
	size_t len = text ? strlen(text) : 0;
	int width = 0;

	for (size_t at = 0; at < len;) {
		struct mark m = mark_next(text + at, len - at, ascii);

		width += m.width;
		at += m.taken;
	}
	return width;
}

size_t text_fit(const char *text, int width, bool ascii)
{
	size_t len = text ? strlen(text) : 0, at = 0;

	while (at < len) {
		struct mark m = mark_next(text + at, len - at, ascii);

		if (m.width > width)
			break;
		width -= m.width;
		at += m.taken;
	}
	return at;
}

const char *text_shorten(struct arena *a, const char *text, int width, bool ascii)
{
	size_t head = text_fit(text, (width - 1) / 2, ascii), tail = head;
	int rest = width - 1 - (width - 1) / 2;

	if (text_width(text, ascii) <= width || width < 5)
		return text;
	/* Drops characters from the front until the rest fits. */
	while (text[tail] && text_width(text + tail, ascii) > rest) {
		tail++;
		while (((unsigned char)text[tail] & 0xc0) == 0x80)
			tail++;
	}
	return str_format(a, "%.*s%s%s", (int)head, text, glyph_text(GLYPH_MORE, ascii), text + tail);
}
