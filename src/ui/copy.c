/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First what the screen itself knows of its cursor, then an address in the line under it, then what
 * belongs to the subject: of a promotion what it made, of a stage what runs there.
 */
#include "ui/copy.h"

#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/osc.h"
#include "ui/screen.h"
#include "ui/screens.h"

void copies_add(struct copies *all, const char *what, const char *text)
{
	if (!text || !*text || all->count == COUNTOF(all->items))
		return;
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].text, text) == 0)
			return;
	all->items[all->count++] = (struct copy){ what, text };
}

static void copies_add_urls(struct view *v, struct copies *all, const char *text)
{
	size_t len;

	for (const char *url = osc_url(text, &len); url; url = osc_url(url + len, &len))
		copies_add(all, "URL", str_copy_n(v->a, url, len));
}

void copies_add_output(struct view *v, struct copies *all, const struct value *output)
{
	const struct value *pr = value_get(output, "pr");

	copies_add(all, "commit", value_text(value_get(output, "commit"), ""));
	copies_add(all, "digest", value_text(value_get(output, "digest"), ""));
	copies_add(all, "URL", value_text(value_get(pr, "url"), ""));
	copies_add(all, "branch", value_text(value_get(output, "branch"), ""));
	for (size_t i = 0; value_is(output, VALUE_MAP) && i < value_count(output); i++)
		copies_add_urls(v, all, value_text(output->map.members[i].value, ""));
}

static void copies_add_freight(struct view *v, struct copies *all, const struct freight *f)
{
	for (size_t i = 0; i < f->ncommits; i++)
		copies_add(all, "commit", f->commits[i].id);
	for (size_t i = 0; i < f->nimages; i++) {
		copies_add(all, "digest", f->images[i].digest);
		copies_add(all, "image", str_format(v->a, "%s:%s", f->images[i].repo_url, f->images[i].tag));
	}
	for (size_t i = 0; i < f->ncharts; i++)
		copies_add(all, "chart", str_format(v->a, "%s %s", f->charts[i].name, f->charts[i].version));
	copies_add(all, "freight", f->name);
	copies_add(all, "alias", f->alias);
}

static void copies_add_promotion(struct view *v, struct copies *all, const struct promotion *p)
{
	const struct freight *f = world_freight(v->w, p->freight);

	for (size_t i = p->nsteps; i-- > 0;)
		copies_add_output(v, all, p->steps[i].output);
	copies_add(all, "promotion", p->name);
	if (f)
		copies_add_freight(v, all, f);
}

/* The commit that put it there comes first: it is what people look for. */
static void copies_add_stage(struct view *v, struct copies *all, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);

	for (size_t i = 0; i < v->w->npromotions; i++) {
		const struct promotion *p = v->w->promotions[i];

		if (strcmp(p->stage, s->name) != 0 || p->phase != PHASE_SUCCEEDED)
			continue;
		for (size_t j = p->nsteps; j-- > 0;)
			copies_add_output(v, all, p->steps[j].output);
		break;
	}
	for (size_t i = 0; runs && i < runs->nitems; i++) {
		const struct freight *f = world_freight(v->w, runs->items[i].freight);

		if (f)
			copies_add_freight(v, all, f);
	}
	copies_add(all, "stage", s->name);
}

static void copies_add_line(struct view *v, struct copies *all)
{
	const struct line *l = v->s->def->fill ? place_line(&v->s->place, &v->s->sheet) : NULL;

	for (size_t i = 0; l && i < l->count; i++) {
		if (l->spans[i].link)
			copies_add(all, "URL", l->spans[i].link);
		else
			copies_add_urls(v, all, l->spans[i].text);
	}
}

void copies_of(struct view *v, struct copies *out)
{
	struct subject subject = { 0 };

	*out = (struct copies){ .count = 0 };
	if (v->s->def->copies)
		v->s->def->copies(v, out);
	copies_add_line(v, out);
	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	if (subject.promotion)
		copies_add_promotion(v, out, subject.promotion);
	if (subject.freight)
		copies_add_freight(v, out, subject.freight);
	if (subject.stage && !subject.promotion)
		copies_add_stage(v, out, subject.stage);
	for (size_t i = 0; subject.warehouse && i < subject.warehouse->nsubscriptions; i++)
		copies_add(out, "URL", subject.warehouse->subscriptions[i].repo_url);
	if (subject.warehouse)
		copies_add(out, "warehouse", subject.warehouse->name);
}

void copy_first(struct view *v)
{
	struct copies all;

	copies_of(v, &all);
	if (all.count)
		screens_copy(v->screens, all.items[0].what, all.items[0].text);
	else
		screens_notify(v->screens, "there is nothing here to copy", true);
}
