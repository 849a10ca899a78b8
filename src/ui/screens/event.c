/* SPDX-License-Identifier: Apache-2.0 */
/* One event of the ledger, whole. */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/copy.h"
#include "ui/display.h"
#include "ui/page.h"

static const struct event_line *event_screen_shown(struct view *v)
{
	for (size_t i = 0; i < v->w->nevents; i++)
		if (strcmp(v->w->events[i].commit, buf_str(&v->s->item)) == 0)
			return &v->w->events[i];
	return NULL;
}

static void event_screen_add(struct view *v, struct sheet *sheet, const char *heading,
			     const char *text)
{
	if (*text)
		page_text(v, sheet, heading, ROLE_TEXT, text);
}

static void event_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct event_line *ev = event_screen_shown(v);

	if (!ev) {
		sheet_text(sheet, 0, ROLE_WARNING, "This event is older than what is kept at hand.");
		return;
	}
	sheet_wrap(sheet, 0, v->cols - 4, ROLE_STRONG, ev->subject);
	page_gap(sheet);
	event_screen_add(v, sheet, "reason", ev->reason);
	event_screen_add(v, sheet, "when", display_full_time(v, ev->at));
	event_screen_add(v, sheet, "who", ev->actor);
	event_screen_add(v, sheet, "from", ev->from);
	event_screen_add(v, sheet, "kind", ev->kind);
	event_screen_add(v, sheet, "stage", ev->stage);
	event_screen_add(v, sheet, "freight", ev->freight);
	event_screen_add(v, sheet, "promotion", ev->promotion);
	if (world_has_ledger(v->w))
		event_screen_add(v, sheet, "commit", ev->commit);
}

static void event_screen_subject(struct view *v, struct subject *out)
{
	const struct event_line *ev = event_screen_shown(v);

	if (!ev)
		return;
	out->promotion = world_promotion(v->w, ev->promotion);
	out->stage = world_stage(v->w, ev->stage);
}

static void event_screen_copies(struct view *v, struct copies *out)
{
	if (world_has_ledger(v->w))
		copies_add(out, "commit", buf_str(&v->s->item));
}

static const char *event_screen_sentence(struct view *v)
{
	if (!event_screen_shown(v))
		return "";
	return world_has_ledger(v->w) ? "git show of the commit says the same."
				      : "Kargo's own objects tell this; no ledger keeps it.";
}

static const char *event_screen_about(struct view *v)
{
	return str_copy_n(v->a, buf_str(&v->s->item), strnlen(buf_str(&v->s->item), 7));
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open what it is about" },
	{ 'y', UI_ACTION_COPY, "copy commit" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_event = {
	.name = "event",
	.keys = keys,
	.fill = event_screen_fill,
	.subject = event_screen_subject,
	.copies = event_screen_copies,
	.sentence = event_screen_sentence,
	.about = event_screen_about,
};
