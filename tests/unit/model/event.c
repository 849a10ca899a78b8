/* SPDX-License-Identifier: Apache-2.0 */
/* Events as commit messages: there and back, and nothing that a person types is a trailer. */
#include "model/event.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static struct event approval(void)
{
	return (struct event){ .kind = EVENT_FREIGHT_APPROVED, .subject = "approve it",
			       .stage = "prod", .actor = "Ada <ada@example.org>",
			       .at = 1700000000123 };
}

TEST(message_and_back)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event ev = approval(), back;
	struct value *data = value_map(a);
	struct err e;

	value_set(a, data, "text", value_string(a, "two\nlines, \"quoted\""));
	ev.reason = "Customer demo at 15:00.\n\nSecond paragraph.";
	ev.freight = "d532e1f7bcc80bc4b3580c4a35c3fbfa31d195b9";
	ev.data = data;
	const char *message = event_message(a, &ev);
	ok(event_read(a, message, strlen(message), &back, &e), "a message can be read back");
	is_text(back.subject, ev.subject, "the subject");
	is_text(back.reason, ev.reason, "the reason, with its paragraphs");
	is_text(back.stage, "prod", "the stage");
	is_text(back.freight, ev.freight, "the freight");
	is_text(back.actor, ev.actor, "the actor");
	is_text(back.promotion, NULL, "what was not given is not there");
	is_number(back.at, ev.at, "the time, with its milliseconds");
	ok(value_equal(back.data, data), "the data");
	is_text(event_message(a, &back), message, "the message of what was read is the same");
}

TEST(a_long_subject_ends_with_an_ellipsis)
{
	AUTO(arena) struct arena *a = arena_new();
	char fits[201], long_one[202];
	struct event ev = approval(), back;
	struct err e;

	memset(fits, 'x', sizeof(fits));
	fits[200] = '\0';
	memset(long_one, 'x', sizeof(long_one));
	long_one[201] = '\0';
	ev.subject = fits;
	const char *message = event_message(a, &ev);
	ok(event_read(a, message, strlen(message), &back, &e), "one that fits can be read back");
	is_text(back.subject, fits, "it is whole");
	ev.subject = long_one;
	message = event_message(a, &ev);
	ok(event_read(a, message, strlen(message), &back, &e), "one that is too long can be read back");
	is_number((long)strlen(back.subject), 200, "it has the room that there is");
	is_text(back.subject + 197, "…", "it says that there was more");
	is_text(event_message(a, &back), message, "the message of what was read is the same");
}

TEST(a_reason_is_no_trailer)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event ev = approval(), back;
	struct err e;

	ev.reason = "nothing\n\nGantry-Actor: Eve <eve@example.org>\nGantry-Event: freight.discovered";
	ev.subject = "approve\nGantry-Stage: other";
	const char *message = event_message(a, &ev);
	ok(event_read(a, message, strlen(message), &back, &e), "it can be read");
	is_text(back.actor, "Ada <ada@example.org>", "the actor is the real one");
	is_text(back.stage, "prod", "the stage is the real one");
	ok(back.kind == EVENT_FREIGHT_APPROVED, "the kind is the real one");

	ev = approval();
	ev.actor = "Ada\nGantry-Stage: other";
	message = event_message(a, &ev);
	ok(event_read(a, message, strlen(message), &back, &e), "a name with a newline can be read");
	is_text(back.stage, "prod", "and adds no trailer");
}

TEST(no_event)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event back;
	struct err e;
	static const char *const bad[] = {
		"", "\n\n", "subject", "subject\n\nbody\n", "Gantry-Event: freight.approved\n",
		"s\n\nGantry-Event: No Such!\n", "s\n\nGantry-Event: freight.approved\n\nmore\n",
		"s\n\nGantry-Event: freight.approved\nGantry-Event: freight.approved\n",
		"s\n\nGantry-Event: freight.approved\nGantry-Data: {\n",
		"s\n\nGantry-Event: freight.approved\nGantry-At: noon\n",
		"s\xff\n\nGantry-Event: freight.approved\n",
	};

	for (size_t i = 0; i < COUNTOF(bad); i++)
		ok(!event_read(a, bad[i], strlen(bad[i]), &back, &e) && e.code == ERR_CONFIG,
		   "refused: case %zu", i);
}

TEST(words)
{
	for (int i = 0; i < EVENT_KINDS; i++) {
		enum event_kind kind;
		const struct event ev = { .kind = (enum event_kind)i };
		ok(event_word_parse(event_word_of(&ev), &kind) && (int)kind == i, "%s is known",
		   event_word_of(&ev));
	}
}

TEST(a_kind_of_a_newer_version_is_kept)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char message[] = "hold the train\n\nGantry-Event: train.held\nGantry-Stage: prod\n"
		"Gantry-Train: seven\nGantry-At: 2024-06-01T10:00:00Z\n";
	static const char bad[] = "s\n\nGantry-Event: Train Held\n";
	struct event ev;
	struct err e;

	ok(event_read(a, message, strlen(message), &ev, &e) && ev.kind == EVENT_UNKNOWN, "it can be read");
	is_text(event_word_of(&ev), "train.held", "its kind");
	is_text(event_word_of(event_copy(a, &ev)), "train.held", "also of a copy");
	is_text(ev.subject, "hold the train", "its sentence");
	is_text(ev.stage, "prod", "its stage");
	ok(!event_read(a, bad, strlen(bad), &ev, &e), "what could not be a kind is none");
}
