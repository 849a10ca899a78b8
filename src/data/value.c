/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps are arrays in insertion order: those that people write are small, and
 * their order matters to readers. Lookup is linear up to LINEAR members; beyond,
 * whoever adds a member also keeps an index of positions, so that looking up
 * changes nothing and a document of a million keys is not quadratic.
 */
#include "data/value.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

enum { LINEAR = 16, LONGEST_WHOLE = 1000, FITS_UINT64 = 19 };

static struct value *value_make(struct arena *a, enum value_kind kind)
{
	struct value *v = arena_alloc(a, sizeof(*v));

	v->kind = kind;
	return v;
}

struct value *value_null(struct arena *a)
{
	return value_make(a, VALUE_NULL);
}

struct value *value_nil_map(struct arena *a)
{
	struct value *v = value_make(a, VALUE_NULL);

	v->boolean = true;
	return v;
}

struct value *value_bool(struct arena *a, bool boolean)
{
	struct value *v = value_make(a, VALUE_BOOL);

	v->boolean = boolean;
	return v;
}

struct value *value_int(struct arena *a, int64_t integer)
{
	struct value *v = value_make(a, VALUE_INT);

	v->integer = integer;
	return v;
}

struct value *value_float(struct arena *a, double number)
{
	struct value *v = value_make(a, VALUE_FLOAT);

	v->number = number;
	return v;
}

/* Whether all are digits; their sum where it fits. */
static bool value_sum(struct str digits, uint64_t *sum, bool *fits)
{
	*sum = 0;
	*fits = digits.len <= FITS_UINT64;
	for (size_t i = 0; i < digits.len; i++) {
		if (!is_digit(digits.at[i]))
			return false;
		if (*fits)
			*sum = *sum * 10 + (uint64_t)(digits.at[i] - '0');
	}
	return digits.len > 0;
}

struct value *value_whole(struct arena *a, struct str text)
{
	bool negative = text.len && text.at[0] == '-', fits;
	struct str digits = text;
	struct value *v;
	uint64_t sum;

	if (text.len && memchr("+-", text.at[0], 2))
		digits = (struct str){ text.at + 1, text.len - 1 };
	while (digits.len > 1 && digits.at[0] == '0')
		digits = (struct str){ digits.at + 1, digits.len - 1 };
	if (digits.len > LONGEST_WHOLE || !value_sum(digits, &sum, &fits))
		return NULL;
	if (fits && sum <= (uint64_t)INT64_MAX + negative)
		return value_int(a, (int64_t)(negative ? 0 - sum : sum));
	digits = str_of(str_format(a, "%s%.*s", negative ? "-" : "", (int)digits.len, digits.at));
	v = value_float(a, strtod(digits.at, NULL));
	v->digits = digits;
	return isfinite(v->number) ? v : NULL;
}

struct value *value_string(struct arena *a, const char *text)
{
	return value_string_n(a, text, strlen(text));
}

struct value *value_string_n(struct arena *a, const char *text, size_t len)
{
	struct value *v = value_make(a, VALUE_STRING);

	v->string = (struct str){ str_copy_n(a, text, len), len };
	return v;
}

struct value *value_list(struct arena *a)
{
	return value_make(a, VALUE_LIST);
}

struct value *value_map(struct arena *a)
{
	return value_make(a, VALUE_MAP);
}

/* A larger copy of an array that is full; the old one stays in the arena. */
static void *value_grow(struct arena *a, const void *old, uint32_t count, uint32_t *room, size_t size)
{
	void *made;

	assert(*room <= UINT32_MAX / 2);
	*room = *room ? *room * 2 : 4;
	made = arena_array(a, *room, size);
	if (count)
		memcpy(made, old, count * size);
	return made;
}

void value_append(struct arena *a, struct value *list, struct value *item)
{
	if (list->list.count == list->list.room)
		list->list.items = value_grow(a, list->list.items, list->list.count,
					      &list->list.room, sizeof(*list->list.items));
	list->list.items[list->list.count++] = item;
}

static struct value_member *value_find(const struct value *v, struct str key)
{
	if (!value_is(v, VALUE_MAP))
		return NULL;
	if (v->map.index) {
		uintptr_t place = (uintptr_t)map_get_n(v->map.index, key.at, key.len);

		return place ? &v->map.members[place - 1] : NULL;
	}
	for (size_t i = 0; i < v->map.count; i++)
		if (str_equal(v->map.members[i].key, key))
			return &v->map.members[i];
	return NULL;
}

/* The index holds positions counted from 1: NULL means that a key is absent. */
static void index_member(struct arena *a, struct value *map, size_t at)
{
	struct str key = map->map.members[at].key;

	map_set_n(a, map->map.index, key.at, key.len, (void *)(uintptr_t)(at + 1));
}

static void keep_index(struct arena *a, struct value *map)
{
	if (map->map.index) {
		index_member(a, map, map->map.count - 1);
	} else if (map->map.count > LINEAR) {
		map->map.index = arena_alloc(a, sizeof(*map->map.index));
		for (size_t i = 0; i < map->map.count; i++)
			index_member(a, map, i);
	}
}

void value_index(struct arena *a, struct value *map)
{
	map->map.index = NULL;
	if (map->map.count > LINEAR)
		keep_index(a, map);
}

void value_fill(struct arena *a, struct value *map, const struct value_member *members, size_t count)
{
	assert(map->kind == VALUE_MAP && !map->map.count);
	map->map.members = arena_array(a, count, sizeof(*members));
	map->map.room = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		struct value_member *first = value_find(map, members[i].key);

		if (first) {
			first->value = members[i].value;
			continue;
		}
		map->map.members[map->map.count++] = members[i];
		keep_index(a, map);
	}
}

void value_put(struct arena *a, struct value *map, const struct value_member *member)
{
	assert(map->kind == VALUE_MAP);
	if (map->map.count == map->map.room)
		map->map.members = value_grow(a, map->map.members, map->map.count, &map->map.room,
					      sizeof(*map->map.members));
	map->map.members[map->map.count++] = *member;
	keep_index(a, map);
}

void value_set_n(struct arena *a, struct value *map, struct str key, struct value *item)
{
	struct value_member *known = value_find(map, key);
	struct value_member member = { .value = item };

	if (known) {
		known->value = item;
		return;
	}
	member.key = (struct str){ str_text(a, key), key.len };
	value_put(a, map, &member);
}

void value_set(struct arena *a, struct value *map, const char *key, struct value *item)
{
	value_set_n(a, map, str_of(key), item);
}

void value_remove(struct value *map, const char *key)
{
	struct value_member *member = value_find(map, str_of(key));
	size_t after;

	if (!member)
		return;
	after = map->map.count - (size_t)(member - map->map.members) - 1;
	memmove(member, member + 1, after * sizeof(*member));
	map->map.count--;
	map->map.index = NULL;  /* its positions are wrong now; the next addition makes another */
}

struct value *value_get_n(const struct value *v, struct str key)
{
	struct value_member *member = value_find(v, key);

	return member ? member->value : NULL;
}

struct value *value_get(const struct value *v, const char *key)
{
	return value_get_n(v, str_of(key));
}

const struct value_member *value_member(const struct value *v, const char *key)
{
	return value_find(v, str_of(key));
}

const struct value_member *value_member_n(const struct value *v, struct str key)
{
	return value_find(v, key);
}

struct value *value_path(const struct value *v, const char *path)
{
	struct value *found = NULL;

	for (;;) {
		size_t len = strcspn(path, ".");

		found = value_get_n(v, (struct str){ path, len });
		if (!found || !path[len])
			return found;
		v = found;
		path += len + 1;
	}
}

struct value *value_at(const struct value *list, size_t index)
{
	return value_is(list, VALUE_LIST) && index < list->list.count ? list->list.items[index]
								      : NULL;
}

size_t value_count(const struct value *v)
{
	if (value_is(v, VALUE_LIST))
		return v->list.count;
	return value_is(v, VALUE_MAP) ? v->map.count : 0;
}

const char *value_text(const struct value *v, const char *otherwise)
{
	return value_is(v, VALUE_STRING) ? v->string.at : otherwise;
}

const char *value_get_text(const struct value *map, const char *key)
{
	return value_text(value_get(map, key), "");
}

const char *value_path_text(const struct value *v, const char *path, const char *otherwise)
{
	return value_text(value_path(v, path), otherwise);
}

bool value_truth(const struct value *v, bool otherwise)
{
	return value_is(v, VALUE_BOOL) ? v->boolean : otherwise;
}

bool value_number(const struct value *v, double *number)
{
	if (value_is(v, VALUE_INT))
		*number = (double)v->integer;
	else if (value_is(v, VALUE_FLOAT))
		*number = v->number;
	else
		return false;
	return true;
}

bool value_integer(const struct value *v, int64_t *integer)
{
	const double limit = 9223372036854775808.0; /* 2^63 */

	if (value_is(v, VALUE_INT)) {
		*integer = v->integer;
		return true;
	}
	if (!value_is(v, VALUE_FLOAT) || !(v->number >= -limit && v->number < limit) ||
	    floor(v->number) != v->number)
		return false;
	*integer = (int64_t)v->number;
	return true;
}

struct str value_digits(const struct value *v)
{
	return value_is(v, VALUE_FLOAT) ? v->digits : (struct str){ 0 };
}

const char *value_long_digits(struct arena *a, const struct value *v)
{
	const int64_t exact = INT64_C(1) << 53;

	if (value_is(v, VALUE_INT) && (v->integer < -exact || v->integer > exact))
		return str_format(a, "%lld", (long long)v->integer);
	return value_digits(v).len ? v->digits.at : NULL;
}

bool value_is(const struct value *v, enum value_kind kind)
{
	return v && v->kind == kind;
}

static void copy_list(struct arena *a, struct value *to, const struct value *v)
{
	to->list.items = arena_array(a, v->list.count, sizeof(*to->list.items));
	to->list.room = v->list.count;
	for (size_t i = 0; i < v->list.count; i++)
		to->list.items[i] = value_copy(a, v->list.items[i]);
}

static void copy_map(struct arena *a, struct value *to, const struct value *v)
{
	to->map.members = arena_array(a, v->map.count, sizeof(*to->map.members));
	to->map.room = v->map.count;
	for (size_t i = 0; i < v->map.count; i++) {
		const struct value_member *from = &v->map.members[i];

		to->map.members[i] = *from;
		to->map.members[i].key.at = str_text(a, from->key);
		to->map.members[i].value = value_copy(a, from->value);
	}
	value_index(a, to);
}

struct value *value_copy(struct arena *a, const struct value *v)
{
	struct value *to;

	if (!v)
		return NULL;
	to = arena_copy(a, v, sizeof(*v));
	if (v->kind == VALUE_STRING)
		to->string.at = str_text(a, v->string);
	else if (v->kind == VALUE_FLOAT && v->digits.len)
		to->digits.at = str_text(a, v->digits);
	else if (v->kind == VALUE_LIST)
		copy_list(a, to, v);
	else if (v->kind == VALUE_MAP)
		copy_map(a, to, v);
	return to;
}

static bool lists_equal(const struct value *a, const struct value *b)
{
	if (a->list.count != b->list.count)
		return false;
	for (size_t i = 0; i < a->list.count; i++)
		if (!value_equal(a->list.items[i], b->list.items[i]))
			return false;
	return true;
}

static bool maps_equal(const struct value *a, const struct value *b)
{
	if (a->map.count != b->map.count)
		return false;
	for (size_t i = 0; i < a->map.count; i++)
		if (!value_equal(a->map.members[i].value, value_get_n(b, a->map.members[i].key)))
			return false;
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	double x, y;

	if (!a || !b)
		return a == b;
	if (a->kind == VALUE_INT && b->kind == VALUE_INT)
		return a->integer == b->integer;
	if (value_digits(a).len && value_digits(b).len)
		return str_equal(a->digits, b->digits);
	if (value_number(a, &x) && value_number(b, &y))
		return x == y || (isnan(x) && isnan(y));
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_BOOL:
		return a->boolean == b->boolean;
	case VALUE_STRING:
		return str_equal(a->string, b->string);
	case VALUE_LIST:
		return lists_equal(a, b);
	case VALUE_MAP:
		return maps_equal(a, b);
	default:
		return true;
	}
}

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",     [VALUE_BOOL] = "bool",     [VALUE_INT] = "number",
		[VALUE_FLOAT] = "number",  [VALUE_STRING] = "string", [VALUE_LIST] = "list",
		[VALUE_MAP] = "map",
	};

	return names[kind];
}
