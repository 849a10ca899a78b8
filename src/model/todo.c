/* SPDX-License-Identifier: Apache-2.0 */
/* Made of the functions that the board's sentences are made of, so that they agree. */
#include "model/todo.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/next_freight.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"

enum { MOST_OF_A_STAGE = TODO_PROMOTE + 1 };

/* A world may hold a thousand stages and as many promotions: each is looked at once. */
struct todo_stage {
	const struct stage *stage;
	const struct promotion *newest; /* NULL: none */
	bool busy;                      /* one is pending or running */
};

struct todos {
	struct arena *a;
	const struct world *w;
	int64_t now;
	struct todo_stage *index;    /* of the stages, by name */
	struct todo *items;
	size_t count;
};

const char *todo_word(enum todo_kind kind)
{
	static const char *const words[] = {
		[TODO_FAILED] = "failed", [TODO_UNHEALTHY] = "unhealthy", [TODO_HELD] = "held",
		[TODO_PROMOTE] = "promote", [TODO_MANIFESTS] = "manifests",
	};

	return words[kind];
}

static int by_name(const void *a, const void *b)
{
	const struct todo_stage *x = a, *y = b;

	return strcmp(x->stage->name, y->stage->name);
}

static struct todo_stage *todo_stage_of(const struct todos *t, const char *stage)
{
	const struct stage named = { .name = stage };
	const struct todo_stage key = { .stage = &named };

	return bsearch(&key, t->index, t->w->nstages, sizeof(key), by_name);
}

static void todo_look_up(struct todos *t)
{
	t->index = arena_array(t->a, t->w->nstages + 1, sizeof(*t->index));
	for (size_t i = 0; i < t->w->nstages; i++)
		t->index[i] = (struct todo_stage){ t->w->stages[i], NULL, false };
	qsort(t->index, t->w->nstages, sizeof(*t->index), by_name);
	for (size_t i = 0; i < t->w->npromotions; i++) {
		const struct promotion *p = t->w->promotions[i];
		struct todo_stage *at = todo_stage_of(t, p->stage);

		if (!at)
			continue;
		at->newest = at->newest ? at->newest : p;
		at->busy = at->busy || !promotion_is_over(p);
	}
}

/* The stage's newest promotion, when it left the stage failed. */
static const struct promotion *failure_of(const struct todos *t, const struct stage *s)
{
	const struct promotion *p = todo_stage_of(t, s->name)->newest;

	return p && stage_failed_with(t->w, s, p) ? p : NULL;
}

static struct todo *add_todo(struct todos *t, enum todo_kind kind, const struct stage *s,
			     const char *text)
{
	struct todo *item = &t->items[t->count++];

	*item = (struct todo){ .kind = kind, .stage = s, .text = text };
	return item;
}

static const char *ago(struct todos *t, int64_t at)
{
	return clock_age(t->a, t->now > at ? t->now - at : 0);
}

static void todo_failed(struct todos *t, const struct stage *s)
{
	const struct promotion *p = failure_of(t, s);
	const struct freight *f = p ? world_freight(t->w, p->freight) : NULL;
	struct auto_outlook outlook;
	struct todo *item;

	if (!f)
		return;
	auto_outlook(t->w, s, f, t->now, &outlook);
	if (outlook.state == AUTO_LATER || outlook.state == AUTO_NEXT || todo_stage_of(t, s->name)->busy)
		return;
	item = add_todo(t, TODO_FAILED, s,
			str_format(t->a, "%s not taken %s ago: %s", freight_label(t->a, f),
				   ago(t, p->finished_at), promotion_cause(t->a, p)));
	item->freight = f;
	item->promotion = p;
}

static void todo_unhealthy(struct todos *t, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const char *verified = runs && runs->verification ? runs->verification : "";

	if (strcmp(verified, "Failed") == 0 || strcmp(verified, "Error") == 0)
		add_todo(t, TODO_UNHEALTHY, s,
			 runs->verification_message
				 ? str_format(t->a, "verification failed: %s", runs->verification_message)
				 : "verification failed");
	else if (s->health == HEALTH_UNHEALTHY)
		add_todo(t, TODO_UNHEALTHY, s,
			 s->nissues ? s->issues[0] : "its applications are not healthy");
}

static void todo_held(struct todos *t, const struct stage *s)
{
	if (s->nholds)
		add_todo(t, TODO_HELD, s,
			 str_format(t->a, "auto-promotion is held for %s, by %s",
				    ago(t, s->holds[0].created_at),
				    s->holds[0].actor && *s->holds[0].actor ? s->holds[0].actor
									    : "nobody known"));
}

/* Only where nothing else is in the way: what failed is listed as failed. */
static void todo_promote(struct todos *t, const struct stage *s)
{
	if (s->auto_promotion || stage_is_control_flow(s) || todo_stage_of(t, s->name)->busy ||
	    failure_of(t, s))
		return;
	for (size_t i = 0; i < s->nrequests; i++) {
		struct next_freight next;

		next_freight(t->w, s, &s->requests[i], t->now, &next);
		if (!next.open)
			continue;
		add_todo(t, TODO_PROMOTE, s,
			 str_format(t->a, "can take %s %s", freight_label(t->a, next.open),
				    freight_version(t->a, next.open)))->freight = next.open;
		return;
	}
}

size_t todo_list(struct arena *a, const struct world *w, int64_t now, struct todo **out)
{
	static void (*const looks[])(struct todos *, const struct stage *) = {
		todo_failed, todo_unhealthy, todo_held, todo_promote,
	};
	struct todos t = { .a = a, .w = w, .now = now };

	todo_look_up(&t);
	t.items = arena_array(a, w->nstages * MOST_OF_A_STAGE + w->ncomplaints + 1, sizeof(*t.items));
	for (size_t look = 0; !w->loading && look < COUNTOF(looks); look++)
		for (size_t i = 0; i < w->nstages; i++)
			if (w->stages[i]->object)
				looks[look](&t, w->stages[i]);
	for (size_t i = 0; i < w->ncomplaints; i++)
		if (w->complaints[i].is_error)
			add_todo(&t, TODO_MANIFESTS, NULL,
				 str_format(a, "%s:%u: %s", w->complaints[i].file, w->complaints[i].line,
					    w->complaints[i].message));
	*out = t.items;
	return t.count;
}
