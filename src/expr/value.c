/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values are built and looked into here. A tree is wrapped, never copied: an
 * environment of a thousand names costs nothing until a name is used.
 */
#include "expr/value.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "expr/values.h"

/* Above this many members a map gets an index. */
enum { INDEX_FROM = 12 };

struct expr_value expr_nil(void)
{
	return (struct expr_value){ .kind = EXPR_NIL };
}

struct expr_value expr_bool(bool boolean)
{
	return (struct expr_value){ .kind = EXPR_BOOL, .boolean = boolean };
}

struct expr_value expr_int(int64_t integer)
{
	return (struct expr_value){ .kind = EXPR_INT, .integer = integer };
}

struct expr_value expr_float(double number)
{
	return (struct expr_value){ .kind = EXPR_FLOAT, .number = number };
}

struct expr_value expr_string(const char *at, size_t len)
{
	return (struct expr_value){ .kind = EXPR_STRING, .string = { at, len } };
}

struct expr_value expr_text(const char *text)
{
	return text ? expr_string(text, strlen(text)) : expr_nil();
}

struct expr_value expr_tree(const struct value *v)
{
	switch (v ? v->kind : VALUE_NULL) {
	case VALUE_BOOL:
		return expr_bool(v->boolean);
	case VALUE_INT:
		return expr_float((double)v->integer);
	case VALUE_FLOAT:
		return expr_float(v->number);
	case VALUE_STRING:
		return expr_string(v->string.at, v->string.len);
	case VALUE_LIST:
		return (struct expr_value){ .kind = EXPR_LIST, .form = EXPR_TREE, .tree = v };
	case VALUE_MAP:
		return (struct expr_value){ .kind = EXPR_MAP, .form = EXPR_TREE, .tree = v };
	default:
		return v && v->boolean ? expr_map(NULL, EXPR_PLAIN) : expr_nil();
	}
}

struct expr_value expr_own_list(struct arena *a, struct expr_value *items, size_t count,
				enum expr_form form)
{
	struct expr_list *list = arena_alloc(a, sizeof(*list));

	*list = (struct expr_list){ count, items };
	return (struct expr_value){ .kind = EXPR_LIST, .form = form, .list = list };
}

struct expr_value expr_list(struct arena *a, const struct expr_value *items, size_t count)
{
	return expr_own_list(a, arena_copy(a, items, count * sizeof(*items)), count, EXPR_PLAIN);
}

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

struct expr_value expr_map(const struct expr_map *m, enum expr_form form)
{
	return (struct expr_value){ .kind = EXPR_MAP, .form = form, .map = m };
}

struct expr_value expr_object(struct arena *a, const struct expr_class *class,
			      const struct expr_value *fields, void *data)
{
	struct expr_object *o = arena_alloc(a, sizeof(*o));

	*o = (struct expr_object){ class, fields, data };
	return (struct expr_value){ .kind = EXPR_OBJECT, .object = o };
}

bool expr_is_nil(const struct expr_value *v)
{
	if (v->kind == EXPR_LIST)
		return v->form != EXPR_TREE && v->form != EXPR_RANGE && !v->list;
	if (v->kind == EXPR_MAP)
		return v->form != EXPR_TREE && !v->map;
	return v->kind == EXPR_NIL;
}

size_t expr_count(const struct expr_value *v)
{
	if (v->kind == EXPR_BYTES)
		return v->string.len;
	if (v->kind != EXPR_LIST && v->kind != EXPR_MAP)
		return 0;
	if (v->form == EXPR_TREE)
		return value_count(v->tree);
	if (v->form == EXPR_RANGE)
		return v->range.count;
	if (v->kind == EXPR_MAP)
		return v->map ? v->map->count : 0;
	return v->list ? v->list->count : 0;
}

struct expr_value expr_at(const struct expr_value *list, size_t index)
{
	if (list->kind == EXPR_BYTES) {
		struct expr_value byte = expr_int((unsigned char)list->string.at[index]);

		byte.form = EXPR_UINT8;
		return byte;
	}
	if (list->form == EXPR_TREE)
		return expr_tree(list->tree->list.items[index]);
	if (list->form == EXPR_RANGE)
		return expr_int(list->range.first + (int64_t)index);
	return list->list->items[index];
}

struct expr_member expr_member_at(const struct expr_value *map, size_t index)
{
	const struct value_member *m;

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
