/* SPDX-License-Identifier: Apache-2.0 */
/* A machine of few states, one byte at a time. */
#include "term/input.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/str.h"
#include "term/key.h"

enum {
	ESC = 27,
	CANCEL = 24,            /* CAN and SUB end a sequence */
	SUBSTITUTE = 26,
	PIECES_MS = 2000,       /* the rest of a sequence is not waited for any longer */
	LATE_MS = 300,          /* nor is what makes "[" after an Esc a sequence, which a slow line tore */
	NOT_A_KEY = PRESS_NONE,
};

static const char paste_end[] = "\033[201~";

void input_init(struct input *in, bool utf8, bool mouse, int64_t escape_delay)
{
	assert(escape_delay > 0);
	*in = (struct input){ .utf8 = utf8, .mouse = mouse, .escape_delay = escape_delay,
			      .lone_escape = -1 };
}

size_t input_feed(struct input *in, const void *bytes, size_t len, int64_t now)
{
	size_t room;

	memmove(in->bytes, in->bytes + in->at, in->len - in->at);
	in->len -= in->at;
	in->at = 0;
	room = sizeof(in->bytes) - in->len;
	if (len > room)
		len = room;
	memcpy(in->bytes + in->len, bytes, len);
	in->len += len;
	if (len)
		in->since = now;
	return len;
}

static void input_enter(struct input *in, enum input_state state)
{
	in->state = state;
	in->count = 0;
}

static bool input_key(struct input *in, uint32_t key, struct term_event *out)
{
	bool alt = in->alt;

	in->state = INPUT_GROUND;
	in->alt = false;
	if (key == NOT_A_KEY)
		return false;
	*out = (struct term_event){ .kind = in->pasting ? TERM_PASTE : TERM_KEY,
				    .key = alt ? PRESS_ALT(key) : key };
	return true;
}

/* Keys of terminals with Alt, Ctrl or Shift are none, but for moves by words. */
static uint32_t modified_key(uint32_t key, int modifier)
{
	bool by_word = modifier == 3 || modifier == 5;

	if (modifier <= 1)
		return key;
	return by_word && key == PRESS_LEFT ? PRESS_ALT('b')
	       : by_word && key == PRESS_RIGHT ? PRESS_ALT('f') : NOT_A_KEY;
}

static uint32_t lettered_key(int final)
{
	switch (final) {
	case 'A': return PRESS_UP;
	case 'B': return PRESS_DOWN;
	case 'C': return PRESS_RIGHT;
	case 'D': return PRESS_LEFT;
	case 'H': return PRESS_HOME;
	case 'F': return PRESS_END;
	case 'P': return PRESS_F1;
	case 'Z': return PRESS_BACK_TAB;
	default: return NOT_A_KEY;
	}
}

static uint32_t numbered_key(long number)
{
	switch (number) {
	case 1: case 7: return PRESS_HOME;
	case 4: case 8: return PRESS_END;
	case 3: return PRESS_DELETE;
	case 5: return PRESS_PAGE_UP;
	case 6: return PRESS_PAGE_DOWN;
	case 11: return PRESS_F1;
	default: return NOT_A_KEY;
	}
}

/* Counted from 1, as terminals do. */
struct mouse_place {
	long row, col;
};

/* button as xterm counts: 0 is the left one, 64 and 65 the wheel, 32 says that it only moved. */
static bool input_click(struct input *in, long button, struct mouse_place at, struct term_event *out)
{
	button &= ~(4L | 8L | 16L);
	input_enter(in, INPUT_GROUND);
	in->alt = false;
	if (!in->mouse || at.row < 1 || at.col < 1 || at.row > 9999 || at.col > 9999)
		return false;
	if (button != 0 && button != 64 && button != 65)
		return false;
	*out = (struct term_event){ TERM_CLICK, 0, (int)at.row - 1, (int)at.col - 1 };
	if (button) {
		out->kind = TERM_WHEEL;
		out->key = button == 64 ? PRESS_UP : PRESS_DOWN;
	}
	return true;
}

static bool sgr_mouse(struct input *in, int final, struct term_event *out)
{
	char *end;
	long button = strtol(in->sequence + 1, &end, 10), col = 0, row = 0;

	if (*end == ';')
		col = strtol(end + 1, &end, 10);
	if (*end == ';')
		row = strtol(end + 1, &end, 10);
	return input_click(in, final == 'M' && !*end ? button : -1, (struct mouse_place){ row, col }, out);
}

/* A whole CSI: its parameters are in the sequence. */
static bool csi_ends(struct input *in, int final, struct term_event *out)
{
	bool fits = in->count < sizeof(in->sequence);
	char *end;
	long number, modifier = 1;

	in->sequence[fits ? in->count : 0] = '\0';
	if (fits && in->sequence[0] == '<' && (final == 'M' || final == 'm'))
		return sgr_mouse(in, final, out);
	if (fits && !in->count && final == 'M') {
		input_enter(in, INPUT_MOUSE);
		return false;
	}
	if (fits && !in->count && final == '[') {
		input_enter(in, INPUT_CONSOLE_KEY);
		return false;
	}
	number = strtol(in->sequence, &end, 10);
	if (*end == ';')
		modifier = strtol(end + 1, &end, 10);
	if (!fits || *end)
		return input_key(in, NOT_A_KEY, out);
	in->pasting = final == '~' && number == 200;
	if (in->pasting)
		in->ends = 0;
	if (in->pasting || in->alt)
		return input_key(in, NOT_A_KEY, out);
	if (final == '~')
		return input_key(in, modified_key(numbered_key(number), (int)modifier), out);
	return input_key(in, number > 1 ? NOT_A_KEY : modified_key(lettered_key(final), (int)modifier),
			 out);
}

static bool csi_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	if (byte >= 0x40 && byte <= 0x7e)
		return csi_ends(in, byte, out);
	if (in->count < sizeof(in->sequence))
		in->sequence[in->count] = (char)byte;
	in->count++;
	return false;
}

/* SS3: keys with Ctrl of rxvt; the Enter of the number pad; digits are parameters. */
static bool ss3_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	bool plain = !in->count && !in->alt;

	if (byte < 0x40) {
		in->count++;
		return false;
	}
	return input_key(in, !plain ? (uint32_t)NOT_A_KEY
			     : byte == 'M' ? (uint32_t)PRESS_ENTER
			     : byte == 'c' ? PRESS_ALT('f') : byte == 'd' ? PRESS_ALT('b')
			     : byte == 'Z' ? (uint32_t)NOT_A_KEY : lettered_key(byte), out);
}

static uint32_t plain_key(uint32_t point)
{
	switch (point) {
	case '\r': case '\n': return PRESS_ENTER;
	case ESC: return PRESS_ESC;
	case 8: case 127: return PRESS_BACKSPACE;
	case 0: return NOT_A_KEY;
	default: return point >= 0x80 && point < 0xa0 ? (uint32_t)NOT_A_KEY : point;
	}
}

static bool input_point(struct input *in, uint32_t point, struct term_event *out)
{
	return input_key(in, in->pasting ? point : plain_key(point), out);
}

static size_t utf8_needs(unsigned char lead)
{
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3
	       : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
}

/* C1 controls of eight bits begin the same sequences as Esc and a letter. */
static bool eight_bit(struct input *in, unsigned char byte)
{
	if (in->pasting)
		return false;
	switch (byte) {
	case 0x8f: input_enter(in, INPUT_SS3); return true;
	case 0x9b: input_enter(in, INPUT_CSI); return true;
	case 0x90: case 0x98: case 0x9d: case 0x9e: case 0x9f:
		input_enter(in, INPUT_STRING);
		return true;
	default: return false;
	}
}

static bool ground_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	wint_t wide;

	if (byte < 0x80)
		return input_point(in, byte, out);
	if (in->utf8 && utf8_needs(byte)) {
		input_enter(in, INPUT_CHARACTER);
		in->sequence[in->count++] = (char)byte;
		return false;
	}
	if (byte < 0xa0 && eight_bit(in, byte))
		return false;
	wide = in->utf8 ? WEOF : btowc(byte);
	return input_key(in, wide == WEOF ? (uint32_t)NOT_A_KEY : plain_key((uint32_t)wide), out);
}

static bool character_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	size_t needs = utf8_needs((unsigned char)in->sequence[0]);
	uint32_t point;

	if ((byte & 0xc0) != 0x80) {
		/* Cut off: drops what is there; the byte starts anew. */
		input_key(in, NOT_A_KEY, out);
		in->at--;
		return false;
	}
	in->sequence[in->count++] = (char)byte;
	if (in->count < needs)
		return false;
	if (!utf8_valid(in->sequence, needs))
		return input_key(in, NOT_A_KEY, out);
	utf8_decode(in->sequence, needs, &point);
	return input_point(in, point, out);
}

static bool escape_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	if (byte == ESC) {
		bool third = in->state == INPUT_ESCAPE_TWICE;

		in->state = INPUT_ESCAPE_TWICE;
		if (third)
			*out = (struct term_event){ .kind = TERM_KEY, .key = PRESS_ESC };
		return third;
	}
	in->alt = in->state == INPUT_ESCAPE_TWICE;
	switch (byte) {
	case '[': input_enter(in, INPUT_CSI); return false;
	case 'O': input_enter(in, INPUT_SS3); return false;
	case ']': case 'P': case 'X': case '^': case '_':
		input_enter(in, INPUT_STRING);
		return false;
	default: break;
	}
	in->alt = true;
	return ground_byte(in, byte, out);
}

/* Until BEL or ST; a line end or another Esc shows that it was no string. */
static bool string_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	if (in->state == INPUT_STRING_ESCAPE && byte != '\\') {
		in->alt = false;
		in->state = INPUT_ESCAPE;
		return escape_byte(in, byte, out);
	}
	if (in->state == INPUT_STRING_ESCAPE || byte == 7 || byte == 0x9c || byte == '\r' || byte == '\n')
		return input_key(in, NOT_A_KEY, out);
	if (byte == ESC)
		in->state = INPUT_STRING_ESCAPE;
	return false;
}

static bool mouse_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	in->sequence[in->count++] = (char)byte;
	if (in->count < 3)
		return false;
	return input_click(in, (unsigned char)in->sequence[0] - 32,
			   (struct mouse_place){ (unsigned char)in->sequence[2] - 32,
						(unsigned char)in->sequence[1] - 32 }, out);
}

/* Within a paste everything is text except its end; Esc and a partial end are dropped. */
static bool paste_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	if (byte == (unsigned char)paste_end[in->ends]) {
		if (++in->ends == sizeof(paste_end) - 1) {
			in->pasting = false;
			input_enter(in, INPUT_GROUND);
		}
		return false;
	}
	in->ends = byte == ESC;
	if (byte == ESC)
		return false;
	return in->state == INPUT_CHARACTER ? character_byte(in, byte, out) : ground_byte(in, byte, out);
}

static bool is_sequence(enum input_state state)
{
	return state == INPUT_CSI || state == INPUT_SS3 || state == INPUT_CONSOLE_KEY;
}

static bool input_byte(struct input *in, unsigned char byte, struct term_event *out)
{
	if (in->pasting)
		return paste_byte(in, byte, out);
	if (in->state != INPUT_MOUSE && (byte == CANCEL || byte == SUBSTITUTE) && in->state > INPUT_LATE)
		return input_key(in, NOT_A_KEY, out);
	if (is_sequence(in->state) && byte == ESC) {
		in->state = INPUT_GROUND;
		in->alt = false;
	}
	/* A control within a sequence shows that the rest of it got lost: ^C is ^C. */
	if (is_sequence(in->state) && byte < 0x20)
		input_key(in, NOT_A_KEY, out);
	switch (in->state) {
	case INPUT_GROUND: break;
	case INPUT_CHARACTER: return character_byte(in, byte, out);
	case INPUT_ESCAPE:
	case INPUT_ESCAPE_TWICE: return escape_byte(in, byte, out);
	case INPUT_LATE:
		in->state = in->sequence[0] == '[' ? INPUT_CSI : INPUT_SS3;
		in->count = 0;
		return input_byte(in, byte, out);
	case INPUT_CSI: return csi_byte(in, byte, out);
	case INPUT_SS3: return ss3_byte(in, byte, out);
	case INPUT_STRING:
	case INPUT_STRING_ESCAPE: return string_byte(in, byte, out);
	case INPUT_CONSOLE_KEY:
		return input_key(in, byte == 'A' && !in->alt ? (uint32_t)PRESS_F1 : (uint32_t)NOT_A_KEY, out);
	case INPUT_MOUSE: return mouse_byte(in, byte, out);
	}
	if (byte == ESC) {
		input_enter(in, INPUT_ESCAPE);
		return false;
	}
	if ((byte == '[' || byte == 'O') && in->lone_escape >= 0 && in->since - in->lone_escape < PIECES_MS) {
		input_enter(in, INPUT_LATE);
		in->sequence[0] = (char)byte;
		return false;
	}
	in->lone_escape = -1;
	return ground_byte(in, byte, out);
}

int64_t input_due(const struct input *in)
{
	if (in->pasting)
		return -1;
	switch (in->state) {
	case INPUT_GROUND: return -1;
	case INPUT_ESCAPE: case INPUT_ESCAPE_TWICE: return in->since + in->escape_delay;
	case INPUT_LATE: return in->since + LATE_MS;
	default: return in->since + PIECES_MS;
	}
}

/* Nothing more came within the delay. */
static bool input_gives_up(struct input *in, struct term_event *out)
{
	bool twice = in->state == INPUT_ESCAPE_TWICE;

	if (twice || in->state == INPUT_ESCAPE) {
		input_key(in, PRESS_ESC, out);
		in->state = twice ? INPUT_ESCAPE : INPUT_GROUND;
		in->lone_escape = in->since;
		return true;
	}
	if (in->state == INPUT_LATE) {
		in->lone_escape = -1;
		return input_key(in, (uint32_t)in->sequence[0], out);
	}
	return input_key(in, NOT_A_KEY, out);
}

bool input_next(struct input *in, int64_t now, struct term_event *out)
{
	int64_t due;

	while (in->at < in->len)
		if (input_byte(in, in->bytes[in->at++], out))
			return true;
	due = input_due(in);
	return due >= 0 && now >= due && input_gives_up(in, out);
}
