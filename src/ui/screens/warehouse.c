/* SPDX-License-Identifier: Apache-2.0 */
/* One warehouse: what it watches, and what it saw there. */
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/page.h"
#include "ui/display.h"

enum { SHOWN = 12 };

static const char *const kinds[] = { [SUBSCRIPTION_IMAGE] = "image", [SUBSCRIPTION_GIT] = "git",
				     [SUBSCRIPTION_CHART] = "chart", [SUBSCRIPTION_OTHER] = "other" };

static void add_subscriptions(struct view *v, struct sheet *sheet, const struct warehouse *w)
{
	for (size_t i = 0; i < w->nsubscriptions; i++) {
		const struct subscription *s = &w->subscriptions[i];

		page_text(v, sheet, kinds[s->kind], ROLE_TEXT,
			  str_format(v->a, "%s%s%s", s->repo_url, *s->chart ? " " : "", s->chart));
		page_text(v, sheet, NULL, ROLE_MUTED,
			  str_format(v->a, "%s %s", s->strategy, s->constraint));
	}
}

/* discoveredArtifacts: lists of {repoURL, references or versions or commits}. */
static void add_seen(struct view *v, struct sheet *sheet, const struct value *list,
		     const char *refs, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *seen = value_at(list, i), *all = value_get(seen, refs);

		page_text(v, sheet, "saw", ROLE_TEXT,
			  str_format(v->a, "%zu in %s", value_count(all),
				     value_text(value_get(seen, "repoURL"), "?")));
		for (size_t j = 0; j < value_count(all) && j < SHOWN; j++) {
			const struct value *one = value_at(all, j);

			page_text(v, sheet, NULL, ROLE_MUTED,
				  value_is(one, VALUE_STRING) ? value_text(one, "")
							      : value_text(value_get(one, name), "?"));
		}
		if (value_count(all) > SHOWN)
			page_text(v, sheet, NULL, ROLE_MUTED,
				  str_format(v->a, "and %zu more", value_count(all) - SHOWN));
	}
}

static void add_reasons(struct view *v, struct sheet *sheet, const struct warehouse *w)
{
	struct list reasons = { 0 };

	warehouse_reasons(v->a, w, &reasons);
	for (size_t i = 0; i < reasons.count; i++)
		page_text(v, sheet, i ? NULL : "why none", w->automatic ? ROLE_WARNING : ROLE_MUTED,
			  reasons.items[i]);
}

static void add_freight(struct view *v, struct sheet *sheet, const struct warehouse *w)
{
	size_t shown = 0;

	for (size_t i = 0; i < v->w->nfreight && shown < SHOWN; i++) {
		const struct freight *f = v->w->freight[i];
		struct line *l;

		if (strcmp(f->warehouse, w->name) != 0)
			continue;
		l = page_row(v, sheet, f->name, shown++ ? NULL : "made");
		line_cut(l, PAGE_COL, 20, ROLE_FREIGHT, freight_label(v->a, f));
		line_cut(l, PAGE_COL + 22, 16, ROLE_VERSION, freight_version(v->a, f));
		line_at(l, PAGE_COL + 39, ROLE_MUTED, display_age(v, f->discovered_at));
	}
}

static void warehouse_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct warehouse *w = world_warehouse(v->w, buf_str(&v->s->item));

	if (!w) {
		sheet_text(sheet, 0, ROLE_WARNING, "This warehouse is gone from the manifests.");
		return;
	}
	page_text(v, sheet, "warehouse", ROLE_STRONG, w->name);
	if (w->error)
		page_text(v, sheet, "fails", ROLE_BAD,
			  str_format(v->a, "for %s: %s", display_age(v, w->failing_since), w->error));
	page_text(v, sheet, "looked", w->looked_at ? ROLE_TEXT : ROLE_MUTED,
		  w->looked_at ? str_format(v->a, "%s ago, every %s", display_age(v, w->looked_at),
					    duration_text(v->a, w->interval))
			       : "not yet");
	page_text(v, sheet, "freight", ROLE_TEXT,
		  w->automatic ? "is made by itself" : "is made when somebody says so");
	if (w->criteria)
		page_text(v, sheet, "only if", ROLE_TEXT, w->criteria);
	page_gap(sheet);
	add_subscriptions(v, sheet, w);
	page_gap(sheet);
	add_reasons(v, sheet, w);
	add_seen(v, sheet, value_get(w->discovered, "images"), "references", "tag");
	add_seen(v, sheet, value_get(w->discovered, "charts"), "versions", "version");
	add_seen(v, sheet, value_get(w->discovered, "git"), "commits", "id");
	page_gap(sheet);
	add_freight(v, sheet, w);
}

static void warehouse_screen_subject(struct view *v, struct subject *out)
{
	out->warehouse = world_warehouse(v->w, buf_str(&v->s->item));
	out->freight = world_freight(v->w, place_chosen(&v->s->place, &v->s->sheet));
}

static const char *warehouse_screen_about(struct view *v)
{
	return buf_str(&v->s->item);
}

static const char *warehouse_screen_sentence(struct view *v)
{
	const struct warehouse *w = world_warehouse(v->w, buf_str(&v->s->item));

	return w ? str_format(v->a, "%s %s", w->name, display_warehouse_sentence(v, w)) : "";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'r', UI_ACTION_REFRESH, "look now" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_warehouse = {
	.name = "warehouse",
	.keys = keys,
	.fill = warehouse_screen_fill,
	.subject = warehouse_screen_subject,
	.about = warehouse_screen_about,
	.sentence = warehouse_screen_sentence,
};
