/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a terminal can do that curses does not know: take text into the clipboard (OSC 52), lead to
 * an address (OSC 8), show a notice (OSC 9). As xterm's ctlseqs, GNOME's note on hyperlinks and
 * iTerm2's manual describe them. Builds bytes and writes none. Any thread.
 */
#ifndef GANTRY_TERM_OSC_H
#define GANTRY_TERM_OSC_H

#include "base/base.h"

struct buf;

/* What stands between the program and the terminal that a person sees. */
enum osc_way {
	OSC_NONE,                       /* a console that knows none of these */
	OSC_PLAIN,
	OSC_TMUX,                       /* for tmux itself, and once more passed through it */
	OSC_SCREEN,                     /* passed through GNU screen */
};

enum { OSC_MAX_COPY = 8192, OSC_MAX_NOTICE = 200, OSC_MAX_URL = 2000 };

/* From $TERM, $TMUX and $STY; each may be NULL. */
enum osc_way osc_way_of(const char *term, const char *tmux, const char *sty);

/*
 * Text without control characters, so that pasting it into a shell runs nothing; what is longer
 * than OSC_MAX_COPY bytes is not added at all, and false is returned.
 */
bool osc_copy(struct buf *b, enum osc_way way, const char *text) MUST_USE;

/* At most OSC_MAX_NOTICE bytes of the text, without control characters. */
void osc_notice(struct buf *b, enum osc_way way, const char *text);

/* What follows leads to the URL, which is one that osc_url() found; NULL: to nothing any more. */
void osc_link(struct buf *b, const char *url);

/*
 * The next URL in the text, and its length: http or https, a host, no user before it (which could
 * hide where it leads), at most OSC_MAX_URL bytes. NULL: there is none.
 */
const char *osc_url(const char *text, size_t *len);

#endif
