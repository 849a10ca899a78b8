/* SPDX-License-Identifier: Apache-2.0 */
/* Signs in two columns. Lines are found by the ways they leave a cell, so that crossings add up. */
#include "term/glyph.h"

#include <string.h>

#include "base/str.h"

static const char *const glyphs[][2] = {
#define GLYPH(constant, utf8, plain) { utf8, plain },
#include "term/glyphs.def"
#undef GLYPH
};

/* Indexed by wire_flags: up 1, right 2, down 4, left 8. */
static const char *const light[] = { "", "│", "─", "╰", "│", "│", "╭", "├",
				     "─", "╯", "─", "┴", "╮", "┤", "┬", "┼" };
static const char *const heavy_lines[] = { "", "┃", "━", "┗", "┃", "┃", "┏", "┣",
					   "━", "┛", "━", "┻", "┓", "┫", "┳", "╋" };
static const char *const plain_lines[] = { "", "|", "-", "+", "|", "|", "+", "+",
					   "-", "+", "-", "+", "+", "+", "+", "+" };
static const char *const plain_heavy[] = { "", "#", "=", "#", "#", "#", "#", "#",
					   "=", "#", "=", "#", "#", "#", "#", "#" };

const char *glyph_text(enum glyph glyph, bool ascii)
{
	return glyphs[glyph][ascii];
}

const char *glyph_wire(unsigned ways, bool heavy, bool ascii)
{
	ways &= 15;
	if (ascii)
		return heavy ? plain_heavy[ways] : plain_lines[ways];
	return heavy ? heavy_lines[ways] : light[ways];
}

char glyph_plain(uint32_t point)
{
	static const struct {
		const char *utf8;
		char plain;
	} punctuation[] = { { "–", '-' }, { "—", '-' }, { "‘", '\'' }, { "’", '\'' },
			    { "“", '"' }, { "”", '"' }, { "×", 'x' } };
	char text[5] = "";

	text[utf8_encode(point, text)] = '\0';
	for (size_t i = 0; i < COUNTOF(glyphs); i++)
		if (strcmp(glyphs[i][0], text) == 0)
			return glyphs[i][1][0];
	for (size_t i = 1; i < COUNTOF(light); i++) {
		if (strcmp(light[i], text) == 0)
			return plain_lines[i][0];
		if (strcmp(heavy_lines[i], text) == 0)
			return plain_heavy[i][0];
	}
	for (size_t i = 0; i < COUNTOF(punctuation); i++)
		if (strcmp(punctuation[i].utf8, text) == 0)
			return punctuation[i].plain;
	return '\0';
}
