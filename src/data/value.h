/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value tree: what a YAML, JSON or TOML document holds, what an expression
 * yields, what a step outputs. Nodes live in an arena and are never freed one
 * by one. A tree that others can see is not modified. Any thread.
 */
#ifndef GANTRY_DATA_VALUE_H
#define GANTRY_DATA_VALUE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct map;

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_FLOAT,
	VALUE_STRING,
	VALUE_LIST,
	VALUE_MAP,
};

struct value_member;

struct value {
	enum value_kind kind;
	unsigned line, column;          /* where it was read, from 1; 0: not read from a text */
	union {
		bool boolean;           /* of a null: see value_nil_map */
		int64_t integer;
		struct {
			double number;
			struct str digits;      /* of a whole number beyond int64_t, else empty */
		};
		struct str string;      /* NUL-terminated after len; may hold NULs */
		struct {
			struct value **items;
			uint32_t count, room;
		} list;
		struct {                /* in the order they were added; keys are unique */
			struct value_member *members;
			struct map *index;      /* of large maps; value.c's own */
			uint32_t count, room;
		} map;
	};
};

struct value_member {
	struct str key;
	unsigned line, column;          /* of the key */
	struct value *value;
};

struct value *value_null(struct arena *a);

/* A null that, until it is written and read again, is to expressions Go's nil map. */
struct value *value_nil_map(struct arena *a);
struct value *value_bool(struct arena *a, bool boolean);
struct value *value_int(struct arena *a, int64_t integer);
struct value *value_float(struct arena *a, double number);

/*
 * A whole number of any size from decimal digits, before which a sign may stand: a VALUE_INT
 * where it fits, else a VALUE_FLOAT that keeps the digits, and is written with them. NULL when
 * the text is no such number, or lies beyond what a double can hold.
 */
struct value *value_whole(struct arena *a, struct str digits);
struct value *value_string(struct arena *a, const char *text);
struct value *value_string_n(struct arena *a, const char *text, size_t len);
struct value *value_list(struct arena *a);
struct value *value_map(struct arena *a);

/* Appends item, which becomes part of the list. */
void value_append(struct arena *a, struct value *list, struct value *item);

/* Adds or replaces; an existing key keeps its place. The key is copied. */
void value_set(struct arena *a, struct value *map, const char *key, struct value *item);
void value_set_n(struct arena *a, struct value *map, struct str key, struct value *item);

/* Adds a member with a key that the map does not have yet, and which stays where it is. */
void value_put(struct arena *a, struct value *map, const struct value_member *member);

/*
 * Fills an empty map, in one array that is no larger than it must be. The keys stay where they are; of equal
 * ones the last counts, in the first one's place.
 */
void value_fill(struct arena *a, struct value *map, const struct value_member *members, size_t count);

/* To be called by who fills members by hand, when all are there. */
void value_index(struct arena *a, struct value *map);

/* Takes the key out; absent is fine. */
void value_remove(struct value *map, const char *key);

/* The member's value; NULL when v is NULL, no map, or has no such key. */
struct value *value_get(const struct value *v, const char *key);
struct value *value_get_n(const struct value *v, struct str key);
const struct value_member *value_member(const struct value *v, const char *key);
const struct value_member *value_member_n(const struct value *v, struct str key);

/* Walks keys separated by '.', as value_get: "spec.promotionTemplate.spec". */
struct value *value_path(const struct value *v, const char *path);

/* The element, or NULL. */
struct value *value_at(const struct value *list, size_t index);

/* Elements of a list or members of a map; 0 for anything else and for NULL. */
size_t value_count(const struct value *v);

/* The text, or otherwise when v is NULL or no string. */
const char *value_text(const struct value *v, const char *otherwise);

/* The string that a map has at key; "" when there is none. */
const char *value_get_text(const struct value *map, const char *key);

/* The same for the text at value_path(v, path). */
const char *value_path_text(const struct value *v, const char *path, const char *otherwise);

/* The truth of a bool; otherwise for anything else. */
bool value_truth(const struct value *v, bool otherwise);

/* True for a number of either kind; sets *number. */
bool value_number(const struct value *v, double *number);

/* A whole number that fits, from either kind of number. */
bool value_integer(const struct value *v, int64_t *integer);

bool value_is(const struct value *v, enum value_kind kind);

/* A copy of the whole tree in the arena; NULL stays NULL. */
struct value *value_copy(struct arena *a, const struct value *v);

/* The digits that v keeps because no other form holds them, NUL-terminated; empty otherwise. */
struct str value_digits(const struct value *v);

/* The digits of a whole number beyond 2^53, from where on doubles lose some; NULL for any other value. */
const char *value_long_digits(struct arena *a, const struct value *v);

/* As JSON compares: 1 equals 1.0, map order does not matter. NaN, which JSON has not, equals NaN. */
bool value_equal(const struct value *a, const struct value *b);

/* "null", "bool", "number", "string", "list", "map": for messages. */
const char *value_kind_name(enum value_kind kind);

#endif
