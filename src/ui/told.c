/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What screens leave to be told: a sentence to the person, and to the loop the bell, the theme to wear, the
 * text to copy, which the loop fetches once; and how much needs a person, for the header.
 */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/fleet_table.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/world.h"
#include "ui/display.h"
#include "ui/screens_inner.h"

enum { TOAST_MS = 6000, RECENT_MS = 60 * 1000, KEYS_A_LINE = 3 };

void screens_notify(struct screens *d, const char *text, bool bad)
{
	buf_clear(&d->toast);
	buf_text(&d->toast, text);
	d->toast_bad = bad;
	d->toast_until = clock_now() + TOAST_MS;
}

bool screens_wants_bell(struct screens *d)
{
	bool was = d->bell;

	d->bell = false;
	return was;
}

bool screens_wants_redraw(struct screens *d)
{
	bool was = d->redraw;

	d->redraw = false;
	return was;
}

const char *const *screens_themes(const struct screens *d)
{
	return d->themes;
}

const char *screens_theme(const struct screens *d)
{
	return buf_str(&d->theme);
}

void screens_pick_theme(struct screens *d, const char *name)
{
	buf_clear(&d->theme);
	buf_text(&d->theme, name);
	d->has_picked = true;
}

const char *screens_picked_theme(struct screens *d)
{
	if (!d->has_picked)
		return NULL;
	d->has_picked = false;
	return buf_str(&d->theme);
}

void screens_redraw(struct screens *d)
{
	d->redraw = true;
}

void screens_hush(struct screens *d)
{
	/* What was said goes at once, so the row is not to be kept. */
	if (d->toast_until)
		d->last.rows = 0;
	buf_clear(&d->toast);
	d->toast_until = 0;
}

size_t screens_todo(const struct screens *d)
{
	return fleet_table_todo_count(d->projects.table);
}

void screens_copy(struct screens *d, const char *what, const char *text)
{
	const char *told = "copied";

	buf_clear(&d->copied);
	buf_text(&d->copied, text);
	d->has_copied = !d->no_clipboard && buf_ok(&d->copied);
	if (d->no_clipboard)
		told = "this terminal has no clipboard:";
	else if (!d->has_copied)
		told = "too long to copy:";
	screens_notify(d, str_format(d->frame, "%s %s %s", told, what, text), !d->has_copied);
}

const char *screens_copied(struct screens *d)
{
	if (!d->has_copied)
		return NULL;
	d->has_copied = false;
	return buf_str(&d->copied);
}

const char *screens_bell_reason(struct screens *d)
{
	struct view v = screens_view(d, d->top);

	for (size_t i = 0; i < v.w->npromotions; i++) {
		const struct promotion *p = v.w->promotions[i];

		if ((p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED) &&
		    v.now - p->finished_at < RECENT_MS)
			return str_format(d->frame, "%s did not take %s: %s", p->stage,
					  display_freight(&v, p->freight), promotion_cause(d->frame, p));
	}
	return d->toast.len ? buf_str(&d->toast) : "something failed in another project";
}

const char *screens_coaching(const struct screens *d)
{
	static const char *const lines[] = {
		"New here?  arrows or hjkl move, Enter opens, w says why, ? shows every key",
		"p promotes: you see the whole plan and its diff before anything is done",
		"b backs out, t shows the steps, H who did what; : goes anywhere by name",
	};
	size_t at = d->pressed / KEYS_A_LINE;

	return d->coaches && at < COUNTOF(lines) ? lines[at] : NULL;
}

void screens_was_pressed(struct screens *d)
{
	d->pressed++;
}

bool screens_is_untouched(const struct screens *d)
{
	return !d->pressed;
}

bool screens_is_printed(const struct screens *d)
{
	return d->printed;
}
