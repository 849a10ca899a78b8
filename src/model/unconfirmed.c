/* SPDX-License-Identifier: Apache-2.0 */
/* A git-push step has an output as soon as its push arrived, and keeps it when the promotion begins again. */
#include "model/unconfirmed.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/stage.h"
#include "model/world.h"

enum { SHOWN_DIGITS = 7 };

static bool is_commit(const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	return !text[len] && (len == 40 || len == 64);
}

bool pushed_commits(struct arena *a, const struct value *steps, const struct value *state,
		    struct list *commits)
{
	size_t before = commits->count;

	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);
		const struct value *output = value_get(state, value_path_text(step, "as", ""));
		const char *commit = value_path_text(output, "commit", "");

		if (strcmp(value_path_text(step, "uses", ""), "git-push") == 0 && is_commit(commit))
			list_add(a, commits, commit);
	}
	return commits->count > before;
}

bool promotion_unconfirmed(struct arena *a, const struct promotion *p, struct list *commits)
{
	return promotion_is_over(p) && p->phase != PHASE_SUCCEEDED &&
	       pushed_commits(a, value_path(p->object, "spec.steps"),
			      value_path(p->object, "status.state"), commits);
}

const char *unconfirmed_text(struct arena *a, const struct list *commits)
{
	const char *all = "";

	assert(commits->count);
	for (size_t i = 0; i < commits->count; i++)
		all = str_format(a, "%s%s%.*s", all, i ? ", " : "", SHOWN_DIGITS,
				 (const char *)commits->items[i]);
	return str_format(a, "pushed %s, not confirmed", all);
}

const char *promotion_unconfirmed_text(struct arena *a, const struct promotion *p)
{
	struct list commits = { 0 };

	return p && promotion_unconfirmed(a, p, &commits) ? unconfirmed_text(a, &commits) : NULL;
}

const char *promotion_outcome(struct arena *a, const struct promotion *p)
{
	const char *pushed = promotion_unconfirmed_text(a, p);

	if (!pushed)
		return p->message;
	return *p->message ? str_format(a, "%s; %s", p->message, pushed) : pushed;
}

static bool is_superseded(const struct world *w, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (w->promotions[i]->phase == PHASE_SUCCEEDED &&
		    strcmp(w->promotions[i]->stage, w->promotions[index]->stage) == 0)
			return true;
	return false;
}

void world_fill_unconfirmed(struct arena *a, struct world *w)
{
	/* Few promotions fail after a push: only those are looked up. */
	for (size_t i = 0; i < w->npromotions; i++) {
		struct list commits = { 0 };
		struct promotion *p = w->promotions[i];

		if (!promotion_unconfirmed(a, p, &commits) || is_superseded(w, i))
			continue;
		for (size_t k = 0; k < w->nstages; k++)
			if (!w->stages[k]->unconfirmed && strcmp(w->stages[k]->name, p->stage) == 0)
				w->stages[k]->unconfirmed = p;
	}
}
