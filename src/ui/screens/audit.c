/* SPDX-License-Identifier: Apache-2.0 */
/* Every event in the ledger, newest first: what anybody wanted and what happened. */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/copy.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screens.h"

static enum role audit_screen_role_of(const char *kind)
{
	if (strstr(kind, "abort") || strstr(kind, "held"))
		return ROLE_WAITING;
	return strstr(kind, "requested") || strstr(kind, "approved") ? ROLE_ACCENT : ROLE_MUTED;
}

static void audit_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct event_line *ev = &v->w->events[index];
	bool narrow = v->cols < 76;
	int col = narrow ? 6 : 14;

	l->at = ev->at;
	line_fact(l, "stage", ev->stage);
	line_fact(l, "by", *ev->actor ? ev->actor : display_event_actor(v, ev));
	line_fact(l, "outcome", ev->phase);
	line_fact(l, "freight", display_freight(v, ev->freight));
	line_fact(l, "version", display_version(v, ev->freight));
	line_fact(l, NULL, ev->kind);
	line_fact(l, NULL, ev->subject);
	line_fact(l, NULL, ev->reason);
	line_cut(l, 0, col - 1, ROLE_MUTED, narrow ? display_age(v, ev->at) : display_when(v, ev->at));
	if (!narrow) {
		line_cut(l, col, 10, *ev->actor ? ROLE_TEXT : ROLE_MUTED, display_event_actor(v, ev));
		line_cut(l, col + 11, 22, audit_screen_role_of(ev->kind), ev->kind);
		col += 34;
	}
	line_cut(l, col, v->cols - col - 3, ROLE_TEXT, ev->subject);
}

static void audit_screen_fill(struct view *v, struct sheet *sheet)
{
	if (!v->w->nevents) {
		sheet_text(sheet, 1, ROLE_STRONG, "The ledger is empty.");
		sheet_wrap(sheet, 1, v->cols - 4, ROLE_MUTED,
			   "Each thing that anybody wants and each thing that happens becomes a commit, "
			   "which git log can read as well.");
	}
	if (v->w->nevents && v->rows >= PAGE_ROOMY && v->cols >= 76)
		columns_heads(v, sheet, (const struct sheet_head[]){
			{ 0, "when" }, { 14, "who" }, { 25, "kind" }, { 48, "what" }, { 0, NULL } });
	for (size_t i = 0; i < v->w->nevents; i++)
		sheet_lazy(sheet, v->w->events[i].commit, i);
}

static const char *audit_screen_sentence(struct view *v)
{
	const char *filter = prompt_text(&v->s->filter);

	if (*filter)
		return str_format(v->a, "%zu of %zu events hold \"%s\"; Esc shows all again",
				  sheet_choices(&v->s->sheet), v->w->nevents, filter);
	if (!world_has_ledger(v->w))
		return "What Kargo's own objects tell; without a recorded ledger nothing older is kept.";
	return str_format(v->a, "The newest %zu events; gantry audit verify replays all of them.",
			  v->w->nevents);
}

static void audit_screen_copies(struct view *v, struct copies *out)
{
	if (world_has_ledger(v->w))
		copies_add(out, "commit", str_copy(v->a, place_chosen(&v->s->place, &v->s->sheet)));
}

static bool audit_screen_act(struct view *v, enum ui_action action)
{
	const char *commit = place_chosen(&v->s->place, &v->s->sheet);

	if (action != UI_ACTION_OPEN || !*commit)
		return false;
	screens_open(v->screens, &screen_event, NULL, NULL, commit);
	return true;
}

static bool audit_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action != UI_ACTION_OPEN)
		return false;
	*out = (struct offer){ *place_chosen(&v->s->place, &v->s->sheet) ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return true;
}

enum { AUDIT_WHEN, AUDIT_WHO, AUDIT_KIND, AUDIT_WHAT };

static struct column_key audit_screen_key(struct view *v, size_t index, size_t column)
{
	const struct event_line *ev = &v->w->events[index];

	switch (column) {
	case AUDIT_WHEN: return (struct column_key){ ev->at, NULL };
	case AUDIT_WHO: return (struct column_key){ 0, display_event_actor(v, ev) };
	case AUDIT_KIND: return (struct column_key){ 0, ev->kind };
	default: return (struct column_key){ 0, ev->subject };
	}
}

static const struct columns audit_columns = {
	.table = (const struct column[]){
		[AUDIT_WHEN] = { "when", true },
		[AUDIT_WHO] = { "who", false },
		[AUDIT_KIND] = { "kind", false },
		[AUDIT_WHAT] = { "what", false },
		{ NULL, false },
	},
	.own = AUDIT_WHEN,
	.key = audit_screen_key,
};

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'H', UI_ACTION_HISTORY, "history" },
	{ 'y', UI_ACTION_COPY, "copy commit" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'S', UI_ACTION_SORT, "sort" },
	{ 'I', UI_ACTION_REVERSE, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_audit = {
	.name = "audit",
	.keys = keys,
	.fill = audit_screen_fill,
	.line = audit_screen_line,
	.columns = &audit_columns,
	.sentence = audit_screen_sentence,
	.copies = audit_screen_copies,
	.act = audit_screen_act,
	.offer = audit_screen_offer,
};
