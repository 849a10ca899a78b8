/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys: a code point for a character (control characters included, so ^L is
 * PRESS_CTRL('l')), or one of these past the end of Unicode; either may be with Alt.
 */
#ifndef GANTRY_TERM_KEY_H
#define GANTRY_TERM_KEY_H

#include "base/base.h"

#define PRESS_CTRL(letter) ((uint32_t)(letter) & 31u)
#define PRESS_ALT(key) ((uint32_t)(key) | 0x400000u)

enum press {
	PRESS_NONE = 0,
	PRESS_TAB = '\t',
	PRESS_SPACE = ' ',
	PRESS_ENTER = 0x110000,
	PRESS_ESC,
	PRESS_UP,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_HOME,
	PRESS_END,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_BACK_TAB,
	PRESS_F1,
};

/* What the key is called in a footer: "Enter", "^L", "Alt-b", "p". out has 16 bytes. */
void press_name(uint32_t key, char out[16]);

#endif
