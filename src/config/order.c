/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order is that of scanning the names again and again, each time taking those whose upstream
 * stages are all taken. Which scan takes a stage follows from the scans that take those upstream of it,
 * so that time grows with the number of stages and not with its square.
 */
#include "config/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "model/stage.h"

struct order_node {
	struct stage *stage;
	size_t index;                   /* by name */
	size_t scan;                    /* which scan takes it */
	size_t waits;                   /* for how many stages upstream */
	struct list downstream;         /* struct order_node * */
	bool is_placed;
};

static int order_by_name(const void *a, const void *b)
{
	return strcmp((*(struct stage *const *)a)->name, (*(struct stage *const *)b)->name);
}

static int order_by_scan(const void *x, const void *y)
{
	const struct order_node *a = *(const struct order_node *const *)x;
	const struct order_node *b = *(const struct order_node *const *)y;

	if (a->scan != b->scan)
		return a->scan < b->scan ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* A stage that is not known is not waited for. */
static void order_link(struct arena *a, const struct map *known, struct order_node *n)
{
	for (size_t r = 0; r < n->stage->nrequests; r++)
		for (size_t i = 0; i < n->stage->requests[r].nstages; i++) {
			struct order_node *up = map_get(known, n->stage->requests[r].stages[i]);

			if (!up)
				continue;
			list_add(a, &up->downstream, n);
			n->waits++;
		}
}

/* Those downstream wait for one less; whoever waits for none is next. */
static void order_place(struct arena *a, struct order_node *n, struct list *placed)
{
	n->is_placed = true;
	for (size_t i = 0; i < n->downstream.count; i++) {
		struct order_node *down = n->downstream.items[i];
		size_t scan = n->scan + (n->index > down->index);

		if (scan > down->scan)
			down->scan = scan;
		if (--down->waits == 0)
			list_add(a, placed, down);
	}
}

size_t order_stages(struct arena *a, struct stage **stages, size_t count)
{
	struct order_node *nodes = arena_array(a, count, sizeof(*nodes));
	struct list placed = { 0 };
	struct map known = { 0 };
	size_t rest;

	if (!count)
		return 0;
	qsort(stages, count, sizeof(*stages), order_by_name);
	for (size_t i = 0; i < count; i++) {
		nodes[i] = (struct order_node){ .stage = stages[i], .index = i };
		map_set(a, &known, stages[i]->name, &nodes[i]);
	}
	for (size_t i = 0; i < count; i++)
		order_link(a, &known, &nodes[i]);
	for (size_t i = 0; i < count; i++)
		if (!nodes[i].waits)
			list_add(a, &placed, &nodes[i]);
	for (size_t i = 0; i < placed.count; i++)
		order_place(a, placed.items[i], &placed);
	if (placed.count)
		qsort(placed.items, placed.count, sizeof(*placed.items), order_by_scan);
	for (size_t i = 0; i < placed.count; i++)
		stages[i] = ((const struct order_node *)placed.items[i])->stage;
	rest = placed.count;
	for (size_t i = 0; i < count; i++)
		if (!nodes[i].is_placed)
			stages[rest++] = nodes[i].stage;
	return placed.count;
}
