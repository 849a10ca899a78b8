/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paths of json-update, which are tidwall/sjson's, and what setting one does to the values
 * that a text holds. Any thread.
 */
#ifndef GANTRY_DATA_JSON_PATH_H
#define GANTRY_DATA_JSON_PATH_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct list;
struct value;

/* How many elements are made at most so that one at an index can be set. */
enum { JSON_LONGEST_PAD = 10000 };

/* One key of the path: part as written into the file, pattern with its escapes. */
struct json_part {
	struct str part, pattern;
	bool force;                     /* began with ':': a name even when it is a number */
};

/*
 * A plain path may add what is missing; one with wildcards only sets what it finds, and
 * sjson's queries, modifiers and pipes find nothing that could be set.
 */
enum json_path_kind { JSON_PATH_PLAIN, JSON_PATH_WILD, JSON_PATH_QUERY };

/* Splits at dots that are not escaped, into struct json_part. */
enum json_path_kind json_path_split(struct arena *a, const char *path, struct list *parts);

/* A list index; the empty part counts as 0, as in sjson. */
bool json_part_index(const struct json_part *part, size_t *out);

/* Whether it is -1, which is past a list's end. */
bool json_part_appends(const struct json_part *part);

/* * any characters, ? one, backslash the next as it is. */
bool json_part_like(struct str text, struct str pattern);

/*
 * Sets v in the tree, as json_edit.h says of the text. False when the tree has no place for it;
 * then it may have been changed in part.
 */
bool json_path_set(struct arena *a, struct value **tree, const char *path, struct value *v);

#endif
