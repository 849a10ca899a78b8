/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removed constructs and what to write today. Each fixer looks at the tree and edits
 * the text; where a construct is written in a way that it can't be sure of, it leaves
 * it, and lint goes on warning.
 */
#include "config/fix.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/edits.h"
#include "config/removed.h"
#include "data/value.h"
#include "data/yaml.h"
#include "model/world.h"

struct fix {
	struct edits ed;
	const char *file;
	struct list documents;
	struct list *done;
};

static void note_done(struct fix *x, unsigned line, unsigned column, const char *message)
{
	struct complaint *c = arena_alloc(x->ed.a, sizeof(*c));

	*c = (struct complaint){ .file = x->file, .line = line, .column = column, .message = message };
	list_add(x->ed.a, x->done, c);
}

/* Renames the key where it is written as it reads. */
static bool rename_key(struct fix *x, const struct value_member *m, const char *new)
{
	size_t start = edits_offset(&x->ed, m->line, m->column);

	if (start == SIZE_MAX || x->ed.text.len - start < m->key.len ||
	    memcmp(x->ed.text.at + start, m->key.at, m->key.len) != 0)
		return false;
	edits_replace(&x->ed, start, start + m->key.len, new);
	return true;
}

static void fix_warehouse(struct fix *x, const struct value *object)
{
	const struct value *list = value_path(object, "spec.subscriptions");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *image = value_get(value_at(list, i), "image");
		const struct value_member *old = value_member(image, "semverConstraint");

		if (old && !value_get(image, "constraint") && rename_key(x, old, "constraint"))
			note_done(x, old->line, old->column, "semverConstraint is constraint now");
	}
}

/* stage: x becomes stageSelector: {name: x}. */
static void fix_policies(struct fix *x, const struct value *object)
{
	const struct value *list = value_path(object, "spec.promotionPolicies");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value_member *old = value_member(value_at(list, i), "stage");
		size_t start, end;

		if (!old || value_get(value_at(list, i), "stageSelector"))
			continue;
		start = edits_offset(&x->ed, old->value->line, old->value->column);
		end = edits_scalar_end(&x->ed, start, old->value);
		if (end == SIZE_MAX || !rename_key(x, old, "stageSelector"))
			continue;
		edits_replace(&x->ed, start, start, "{name: ");
		edits_replace(&x->ed, end, end, "}");
		note_done(x, old->line, old->column, "stage is stageSelector: {name: …} now");
	}
}

static bool has_config(const struct fix *x, const char *name)
{
	for (size_t i = 0; i < x->documents.count; i++) {
		const struct value *v = x->documents.items[i];

		if (strcmp(value_text(value_get(v, "kind"), ""), "ProjectConfig") == 0 &&
		    strcmp(value_path_text(v, "metadata.name", ""), name) == 0)
			return true;
	}
	return false;
}

/* The Project's spec, which comes last, becomes a ProjectConfig's: it only needs a head. */
static void fix_project(struct fix *x, const struct value *object)
{
	const struct value_member *spec = value_member(object, "spec");
	const char *name = value_path_text(object, "metadata.name", "");
	size_t start;

	if (!spec || !value_get(spec->value, "promotionPolicies") || value_count(spec->value) != 1 ||
	    has_config(x, name) || spec != &object->map.members[object->map.count - 1])
		return;
	start = edits_offset(&x->ed, spec->line, spec->column);
	if (spec->column != 1 || start == SIZE_MAX)
		return;
	edits_replace(&x->ed, start, start,
		      str_format(x->ed.a, "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\n"
				 "metadata:\n  name: %s\n  namespace: %s\n", name, name));
	note_done(x, spec->line, spec->column, "promotionPolicies stand in a ProjectConfig now");
}

/* Where the list's text ends: its last element, and the bracket of a flow list. */
static size_t list_end(struct fix *x, size_t start, const struct value *list)
{
	const struct value *last = value_at(list, value_count(list) - 1);
	size_t end = edits_scalar_end(&x->ed, edits_offset(&x->ed, last->line, last->column), last);

	if (end == SIZE_MAX || x->ed.text.at[start] != '[')
		return end;
	while (end < x->ed.text.len && x->ed.text.at[end] &&
	       strchr(" \t\r\n,", x->ed.text.at[end]))
		end++;
	return end < x->ed.text.len && x->ed.text.at[end] == ']' ? end + 1 : SIZE_MAX;
}

/* git-commit took its message from the steps named; now it says so itself. */
static void fix_commit(struct fix *x, const struct value *step, bool in_task)
{
	const struct value *config = value_get(step, "config");
	const struct value_member *old = value_member(config, "messageFromSteps");
	size_t start, end;

	if (strcmp(value_text(value_get(step, "uses"), ""), "git-commit") != 0 || !old ||
	    value_get(config, "message") || !value_count(old->value) ||
	    !value_is(old->value, VALUE_LIST))
		return;
	start = edits_offset(&x->ed, old->value->line, old->value->column);
	end = start == SIZE_MAX ? SIZE_MAX : list_end(x, start, old->value);
	start = edits_offset(&x->ed, old->line, old->column);
	if (start == SIZE_MAX || end == SIZE_MAX)
		return;
	edits_replace(&x->ed, start, end, str_format(x->ed.a, "message: \"%s\"",
						       removed_message(x->ed.a, old->value, in_task)));
	note_done(x, old->line, old->column, "messageFromSteps is message now");
}

static void fix_steps(struct fix *x, const struct value *object)
{
	bool in_task = strcmp(value_text(value_get(object, "kind"), ""), "Stage") != 0;
	const struct value *steps = value_path(
		object, in_task ? "spec.steps" : "spec.promotionTemplate.spec.steps");

	for (size_t i = 0; i < value_count(steps); i++)
		fix_commit(x, value_at(steps, i), in_task);
}

static const struct {
	const char *kind;
	void (*fix)(struct fix *x, const struct value *object);
} fixers[] = {
	{ "Warehouse", fix_warehouse },       { "Project", fix_policies },
	{ "Project", fix_project },           { "ProjectConfig", fix_policies },
	{ "Stage", fix_steps },               { "PromotionTask", fix_steps },
	{ "ClusterPromotionTask", fix_steps },
};

static void told_text(void *context, size_t offset, const char *message)
{
	struct fix *x = context;
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		column = x->ed.text.at[i] == '\n' ? 1 : column + 1;
		line += x->ed.text.at[i] == '\n';
	}
	note_done(x, line, column, message);
}

bool fix_file(struct arena *a, const struct config_file *file, struct str *out, struct list *done,
	      struct err *e)
{
	struct list after = { 0 }, told = { 0 };
	struct fix x = { .ed = { .a = a, .text = file->text }, .file = file->name, .done = &told };

	*out = file->text;
	if (has_suffix(file->name, ".json"))
		return true;
	if (!yaml_parse(a, file->name, file->text.at, file->text.len, &x.documents, e))
		return false;
	for (size_t i = 0; i < x.documents.count; i++) {
		const struct value *v = x.documents.items[i];
		const char *kind = value_text(value_get(v, "kind"), "");

		for (size_t j = 0; j < COUNTOF(fixers); j++)
			if (value_is(v, VALUE_MAP) && strcmp(fixers[j].kind, kind) == 0)
				fixers[j].fix(&x, v);
	}
	removed_names(&x.ed, true, told_text, &x);
	if (!x.ed.list.count)
		return true;
	struct str text = edits_apply(&x.ed);
	if (!yaml_parse(a, file->name, text.at, text.len, &after, e))
		return err_wrap(e, "the rewritten file would not read");
	for (size_t i = 0; i < told.count; i++)
		list_add(a, done, told.items[i]);
	*out = text;
	return true;
}
