/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes their place is what config/modern_stage.c makes of them when they are read. One is
 * replaced a pass, but none before both can be.
 */
#include "config/fix_passes.h"

#include "base/arena.h"
#include "base/str.h"
#include "config/fix_known.h"
#include "config/fix_node.h"
#include "config/mechanism.h"
#include "config/origins.h"
#include "data/value.h"
#include "data/yaml_tree.h"

struct stage_field {
	const char *name, *now;
	struct fix_member member;
	bool is_there, has_new;
	struct value *value;            /* NULL: the field just goes */
	const char *wrong;
	struct list notes;              /* const char * */
};

static void stage_find(const struct yaml_node *spec, struct stage_field *f)
{
	struct fix_member new;

	f->is_there = fix_find(spec, f->name, &f->member);
	f->has_new = fix_find(spec, f->now, &new);
}

static void stage_replace(struct fix_document *d, const struct stage_field *f)
{
	if (!f->is_there || d->is_changed)
		return;
	if (f->has_new || !f->value)
		fix_remove(d, &f->member);
	else
		fix_replace_tree(d, &f->member, f->now, f->value);
	fix_done(d, f->member.key, f->has_new ? str_format(d->a, "%s counts; %s is gone", f->now, f->name)
		 : f->value ? str_format(d->a, "%s is %s now", f->name, f->now)
			    : str_format(d->a, "%s said nothing and is gone", f->name));
	for (size_t i = 0; i < f->notes.count; i++)
		fix_done(d, f->member.key, f->notes.items[i]);
}

static void stage_leave(struct fix_document *d, const struct stage_field *f)
{
	if (f->is_there && f->wrong)
		fix_leave(d, f->member.key, str_format(d->a, "%s: %s", f->name, f->wrong));
}

static void stage_steps(struct fix_document *d, const struct origins_stage *stage, struct stage_field *f)
{
	struct mechanisms read;

	mechanisms_read(d->a, stage, value_get(stage->spec, f->name), &read);
	f->value = read.template;
	f->wrong = read.wrong;
	f->notes = read.notes;
}

void fix_stage(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object)
{
	const struct yaml_node *spec = fix_get(object, "spec");
	struct stage_field sources = { .name = "subscriptions", .now = "requestedFreight" };
	struct stage_field steps = { .name = "promotionMechanisms", .now = "promotionTemplate" };
	struct origins_stage stage;
	struct value *read;

	stage_find(spec, &sources);
	stage_find(spec, &steps);
	if (!sources.is_there && !steps.is_there)
		return;
	read = fix_value(d, spec);
	if (!read) {
		fix_leave(d, sources.is_there ? sources.member.key : steps.member.key,
			  "the spec holds anchors or aliases: write requestedFreight and "
			  "promotionTemplate by hand");
		return;
	}
	origins_stage_init(d->a, &known->origins, fix_text(fix_path(object, "metadata.namespace")), read,
			   &stage);
	if (sources.is_there && !sources.has_new)
		sources.value = origins_requested(d->a, &stage, &sources.wrong);
	if (steps.is_there && !steps.has_new)
		stage_steps(d, &stage, &steps);
	if (sources.wrong || steps.wrong) {
		stage_leave(d, &sources);
		stage_leave(d, &steps);
		return;
	}
	stage_replace(d, &sources);
	stage_replace(d, &steps);
}
