/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipelines written for Kargo 1.2 run as their authors meant. Nothing further down
 * has to know the old ways: the tree is changed before anybody reads it, the file is not.
 */
#include "config/modern.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/edits.h"
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

static void told(void *context, size_t offset, const char *message)
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
	removed_names(&ed, false, told, m);
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
	told(m, 0, "messageFromSteps is message now");
	message = value_string(m->c->a, removed_message(m->c->a, old->value, in_task));
	message->line = old->line;
	message->column = old->column;
	value_remove(config, "messageFromSteps");
	value_set(m->c->a, config, "message", message);
}

void modernise(struct gathered *g, struct complaints *c)
{
	bool is_stage = strcmp(g->kind, "Stage") == 0;
	struct modern m = { .c = c, .g = g };
	const struct value *steps;

	if (!is_stage && !has_suffix(g->kind, "PromotionTask"))
		return;
	m.subject = str_format(c->a, "%c%s %s", letter_lower(g->kind[0]), g->kind + 1, g->name);
	steps = value_path(g->object, is_stage ? "spec.promotionTemplate.spec.steps" : "spec.steps");
	for (size_t i = 0; i < value_count(steps); i++) {
		struct value *step = value_at(steps, i);

		change_commit(&m, step, !is_stage);
		change_tree(&m, value_get(step, "if"), 0);
		change_tree(&m, value_get(step, "vars"), 0);
		change_tree(&m, value_get(step, "config"), 0);
	}
	change_tree(&m, value_path(g->object, "spec.vars"), 0);
	change_tree(&m, value_path(g->object, "spec.promotionTemplate.spec.vars"), 0);
	change_tree(&m, value_path(g->object, "spec.verification.args"), 0);
}
