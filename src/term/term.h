/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells, roles, glyphs and keys; a curses backend and a text backend.
 * May use base data. Library: ncursesw.
 *
 * canvas.h   cells that screens draw on
 * glyph.h    signs, in UTF-8 and ASCII
 * input.h    bytes become keys, clicks and pasted text
 * key.h      what keys are called
 * osc.h      clipboard and links
 * role.h     what cells mean
 * signals.h  signals become bytes in a pipe; crashes leave the terminal sane
 * term.h     this table, and the terminal itself (curses)
 * text.h     a canvas as text
 * theme.h    what roles look like
 *
 * All of it belongs to the ui thread. A process has one terminal: curses
 * and signals allow no more.
 */
#ifndef GANTRY_TERM_TERM_H
#define GANTRY_TERM_TERM_H

#include "base/base.h"
#include "term/input.h"

struct canvas;
struct err;
struct term;
struct theme;

struct term_options {
	bool ascii;                     /* also when the locale is not UTF-8 */
	bool mouse;
	int64_t escape_delay;           /* ms; 0 means 25 */
	const struct theme *theme;      /* must outlive the terminal or the next term_dress() */
};

/* Takes the terminal over; setlocale() has been called. ERR_IO says what TERM lacks. */
bool term_open(struct term **out, const struct term_options *options, struct err *e) MUST_USE;

/* Gives the terminal back as it was; NULL is fine. */
void term_close(struct term *t);

void term_size(const struct term *t, int *rows, int *cols);
bool term_is_ascii(const struct term *t);

/* The theme from the next term_show() on. */
void term_dress(struct term *t, const struct theme *theme);

/* Makes the terminal show the canvas; writes nothing when it already does. */
void term_show(struct term *t, const struct canvas *c);

/* The next term_show() writes everything: for ^L, when others wrote on the terminal. */
void term_redraw(struct term *t);

/*
 * Waits for one event, at most timeout_ms (negative: for ever). wake_fd may be -1. Suspends the
 * program itself on ^Z and SIGTSTP.
 */
struct term_event term_wait(struct term *t, int wake_fd, int64_t timeout_ms);

void term_bell(struct term *t);

/*
 * Gives the terminal to another program, as it was before; and takes it back, without what was typed
 * meanwhile and not read.
 */
void term_lend(struct term *t);
void term_take_back(struct term *t);

/* Whether term_copy() can do anything. */
bool term_has_clipboard(const struct term *t);

/*
 * Hands the text to the clipboard of the terminal, without its control characters. False: this
 * terminal has none, or the text is too long. Whether the terminal obeyed is unknown.
 */
bool term_copy(struct term *t, const char *text) MUST_USE;

/* Shows the text beside other programs' notices, where the terminal can. */
void term_notice(struct term *t, const char *text);

#endif
