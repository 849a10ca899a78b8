/* SPDX-License-Identifier: Apache-2.0 */
/* One line of text that is being typed. Ui thread. */
#ifndef GANTRY_UI_WIDGETS_PROMPT_H
#define GANTRY_UI_WIDGETS_PROMPT_H

#include "base/base.h"
#include "base/buf.h"
#include "term/canvas.h"
#include "term/role.h"

struct canvas;

struct prompt {
	struct buf text;
	size_t at;                      /* the cursor, in bytes */
	struct buf killed;              /* what ^Y brings back */
	bool kills;                     /* the last key took text out: the next one adds to it */
};

/* Empty; holds at most max bytes. */
void prompt_init(struct prompt *p, size_t max);
void prompt_release(struct prompt *p);
void prompt_clear(struct prompt *p);
const char *prompt_text(const struct prompt *p);

/* Adds a character at the cursor; control characters become blanks. For pasted text too. */
void prompt_type(struct prompt *p, uint32_t point);

/*
 * Edits as readline does with its Emacs keys: ^A ^E ^B ^F Alt-b Alt-f move, ^W Alt-Backspace
 * Alt-d ^U ^K kill, ^Y yanks. False when the key means nothing to a line of text.
 */
bool prompt_key(struct prompt *p, uint32_t key);

/*
 * Draws the text in these cells, scrolled so that the cursor is seen; when focused, the
 * terminal's cursor is put there.
 */
void prompt_draw(const struct prompt *p, struct canvas *c, struct cells at, bool focused);

#endif
