/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipelines written for Kargo 1.2 run as their authors meant. Nothing further down
 * has to know the old ways: the tree is changed before anybody reads it, the file is not.
 */
#include "config/parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/edits.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/removed.h"
#include "data/value.h"

enum { DEEPEST = 40 };

struct modern {
	struct complaints *c;
	const struct gathered *g;
	const char *subject;
	const struct value *place;      /* the text that is being changed */
};

static void modern_told(void *context, size_t offset, const char *message)
{
	struct modern *m = context;

	(void)offset;
	complain_warning(m->c, m->g->file, m->place, "%s: %s (gantry lint --fix rewrites it)", m->subject,
			 message);
}

static void change_text(struct modern *m, struct value *v)
{
	struct edits ed = { .a = m->c->a, .text = v->string };

	if (!strstr(v->string.at, ".prNumber") && !strstr(v->string.at, "secrets."))
		return;
	m->place = v;
	removed_names(&ed, false, modern_told, m);
	if (ed.list.count)
		v->string = edits_apply(&ed);
}

static void change_tree(struct modern *m, struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING)
		change_text(m, v);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		change_tree(m, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		change_tree(m, v->map.members[i].value, depth + 1);
}

static void change_commit(struct modern *m, const struct value *step, bool in_task)
{
	struct value *config = value_get(step, "config"), *message;
	const struct value_member *old = value_member(config, "messageFromSteps");

	if (strcmp(value_text(value_get(step, "uses"), ""), "git-commit") != 0 || !old ||
	    value_get(config, "message") || !value_is(old->value, VALUE_LIST) ||
	    !value_count(old->value))
		return;
	m->place = &(struct value){ .line = old->line, .column = old->column };
	modern_told(m, 0, "messageFromSteps is message now");
	message = value_string(m->c->a, removed_message(m->c->a, old->value, in_task));
	message->line = old->line;
	message->column = old->column;
	value_remove(config, "messageFromSteps");
	value_set(m->c->a, config, "message", message);
}

/* Sets a member in the place of another. */
static void replace_member(struct modern *m, struct value *map, const struct value_member *old,
			   const char *new, struct value *v)
{
	v->line = old->line;
	v->column = old->column;
	value_remove(map, old->key.at);
	value_set(m->c->a, map, new, v);
}

/* …FromStep: a field that named a step is an expression now. */
static void change_from_step(struct modern *m, struct value *map, bool in_task)
{
	for (size_t i = 0; i < map->map.count; i++) {
		const struct value_member old = map->map.members[i];
		const struct removed_field *f = removed_field_find(old.key.at);

		if (!f || !value_is(old.value, VALUE_STRING) || value_get(map, f->new))
			continue;
		m->place = &(struct value){ .line = old.line, .column = old.column };
		modern_told(m, 0, str_format(m->c->a, "%s is %s now", f->old, f->new));
		replace_member(m, map, &old, f->new,
			       value_string(m->c->a, removed_field_value(m->c->a, f, old.value->string.at,
									 in_task)));
		i = SIZE_MAX;   /* members have moved; each pass takes one away */
	}
}

static void change_from_steps(struct modern *m, struct value *v, bool in_task, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_MAP)
		change_from_step(m, v, in_task);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		change_from_steps(m, v->list.items[i], in_task, depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		change_from_steps(m, v->map.members[i].value, in_task, depth + 1);
}

static struct value *updated_image(struct modern *m, const struct value *image)
{
	const char *value = removed_image_value(m->c->a, value_text(value_get(image, "image"), ""),
						value_text(value_get(image, "value"), ""),
						value_path_text(image, "fromOrigin.name", ""));
	struct value *made = value_map(m->c->a);

	if (!value || !value_get(image, "key"))
		return NULL;
	value_set(m->c->a, made, "key", value_get(image, "key"));
	value_set(m->c->a, made, "value", value_string(m->c->a, value));
	made->line = image->line;
	made->column = image->column;
	return made;
}

/* helm-update-image set values of a file, as yaml-update does. */
static void change_helm_update(struct modern *m, struct value *step)
{
	struct value *config = value_get(step, "config"), *updates = value_list(m->c->a);
	const struct value_member *images = value_member(config, "images");

	if (strcmp(value_text(value_get(step, "uses"), ""), "helm-update-image") != 0 || !images)
		return;
	for (size_t i = 0; i < value_count(images->value); i++) {
		struct value *made = updated_image(m, value_at(images->value, i));

		if (!made)
			return;
		value_append(m->c->a, updates, made);
	}
	m->place = value_get(step, "uses");
	modern_told(m, 0, "helm-update-image is yaml-update now");
	replace_member(m, step, value_member(step, "uses"), "uses",
		       value_string(m->c->a, "yaml-update"));
	replace_member(m, config, images, "updates", updates);
}

static void modernise_steps(struct modern *m, bool is_stage)
{
	const struct value *steps = value_path(
		m->g->object, is_stage ? "spec.promotionTemplate.spec.steps" : "spec.steps");

	for (size_t i = 0; value_is(steps, VALUE_LIST) && i < value_count(steps); i++) {
		struct value *step = value_at(steps, i);

		change_commit(m, step, !is_stage);
		change_helm_update(m, step);
		change_from_steps(m, value_get(step, "config"), !is_stage, 0);
		change_tree(m, value_get(step, "if"), 0);
		change_tree(m, value_get(step, "vars"), 0);
		change_tree(m, value_get(step, "config"), 0);
	}
	change_tree(m, value_path(m->g->object, "spec.vars"), 0);
	change_tree(m, value_path(m->g->object, "spec.promotionTemplate.spec.vars"), 0);
	change_tree(m, value_path(m->g->object, "spec.verification.args"), 0);
}

/* One field that held tags and the list of regular expressions that takes its place. */
struct tag_field {
	const char *old, *new;
	bool is_regex;
};

static void modern_add_tag(struct modern *m, const struct tag_field *f, struct value *all,
			   const struct value *v)
{
	const char *text = value_text(v, ""), *wrong;
	struct value *made;

	if (!value_is(v, VALUE_STRING))
		complain_error(m->c, m->g->file, v, "%s: %s: must be a text: put it in quotes", m->subject,
			       f->old);
	if (!*text)
		return;
	wrong = f->is_regex ? format_wrong(m->c->a, FIELD_REGEX, text) : NULL;
	if (wrong)
		complain_error(m->c, m->g->file, v, "%s: %s: %s", m->subject, f->old, wrong);
	made = value_string(m->c->a, f->is_regex ? text : removed_tag_regex(m->c->a, text));
	made->line = v->line;
	made->column = v->column;
	value_append(m->c->a, all, made);
}

/* Puts the tags at the end of the list. Digest followed one tag, whatever these fields said. */
static void move_tags(struct modern *m, const struct tag_field *f, struct value *spec)
{
	const struct value_member *old = value_member(spec, f->old);
	const struct value *tags = old ? old->value : NULL;
	struct value *all = value_list(m->c->a);
	const struct value *present = value_get(spec, f->new);

	if (!tags)
		return;
	all->line = old->line;
	all->column = old->column;
	for (size_t i = 0; value_is(present, VALUE_LIST) && i < value_count(present); i++)
		value_append(m->c->a, all, value_at(present, i));
	for (size_t i = 0; value_is(tags, VALUE_LIST) && i < value_count(tags); i++)
		modern_add_tag(m, f, all, value_at(tags, i));
	if (!value_is(tags, VALUE_LIST) && tags->kind != VALUE_NULL)
		modern_add_tag(m, f, all, tags);
	value_remove(spec, f->old);
	if (value_count(all) &&
	    strcmp(value_text(value_get(spec, "imageSelectionStrategy"), ""), "Digest") != 0)
		value_set(m->c->a, spec, f->new, all);
}

static void modernise_warehouse(struct modern *m)
{
	static const char *const kinds[] = { "image", "git" };
	static const struct tag_field tag_fields[] = {
		{ "allowTags", "allowTagsRegexes", true },
		{ "ignoreTags", "ignoreTagsRegexes", false },
	};
	const struct value *list = value_path(m->g->object, "spec.subscriptions");

	for (size_t i = 0; value_is(list, VALUE_LIST) && i < value_count(list); i++)
		for (size_t j = 0; j < COUNTOF(kinds); j++) {
			struct value *spec = value_get(value_at(list, i), kinds[j]);
			const struct value_member *old;

			if (!value_is(spec, VALUE_MAP))
				continue;
			for (size_t k = 0; k < COUNTOF(tag_fields); k++)
				move_tags(m, &tag_fields[k], spec);
			old = j == 0 ? value_member(spec, "semverConstraint") : NULL;
			if (old && !*value_text(value_get(spec, "constraint"), ""))
				replace_member(m, spec, old, "constraint", old->value);
		}
}

void modernise(struct gathered *g, struct complaints *c)
{
	bool is_stage = strcmp(g->kind, "Stage") == 0;
	struct modern m = { .c = c, .g = g };

	m.subject = str_format(c->a, "%c%s %s", letter_lower(g->kind[0]), g->kind + 1, g->name);
	if (is_stage || has_suffix(g->kind, "PromotionTask"))
		modernise_steps(&m, is_stage);
	if (strcmp(g->kind, "Warehouse") == 0)
		modernise_warehouse(&m);
}
