/* SPDX-License-Identifier: Apache-2.0 */
/* Signs that are not letters, in UTF-8 and in ASCII. The table is glyphs.def. */
#ifndef GANTRY_TERM_GLYPH_H
#define GANTRY_TERM_GLYPH_H

#include "base/base.h"

enum glyph {
#define GLYPH(constant, utf8, plain) GLYPH_##constant,
#include "term/glyphs.def"
#undef GLYPH
	GLYPH_COUNT
};

const char *glyph_text(enum glyph glyph, bool ascii);

/* A line through a cell is a set of the ways that it leaves by. */
enum wire_flags {
	WIRE_UP = 1 << 0,
	WIRE_RIGHT = 1 << 1,
	WIRE_DOWN = 1 << 2,
	WIRE_LEFT = 1 << 3,
	WIRE_HEAVY = 1 << 4,            /* for canvas_wire() */
};

/* The line: "─", "╭", "┼", …; heavy: "━", "┏". "" for no way at all. */
const char *glyph_wire(unsigned ways, bool heavy, bool ascii);

/*
 * The ASCII for a code point that glyphs, wires or common punctuation use; 0 when
 * there is none.
 */
char glyph_plain(uint32_t point);

#endif
