/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to the terminal past curses: the right bytes, and never any that text from outside chose. */
#include "term/osc.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "tap.h"
#include "term/canvas.h"

static const char *copied(enum osc_way way, const char *text)
{
	static struct buf b;

	buf_release(&b);
	buf_init(&b, 1 << 20);
	return osc_copy(&b, way, text) ? buf_str(&b) : NULL;
}

TEST(the_way_to_the_terminal)
{
	is_number(osc_way_of("xterm-256color", NULL, NULL), OSC_PLAIN, "xterm is asked itself");
	is_number(osc_way_of("screen-256color", "/tmp/tmux-0/default,1,0", NULL), OSC_TMUX,
		  "tmux may call itself screen");
	is_number(osc_way_of("tmux-256color", NULL, NULL), OSC_TMUX, "a tmux at the other end of ssh");
	is_number(osc_way_of("screen", "", "123.pts"), OSC_SCREEN, "GNU screen");
	is_number(osc_way_of("linux", NULL, NULL), OSC_NONE, "the Linux console has no clipboard");
	is_number(osc_way_of("vt220", NULL, NULL), OSC_NONE, "nor has a vt220");
	is_number(osc_way_of(NULL, NULL, NULL), OSC_NONE, "nor what is not known");
}

TEST(copying)
{
	char longest[OSC_MAX_COPY + 2];

	is_text(copied(OSC_PLAIN, "7d21e08"), "\033]52;c;N2QyMWUwOA==\a", "the clipboard gets base64");
	is_text(copied(OSC_TMUX, "7d21e08"),
		"\033]52;c;N2QyMWUwOA==\a\033Ptmux;\033\033]52;c;N2QyMWUwOA==\a\033\\",
		"tmux gets it, and passes it on");
	is_text(copied(OSC_SCREEN, "7d21e08"),
		"\033]52;c;N2QyMWUwOA==\a\033P\033]52;c;N2QyMWUwOA==\a\033\\", "screen passes it on");
	is_text(copied(OSC_PLAIN, "a\nb\033[31m\tc"), "\033]52;c;YSBiP1szMW0gYw==\a",
		"what is pasted into a shell runs nothing");
	is_text(copied(OSC_NONE, "x"), "", "a console without clipboard gets nothing");
	memset(longest, 'x', sizeof(longest));
	longest[OSC_MAX_COPY + 1] = '\0';
	ok(!copied(OSC_PLAIN, longest), "what is too long is refused, not cut");
	longest[OSC_MAX_COPY] = '\0';
	ok(strlen(copied(OSC_SCREEN, longest)) > 2 * OSC_MAX_COPY, "the longest goes through screen in parts");
}

TEST(notices)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 4096);
	osc_notice(&b, OSC_PLAIN, "prod failed: \a\033]52;c;eA==\a");
	is_text(buf_str(&b), "\033]9;gantry: prod failed: ??]52;c;eA==?\a", "a notice cannot end itself early");
}

static const char *found(const char *text)
{
	static char url[OSC_MAX_URL + 1];
	size_t len;
	const char *at = osc_url(text, &len);

	snprintf(url, sizeof(url), "%.*s", at ? (int)len : 0, at ? at : "");
	return url;
}

TEST(finding_addresses)
{
	static const struct { const char *text, *url; } cases[] = {
		{ "see https://forge.example/acme/gitops/pulls/41.", "https://forge.example/acme/gitops/pulls/41" },
		{ "(http://host:8080/a?b=c#d)", "http://host:8080/a?b=c#d" },
		{ "https://host/a_(b)", "https://host/a_(b)" },
		{ "pushed to \"https://host/x\" now", "https://host/x" },
		{ "xhttps://host/", "" },
		{ "javascript:alert(1) file:///etc/passwd ftp://host/", "" },
		{ "https:// nothing", "" },
		{ "https://forge.example@evil.example/login", "" },
		{ "https://host/\033]8;;evil", "https://host/" },
		{ "https://host/\xc3\xa4", "https://host/" },
		{ "https://user@host/ then https://host/", "https://host/" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(found(cases[i].text), cases[i].url, "in %s", cases[i].text);
}

TEST(cells_lead_somewhere)
{
	struct canvas c, other;

	canvas_init(&c, 2, 30, true);
	canvas_cut(&c, cells_at(0, 0, 12), ROLE_TEXT, "at https://host/a/long/way on");
	ok(!canvas_link_at(&c, 0, 0), "text leads nowhere");
	is_text(canvas_link_at(&c, 0, 3), "https://host/a/long/way", "an address leads to itself");
	is_text(canvas_link_at(&c, 0, 10), "https://host/a/long/way", "also where it is cut");
	canvas_link(&c, "https://host/x");
	canvas_text(&c, 1, 0, ROLE_TEXT, "PR #41");
	canvas_link(&c, NULL);
	canvas_text(&c, 1, 6, ROLE_TEXT, " open");
	is_text(canvas_link_at(&c, 1, 5), "https://host/x", "words can lead somewhere, too");
	ok(!canvas_link_at(&c, 1, 6), "until told else");
	canvas_init(&other, 2, 30, true);
	canvas_text(&other, 0, 0, ROLE_TEXT, "http://other/");
	canvas_copy_row(&other, &c, 1);
	is_text(canvas_link_at(&other, 1, 0), "https://host/x", "a row takes its addresses along");
	is_text(canvas_link_at(&other, 0, 0), "http://other/", "and leaves the others");
	canvas_text(&other, 1, 0, ROLE_TEXT, "plain.");
	ok(!canvas_link_at(&other, 1, 0), "what is drawn over them leads nowhere");
	canvas_release(&c);
	canvas_release(&other);
}
