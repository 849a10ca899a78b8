/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that are keys become those keys; bytes that are none do nothing, whole or in pieces. */
#include "term/input.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"
#include "term/key.h"

enum { DELAY = 25 };

static struct buf said;

static void say_events(struct input *in, int64_t now)
{
	struct term_event event;

	while (input_next(in, now, &event)) {
		char name[16] = "";

		if (said.len)
			buf_char(&said, ' ');
		if (event.kind == TERM_WHEEL) {
			buf_text(&said, event.key == PRESS_UP ? "wheel:Up" : "wheel:Down");
			continue;
		}
		if (event.kind == TERM_CLICK) {
			buf_format(&said, "click:%d,%d", event.row, event.col);
			continue;
		}
		press_name(event.key, name);
		buf_format(&said, "%s%s", event.kind == TERM_PASTE ? "paste:" : "", name);
	}
}

/* What the bytes become, so many at a time, gap ms apart; then nothing comes for long. */
static const char *keys_of(const char *bytes, size_t len, size_t piece, int64_t gap)
{
	struct input in;
	int64_t now = 1000;

	setlocale(LC_ALL, "C.UTF-8");
	input_init(&in, true, true, DELAY);
	buf_release(&said);
	buf_init(&said, 4096);
	for (size_t at = 0; at < len; at += piece, now += gap) {
		say_events(&in, now);
		input_feed(&in, bytes + at, len - at < piece ? len - at : piece, now);
		say_events(&in, now);
	}
	say_events(&in, now + 10000);
	return buf_str(&said);
}

TEST(keys)
{
	static const struct { const char *bytes, *keys; } cases[] = {
		{ "p", "p" }, { "\r", "Enter" }, { "\n", "Enter" }, { "\177", "Backspace" },
		{ "\b", "Backspace" }, { "\t", "Tab" }, { "\f", "^L" }, { "\033", "Esc" },
		{ "\303\251", "\303\251" }, { "\346\274\242", "\346\274\242" },
		{ "\033[A", "Up" }, { "\033OA", "Up" }, { "\033[B", "Down" }, { "\033OD", "Left" },
		{ "\033[H", "Home" }, { "\033OF", "End" }, { "\033[1~", "Home" }, { "\033[4~", "End" },
		{ "\033[7~", "Home" }, { "\033[8~", "End" }, { "\033[3~", "Del" },
		{ "\033[5~", "PgUp" }, { "\033[6~", "PgDn" }, { "\033[Z", "S-Tab" },
		{ "\033OP", "F1" }, { "\033[11~", "F1" }, { "\033[[A", "F1" }, { "\033OM", "Enter" },
		{ "\033b", "Alt-b" }, { "\033\177", "Alt-Backspace" }, { "\033\303\251", "Alt-\303\251" },
		{ "\033[1;5D", "Alt-b" }, { "\033[1;3C", "Alt-f" }, { "\033Oc", "Alt-f" },
		{ "\033\033", "Esc Esc" }, { "\033\033\033", "Esc Esc Esc" },
		{ "\033[<0;12;5M", "click:4,11" }, { "\033[<64;1;1M", "wheel:Up" }, { "\033[M !!", "click:0,0" },
		{ "\033[200~p\rq\033[201~p", "paste:p paste:^M paste:q p" },
		{ "\033[200~\033[A\033[201~", "paste:A" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(keys_of(cases[i].bytes, strlen(cases[i].bytes), 1000, 0), cases[i].keys,
			"bytes %zu are %s", i, cases[i].keys);
}

/* Each is sent with an x after it, which must be all that is left. */
TEST(no_keys)
{
	static const struct { const char *bytes, *what; } cases[] = {
		{ "\033[15~", "F5" }, { "\033[17~", "F6" }, { "\033[24;5~", "Ctrl-F12" },
		{ "\033[2~", "Insert" }, { "\033[1;2A", "Shift-Up" }, { "\033[1;5H", "Ctrl-Home" },
		{ "\033[3;5~", "Ctrl-Delete" }, { "\033Oj", "the pad's star" }, { "\033O5A", "old Ctrl-Up" },
		{ "\033[[E", "the console's F5" }, { "\033[a", "rxvt's Shift-Up" },
		{ "\033\033[A", "rxvt's Alt-Up" }, { "\033\033OA", "Alt-Up" }, { "\033\033[20;5~", "Alt-Ctrl-F9" },
		{ "\033[I", "focus" }, { "\033[O", "no focus" }, { "\033[?1;2c", "a device report" },
		{ "\033[>0;276;0c", "a version" }, { "\033[24;80R", "a cursor report" },
		{ "\033[?2026;2$y", "a mode report" }, { "\033[97;5u", "kitty's Ctrl-a" },
		{ "\033[27;5;98~", "xterm's Ctrl-b" }, { "\033[201~", "an end without a paste" },
		{ "\033]11;rgb:0000/0000/0000\033\\", "a colour with ST" }, { "\033]52;c;cGFi\a", "OSC 52" },
		{ "\033P1+r544e=787465726d\033\\", "a terminfo reply" }, { "\033_Gi=1;OK\033\\", "a picture's reply" },
		{ "\033^p\033\\", "a private message" }, { "\033Xp\033\\", "a string" },
		{ "\2331;2A", "CSI of eight bits" }, { "\217j", "SS3 of eight bits" },
		{ "\2350;p\a", "OSC of eight bits" }, { "\302\233", "C1 in UTF-8" },
		{ "\033[<0;12;5m", "a release" }, { "\033[<35;12;5M", "a move" }, { "\033[<0;0;0M", "nowhere" },
		{ "\033[M#!!", "an old release" }, { "\377", "no UTF-8" }, { "\303", "half a character" },
		{ "\340\200\200", "an overlong one" }, { "\355\240\200", "half a pair" },
		{ "\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23m", "a long one" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		char bytes[128];
		size_t len = (size_t)snprintf(bytes, sizeof(bytes), "%sx", cases[i].bytes);

		is_text(keys_of(bytes, len, 1000, 0), "x", "%s is no key", cases[i].what);
		is_text(keys_of(bytes, len, 1, 5), "x", "nor byte by byte");
		is_text(keys_of(bytes, len, 2, 20), "x", "nor in pieces of two");
	}
}

/* Whoever waits returns the event that nothing came: a release must not make a click of it. */
TEST(what_is_no_event_leaves_the_event_alone)
{
	static const struct { const char *bytes, *what; } cases[] = {
		{ "\033[<0;12;5m", "a release" }, { "\033[<35;12;5M", "a move" },
		{ "\033[<2;12;5M", "the right button" }, { "\033[M#!!", "an old release" },
		{ "\033[15~", "F5" }, { "\033[", "half a sequence" }, { "\033[I", "focus" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct term_event event = { .kind = TERM_TIMEOUT, .row = 7 };
		struct input in;

		input_init(&in, true, true, DELAY);
		input_feed(&in, cases[i].bytes, strlen(cases[i].bytes), 1000);
		ok(!input_next(&in, 1000, &event) && event.kind == TERM_TIMEOUT && event.row == 7,
		   "%s is no event", cases[i].what);
	}
}

TEST(slow_lines)
{
	is_text(keys_of("\033[A", 3, 2, 400), "Up", "a key that a slow line tears apart is that key");
	is_text(keys_of("\033[15~x", 6, 3, 900), "x", "and what is none is none");
	is_text(keys_of("\033]11;rgb:0/0/0\ax", 16, 4, 900), "x", "nor is a report");
	is_text(keys_of("\033p", 2, 1, 200), "Esc p", "Esc and then a letter are two keys");
	is_text(keys_of("\033[", 2, 1, 200), "Esc [", "Esc and then a bracket, too");
	is_text(keys_of("\033[1;5D", 6, 1, 200), "Esc Alt-b", "but not a bracket that more comes after");
	is_text(keys_of("\033\003", 2, 1, 200), "Esc ^C", "and ^C");
	is_text(keys_of("\033[1\003", 4, 1, 1), "^C", "^C is seen within a sequence");
}

TEST(pastes_in_pieces)
{
	is_text(keys_of("\033[200~a\rb\033[201~q", 16, 1, 30),
		"Esc paste:a paste:^M paste:b q", "a paste that comes byte by byte is one");
	is_text(keys_of("\033[200~a\033[20p\rb", 14, 3, 1500), "paste:a paste:p paste:^M paste:b",
		"without its end all stays text");
}
