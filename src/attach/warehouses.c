/* SPDX-License-Identifier: Apache-2.0 */
/* Each lies in a part of its own: a look of one warehouse costs nothing of the others. */
#include "attach/warehouses.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "model/attachment.h"

struct attached_warehouse {
	struct part *part;
	struct warehouse_view view;     /* in the part */
};

struct attach_warehouses {
	struct attached_warehouse *items;
	size_t count, room;
};

struct attach_warehouses *attach_warehouses_new(void)
{
	struct attach_warehouses *w = xmalloc(sizeof(*w));

	*w = (struct attach_warehouses){ .count = 0 };
	return w;
}

void attach_warehouses_free(struct attach_warehouses *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->count; i++)
		part_release(w->items[i].part);
	free(w->items);
	free(w);
}

static const struct value *warehouse_condition(const struct value *status, const char *type)
{
	const struct value *all = value_get(status, "conditions");

	for (size_t i = 0; value_is(all, VALUE_LIST) && i < all->list.count; i++)
		if (strcmp(value_text(value_get(all->list.items[i], "type"), ""), type) == 0)
			return all->list.items[i];
	return NULL;
}

static int64_t warehouse_time(const struct value *v, const char *path)
{
	int64_t at;

	return clock_parse(value_path_text(v, path, ""), &at) ? at : 0;
}

/* A failed look shows as not healthy; Reconciling says only that one is under way. */
static void warehouse_note_failure(struct arena *a, const struct value *status, struct warehouse_view *v)
{
	const struct value *healthy = warehouse_condition(status, "Healthy");

	if (strcmp(value_text(value_get(healthy, "status"), ""), "False") != 0)
		return;
	v->error = str_line(a, value_text(value_get(healthy, "message"), "it fails"), 1000);
	v->failing_since = warehouse_time(healthy, "lastTransitionTime");
	if (!v->failing_since)
		v->failing_since = v->looked_at ? v->looked_at : 1;
}

static struct attached_warehouse warehouse_read_status(const struct value *object)
{
	struct attached_warehouse made = { .part = part_new() };
	struct arena *a = part_arena(made.part);
	const struct value *status = value_get(object, "status");
	struct value *found = value_copy(a, value_get(status, "discoveredArtifacts"));
	struct value *freight = value_copy(a, value_get(status, "lastFreightID"));

	made.view.name = str_copy(a, value_path_text(object, "metadata.name", ""));
	if (value_is(found, VALUE_MAP)) {
		if (value_is(freight, VALUE_STRING) && freight->string.len)
			value_set(a, found, "freight", freight);
		made.view.discovered = found;
		made.view.looked_at = warehouse_time(found, "discoveredAt");
	}
	warehouse_note_failure(a, status, &made.view);
	return made;
}

static struct attached_warehouse *warehouses_find(struct attach_warehouses *w, const char *name)
{
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->items[i].view.name, name) == 0)
			return &w->items[i];
	return NULL;
}

void attach_warehouses_put(struct attach_warehouses *w, const struct value *object)
{
	struct attached_warehouse made = warehouse_read_status(object);
	struct attached_warehouse *known = warehouses_find(w, made.view.name);

	if (known) {
		part_release(known->part);
		*known = made;
		return;
	}
	if (w->count == w->room) {
		w->room = w->room ? w->room * 2 : 4;
		w->items = xrealloc(w->items, w->room * sizeof(*w->items));
	}
	w->items[w->count++] = made;
}

void attach_warehouses_remove(struct attach_warehouses *w, const char *name)
{
	struct attached_warehouse *known = warehouses_find(w, name);

	if (!known)
		return;
	part_release(known->part);
	*known = w->items[--w->count];
}

const struct warehouse_view *attach_warehouses_make(struct attach_warehouses *w, struct part *part,
						    size_t *count)
{
	struct warehouse_view *out = arena_array(part_arena(part), w->count, sizeof(*out));

	for (size_t i = 0; i < w->count; i++) {
		out[i] = w->items[i].view;
		part_keep(part, part_acquire(w->items[i].part));
	}
	*count = w->count;
	return out;
}
