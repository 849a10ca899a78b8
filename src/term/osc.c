/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing sent here can end its sequence early: copied text travels as base64, and URLs hold no
 * control characters.
 */
#include "term/osc.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/base64.h"

/* GNU screen drops a passed string that is longer than 256 bytes. */
enum { SCREEN_PART = 200 };

enum osc_way osc_way_of(const char *term, const char *tmux, const char *sty)
{
	if (!term || !*term || strcmp(term, "linux") == 0 || strcmp(term, "dumb") == 0 ||
	    has_prefix(term, "vt"))
		return OSC_NONE;
	if ((tmux && *tmux) || has_prefix(term, "tmux"))
		return OSC_TMUX;
	return (sty && *sty) || has_prefix(term, "screen") ? OSC_SCREEN : OSC_PLAIN;
}

static void osc_pass_tmux(struct buf *b, const char *sequence)
{
	buf_text(b, "\033Ptmux;");
	for (; *sequence; sequence++) {
		if (*sequence == '\033')
			buf_char(b, '\033');
		buf_char(b, *sequence);
	}
	buf_text(b, "\033\\");
}

static void osc_pass_screen(struct buf *b, const char *sequence)
{
	for (size_t left = strlen(sequence); left > 0;) {
		size_t part = left < SCREEN_PART ? left : SCREEN_PART;

		buf_text(b, "\033P");
		buf_add(b, sequence, part);
		buf_text(b, "\033\\");
		sequence += part;
		left -= part;
	}
}

/* Also unwrapped: tmux takes that if so configured, and "screen" may be a tmux on another machine. */
static void osc_send(struct buf *b, enum osc_way way, const char *sequence)
{
	if (way == OSC_NONE)
		return;
	buf_text(b, sequence);
	if (way == OSC_TMUX)
		osc_pass_tmux(b, sequence);
	if (way == OSC_SCREEN)
		osc_pass_screen(b, sequence);
}

/* A newline would run what is pasted into a shell. */
static const char *osc_clean(struct arena *a, const char *text, size_t max)
{
	char *clean = str_format(a, "%s", str_clean(a, text, strlen(text), max));

	for (char *at = clean; *at; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return clean;
}

bool osc_copy(struct buf *b, enum osc_way way, const char *text)
{
	AUTO(arena) struct arena *a = arena_new();

	assert(text);
	if (strlen(text) > OSC_MAX_COPY)
		return false;
	osc_send(b, way, str_format(a, "\033]52;c;%s\a",
				    base64_encode(a, str_of(osc_clean(a, text, OSC_MAX_COPY))).at));
	return true;
}

/* With a word in front: some terminals read a notice that begins with digits as a command. */
void osc_notice(struct buf *b, enum osc_way way, const char *text)
{
	AUTO(arena) struct arena *a = arena_new();

	assert(text);
	osc_send(b, way, str_format(a, "\033]9;gantry: %s\a", osc_clean(a, text, OSC_MAX_NOTICE)));
}

/* The id joins the parts of an address that is broken over lines. */
void osc_link(struct buf *b, const char *url)
{
	uint32_t id = 2166136261u;

	if (!url) {
		buf_text(b, "\033]8;;\033\\");
		return;
	}
	assert(strlen(url) <= OSC_MAX_URL);
	for (const char *at = url; *at; at++)
		id = (id ^ (unsigned char)*at) * 16777619u;
	buf_format(b, "\033]8;id=%x;%s\033\\", (unsigned)id, url);
}

static bool link_holds(char c)
{
	return c > ' ' && c < 0x7F && !strchr("\"'<>\\^`{|}", c);
}

/* A full stop after an address ends a sentence; a bracket is its own only if it was opened in it. */
static size_t link_trim(const char *url, size_t len)
{
	while (len > 0 && (strchr(".,;:!?]", url[len - 1]) ||
			   (url[len - 1] == ')' && !memchr(url, '(', len))))
		len--;
	return len;
}

static size_t link_length(const char *at)
{
	size_t scheme = has_prefix(at, "https://") ? 8 : has_prefix(at, "http://") ? 7 : 0, len = scheme;
	size_t host;

	if (!scheme)
		return 0;
	while (at[len] && link_holds(at[len]))
		len++;
	len = link_trim(at, len);
	host = len > scheme ? strcspn(at + scheme, "/?#") : 0;
	if (!host || len > OSC_MAX_URL || memchr(at + scheme, '@', host < len - scheme ? host : len - scheme))
		return 0;
	return len;
}

const char *osc_url(const char *text, size_t *len)
{
	for (const char *at = strstr(text, "http"); at; at = strstr(at + 1, "http")) {
		bool begins = at == text || (!is_letter(at[-1]) && !is_digit(at[-1]));

		*len = begins ? link_length(at) : 0;
		if (*len)
			return at;
	}
	return NULL;
}
