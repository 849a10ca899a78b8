/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; never more than three quarters full. */
#include "base/map.h"

#include <assert.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"

/* The kernel gives each process 16 random bytes: a seed without state of our own. */
static uint64_t seed(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);
	uint64_t value = 0;

	if (random)
		memcpy(&value, random, sizeof(value));
	return value;
}

static uint64_t hash(const char *key, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u ^ seed();

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static struct map_slot *map_find(const struct map *m, const char *key, size_t len)
{
	size_t at = (size_t)hash(key, len) & (m->room - 1);

	while (m->slots[at].key &&
	       (m->slots[at].len != len || memcmp(m->slots[at].key, key, len) != 0))
		at = (at + 1) & (m->room - 1);
	return &m->slots[at];
}

static void map_grow(struct arena *a, struct map *m)
{
	struct map old = *m;

	m->room = old.room ? old.room * 2 : 16;
	m->slots = arena_array(a, m->room, sizeof(*m->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].key)
			*map_find(m, old.slots[i].key, old.slots[i].len) = old.slots[i];
}

void map_set_n(struct arena *a, struct map *m, const char *key, size_t len,
	       const void *value)
{
	struct map_slot *slot;

	assert(a && m && key);
	if ((m->count + 1) * 4 > m->room * 3)
		map_grow(a, m);
	slot = map_find(m, key, len);
	if (!slot->key) {
		slot->key = str_copy_n(a, key, len);
		slot->len = len;
		m->count++;
	}
	slot->value = unconst(value);
}

void map_set(struct arena *a, struct map *m, const char *key, const void *value)
{
	map_set_n(a, m, key, strlen(key), value);
}

void *map_get_n(const struct map *m, const char *key, size_t len)
{
	return m->room ? map_find(m, key, len)->value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	return map_get_n(m, key, strlen(key));
}

struct list *map_list(struct arena *a, struct map *m, const char *key)
{
	struct list *list = map_get(m, key);

	if (!list) {
		list = arena_alloc(a, sizeof(*list));
		map_set(a, m, key, list);
	}
	return list;
}
