/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state from all the files of a tree at once; state_put() is for one more. Paths sort
 * otherwise than names ("uat-eu.json" comes before "uat.json"), hence the sorting.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "model/state.h"
#include "model/state_put.h"

static const struct state_object *
state_read_object_of(struct arena *a, const struct state_change *f, const char *name)
{
	struct state_object *o = arena_alloc(a, sizeof(*o));

	o->name = name;
	o->object = f->object;
	return o;
}

static int by_object_name(const void *left, const void *right)
{
	return strcmp((*(const struct state_object *const *)left)->name,
		      (*(const struct state_object *const *)right)->name);
}

static int by_stage_name(const void *left, const void *right)
{
	return strcmp((*(const struct state_stage *const *)left)->name,
		      (*(const struct state_stage *const *)right)->name);
}

/* The stage at the end of the list, or a new one; files come in the order of their paths. */
static struct state_stage *stage_at_end(struct arena *a, struct list *stages, const char *name)
{
	struct state_stage *last = stages->count ? stages->items[stages->count - 1] : NULL;

	if (last && strcmp(last->name, name) == 0)
		return last;
	last = arena_alloc(a, sizeof(*last));
	last->name = name;
	list_add(a, stages, last);
	return last;
}

/* The files of one folder. */
struct state_folder {
	const struct state_path *paths;
	const struct state_change *files;
	size_t count;
};

static const struct state_object **state_read_objects(struct arena *a, const struct state_folder *f)
{
	const struct state_object **out = arena_array(a, f->count, sizeof(*out));

	for (size_t i = 0; i < f->count; i++)
		out[i] = state_read_object_of(a, &f->files[i], f->paths[i].name);
	qsort(out, f->count, sizeof(*out), by_object_name);
	return out;
}

static void add_promotions(struct arena *a, const struct state_folder *f, struct list *stages)
{
	struct state_stage *s = stage_at_end(a, stages, f->paths[0].folder);

	s->promotions = state_read_objects(a, f);
	s->npromotions = f->count;
}

static void add_bucket(struct arena *a, const struct state_folder *f, struct state *s)
{
	struct state_bucket *b = arena_alloc(a, sizeof(*b));

	b->items = state_read_objects(a, f);
	b->count = f->count;
	s->freight[f->paths[0].bucket] = b;
	s->nfreight += b->count;
}

/* Two lists of stages, those with promotions and those with a status, into one. */
static void merge_stages(struct arena *a, struct list *promoted, struct list *known,
			 struct state *s)
{
	size_t i = 0, j = 0;

	if (promoted->count > 0)
		qsort(promoted->items, promoted->count, sizeof(void *), by_stage_name);
	if (known->count > 0)
		qsort(known->items, known->count, sizeof(void *), by_stage_name);
	s->stages = arena_array(a, promoted->count + known->count + 1, sizeof(*s->stages));
	while (i < promoted->count || j < known->count) {
		struct state_stage *p = i < promoted->count ? promoted->items[i] : NULL;
		struct state_stage *k = j < known->count ? known->items[j] : NULL;
		int order = !p ? 1 : !k ? -1 : strcmp(p->name, k->name);
		if (order == 0)
			p->object = k->object;
		s->stages[s->nstages++] = order <= 0 ? p : k;
		i += order <= 0;
		j += order >= 0;
	}
}

bool state_read(struct arena *a, const struct state_change *files, size_t count,
		const struct state **out, struct err *e)
{
	struct state *s = arena_alloc(a, sizeof(*s));
	struct state_path *paths = arena_array(a, count + 1, sizeof(*paths));
	struct list promoted = { 0 }, known = { 0 };
	size_t end;

	for (size_t i = 0; i < count; i++)
		if (!state_path_read(a, files[i].path, &paths[i], e))
			return false;
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && paths[end].kind == paths[i].kind &&
		     same_text(paths[end].folder, paths[i].folder); end++)
			;
		const struct state_folder folder = { &paths[i], &files[i], end - i };
		if (paths[i].kind == STATE_PROMOTION) {
			add_promotions(a, &folder, &promoted);
		} else if (paths[i].kind == STATE_FREIGHT) {
			add_bucket(a, &folder, s);
		} else {
			for (size_t j = i; j < end; j++)
				stage_at_end(a, &known, paths[j].name)->object = files[j].object;
		}
	}
	merge_stages(a, &promoted, &known, s);
	*out = s;
	return true;
}
