/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as commit messages. Trailers are read from the last paragraph only, and
 * every paragraph of a person's reason that could pass for them is indented, so
 * that nobody can write history by typing.
 */
#include "model/event.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

#define TRAILER "Gantry-"

enum { MESSAGE_MAX = 16 << 20, SUBJECT_MAX = 200, REASON_MAX = 16384, FIELD_MAX = 1024,
       WORD_MAX = 80 };

static const char *const words[EVENT_KINDS] = {
#define EVENT(constant, word, data) [EVENT_##constant] = word,
#include "model/events.def"
#undef EVENT
};

const char *event_word_of(const struct event *ev)
{
	assert(ev->kind < EVENT_KINDS || ev->word);
	return ev->kind == EVENT_UNKNOWN ? ev->word : words[ev->kind];
}

/* What later versions may call a kind: as those of events.def are called. */
static bool event_is_word(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", text.at[i]) || !text.at[i])
			return false;
	return text.len > 0 && text.len <= WORD_MAX;
}

bool event_word_parse(const char *word, enum event_kind *kind)
{
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (strcmp(words[i], word) == 0) {
			*kind = (enum event_kind)i;
			return true;
		}
	}
	return false;
}

/* Whoever reads it is told that there was more. */
static const char *event_subject_line(struct arena *a, const char *subject)
{
	const char *whole = str_line(a, subject, strlen(subject));

	if (strlen(whole) <= SUBJECT_MAX)
		return whole;
	return str_format(a, "%s…", str_line(a, whole, SUBJECT_MAX - strlen("…")));
}

static void add_trailer(struct arena *a, struct buf *b, const char *name, const char *text)
{
	if (text && text[0])
		buf_format(b, TRAILER "%s: %s\n", name, str_line(a, text, FIELD_MAX));
}

static void add_reason(struct arena *a, struct buf *b, const char *reason)
{
	struct str left = str_trim(str_of(str_clean(a, reason, strlen(reason), REASON_MAX)));

	while (left.len > 0) {
		const char *end = memchr(left.at, '\n', left.len);
		size_t len = end ? (size_t)(end - left.at) : left.len;
		if (len >= strlen(TRAILER) && memcmp(left.at, TRAILER, strlen(TRAILER)) == 0)
			buf_char(b, ' ');
		buf_add(b, left.at, len);
		buf_char(b, '\n');
		len += end != NULL;
		left.at += len;
		left.len -= len;
	}
	buf_char(b, '\n');
}

const char *event_message(struct arena *a, const struct event *ev)
{
	AUTO(buf) struct buf b;

	buf_init(&b, MESSAGE_MAX);
	buf_format(&b, "%s\n\n", event_subject_line(a, ev->subject));
	if (ev->reason && ev->reason[strspn(ev->reason, " \t\n")])
		add_reason(a, &b, ev->reason);
	buf_format(&b, TRAILER "Event: %s\n", event_word_of(ev));
	add_trailer(a, &b, "Stage", ev->stage);
	add_trailer(a, &b, "Freight", ev->freight);
	add_trailer(a, &b, "Promotion", ev->promotion);
	add_trailer(a, &b, "Warehouse", ev->warehouse);
	add_trailer(a, &b, "Actor", ev->actor);
	add_trailer(a, &b, "From", ev->from);
	add_trailer(a, &b, "Seen", ev->seen);
	add_trailer(a, &b, "At", clock_rfc3339(a, ev->at));
	if (ev->defers)
		buf_text(&b, TRAILER "Tree: deferred\n");
	if (ev->data)
		buf_format(&b, TRAILER "Data: %s\n", json_text(a, ev->data, 0));
	return buf_copy(&b, a);
}

/* Where the last paragraph begins. */
static size_t last_paragraph(const char *message, size_t len)
{
	size_t start = 0;

	while (len > 0 && message[len - 1] == '\n')
		len--;
	for (size_t i = 0; i + 1 < len; i++)
		if (message[i] == '\n' && message[i + 1] == '\n')
			start = i + 2;
	return start;
}

/* An event that is being read. */
struct event_reading {
	struct arena *a;
	struct event event;
	bool has_kind;
};

static bool take_trailer(struct event_reading *r, struct str name, struct str text, struct err *e)
{
	struct arena *a = r->a;
	struct event *ev = &r->event;
	const struct { const char *name; const char **out; } texts[] = {
		{ "Stage", &ev->stage },         { "Freight", &ev->freight },
		{ "Promotion", &ev->promotion }, { "Warehouse", &ev->warehouse },
		{ "Actor", &ev->actor },         { "From", &ev->from },
		{ "Seen", &ev->seen },
	};
	struct value *data;

	for (size_t i = 0; i < COUNTOF(texts); i++)
		if (str_is(name, texts[i].name))
			*texts[i].out = str_text(a, text);
	if (str_is(name, "Event")) {
		if (r->has_kind || !event_is_word(text))
			return err_set(e, ERR_CONFIG, "no event is called \"%.*s\"",
				       (int)(text.len < WORD_MAX ? text.len : WORD_MAX), text.at);
		r->has_kind = true;
		if (!event_word_parse(str_text(a, text), &ev->kind)) {
			ev->kind = EVENT_UNKNOWN;
			ev->word = str_text(a, text);
		}
	} else if (str_is(name, "Tree")) {
		ev->defers = str_is(text, "deferred");
	} else if (str_is(name, "At")) {
		if (!clock_parse(str_text(a, text), &ev->at))
			return err_set(e, ERR_CONFIG, "its time can't be read");
	} else if (str_is(name, "Data")) {
		if (!json_parse(a, text.at, text.len, &data, e))
			return err_wrap(e, "its data");
		ev->data = data;
	}
	return true;
}

static bool read_trailers(struct event_reading *r, const char *at, size_t len, struct err *e)
{
	while (len > 0) {
		const char *end = memchr(at, '\n', len);
		size_t line = end ? (size_t)(end - at) : len;
		const char *colon = memchr(at, ':', line);
		size_t skip = strlen(TRAILER);
		if (line > skip && memcmp(at, TRAILER, skip) == 0 && colon && colon > at + skip) {
			struct str name = { at + skip, (size_t)(colon - at) - skip };
			struct str text = { colon + 1, line - (size_t)(colon + 1 - at) };
			if (!take_trailer(r, name, str_trim(text), e))
				return false;
		}
		line += end != NULL;
		at += line;
		len -= line;
	}
	return r->has_kind || err_set(e, ERR_CONFIG, "the commit holds no event");
}

bool event_read(struct arena *a, const char *message, size_t len, struct event *out, struct err *e)
{
	struct event_reading r = { .a = a };
	size_t trailers = last_paragraph(message, len);
	const char *end = memchr(message, '\n', len);
	size_t subject = end ? (size_t)(end - message) : len;

	assert(message);
	if (len > MESSAGE_MAX || !utf8_valid(message, len))
		return err_set(e, ERR_CONFIG, "the commit message is too large or not UTF-8");
	if (trailers <= subject)
		return err_set(e, ERR_CONFIG, "the commit holds no event");
	if (!read_trailers(&r, message + trailers, len - trailers, e))
		return false;
	r.event.subject = str_copy_n(a, message, subject);
	struct str reason = str_trim((struct str){ message + subject, trailers - subject });
	if (reason.len > 0)
		r.event.reason = str_text(a, reason);
	*out = r.event;
	return true;
}

struct event *event_copy(struct arena *a, const struct event *ev)
{
	struct event *out = arena_copy(a, ev, sizeof(*ev));

	out->word = str_copy(a, ev->word);
	out->subject = str_copy(a, ev->subject);
	out->reason = str_copy(a, ev->reason);
	out->stage = str_copy(a, ev->stage);
	out->freight = str_copy(a, ev->freight);
	out->promotion = str_copy(a, ev->promotion);
	out->warehouse = str_copy(a, ev->warehouse);
	out->actor = str_copy(a, ev->actor);
	out->from = str_copy(a, ev->from);
	out->seen = str_copy(a, ev->seen);
	out->data = value_copy(a, ev->data);
	return out;
}
