/* SPDX-License-Identifier: Apache-2.0 */
/* One event of the ledger, whole. */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/page.h"
#include "ui/say.h"

static const struct event_line *shown(struct view *v)
{
	for (size_t i = 0; i < v->w->nevents; i++)
		if (strcmp(v->w->events[i].commit, buf_str(&v->s->item)) == 0)
			return &v->w->events[i];
	return NULL;
}

static void add(struct view *v, struct sheet *sheet, const char *heading, const char *text)
{
	if (*text)
		page_text(v, sheet, heading, ROLE_TEXT, text);
}

static void fill(struct view *v, struct sheet *sheet)
{
	const struct event_line *ev = shown(v);

	if (!ev) {
		sheet_text(sheet, 0, ROLE_WARNING, "This event is older than what is kept at hand.");
		return;
	}
	sheet_wrap(sheet, 0, v->cols - 4, ROLE_STRONG, ev->subject);
	page_gap(sheet);
	add(v, sheet, "reason", ev->reason);
	add(v, sheet, "when", say_full_time(v, ev->at));
	add(v, sheet, "who", ev->actor);
	add(v, sheet, "from", ev->from);
	add(v, sheet, "kind", ev->kind);
	add(v, sheet, "stage", ev->stage);
	add(v, sheet, "freight", ev->freight);
	add(v, sheet, "promotion", ev->promotion);
	add(v, sheet, "commit", ev->commit);
}

static void subject(struct view *v, struct subject *out)
{
	const struct event_line *ev = shown(v);

	if (!ev)
		return;
	out->promotion = world_promotion(v->w, ev->promotion);
	out->stage = world_stage(v->w, ev->stage);
}

static const char *sentence(struct view *v)
{
	return shown(v) ? "git show of the commit says the same." : "";
}

static const char *about(struct view *v)
{
	return str_copy_n(v->a, buf_str(&v->s->item), strnlen(buf_str(&v->s->item), 7));
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, ACTION_OPEN, "open what it is about" },
	{ 0, ACTION_NONE, NULL },
};

const struct screen_def screen_event = {
	.name = "event",
	.keys = keys,
	.fill = fill,
	.subject = subject,
	.sentence = sentence,
	.about = about,
};
