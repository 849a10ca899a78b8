/* SPDX-License-Identifier: Apache-2.0 */
/* Editing a line: whole characters go and come, never single bytes of one. */
#include "ui/widgets/prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "term/canvas.h"
#include "term/key.h"

void prompt_init(struct prompt *p, size_t max)
{
	buf_init(&p->text, max);
	p->at = 0;
}

void prompt_release(struct prompt *p)
{
	buf_release(&p->text);
	p->at = 0;
}

void prompt_clear(struct prompt *p)
{
	buf_clear(&p->text);
	p->at = 0;
}

const char *prompt_text(const struct prompt *p)
{
	return buf_str(&p->text);
}

void prompt_type(struct prompt *p, uint32_t point)
{
	char text[4];
	size_t len, had = p->text.len;

	if (point < ' ' || (point >= 0x7F && point < 0xA0))
		point = ' ';
	len = utf8_encode(point, text);
	if (had + len >= p->text.max)
		return;
	buf_add(&p->text, text, len);
	memmove(p->text.at + p->at + len, p->text.at + p->at, had - p->at);
	memcpy(p->text.at + p->at, text, len);
	p->at += len;
}

static size_t before(const struct prompt *p, size_t at)
{
	while (at > 0 && (p->text.at[--at] & 0xC0) == 0x80)
		;
	return at;
}

static size_t prompt_after(const struct prompt *p, size_t at)
{
	if (at < p->text.len)
		at++;
	while (at < p->text.len && (p->text.at[at] & 0xC0) == 0x80)
		at++;
	return at;
}

/* Takes out the bytes from…to and leaves the cursor there. */
static void prompt_cut(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return;
	memmove(p->text.at + from, p->text.at + to, p->text.len - to);
	p->text.len -= to - from;
	p->text.at[p->text.len] = '\0';
	p->at = from;
}

static size_t word_before(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text.at[at - 1] == ' ')
		at--;
	while (at > 0 && p->text.at[at - 1] != ' ')
		at--;
	return at;
}

bool prompt_key(struct prompt *p, uint32_t key)
{
	switch (key) {
	case PRESS_LEFT:
	case PRESS_CTRL('b'): p->at = before(p, p->at); return true;
	case PRESS_RIGHT:
	case PRESS_CTRL('f'):
		p->at = prompt_after(p, p->at);
		return true;
	case PRESS_HOME:
	case PRESS_CTRL('a'): p->at = 0; return true;
	case PRESS_END:
	case PRESS_CTRL('e'): p->at = p->text.len; return true;
	case PRESS_BACKSPACE:
		prompt_cut(p, before(p, p->at), p->at);
		return true;
	case PRESS_DELETE:
		prompt_cut(p, p->at, prompt_after(p, p->at));
		return true;
	case PRESS_CTRL('u'):
		prompt_cut(p, 0, p->at);
		return true;
	case PRESS_CTRL('k'):
		prompt_cut(p, p->at, p->text.len);
		return true;
	case PRESS_CTRL('w'):
		prompt_cut(p, word_before(p), p->at);
		return true;
	default: break;
	}
	if (key < ' ' || key >= PRESS_ENTER)
		return false;
	prompt_type(p, key);
	return true;
}

void prompt_draw(const struct prompt *p, struct canvas *c, int row, int col, int width,
		 bool focused)
{
	const char *text = prompt_text(p);
	size_t from = 0;
	struct area old = canvas_clip(c, (struct area){ row, col, 1, width });
	char head[4096];

	snprintf(head, sizeof(head), "%.*s", (int)p->at, text);
	while (from < p->at && text_width(head + from, c->ascii) >= width)
		from = prompt_after(p, from);
	canvas_text(c, row, col, ROLE_INPUT, text + from);
	canvas_unclip(c, old);
	if (focused) {
		c->cursor_row = row;
		c->cursor_col = col + text_width(head + from, c->ascii);
	}
}
