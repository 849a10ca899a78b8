/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden frames: each screen of each world at each size is drawn as text and, below, as the
 * letters of its roles, and compared with tests/frames/<name>. UPDATE_FRAMES=1 rewrites them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "model/world.h"
#include "tap.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/text.h"
#include "ui/dashboard.h"
#include "ui/print.h"
#include "frames.h"
#include "worlds.h"

static const char *const themes[] = { "dark", "light", "mono", NULL };

struct shot {
	const char *name;
	enum world_kind kind;
	const char *keys;               /* < is Esc, _ is Enter, > is Tab; ^: the plan comes */
	int cols, rows;
	bool ascii, read_only;
};

static const struct shot shots[] = {
	{ "board-120x36", WORLD_DEMO, "", 120, 36, false, false },
	{ "board-80x24", WORLD_DEMO, "", 80, 24, false, false },
	{ "board-200x50", WORLD_DEMO, "", 200, 50, false, false },
	{ "board-40x10", WORLD_DEMO, "", 40, 10, false, false },
	{ "board-40x24", WORLD_DEMO, "", 40, 24, false, false },
	{ "board-39x9", WORLD_DEMO, "", 39, 9, false, false },
	{ "board-ascii-120x36", WORLD_DEMO, "", 120, 36, true, false },
	{ "board-prod-120x36", WORLD_DEMO, "ll", 120, 36, false, false },
	{ "board-rows-120x36", WORLD_DEMO, "v", 120, 36, false, false },
	{ "board-cards-80x24", WORLD_DEMO, "vll", 80, 24, false, false },
	{ "board-read-only-120x36", WORLD_DEMO, "p", 120, 36, false, true },
	{ "board-filter-80x24", WORLD_DEMO, "/prod", 80, 24, false, false },
	{ "board-empty-80x24", WORLD_EMPTY, "", 80, 24, false, false },
	{ "board-loading-80x24", WORLD_LOADING, "", 80, 24, false, false },
	{ "board-reading-120x36", WORLD_READING, "p", 120, 36, false, false },
	{ "board-reading-80x24", WORLD_READING, "", 80, 24, false, false },
	{ "past-120x36", WORLD_PAST, "", 120, 36, false, false },
	{ "past-80x24", WORLD_PAST, "j", 80, 24, false, false },
	{ "past-40x10", WORLD_PAST, "", 40, 10, false, false },
	{ "past-stage-80x24", WORLD_PAST, "_", 80, 24, false, false },
	{ "past-refused-80x24", WORLD_PAST, "p", 80, 24, false, false },
	{ "board-one-80x24", WORLD_ONE, "", 80, 24, false, false },
	{ "board-barren-120x36", WORLD_BARREN, "v", 120, 36, false, false },
	{ "board-barren-80x24", WORLD_BARREN, "", 80, 24, false, false },
	{ "board-many-120x36", WORLD_MANY, "", 120, 36, false, false },
	{ "board-many-80x24", WORLD_MANY, "jjjjj", 80, 24, false, false },
	{ "board-many-cards-120x36", WORLD_MANY, "vlll", 120, 36, false, false },
	{ "board-hostile-120x36", WORLD_HOSTILE, "", 120, 36, false, false },
	{ "board-hostile-80x24", WORLD_HOSTILE, "", 80, 24, false, false },
	{ "board-hostile-ascii-80x24", WORLD_HOSTILE, "", 80, 24, true, false },
	{ "board-failing-120x36", WORLD_FAILING, "", 120, 36, false, false },
	{ "board-failing-80x24", WORLD_FAILING, "", 80, 24, false, false },
	{ "tried-80x24", WORLD_TRIED, "", 80, 24, false, false },
	{ "tried-later-80x24", WORLD_TRIED, "j", 80, 24, false, false },
	{ "tried-stage-120x36", WORLD_TRIED, "_", 120, 36, false, false },
	{ "tried-why-80x24", WORLD_TRIED, "w", 80, 24, false, false },
	{ "tried-pushed-80x24", WORLD_TRIED, "jt", 80, 24, false, false },
	{ "tried-fine-80x24", WORLD_TRIED, "jj", 80, 24, false, false },
	{ "backed-120x36", WORLD_BACKED, "j", 120, 36, false, false },
	{ "backed-80x24", WORLD_BACKED, "vjj", 80, 24, false, false },
	{ "backed-choose-80x24", WORLD_BACKED, "vjjp", 80, 24, false, false },
	{ "backed-plan-80x24", WORLD_BACKED, "vjjp_", 80, 24, false, false },
	{ "warehouses-cards-200x50", WORLD_WAREHOUSES, "v", 200, 50, false, false },
	{ "warehouses-120x36", WORLD_WAREHOUSES, "", 120, 36, false, false },
	{ "warehouses-rows-120x36", WORLD_WAREHOUSES, "v", 120, 36, false, false },
	{ "warehouses-80x24", WORLD_WAREHOUSES, "", 80, 24, false, false },
	{ "warehouses-40x10", WORLD_WAREHOUSES, "", 40, 10, false, false },
	{ "warehouses-stage-120x36", WORLD_WAREHOUSES, "v/prod__", 120, 36, false, false },
	{ "warehouses-back-80x24", WORLD_WAREHOUSES, "jb", 80, 24, false, false },
	{ "stage-120x36", WORLD_DEMO, "jk_", 120, 36, false, false },
	{ "stage-80x24", WORLD_DEMO, "_", 80, 24, false, false },
	{ "stage-40x10", WORLD_DEMO, "_", 40, 10, false, false },
	{ "stage-hostile-80x24", WORLD_HOSTILE, "_", 80, 24, false, false },
	{ "stage-one-80x24", WORLD_ONE, "_", 80, 24, false, false },
	{ "warehouse-80x24", WORLD_FAILING, "k_", 80, 24, false, false },
	{ "warehouse-barren-80x24", WORLD_BARREN, "h_", 80, 24, false, false },
	{ "why-barren-80x24", WORLD_BARREN, "w", 80, 24, false, false },
	{ "freights-80x24", WORLD_DEMO, "f", 80, 24, false, false },
	{ "freights-empty-80x24", WORLD_ONE, "f", 80, 24, false, false },
	{ "freight-120x36", WORLD_DEMO, "f_", 120, 36, false, false },
	{ "freight-40x10", WORLD_DEMO, "f_", 40, 10, false, false },
	{ "promotion-120x36", WORLD_DEMO, "lllt", 120, 36, false, false },
	{ "promotion-80x24", WORLD_DEMO, "jjjt", 80, 24, false, false },
	{ "promotion-40x10", WORLD_DEMO, "jjjt", 40, 10, false, false },
	{ "promotion-ascii-80x24", WORLD_DEMO, "jjjt", 80, 24, true, false },
	{ "promotion-failed-80x24", WORLD_DEMO, "jt", 80, 24, false, false },
	{ "step-80x24", WORLD_DEMO, "jjjt_", 80, 24, false, false },
	{ "board-pull-120x36", WORLD_PULL, "", 120, 36, false, false },
	{ "promotion-pull-120x36", WORLD_PULL, "lllt", 120, 36, false, false },
	{ "promotion-pull-80x24", WORLD_PULL, "jjjt", 80, 24, false, false },
	{ "step-pull-80x24", WORLD_PULL, "jjjt_", 80, 24, false, false },
	{ "step-pull-diff-80x24", WORLD_PULL, "jjjt_^", 80, 24, false, false },
	{ "step-pull-diff-120x36", WORLD_PULL, "lllt_^", 120, 36, false, false },
	{ "step-pull-diff-200x50", WORLD_PULL, "lllt_^", 200, 50, false, false },
	{ "step-pull-diff-40x10", WORLD_PULL, "jjjt_^", 40, 10, false, false },
	{ "choose-120x36", WORLD_DEMO, "fjp", 120, 36, false, false },
	{ "choose-into-80x24", WORLD_DEMO, "p", 80, 24, false, false },
	{ "plan-120x36", WORLD_DEMO, "lp_", 120, 36, false, false },
	{ "plan-80x24", WORLD_DEMO, "jp_", 80, 24, false, false },
	{ "plan-40x10", WORLD_DEMO, "jp_", 40, 10, false, false },
	{ "plan-diff-120x36", WORLD_DEMO, "lp_^", 120, 36, false, false },
	{ "plan-diff-80x24", WORLD_DEMO, "jp_^d", 80, 24, false, false },
	{ "plan-diff-200x50", WORLD_DEMO, "lp_^", 200, 50, false, false },
	{ "plan-diff-40x10", WORLD_DEMO, "jp_^d", 40, 10, false, false },
	{ "plan-diff-ascii-80x24", WORLD_DEMO, "jp_^G", 80, 24, true, false },
	{ "plan-diff-waits-80x24", WORLD_DEMO, "jp__", 80, 24, false, false },
	{ "plan-diff-read-only-80x24", WORLD_DEMO, "j=_^", 80, 24, false, true },
	{ "plan-prod-120x36", WORLD_DEMO, "Gbpro>demo", 120, 36, false, false },
	{ "confirm-abort-80x24", WORLD_DEMO, "jjjx", 80, 24, false, false },
	{ "confirm-approve-120x36", WORLD_MANY, "ja", 120, 36, false, false },
	{ "why-120x36", WORLD_DEMO, "lllw", 120, 36, false, false },
	{ "why-80x24", WORLD_DEMO, "jjjw", 80, 24, false, false },
	{ "why-40x10", WORLD_DEMO, "jjjw", 40, 10, false, false },
	{ "why-40x24", WORLD_DEMO, "jjjw", 40, 24, false, false },
	{ "history-120x36", WORLD_DEMO, "H", 120, 36, false, false },
	{ "history-80x24", WORLD_DEMO, "H", 80, 24, false, false },
	{ "history-sorted-80x24", WORLD_DEMO, "HSI", 80, 24, false, false },
	{ "history-sorted-ascii-80x24", WORLD_DEMO, "HSSI", 80, 24, true, false },
	{ "freights-sorted-80x24", WORLD_DEMO, "fSSS", 80, 24, false, false },
	{ "history-40x10", WORLD_DEMO, "H", 40, 10, false, false },
	{ "history-many-120x36", WORLD_MANY, "HG", 120, 36, false, false },
	{ "history-empty-80x24", WORLD_ONE, "H", 80, 24, false, false },
	{ "history-hostile-80x24", WORLD_HOSTILE, "H", 80, 24, false, false },
	{ "history-filter-80x24", WORLD_DEMO, "H/uat_", 80, 24, false, false },
	{ "audit-120x36", WORLD_DEMO, "e", 120, 36, false, false },
	{ "audit-80x24", WORLD_HOSTILE, "e", 80, 24, false, false },
	{ "audit-many-80x24", WORLD_MANY, "eG", 80, 24, false, false },
	{ "audit-empty-80x24", WORLD_ONE, "e", 80, 24, false, false },
	{ "event-80x24", WORLD_DEMO, "e_", 80, 24, false, false },
	{ "apps-120x36", WORLD_DEMO, "o", 120, 36, false, false },
	{ "apps-empty-80x24", WORLD_ONE, "o", 80, 24, false, false },
	{ "application-120x36", WORLD_DEMO, "lo_", 120, 36, false, false },
	{ "application-80x24", WORLD_DEMO, "jo_", 80, 24, false, false },
	{ "application-40x10", WORLD_DEMO, "jo_", 40, 10, false, false },
	{ "application-waits-80x24", WORLD_DEMO, "o_", 80, 24, false, false },
	{ "apps-all-80x24", WORLD_DEMO, "ov", 80, 24, false, false },
	{ "delivery-120x36", WORLD_DEMO, "D", 120, 36, false, false },
	{ "delivery-ascii-80x24", WORLD_DEMO, "D", 80, 24, true, false },
	{ "delivery-40x10", WORLD_MANY, "D", 40, 10, false, false },
	{ "delivery-hostile-80x24", WORLD_HOSTILE, "D", 80, 24, false, false },
	{ "delivery-restore-200x50", WORLD_DEMO, "Dvjjjj", 200, 50, false, false },
	{ "delivery-worst-80x24", WORLD_DEMO, "Djjj_", 80, 24, false, false },
	{ "copies-80x24", WORLD_DEMO, "Y", 80, 24, false, false },
	{ "copies-pull-120x36", WORLD_PULL, "llltY", 120, 36, false, false },
	{ "todo-80x24", WORLD_FAILING, "!", 80, 24, false, false },
	{ "todo-120x36", WORLD_DEMO, "!", 120, 36, false, false },
	{ "help-120x36", WORLD_DEMO, "?", 120, 36, false, false },
	{ "help-80x24", WORLD_DEMO, "?", 80, 24, false, false },
	{ "help-40x10", WORLD_DEMO, "?", 40, 10, false, false },
	{ "palette-80x24", WORLD_DEMO, ":pro", 80, 24, false, false },
	{ "palette-many-120x36", WORLD_MANY, ":r-3-01", 120, 36, false, false },
	{ "themes-80x24", WORLD_DEMO, ":themes_", 80, 24, false, false },
};

static void draw_shot(const struct shot *shot, struct buf *b)
{
	AUTO(arena) struct arena *a = arena_new();
	struct screens_options options = { .theme = "dark", .themes = themes,
					.read_only = shot->read_only };
	struct fake fake;
	struct screens *screens;
	struct canvas c;

	fake_init(&fake, a, world_make(a, shot->kind));
	if (has_prefix(shot->name, "plan-diff") || has_prefix(shot->name, "step-pull"))
		fake_plans(&fake);
	screens = screens_new(&fake.port, &options);
	canvas_init(&c, shot->rows, shot->cols, shot->ascii);
	screens_draw(screens, &c);
	for (const char *k = shot->keys; *k; k++) {
		fake.has_plan = *k == '^';
		if (fake.has_plan) {
			screens_wake(screens);
			screens_draw(screens, &c);
			continue;
		}
		screens_key(screens, *k == '<' ? PRESS_ESC : *k == '_' ? PRESS_ENTER
			       : *k == '>' ? PRESS_TAB : (uint32_t)(unsigned char)*k, false);
		screens_draw(screens, &c);
	}
	frame_write(b, &c);
	canvas_release(&c);
	screens_free(screens);
}

static void setup(void)
{
	setenv("GANTRY_NOW", WORLD_NOW, 1);
	setenv("TZ", "UTC", 1);
}

/* The first line that differs, for the log. */
static void tell_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	note("differs in line %d; UPDATE_FRAMES=1 rewrites it", line);
}

static char frame_letter(enum role role)
{
	static const char letters[] = {
#define ROLE(constant, word, letter) letter,
#include "term/roles.def"
#undef ROLE
	};

	return letters[role];
}

void frame_write(struct buf *b, const struct canvas *c)
{
	text_write(b, c);
	buf_text(b, "--\n");
	for (int row = 0; row < c->rows; row++) {
		int end = c->cols;

		while (end > 0 && strcmp(canvas_at(c, row, end - 1)->text, " ") == 0)
			end--;
		for (int col = 0; col < end; col++) {
			const struct cell *cell = canvas_at(c, row, col);

			buf_char(b, strcmp(cell->text, " ") == 0 ? ' ' : frame_letter(cell->role));
		}
		buf_char(b, '\n');
	}
}

void frame_compare(const char *name, const struct buf *b)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%s/frames/%s", tests_folder(), name);
	struct str want = { 0 };
	struct err e;

	if (getenv("UPDATE_FRAMES") && !file_write(path, buf_str(b), b->len, 0644, &e))
		note("%s", e.message);
	if (!file_read(a, path, 1 << 20, &want, &e))
		note("%s", e.message);
	if (!ok(want.at && strcmp(want.at, buf_str(b)) == 0, "frame %s", name))
		tell_difference(buf_str(b), want.at ? want.at : "");
}

TEST(golden_frames)
{
	setup();
	for (size_t i = 0; i < COUNTOF(shots); i++) {
		AUTO(buf) struct buf b;

		buf_init(&b, 1 << 22);
		draw_shot(&shots[i], &b);
		frame_compare(shots[i].name, &b);
	}
}

TEST(printed_board)
{
	static const int widths[] = { 120, 80 };
	AUTO(arena) struct arena *a = arena_new();

	setup();
	for (size_t i = 0; i < COUNTOF(widths); i++) {
		struct fake fake;
		AUTO(buf) struct buf b;

		fake_init(&fake, a, world_make(a, WORLD_DEMO));
		buf_init(&b, 1 << 22);
		ui_print(&b, &fake.port, widths[i], false);
		frame_compare(str_format(a, "print-%d", widths[i]), &b);
	}
}

/* No frame holds a byte that a terminal would act on. */
TEST(hostile_worlds_are_tame)
{
	static const char *const ways[] = { "", "_", "H", "e", "f", "H_", "e_", "f_", "w", "p", ":", "?" };
	bool tame = true;

	setup();
	for (size_t i = 0; i < COUNTOF(ways); i++) {
		struct shot shot = { "", WORLD_HOSTILE, ways[i], 100, 30, i % 2, false };
		AUTO(buf) struct buf b;

		buf_init(&b, 1 << 22);
		draw_shot(&shot, &b);
		for (size_t j = 0; j < b.len; j++)
			tame = tame && ((unsigned char)b.at[j] >= 0x20 || b.at[j] == '\n') && b.at[j] != 0x7F;
		tame = tame && utf8_valid(b.at, b.len);
	}
	ok(tame, "no control character and no malformed byte reaches a frame");
}
