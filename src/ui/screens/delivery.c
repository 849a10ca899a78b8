/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of delivery for each stage over thirty days, from the promotions at hand: how
 * often, how many failed, how long from found to there, how long until mended; and how many
 * a day, as bars. The four are DORA's (dora.dev), for a stage instead of a team.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/screen.h"

enum { DAYS = 30 };

static const int64_t day_ms = 24 * 3600 * 1000;

struct figures {
	size_t count, failed;
	int64_t *leads, *repairs;       /* ms each */
	size_t nleads, nrepairs;
	unsigned days[DAYS];            /* promotions that came to their end, oldest first */
};

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static const char *median(struct view *v, int64_t *values, size_t count)
{
	if (!count)
		return "-";
	qsort(values, count, sizeof(*values), by_value);
	return display_took(v, v->now - values[count / 2], v->now);
}

static bool delivery_screen_has_failed(const struct promotion *p)
{
	return p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED;
}

/* Promotions come newest first; the one before this in time is further on. */
static void delivery_screen_collect(struct view *v, const struct stage *s, struct figures *f)
{
	const struct world *w = v->w;
	int64_t good_again = 0;

	f->leads = arena_array(v->a, w->npromotions, sizeof(*f->leads));
	f->repairs = arena_array(v->a, w->npromotions, sizeof(*f->repairs));
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];
		const struct freight *freight;
		int64_t age = v->now - p->finished_at;

		if (strcmp(p->stage, s->name) != 0 || !p->finished_at || age < 0 || age >= DAYS * day_ms)
			continue;
		f->count++;
		f->days[DAYS - 1 - age / day_ms]++;
		if (delivery_screen_has_failed(p)) {
			f->failed++;
			if (good_again)
				f->repairs[f->nrepairs++] = good_again - p->finished_at;
			continue;
		}
		if (p->phase != PHASE_SUCCEEDED)
			continue;
		good_again = p->finished_at;
		freight = world_freight(w, p->freight);
		if (freight && !p->rollback)
			f->leads[f->nleads++] = p->finished_at - freight->discovered_at;
	}
}

/* Eight heights of bars; a day without any is a dot. */
static const char *bars(struct view *v, const struct figures *f, int width)
{
	static const char *const heights[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char plain[] = "123456789";
	const char *all = "";
	unsigned most = 1;

	for (size_t i = 0; i < DAYS; i++)
		most = f->days[i] > most ? f->days[i] : most;
	/* The newest days, where there is no room for all. */
	for (size_t i = width < DAYS ? (size_t)(DAYS - width) : 0; i < DAYS; i++) {
		unsigned n = f->days[i];

		if (!n)
			all = str_format(v->a, "%s%s", all, v->ascii ? "." : "·");
		else if (v->ascii)
			all = str_format(v->a, "%s%c", all, plain[n > 9 ? 8 : n - 1]);
		else
			all = str_format(v->a, "%s%s", all, heights[(n * 8 - 1) / most]);
	}
	return all;
}

static void delivery_screen_line(struct view *v, struct sheet *sheet, struct line *l, size_t index)
{
	const struct stage *s = v->w->stages[index];
	struct figures f = { 0 };
	int col = v->cols < 80 ? 14 : 22;

	delivery_screen_collect(v, s, &f);
	line_cut(sheet, l, 0, col - 1, ROLE_NAME, s->name);
	line_at(sheet, l, col, ROLE_TEXT, str_format(v->a, "%5zu", f.count));
	line_at(sheet, l, col + 9, f.failed ? ROLE_BAD : ROLE_MUTED,
		f.count ? str_format(v->a, "%3zu%%", f.failed * 100 / f.count) : "  -");
	if (v->cols >= 60) {
		line_cut(sheet, l, col + 17, 9, ROLE_TEXT, median(v, f.leads, f.nleads));
		line_cut(sheet, l, col + 28, 9, ROLE_TEXT, median(v, f.repairs, f.nrepairs));
	}
	if (v->cols >= 80)
		line_at(sheet, l, col + 39, ROLE_DONE, bars(v, &f, v->cols - col - 42));
}

static void delivery_screen_fill(struct view *v, struct sheet *sheet)
{
	struct line *l = sheet_line(sheet, NULL);
	int col = v->cols < 80 ? 14 : 22;

	line_at(sheet, l, 0, ROLE_HEADING, "30 days");
	line_at(sheet, l, col, ROLE_HEADING, "often");
	line_at(sheet, l, col + 8, ROLE_HEADING, "failed");
	if (v->cols >= 60) {
		line_at(sheet, l, col + 17, ROLE_HEADING, "lead");
		line_at(sheet, l, col + 28, ROLE_HEADING, "mended");
	}
	if (v->cols >= 80)
		line_cut(sheet, l, col + 39, v->cols - col - 42, ROLE_HEADING, "each day");
	for (size_t i = 0; i < v->w->nstages; i++)
		if (!stage_is_control_flow(v->w->stages[i]))
			sheet_lazy(sheet, v->w->stages[i]->name, i);
}

static void delivery_screen_subject(struct view *v, struct subject *out)
{
	out->stage = world_stage(v->w, place_chosen(&v->s->place, &v->s->sheet));
}

static const char *delivery_screen_sentence(struct view *v)
{
	(void)v;
	return "lead: from found to running there; mended: from a failure to the next success. Medians.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'H', UI_ACTION_HISTORY, "history" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_delivery = {
	.name = "delivery",
	.keys = keys,
	.fill = delivery_screen_fill,
	.line = delivery_screen_line,
	.subject = delivery_screen_subject,
	.sentence = delivery_screen_sentence,
};
