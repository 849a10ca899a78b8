/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes from a terminal become keys, clicks and pasted characters. What is none of these does
 * nothing: reports, unknown keys and broken UTF-8 are consumed whole, even when they arrive in
 * pieces, so that no part of them acts as a letter. The sequences are those of
 * ECMA-48 and of xterm's ctlseqs; the Linux console's and rxvt's keys are known too.
 * No terminal and no clock of its own: times are ticks (ms) that the caller passes. Any thread.
 */
#ifndef GANTRY_TERM_INPUT_H
#define GANTRY_TERM_INPUT_H

#include "base/base.h"

enum term_event_kind {
	TERM_KEY,                       /* key */
	TERM_PASTE,                     /* key: a character of pasted text, never a command */
	TERM_CLICK,                     /* row, col */
	TERM_WHEEL,                     /* key: PRESS_UP or PRESS_DOWN; row, col */
	TERM_RESIZE,                    /* ask term_size() again; also after a suspension */
	TERM_WAKE,                      /* wake_fd is readable */
	TERM_TIMEOUT,
	TERM_QUIT,                      /* a signal, or the terminal is gone */
};

struct term_event {
	enum term_event_kind kind;
	uint32_t key;
	int row, col;
};

enum input_state {
	INPUT_GROUND,
	INPUT_CHARACTER,                /* within UTF-8 */
	INPUT_ESCAPE,                   /* after Esc: a key of its own, Alt, or a sequence */
	INPUT_ESCAPE_TWICE,             /* Esc Esc: two keys, or Alt with a sequence */
	INPUT_LATE,                     /* "[" or "O" soon after an Esc that stood alone */
	INPUT_CSI,
	INPUT_SS3,
	INPUT_STRING,                   /* OSC, DCS, SOS, PM, APC */
	INPUT_STRING_ESCAPE,
	INPUT_CONSOLE_KEY,              /* CSI [, of the Linux console */
	INPUT_MOUSE,                    /* CSI M and three bytes */
};

struct input {
	bool utf8, mouse;               /* false: bytes are the locale's; clicks are swallowed */
	bool pasting;
	bool alt;                       /* the character or sequence has Esc before it */
	enum input_state state;
	int64_t escape_delay;           /* ms between Esc and what belongs to it */
	int64_t since;                  /* the tick when the newest byte was fed */
	int64_t lone_escape;            /* the tick when Esc last was a key of its own; -1: long ago */
	unsigned char bytes[1024];      /* fed and not yet looked at: at ... len */
	size_t at, len;
	char sequence[40];              /* of a CSI or a character; longer ones are no keys */
	size_t count;                   /* bytes in the sequence, also past its end */
	size_t ends;                    /* how much of the end of a paste has been seen */
};

/* escape_delay in ms, at least 1. */
void input_init(struct input *in, bool utf8, bool mouse, int64_t escape_delay);

/* Takes as many of the bytes as there is room for and returns how many. */
size_t input_feed(struct input *in, const void *bytes, size_t len, int64_t now);

/*
 * The next event: TERM_KEY, TERM_PASTE, TERM_CLICK or TERM_WHEEL. False: more bytes or time are needed, and
 * *out is as it was.
 */
bool input_next(struct input *in, int64_t now, struct term_event *out);

/* The tick when input_next() may find something without another byte; -1: never. */
int64_t input_due(const struct input *in);

#endif
