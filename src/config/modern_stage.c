/* SPDX-License-Identifier: Apache-2.0 */
/* The tree is changed before anybody reads it, the file is not. */
#include "config/parts.h"

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "config/mechanism.h"
#include "config/origins.h"
#include "data/value.h"

enum { DEEPEST = 40 };

/* What is put in the place of a field is complained of there. */
static void put_at(struct value *v, const struct value *place, int depth)
{
	v->line = place->line;
	v->column = place->column;
	for (size_t i = 0; v->kind == VALUE_LIST && depth < DEEPEST && i < v->list.count; i++)
		put_at(v->list.items[i], place, depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && depth < DEEPEST && i < v->map.count; i++) {
		v->map.members[i].line = place->line;
		v->map.members[i].column = place->column;
		put_at(v->map.members[i].value, place, depth + 1);
	}
}

struct old_field {
	const char *name, *now;
	struct value *value;            /* NULL: nothing takes its place */
	const char *wrong;
};

static void replace_field(struct gathered *g, struct complaints *c, struct value *spec,
			  const struct old_field *f)
{
	const struct value_member *old = value_member(spec, f->name);
	const struct value place = { .line = old->line, .column = old->column };
	bool is_there = value_get(spec, f->now);

	if (f->wrong)
		complain_error(c, g->file, &place, "stage %s: %s: %s", g->name, f->name, f->wrong);
	else
		complain_warning(c, g->file, &place,
				 is_there ? "stage %s: %s is there, so %s says nothing (gantry lint --fix "
					    "removes it)"
					  : "stage %s: %s is %s now (gantry lint --fix rewrites it)",
				 g->name, is_there ? f->now : f->name, is_there ? f->name : f->now);
	value_remove(spec, f->name);
	if (is_there || !f->value)
		return;
	put_at(f->value, &place, 0);
	value_set(c->a, spec, f->now, f->value);
}

void modernise_stage(struct gathered *g, const struct origins *o, struct complaints *c)
{
	struct value *spec = value_get(g->object, "spec");
	const struct value *mechanisms = value_get(spec, "promotionMechanisms");
	struct old_field sources = { "subscriptions", "requestedFreight", NULL, NULL };
	struct old_field steps = { "promotionMechanisms", "promotionTemplate", NULL, NULL };
	struct origins_stage stage;
	struct mechanisms read;
	const struct value_member *old;
	struct value place;

	if (!value_is(spec, VALUE_MAP) || (!value_member(spec, sources.name) && !mechanisms))
		return;
	origins_stage_init(c->a, o, g->namespace, spec, &stage);
	old = value_member(spec, steps.name);
	place = (struct value){ .line = old ? old->line : 0, .column = old ? old->column : 0 };
	if (mechanisms && !value_get(spec, steps.now)) {
		mechanisms_read(c->a, &stage, mechanisms, &read);
		for (size_t i = 0; i < read.notes.count; i++)
			complain_warning(c, g->file, &place, "stage %s: promotionMechanisms: %s", g->name,
					 (const char *)read.notes.items[i]);
		steps.value = read.template;
		steps.wrong = read.wrong;
	}
	if (value_member(spec, sources.name)) {
		if (!value_get(spec, sources.now))
			sources.value = origins_requested(c->a, &stage, &sources.wrong);
		replace_field(g, c, spec, &sources);
	}
	if (mechanisms)
		replace_field(g, c, spec, &steps);
}
