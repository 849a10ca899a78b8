/* SPDX-License-Identifier: Apache-2.0 */
/* What is set in the values says what an edit of the text must read as: json_edit.c compares the two. */
#include "data/json_path.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "data/value.h"

static enum json_path_kind kind_with(enum json_path_kind kind, char c)
{
	if (c == '|')
		return JSON_PATH_QUERY;
	return strchr("#@*?", c) && kind == JSON_PATH_PLAIN ? JSON_PATH_WILD : kind;
}

enum json_path_kind json_path_split(struct arena *a, const char *path, struct list *parts)
{
	char *text = arena_alloc(a, strlen(path) + 1);  /* of all parts, each with its NUL */
	enum json_path_kind kind = JSON_PATH_PLAIN;
	const char *p = path;

	do {
		struct json_part *part = arena_alloc(a, sizeof(*part));
		const char *from;

		part->force = *p == ':';
		from = p += part->force;
		for (; *p && *p != '.'; p++) {
			kind = kind_with(kind, *p);
			if (*p == '\\') {
				if (!p[1])
					continue;
				p++;
			}
			text[part->part.len++] = *p;
		}
		part->part.at = text;
		text += part->part.len + 1;
		part->pattern = (struct str){ from, (size_t)(p - from) };
		list_add(a, parts, part);
	} while (*p++ == '.');
	return kind;
}

bool json_part_index(const struct json_part *part, size_t *out)
{
	size_t n = 0;

	if (part->force)
		return false;
	for (size_t i = 0; i < part->part.len; i++) {
		char c = part->part.at[i];

		if (c < '0' || c > '9')
			return false;
		n = n > JSON_LONGEST_PAD ? n : n * 10 + (size_t)(c - '0');
	}
	*out = n;
	return true;
}

bool json_part_appends(const struct json_part *part)
{
	return !part->force && str_is(part->part, "-1");
}

/* Linear except for the last star. */
bool json_part_like(struct str text, struct str pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

	while (t < text.len) {
		bool escaped = p + 1 < pattern.len && pattern.at[p] == '\\';

		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.len &&
			   (escaped ? pattern.at[p + 1] == text.at[t]
				    : pattern.at[p] == '?' || pattern.at[p] == text.at[t])) {
			p += 1 + escaped;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

/* The value that the parts from the place at on become where nothing is. */
static struct value *made_of(struct arena *a, const struct list *parts, size_t at, struct value *v)
{
	for (size_t i = parts->count; i-- > at;) {
		const struct json_part *part = parts->items[i];
		struct value *around;
		size_t n = 0;

		if (json_part_index(part, &n) || json_part_appends(part)) {
			around = value_list(a);
			for (size_t j = 0; j < n; j++)
				value_append(a, around, value_null(a));
			value_append(a, around, v);
		} else {
			around = value_map(a);
			value_set_n(a, around, part->part, v);
		}
		v = around;
	}
	return v;
}

/* Where in v the part is, or NULL. */
static struct value **json_path_step(struct value *v, const struct json_part *part, bool wild)
{
	struct json_part plain = *part;
	size_t index;

	plain.force = false;
	if (v->kind == VALUE_LIST)
		return json_part_index(&plain, &index) && index < v->list.count ? &v->list.items[index]
										 : NULL;
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++) {
		struct value_member *m = &v->map.members[i];

		if (wild ? json_part_like(m->key, part->pattern) : str_equal(m->key, part->part))
			return &m->value;
	}
	return NULL;
}

/* Adds what the parts from the place at on make to *v, which has none of it. */
static bool add_missing(struct arena *a, struct value **v, const struct list *parts, size_t at,
			struct value *new)
{
	const struct json_part *part = parts->items[at];
	size_t index = 0;
	bool numeric = json_part_index(part, &index);

	if (!*v || ((*v)->kind != VALUE_LIST && (*v)->kind != VALUE_MAP)) {
		if (!numeric) {
			*v = value_map(a);
			value_set_n(a, *v, part->part, made_of(a, parts, at + 1, new));
		} else {
			*v = made_of(a, parts, at, new);
		}
		return true;
	}
	if ((*v)->kind == VALUE_MAP) {
		value_set_n(a, *v, part->part, made_of(a, parts, at + 1, new));
		return true;
	}
	if (!numeric && !json_part_appends(part))
		return false;
	while (numeric && (*v)->list.count < index)
		value_append(a, *v, value_null(a));
	value_append(a, *v, made_of(a, parts, at + 1, new));
	return true;
}

bool json_path_set(struct arena *a, struct value **tree, const char *path, struct value *v)
{
	struct list parts = { 0 };
	enum json_path_kind kind = json_path_split(a, path, &parts);
	size_t depth = 0;

	while (depth < parts.count && kind != JSON_PATH_QUERY && *tree) {
		struct value **next = json_path_step(*tree, parts.items[depth], kind == JSON_PATH_WILD);

		if (!next)
			break;
		tree = next;
		depth++;
	}
	if (depth < parts.count)
		return kind != JSON_PATH_PLAIN || add_missing(a, tree, &parts, depth, v);
	*tree = v;
	return true;
}
