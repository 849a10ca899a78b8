/* SPDX-License-Identifier: Apache-2.0 */
/* Beside the snapshot slot, the only atomics of the program. */
#include "base/part.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/list.h"

struct part {
	atomic_uint references;
	struct arena *arena;
	struct list kept;               /* struct part * */
};

static struct part *part_of(struct arena *a)
{
	struct part *p = xmalloc(sizeof(*p));

	atomic_init(&p->references, 1);
	p->arena = a;
	p->kept = (struct list){ 0 };
	return p;
}

struct part *part_new(void)
{
	return part_of(arena_new());
}

struct part *part_new_sized(size_t bytes)
{
	return part_of(arena_new_sized(bytes));
}

struct arena *part_arena(struct part *p)
{
	return p->arena;
}

void part_keep(struct part *p, struct part *other)
{
	list_add(p->arena, &p->kept, other);
}

struct part *part_acquire(struct part *p)
{
	atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
	return p;
}

void part_release(struct part *p)
{
	if (!p || atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < p->kept.count; i++)
		part_release(p->kept.items[i]);
	arena_free(p->arena);
	free(p);
}
