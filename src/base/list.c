/* SPDX-License-Identifier: Apache-2.0 */
/* A growing array of pointers in an arena. */
#include "base/list.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

void list_add(struct arena *a, struct list *l, const void *item)
{
	assert(a && l);
	if (l->count == l->room) {
		size_t room = l->room ? l->room * 2 : 8;
		void **items = arena_array(a, room, sizeof(*items));

		if (l->count)
			memcpy(items, l->items, l->count * sizeof(*items));
		l->items = items;
		l->room = room;
	}
	l->items[l->count++] = unconst(item);
}
