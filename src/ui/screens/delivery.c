/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery figures of each stage over thirty days, from the promotions at hand: how often, how many
 * failed (model/delivery.h defines that), lead time, time to recover; and deployments a day, as bars.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/delivery.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screen.h"

enum { DAYS = 30, MAX_VERIFIED = 200 };

static const int64_t day_ms = 24 * 3600 * 1000;

struct figures {
	struct delivery counts;
	size_t count;
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

static int by_time(const void *a, const void *b)
{
	const struct delivery_event *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Verifications that came to an end, as the stage's history has them. */
static size_t delivery_screen_verified(const struct stage *s, struct delivery_event *out, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < s->nhistory; i++) {
		const struct value *all = value_get(s->history[i].object, "verificationHistory");

		for (size_t j = 0; j < value_count(all) && count < room; j++) {
			const struct value *one = value_at(all, j);
			const char *phase = value_text(value_get(one, "phase"), "");
			struct delivery_event ev = { .is_verification = true,
						     .verified = strcmp(phase, "Successful") == 0 };

			if ((ev.verified || strcmp(phase, "Failed") == 0 || strcmp(phase, "Error") == 0) &&
			    clock_parse(value_text(value_get(one, "finishTime"), ""), &ev.at))
				out[count++] = ev;
		}
	}
	return count;
}

/* Ends of promotions and verifications, oldest first. */
static size_t delivery_screen_events(struct view *v, const struct stage *s, struct delivery_event **out)
{
	const struct world *w = v->w;
	size_t room = w->npromotions + MAX_VERIFIED, count;

	*out = arena_array(v->a, room, sizeof(**out));
	count = delivery_screen_verified(s, *out, MAX_VERIFIED);
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];
		const struct freight *f = world_freight(w, p->freight);

		if (strcmp(p->stage, s->name) == 0 && p->finished_at)
			(*out)[count++] = (struct delivery_event){
				.at = p->finished_at, .rollback = p->rollback, .phase = p->phase,
				.requested_at = p->created_at, .discovered_at = f ? f->discovered_at : 0 };
	}
	qsort(*out, count, sizeof(**out), by_time);
	return count;
}

/* Older events only decide whether the stage was failing when the thirty days began. */
static void delivery_screen_collect(struct view *v, const struct stage *s, struct figures *f)
{
	struct delivery_event *events;
	size_t count = delivery_screen_events(v, s, &events);

	f->leads = arena_array(v->a, count, sizeof(*f->leads));
	f->repairs = arena_array(v->a, count, sizeof(*f->repairs));
	for (size_t i = 0; i < count; i++) {
		int64_t age = v->now - events[i].at;
		struct delivery before = f->counts;
		struct delivery_times times;

		delivery_add(&f->counts, &events[i], &times);
		if (age < 0 || age >= DAYS * day_ms) {
			before.failing_since = f->counts.failing_since;
			before.has_failed = f->counts.has_failed;
			f->counts = before;
			continue;
		}
		if (!events[i].is_verification) {
			f->count++;
			f->days[DAYS - 1 - age / day_ms]++;
		}
		if (times.lead >= 0)
			f->leads[f->nleads++] = times.lead;
		if (times.recovery >= 0)
			f->repairs[f->nrepairs++] = times.recovery;
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

static void delivery_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct stage *s = v->w->stages[index];
	struct figures f = { 0 };
	int col = v->cols < 80 ? 14 : 22;
	unsigned long long failed, attempts;

	delivery_screen_collect(v, s, &f);
	failed = delivery_failed(&f.counts);
	attempts = delivery_attempts(&f.counts);
	page_name(v, l, cells_at(0, 0, col - 1), ROLE_NAME, s->name);
	line_at(l, col, ROLE_TEXT, str_format(v->a, "%5zu", f.count));
	line_at(l, col + 9, failed ? ROLE_BAD : ROLE_MUTED,
		attempts ? str_format(v->a, "%3llu%%", (failed * 100 + attempts / 2) / attempts)
		: failed ? str_format(v->a, "%3llu", failed) : "  -");
	if (v->cols >= 60) {
		line_cut(l, col + 17, 9, ROLE_TEXT, median(v, f.leads, f.nleads));
		line_cut(l, col + 28, 9, ROLE_TEXT, median(v, f.repairs, f.nrepairs));
	}
	if (v->cols >= 80)
		line_at(l, col + 39, ROLE_DONE, bars(v, &f, v->cols - col - 42));
}

static void delivery_screen_fill(struct view *v, struct sheet *sheet)
{
	struct line *l = sheet_line(sheet, NULL);
	int col = v->cols < 80 ? 14 : 22;

	line_at(l, 0, ROLE_HEADING, "30 days");
	line_at(l, col, ROLE_HEADING, "often");
	line_at(l, col + 8, ROLE_HEADING, "failed");
	if (v->cols >= 60) {
		line_at(l, col + 17, ROLE_HEADING, "lead");
		line_at(l, col + 28, ROLE_HEADING, "restored");
	}
	if (v->cols >= 80)
		line_cut(l, col + 39, v->cols - col - 42, ROLE_HEADING, "each day");
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
	return "failed: promotions, verifications, rollbacks, of all tries; times are medians.";
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
