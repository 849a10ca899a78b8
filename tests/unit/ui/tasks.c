/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ten things that an operator does, each from the board as it opens and in at most six keys; what is typed
 * into a field, such as a reason, does not count.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "model/world.h"
#include "tap.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/text.h"
#include "ui/dashboard.h"
#include "worlds.h"

enum { MOST_KEYS = 6 };

struct task {
	const char *what;
	enum world_kind kind;
	const char *keys;               /* _ is Enter, > is Tab, "text" goes into a field */
	const char *shows;              /* at the end; NULL: nothing to look for */
	enum intent_kind intent;        /* the last that was sent, when intends */
	bool intends;
	const char *copied;
};

static const struct task tasks[] = {
	{ .what = "why is prod behind", .kind = WORLD_DEMO, .keys = "Gw",
	  .shows = "Why is soft-squirrel 1.29.5 not in prod?" },
	{ .what = "promote and watch", .kind = WORLD_DEMO, .keys = "lp__t", .shows = "qa promotion",
	  .intent = INTENT_PROMOTE, .intends = true },
	{ .what = "read the failing step", .kind = WORLD_DEMO, .keys = "lt_", .shows = "state        ✗" },
	{ .what = "back out with a reason", .kind = WORLD_DEMO, .keys = "Gb\"prod\">\"checkout errors\"_",
	  .shows = "roll back: sent", .intent = INTENT_ROLLBACK, .intends = true },
	{ .what = "approve", .kind = WORLD_MANY, .keys = "ja_", .shows = "approve: sent",
	  .intent = INTENT_APPROVE, .intends = true },
	{ .what = "abort", .kind = WORLD_DEMO, .keys = "Gx_", .shows = "abort: sent", .intent = INTENT_ABORT,
	  .intends = true },
	{ .what = "who did it", .kind = WORLD_DEMO, .keys = "H", .shows = "Ada" },
	{ .what = "one stage only", .kind = WORLD_DEMO, .keys = "H/\"stage:prod\"_", .shows = "2 of 5" },
	{ .what = "the unhealthy resource", .kind = WORLD_DEMO, .keys = "lo_", .shows = "✗ Deployment web" },
	{ .what = "copy the commit", .kind = WORLD_DEMO, .keys = "y", .shows = "copied commit",
	  .copied = "91bc44e000000000000000000000000000000000" },
};

static int64_t ticks;

static int64_t task_ticks(void)
{
	return ticks;
}

static void task_press(struct screens *d, struct canvas *c, uint32_t key)
{
	/* Everything that comes up is read. */
	ticks += 1000;
	screens_key(d, key, false);
	screens_draw(d, c);
}

/* Returns how many keys that took. */
static int task_play(struct screens *d, struct canvas *c, const char *keys)
{
	bool typing = false;
	int count = 0;

	for (; *keys; keys++) {
		if (*keys == '"') {
			typing = !typing;
			continue;
		}
		count += !typing;
		task_press(d, c, !typing && *keys == '_' ? PRESS_ENTER : !typing && *keys == '>' ? PRESS_TAB
								       : (uint32_t)(unsigned char)*keys);
	}
	return count;
}

static void task_run(const struct task *t, int cols, int rows)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct screens_options options = { .theme = "dark", .ticks = task_ticks };
	struct fake fake;
	struct screens *d;
	struct canvas c;
	int count;

	setenv("GANTRY_NOW", WORLD_NOW, 1);
	setenv("TZ", "UTC", 1);
	ticks = 1000;
	fake_init(&fake, a, world_make(a, t->kind));
	d = screens_new(&fake.port, &options);
	canvas_init(&c, rows, cols, false);
	buf_init(&b, 1 << 22);
	screens_draw(d, &c);
	count = task_play(d, &c, t->keys);
	text_write(&b, &c);
	ok(count <= MOST_KEYS, "%s: %d keys at %dx%d", t->what, count, cols, rows);
	ok(strstr(buf_str(&b), t->shows) != NULL, "%s: it ends with \"%s\"", t->what, t->shows);
	if (t->intends)
		ok(fake.nsent && fake.sent[fake.nsent - 1].kind == t->intent, "%s: it is asked for", t->what);
	if (t->copied)
		is_text(screens_copied(d), t->copied, "%s: it is in the clipboard", t->what);
	screens_free(d);
	canvas_release(&c);
}

TEST(ten_tasks_in_six_keys)
{
	for (size_t i = 0; i < COUNTOF(tasks); i++)
		task_run(&tasks[i], 120, 36);
}
