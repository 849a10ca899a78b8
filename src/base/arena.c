/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks double from 1 KB to 1 MB: a small arena, of which a fleet has thousands, costs little, and a
 * world of thousands of objects costs few calls to malloc.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* long double would double it, and most of what is asked for is text or holds pointers. */
enum { ALIGN = alignof(int64_t) > alignof(void *) ? alignof(int64_t) : alignof(void *) };

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 1 << 20 };

struct block {
	struct block *next;
	size_t size, used;
	alignas(ALIGN) char data[];
};

struct arena {
	struct block *top;
	size_t used, next_size;
};

static NORETURN void out_of_memory(size_t size)
{
	fprintf(stderr, "gantry: out of memory (%zu bytes wanted)\n", size);
	abort();
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

struct arena *arena_new(void)
{
	struct arena *a = xmalloc(sizeof(*a));

	*a = (struct arena){ .next_size = FIRST_BLOCK };
	return a;
}

struct arena *arena_new_sized(size_t bytes)
{
	struct arena *a = arena_new();

	a->next_size = bytes;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a->top);
	free(a);
}

void auto_arena(struct arena **a)
{
	arena_free(*a);
}

void arena_reset(struct arena *a)
{
	if (a->top) {
		free_blocks(a->top->next);
		a->top->next = NULL;
		a->top->used = 0;
	}
	a->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	void *p;

	if (need < size)
		out_of_memory(size);
	if (!a->top || a->top->size - a->top->used < need) {
		size_t room = need > a->next_size ? need : a->next_size;
		struct block *b = xmalloc(sizeof(*b) + room);

		*b = (struct block){ .next = a->top, .size = room };
		a->top = b;
		if (a->next_size < FIRST_BLOCK)
			a->next_size = FIRST_BLOCK;
		else if (a->next_size < LARGEST_BLOCK)
			a->next_size *= 2;
	}
	p = a->top->data + a->top->used;
	a->top->used += need;
	a->used += need;
	return memset(p, 0, need);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	return arena_alloc(a, count * size);
}

void *arena_copy(struct arena *a, const void *from, size_t size)
{
	void *to = arena_alloc(a, size);

	return size ? memcpy(to, from, size) : to;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
