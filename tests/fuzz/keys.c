/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody types, as bytes of a terminal: the first line's first letter picks a world, the rest is
 * read in pieces that 0xFF parts, and 100 ms go by between them. Whatever comes, no intent that changes
 * something is sent without an Enter of its own on a plan or a question, in production after its name.
 */
#include "fuzz.h"

#include <string.h>

#include "model/stage.h"
#include "model/world.h"
#include "term/canvas.h"
#include "term/input.h"
#include "term/key.h"
#include "ui/dashboard.h"
#include "ui/dialog.h"
#include "worlds.h"

struct typist {
	struct arena *a;
	struct world *w;
	struct fake fake;
	struct screens *screens;
	struct canvas c;
	const char *text;
};

static bool asks_for_production(const struct typist *t, const struct intent *i)
{
	const struct stage *s = i->stage ? world_stage(t->w, i->stage) : NULL;

	return s && s->production && (i->kind == INTENT_PROMOTE || i->kind == INTENT_ROLLBACK ||
				      i->kind == INTENT_APPROVE);
}

static void take_event(struct typist *t, const struct term_event *event)
{
	struct screen *top = screens_top(t->screens);
	bool asks = top->def == &screen_plan || top->def == &screen_confirm;
	const char *name = asks ? str_copy(t->a, prompt_text(&top->dialog->name)) : "";
	const struct intent *i = &t->fake.sent[0];

	t->fake.nsent = 0;
	if (event->kind == TERM_WHEEL)
		screens_wheel(t->screens, event->key == PRESS_UP);
	else if (event->kind == TERM_CLICK)
		screens_click(t->screens, event->row, event->col);
	else
		screens_key(t->screens, event->key, event->kind == TERM_PASTE);
	screens_draw(t->screens, &t->c);
	if (!t->fake.nsent || i->kind == INTENT_REFRESH || i->kind == INTENT_TRAVEL || i->kind == INTENT_LOOK)
		return;
	FUZZ_CHECK(t->fake.nsent == 1, t->text);
	FUZZ_CHECK(asks && event->kind == TERM_KEY && event->key == PRESS_ENTER, t->text);
	FUZZ_CHECK(!asks_for_production(t, i) || strcmp(name, i->stage) == 0, t->text);
}

static void type_bytes(struct typist *t, struct str input)
{
	struct input in;
	struct term_event event;
	int64_t now = 1000;

	input_init(&in, true, true, 25);
	for (size_t at = 0; at < input.len; at++) {
		if ((unsigned char)input.at[at] == 0xff)
			now += 100;
		else
			input_feed(&in, input.at + at, 1, now);
		while (!screens_wants_quit(t->screens) && input_next(&in, now, &event))
			take_event(t, &event);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len };
	struct screens_options options = { .theme = "dark" };
	struct typist t = { .a = a };
	unsigned kind = (unsigned char)*fuzz_line(a, &input) - 'A';

	/* A thousand stages are slow to draw and have no other keys. */
	if (kind >= WORLD_COUNT || kind == WORLD_MANY)
		kind = WORLD_DEMO;
	t.text = fuzz_rest(a, input).at;
	setenv("GANTRY_NOW", WORLD_NOW, 1);
	setenv("TZ", "UTC", 1);
	t.w = world_make(a, (enum world_kind)kind);
	fake_init(&t.fake, a, t.w);
	t.screens = screens_new(&t.fake.port, &options);
	canvas_init(&t.c, 24, 80, false);
	screens_draw(t.screens, &t.c);
	type_bytes(&t, input);
	screens_free(t.screens);
	canvas_release(&t.c);
	return 0;
}
