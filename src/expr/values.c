/* SPDX-License-Identifier: Apache-2.0 */
/* Maps by key: an array in the order of adding, with a hash index once there are many. */
#include "expr/values.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "data/value.h"

/* Above this many members a map gets an index. */
enum { INDEX_FROM = 12 };

struct expr_map *expr_map_new(struct arena *a)
{
	return arena_alloc(a, sizeof(struct expr_map));
}

static uint64_t hash_key(const struct expr_value *key)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)key->kind;

	if (key->kind == EXPR_STRING) {
		for (size_t i = 0; i < key->string.len; i++)
			h = (h ^ (unsigned char)key->string.at[i]) * 0x100000001b3u;
	} else if (key->kind == EXPR_FLOAT) {
		double number = key->number + 0.0;      /* -0 is 0 */
		uint64_t bits;

		memcpy(&bits, &number, sizeof(bits));
		h = (h ^ bits) * 0x9e3779b97f4a7c15u;
	} else if (key->kind != EXPR_NIL) {
		h = (h ^ (uint64_t)(key->kind == EXPR_BOOL ? key->boolean : key->integer)) *
		    0x9e3779b97f4a7c15u;
	}
	return h ^ h >> 31;
}

/* Go's == of two interface values, for what can be a key: the type counts, 1 is not 1.0. */
static bool same_key(const struct expr_value *a, const struct expr_value *b)
{
	if (a->kind != b->kind || (a->form != b->form && a->kind == EXPR_INT))
		return false;
	switch (a->kind) {
	case EXPR_NIL:
		return true;
	case EXPR_BOOL:
		return a->boolean == b->boolean;
	case EXPR_FLOAT:
		return a->number == b->number;
	case EXPR_STRING:
		return str_equal(a->string, b->string);
	case EXPR_TIME:
		return a->time->seconds == b->time->seconds &&
		       a->time->nanoseconds == b->time->nanoseconds && a->time->zone == b->time->zone;
	case EXPR_ZONE:
		return a->zone == b->zone;
	case EXPR_OBJECT:
		return a->object == b->object;
	default:
		return a->integer == b->integer;
	}
}

/* The slot that holds the key's index + 1, or the empty one where it belongs. */
static uint32_t *slot_of(const struct expr_map *m, const struct expr_value *key)
{
	size_t at = (size_t)hash_key(key) & (m->nslots - 1);

	while (m->slots[at] && !same_key(&m->members[m->slots[at] - 1].key, key))
		at = (at + 1) & (m->nslots - 1);
	return &m->slots[at];
}

static void build_index(struct arena *a, struct expr_map *m)
{
	m->nslots = m->nslots ? m->nslots * 4 : 64;
	m->slots = arena_array(a, m->nslots, sizeof(*m->slots));
	for (size_t i = 0; i < m->count; i++)
		*slot_of(m, &m->members[i].key) = (uint32_t)i + 1;
}

struct expr_member *expr_map_find(const struct expr_map *m, const struct expr_value *key)
{
	if (!m)
		return NULL;
	if (m->nslots) {
		uint32_t found = *slot_of(m, key);

		return found ? &m->members[found - 1] : NULL;
	}
	for (size_t i = 0; i < m->count; i++)
		if (same_key(&m->members[i].key, key))
			return &m->members[i];
	return NULL;
}

void expr_map_set(struct arena *a, struct expr_map *m, struct expr_value key,
		  struct expr_value value)
{
	struct expr_member *found = expr_map_find(m, &key);

	if (found) {
		found->value = value;
		return;
	}
	if (m->count == m->room) {
		struct expr_member *old = m->members;

		m->room = m->room ? m->room * 2 : 4;
		m->members = arena_array(a, m->room, sizeof(*m->members));
		if (m->count)
			memcpy(m->members, old, m->count * sizeof(*old));
	}
	m->members[m->count++] = (struct expr_member){ key, value };
	if (m->count > INDEX_FROM && m->count * 2 > m->nslots)
		build_index(a, m);
	else if (m->nslots)
		*slot_of(m, &key) = (uint32_t)m->count;
}

struct expr_member expr_member_at(const struct expr_value *map, size_t index)
{
	const struct value_member *m;

	assert(index < expr_count(map));
	if (map->form != EXPR_TREE)
		return map->map->members[index];
	m = &map->tree->map.members[index];
	return (struct expr_member){ expr_string(m->key.at, m->key.len), expr_tree(m->value) };
}

bool expr_can_be_key(const struct expr_value *v)
{
	return v->kind != EXPR_LIST && v->kind != EXPR_MAP && v->kind != EXPR_BYTES &&
	       v->kind != EXPR_FUNCTION;
}

static bool has_any_keys(const struct expr_value *map)
{
	return map->form == EXPR_ANY_KEYS || map->form == EXPR_GROUPS;
}

bool expr_takes_key(const struct expr_value *map, const struct expr_value *key)
{
	if (has_any_keys(map))
		return expr_can_be_key(key);
	return key->kind == EXPR_STRING || key->kind == EXPR_NIL;
}

bool expr_lookup(const struct expr_value *map, const struct expr_value *key,
		 struct expr_value *out)
{
	struct expr_value empty = expr_string("", 0);
	const struct expr_member *found;

	if (key->kind == EXPR_NIL && !has_any_keys(map))
		key = &empty;
	if (map->form == EXPR_TREE) {
		const struct value_member *m = value_member_n(map->tree, key->string);

		if (m)
			*out = expr_tree(m->value);
		return m != NULL;
	}
	found = expr_map_find(map->map, key);
	if (found)
		*out = found->value;
	return found != NULL;
}

struct expr_value expr_absent(const struct expr_value *map)
{
	if (map->form == EXPR_STRINGS)
		return expr_string("", 0);
	if (map->form == EXPR_GROUPS)
		return (struct expr_value){ .kind = EXPR_LIST };
	return expr_nil();
}
