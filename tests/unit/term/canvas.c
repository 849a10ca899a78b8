/* SPDX-License-Identifier: Apache-2.0 */
/* What text from outside becomes on a canvas, and that nothing is drawn past a clip. */
#include "term/canvas.h"

#include <locale.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "tap.h"
#include "term/text.h"

static const char *shown(struct canvas *c)
{
	static struct buf b;

	buf_release(&b);
	buf_init(&b, 1 << 20);
	text_write(&b, c);
	return buf_str(&b);
}

static const char *drawn(bool ascii, int cols, const char *text)
{
	static struct canvas c;

	setlocale(LC_ALL, "C.UTF-8");
	canvas_release(&c);
	canvas_init(&c, 1, cols, ascii);
	canvas_text(&c, 0, 0, ROLE_TEXT, text);
	return shown(&c);
}

TEST(hostile_text)
{
	is_text(drawn(false, 20, "a\033[31mb\r\n"), "a?[31mb??\n", "an escape sequence is shown, not sent");
	is_text(drawn(false, 20, "a\xff\xc3" "b"), "a??b\n", "malformed bytes become question marks");
	is_text(drawn(false, 20, "\xc2\x9b" "31m"), "?31m\n", "a C1 control is no control");
	is_text(drawn(false, 20, "x\xe2\x80\xaey"), "x?y\n", "text cannot be turned around");
	is_text(drawn(false, 20, "\xcc\x81" "abc"), "abc\n", "a mark with nothing before it vanishes");
}

TEST(wide_and_combining)
{
	is_text(drawn(false, 5, "漢字漢"), "漢字\n", "half of a wide character is not drawn");
	is_text(drawn(false, 9, "e\xcc\x81!"), "e\xcc\x81!\n", "a mark joins the letter before");
	is_text(drawn(true, 9, "e\xcc\x81!漢"), "e!?\n", "ASCII has neither marks nor wide characters");
	is_text(drawn(true, 9, "a → b…"), "a > b~\n", "glyphs have an ASCII form");
	is_number(text_width("漢字", false), 4, "wide characters take two cells");
	is_number(text_width("e\xcc\x81", false), 1, "a mark takes none");
}

TEST(overwriting_a_half)
{
	struct canvas c;

	setlocale(LC_ALL, "C.UTF-8");
	canvas_init(&c, 1, 6, false);
	canvas_text(&c, 0, 0, ROLE_TEXT, "漢字x");
	canvas_text(&c, 0, 1, ROLE_TEXT, "a");
	is_text(shown(&c), " a字x\n", "the other half goes when one is drawn over");
	canvas_release(&c);
}

TEST(clipping)
{
	struct canvas c;
	struct area old;

	canvas_init(&c, 3, 6, false);
	old = canvas_clip(&c, (struct area){ 1, 1, 1, 3 });
	canvas_text(&c, 1, -2, ROLE_TEXT, "0123456789");
	canvas_text(&c, 0, 0, ROLE_TEXT, "no");
	canvas_text(&c, 900, 900, ROLE_TEXT, "no");
	canvas_unclip(&c, old);
	is_text(shown(&c), "\n 345\n\n", "only cells inside the clip change");
	canvas_reset(&c, 0, -4);
	is_number(c.rows, 1, "a canvas has at least one row");
	canvas_release(&c);
}

TEST(cutting)
{
	struct canvas c;

	setlocale(LC_ALL, "C.UTF-8");
	canvas_init(&c, 1, 10, false);
	is_number(canvas_cut(&c, cells_at(0, 0, 5), ROLE_TEXT, "soft-squirrel"), 5, "cut text ends at its width");
	is_text(shown(&c), "soft…\n", "and says that it was cut");
	is_number(canvas_cut(&c, cells_at(0, 6, 0), ROLE_TEXT, "x"), 6, "no room draws nothing");
	canvas_release(&c);
}

TEST(shortening)
{
	AUTO(arena) struct arena *a = arena_new();

	setlocale(LC_ALL, "C.UTF-8");
	is_text(text_shorten(a, "region-0-002", 12, false), "region-0-002", "what fits is left as it is");
	is_text(text_shorten(a, "region-0-002", 9, false), "regi…-002", "else its end is kept as well");
	is_text(text_shorten(a, "region-0-002", 9, true), "regi~-002", "in ASCII too");
	is_number(text_width(text_shorten(a, "仓库名字很长很长的仓库", 9, false), false), 9,
		  "wide characters fill it, none halved");
	is_text(text_shorten(a, "name", 3, false), "name", "where there is no room it is cut by others");
}

TEST(boxes)
{
	struct canvas c;

	canvas_init(&c, 3, 4, false);
	canvas_box(&c, canvas_area(&c), ROLE_BORDER, false);
	is_text(shown(&c), "╭──╮\n│  │\n╰──╯\n", "a light box has round corners");
	canvas_box(&c, canvas_area(&c), ROLE_BORDER, true);
	is_text(shown(&c), "┏━━┓\n┃  ┃\n┗━━┛\n", "a heavy one has not");
	canvas_release(&c);
}
