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
	*p = (struct prompt){ 0 };
	buf_init(&p->text, max);
	buf_init(&p->killed, max);
}

void prompt_release(struct prompt *p)
{
	buf_release(&p->text);
	buf_release(&p->killed);
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

static bool is_word(const struct prompt *p, size_t at)
{
	unsigned char c = (unsigned char)p->text.at[at];

	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t word_before(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && !is_word(p, at - 1))
		at--;
	while (at > 0 && is_word(p, at - 1))
		at--;
	return at;
}

static size_t word_after(const struct prompt *p)
{
	size_t at = p->at;

	while (at < p->text.len && !is_word(p, at))
		at++;
	while (at < p->text.len && is_word(p, at))
		at++;
	return at;
}

/* The words of ^W end at blanks only. */
static size_t blank_before(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text.at[at - 1] == ' ')
		at--;
	while (at > 0 && p->text.at[at - 1] != ' ')
		at--;
	return at;
}

/* Keeps what it takes out; kills in a row are yanked as the one text that they were. */
static void prompt_kill(struct prompt *p, size_t from, size_t to)
{
	size_t had, len = to - from;

	if (!p->kills)
		buf_clear(&p->killed);
	p->kills = true;
	had = p->killed.len;
	buf_add(&p->killed, p->text.at + from, len);
	if (from < p->at) {
		memmove(p->killed.at + len, p->killed.at, had);
		memcpy(p->killed.at, p->text.at + from, len);
	}
	prompt_cut(p, from, to);
}

static void prompt_yank(struct prompt *p)
{
	uint32_t point;

	for (size_t at = 0, len; at < p->killed.len; at += len) {
		len = utf8_decode(p->killed.at + at, p->killed.len - at, &point);
		if (!len)
			return;
		prompt_type(p, point);
	}
}

/* The place that a key moves to; false: it is no move. */
static bool move_of(const struct prompt *p, uint32_t key, size_t *to)
{
	switch (key) {
	case PRESS_LEFT: case PRESS_CTRL('b'): *to = before(p, p->at); return true;
	case PRESS_RIGHT: case PRESS_CTRL('f'): *to = prompt_after(p, p->at); return true;
	case PRESS_HOME: case PRESS_CTRL('a'): *to = 0; return true;
	case PRESS_END: case PRESS_CTRL('e'): *to = p->text.len; return true;
	case PRESS_ALT('b'): *to = word_before(p); return true;
	case PRESS_ALT('f'): *to = word_after(p); return true;
	default: return false;
	}
}

/* What a key kills lies between the cursor and there. */
static bool kill_of(const struct prompt *p, uint32_t key, size_t *to)
{
	switch (key) {
	case PRESS_CTRL('u'): *to = 0; return true;
	case PRESS_CTRL('k'): *to = p->text.len; return true;
	case PRESS_CTRL('w'): *to = blank_before(p); return true;
	case PRESS_ALT(PRESS_BACKSPACE): *to = word_before(p); return true;
	case PRESS_ALT('d'): *to = word_after(p); return true;
	default: return false;
	}
}

bool prompt_key(struct prompt *p, uint32_t key)
{
	size_t to;

	if (kill_of(p, key, &to)) {
		if (to != p->at)
			prompt_kill(p, to < p->at ? to : p->at, to < p->at ? p->at : to);
		return true;
	}
	p->kills = false;
	if (move_of(p, key, &to))
		p->at = to;
	else if (key == PRESS_BACKSPACE)
		prompt_cut(p, before(p, p->at), p->at);
	else if (key == PRESS_DELETE || key == PRESS_CTRL('d'))
		prompt_cut(p, p->at, prompt_after(p, p->at));
	else if (key == PRESS_CTRL('y'))
		prompt_yank(p);
	else if (key >= ' ' && key < PRESS_ENTER)
		prompt_type(p, key);
	else
		return false;
	return true;
}

void prompt_draw(const struct prompt *p, struct canvas *c, struct cells at, bool focused)
{
	const char *text = prompt_text(p);
	size_t from = 0;
	struct area old = canvas_clip(c, (struct area){ at.row, at.col, 1, at.width });
	char head[4096];

	snprintf(head, sizeof(head), "%.*s", (int)p->at, text);
	while (from < p->at && text_width(head + from, c->ascii) >= at.width)
		from = prompt_after(p, from);
	canvas_text(c, at.row, at.col, ROLE_INPUT, text + from);
	canvas_unclip(c, old);
	if (focused) {
		c->cursor_row = at.row;
		c->cursor_col = at.col + text_width(head + from, c->ascii);
	}
}
