/* SPDX-License-Identifier: Apache-2.0 */
/* What stays where it is and only gets another name or shape. */
#include "config/fix_passes.h"

#include <string.h>

#include "base/str.h"
#include "config/fix_node.h"
#include "config/removed.h"
#include "data/yaml_tree.h"

struct tag_names {
	const char *old, *new;
	bool is_regex;
	const char *done;
};

static bool is_one_line(const struct yaml_node *scalar)
{
	return scalar->kind == YAML_SCALAR && scalar->style < YAML_LITERAL &&
	       !strchr(scalar->text.at, '\n');
}

static bool all_on_one_line(const struct yaml_node *value)
{
	if (value->kind != YAML_LIST)
		return is_one_line(value);
	for (size_t i = 0; i < value->count; i++)
		if (!is_one_line(value->items[i]))
			return false;
	return true;
}

/* Each element becomes a regular expression, where it was a tag. */
static void fix_tags(struct fix_document *d, const struct tag_names *n, const struct fix_member *m)
{
	fix_rename(d, m, n->new);
	if (m->value->kind == YAML_SCALAR && n->is_regex)
		fix_wrap(d, m->value, "[", "]");
	else if (m->value->kind == YAML_SCALAR)
		fix_replace(d, m->value->body, m->value->end,
			    str_format(d->a, "[%s]",
				       fix_quoted(d, removed_tag_regex(d->a, m->value->text.at), true)));
	for (size_t i = 0; m->value->kind == YAML_LIST && !n->is_regex && i < m->value->count; i++) {
		const struct yaml_node *tag = m->value->items[i];

		fix_replace(d, tag->body, tag->end,
			    fix_quoted(d, removed_tag_regex(d->a, tag->text.at), m->value->flow));
	}
	fix_done(d, m->key, n->done);
}

static bool is_nothing(const struct yaml_node *v)
{
	bool is_null = v->kind == YAML_SCALAR && v->style == YAML_PLAIN &&
		       (str_is(v->text, "null") || str_is(v->text, "~"));

	return is_null || (v->kind == YAML_SCALAR && v->text.len == 0) ||
	       (v->kind == YAML_LIST && v->count == 0);
}

static void fix_tag_field(struct fix_document *d, const struct tag_names *n,
			  const struct yaml_node *spec)
{
	bool follows = strcmp(fix_text(fix_get(spec, "imageSelectionStrategy")), "Digest") == 0;
	struct fix_member m, new;

	if (d->is_changed || !fix_find(spec, n->old, &m))
		return;
	if (is_nothing(m.value) || follows) {
		fix_remove(d, &m);
		fix_done(d, m.key, str_format(d->a, "%s said nothing and is gone", n->old));
	} else if (fix_find(spec, n->new, &new)) {
		fix_leave(d, m.key,
			  str_format(d->a, "%s is there, too: put both into one list by hand", n->new));
	} else if (m.value->kind == YAML_ALIAS || m.value->anchor || !all_on_one_line(m.value)) {
		fix_leave(d, m.key, str_format(d->a, "write %s by hand: this is not plain text", n->new));
	} else {
		fix_tags(d, n, &m);
	}
}

static void fix_constraint(struct fix_document *d, const struct yaml_node *image)
{
	struct fix_member old, new;

	if (d->is_changed || !fix_find(image, "semverConstraint", &old))
		return;
	if (fix_find(image, "constraint", &new)) {
		fix_remove(d, &old);
		fix_done(d, old.key, "constraint counts; semverConstraint is gone");
	} else {
		fix_rename(d, &old, "constraint");
		fix_done(d, old.key, "semverConstraint is constraint now");
	}
}

void fix_warehouse(struct fix_document *d, const struct yaml_node *object)
{
	static const struct tag_names names[] = {
		{ "allowTags", "allowTagsRegexes", true, "allowTags is allowTagsRegexes now, a list" },
		{ "ignoreTags", "ignoreTagsRegexes", false,
		  "ignoreTags is ignoreTagsRegexes now, regular expressions" },
	};
	const struct yaml_node *list = fix_path(object, "spec.subscriptions");

	for (size_t i = 0; i < fix_count(list) && !d->is_changed; i++) {
		fix_constraint(d, fix_get(list->items[i], "image"));
		for (size_t j = 0; j < COUNTOF(names); j++) {
			fix_tag_field(d, &names[j], fix_get(list->items[i], "image"));
			fix_tag_field(d, &names[j], fix_get(list->items[i], "git"));
		}
	}
}

void fix_policies(struct fix_document *d, const struct yaml_node *object)
{
	const struct yaml_node *list = fix_path(object, "spec.promotionPolicies");

	for (size_t i = 0; i < fix_count(list) && !d->is_changed; i++) {
		struct fix_member stage, selector;

		if (!fix_find(list->items[i], "stage", &stage) ||
		    fix_find(list->items[i], "stageSelector", &selector))
			continue;
		if (!is_one_line(stage.value)) {
			fix_leave(d, stage.key, "write stageSelector by hand: this is not plain text");
			continue;
		}
		fix_rename(d, &stage, "stageSelector");
		fix_wrap(d, stage.value, fix_open_map(d, "name"), "}");
		fix_done(d, stage.key, "stage is stageSelector: {name: …} now");
	}
}
