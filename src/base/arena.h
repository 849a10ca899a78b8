/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena owns a lifetime: a world, a request, a frame. Everything in it is
 * freed at once. Not shared between threads without a lock. Any thread.
 */
#ifndef GANTRY_BASE_ARENA_H
#define GANTRY_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena. Out of memory ends the program. */
struct arena *arena_new(void);

/*
 * The same, whose first block holds so many bytes of small objects and no more: for what is kept in
 * thousands, and whose size is known.
 */
struct arena *arena_new_sized(size_t bytes);

/* Frees the arena and everything in it; NULL is fine. */
void arena_free(struct arena *a);

/* For AUTO(arena) struct arena *a = arena_new(); */
void auto_arena(struct arena **a);

/* Empties the arena but keeps its newest block for reuse: usually the largest. */
void arena_reset(struct arena *a);

/* Size bytes of zeros, aligned for any type but long double. Never NULL; size 0 is fine. */
void *arena_alloc(struct arena *a, size_t size);

/* Count elements of size bytes, zeroed; a product that overflows ends the program. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of size bytes. */
void *arena_copy(struct arena *a, const void *from, size_t size);

/* Bytes handed out since the arena was made or reset. */
size_t arena_used(const struct arena *a);

/* malloc and realloc that end the program when memory runs out. */
void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);

#endif
