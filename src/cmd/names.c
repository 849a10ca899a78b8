/* SPDX-License-Identifier: Apache-2.0 */
/* A misspelt name is never taken for another: the nearest is only suggested. */
#include "cmd/names.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "config/field.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { LEAST_BEGINNING = 4 };

const char *names_hint(struct arena *a, const struct list *names, const char *name, const char *otherwise)
{
	struct field_def *fields = arena_array(a, names->count + 1, sizeof(*fields));
	const char *nearest;

	for (size_t i = 0; i < names->count; i++)
		fields[i].name = names->items[i];
	nearest = field_nearest(fields, name);
	return nearest ? str_format(a, "; did you mean %s?", nearest) : otherwise;
}

static void names_add(struct arena *a, struct list *names, const char *name)
{
	list_add(a, names, (void *)(uintptr_t)name);
}

bool find_stage(struct arena *a, const struct world *w, const char *name, const struct stage **out,
		struct err *e)
{
	struct list names = { 0 };

	*out = world_stage(w, name);
	if (*out)
		return true;
	for (size_t i = 0; i < w->nstages; i++)
		names_add(a, &names, w->stages[i]->name);
	return err_set(e, ERR_NAME, "no stage \"%s\"%s", name,
		       names_hint(a, &names, name, "; gantry get stages lists them"));
}

bool find_warehouse(struct arena *a, const struct world *w, const char *name, const struct warehouse **out,
		    struct err *e)
{
	struct list names = { 0 };

	*out = world_warehouse(w, name);
	if (*out)
		return true;
	for (size_t i = 0; i < w->nwarehouses; i++)
		names_add(a, &names, w->warehouses[i]->name);
	return err_set(e, ERR_NAME, "no warehouse \"%s\"%s", name,
		       names_hint(a, &names, name, "; gantry get warehouses lists them"));
}

/* How many pieces of freight have this version, or an image with this tag; *out: one of them. */
static size_t names_of_version(struct arena *a, const struct world *w, const char *version,
			       const struct freight **out)
{
	size_t count = 0;

	for (size_t i = 0; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];
		bool has = strcmp(freight_version(a, f), version) == 0;

		for (size_t j = 0; j < f->nimages; j++)
			has = has || same_text(f->images[j].tag, version);
		if (has && count++ == 0)
			*out = f;
	}
	return count;
}

bool find_freight(struct arena *a, const struct world *w, const char *text, const struct freight **out,
		  struct err *e)
{
	struct list names = { 0 };
	size_t count;

	*out = world_find_freight(w, text);
	if (*out)
		return true;
	count = names_of_version(a, w, text, out);
	if (count == 1)
		return true;
	if (count > 1)
		return err_set(e, ERR_USAGE, "%zu pieces of freight have version %s; name one: gantry get "
			       "freight lists them", count, text);
	for (size_t i = 0; i < w->nfreight; i++)
		names_add(a, &names, freight_label(a, w->freight[i]));
	return err_set(e, ERR_NAME, "no freight \"%s\"%s", text,
		       names_hint(a, &names, text, "; gantry get freight lists it"));
}

static const struct promotion *names_newest_of(const struct world *w, const char *stage)
{
	for (size_t i = 0; i < w->npromotions; i++)
		if (strcmp(w->promotions[i]->stage, stage) == 0)
			return w->promotions[i];
	return NULL;
}

bool find_promotion(struct arena *a, const struct world *w, const char *text, const struct promotion **out,
		    struct err *e)
{
	const struct stage *s = world_stage(w, text), *near;
	const struct promotion *begins = NULL;
	size_t count = 0;

	*out = world_promotion(w, text);
	if (!*out && s) {
		*out = world_promotion_in(w, text);
		*out = *out ? *out : names_newest_of(w, text);
		return *out || err_set(e, ERR_REFUSED, "nothing was ever promoted into %s", text);
	}
	for (size_t i = 0; !*out && i < w->npromotions; i++)
		if (has_prefix(w->promotions[i]->name, text)) {
			begins = w->promotions[i];
			count++;
		}
	if (!*out && count == 1 && strlen(text) >= LEAST_BEGINNING)
		*out = begins;
	if (*out)
		return true;
	if (count > 1)
		return err_set(e, ERR_NAME, "%zu promotions begin with \"%s\"", count, text);
	if (!strchr(text, '.'))
		return find_stage(a, w, text, &near, e);
	return err_set(e, ERR_NAME, "no promotion \"%s\"; gantry get promotions lists them", text);
}

bool find_stage_of_words(const struct command *c, const struct world *w, const struct stage **out,
			 struct err *e)
{
	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one stage");
	return find_stage(c->arena, w, c->words[0], out, e);
}
