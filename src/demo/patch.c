/* SPDX-License-Identifier: Apache-2.0 */
/* JSON pointers (RFC 6901) are walked one part at a time: "~1" is '/', "~0" is '~', "-" is the end. */
#include "demo/patch.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

void patch_merge(struct arena *a, struct value *target, const struct value *patch)
{
	for (size_t i = 0; value_is(patch, VALUE_MAP) && i < value_count(patch); i++) {
		const struct value_member *m = &patch->map.members[i];
		struct value *old = value_get_n(target, m->key);
		if (value_is(m->value, VALUE_NULL)) {
			value_remove(target, str_text(a, m->key));
		} else if (value_is(m->value, VALUE_MAP)) {
			if (!value_is(old, VALUE_MAP)) {
				old = value_map(a);
				value_set_n(a, target, m->key, old);
			}
			patch_merge(a, old, m->value);
		} else {
			value_set_n(a, target, m->key, value_copy(a, m->value));
		}
	}
}

/* The next part of the pointer, unescaped; NULL at its end. */
static const char *next_part(struct arena *a, const char **pointer)
{
	size_t len;
	char *out, *to;

	if (**pointer != '/')
		return NULL;
	++*pointer;
	len = strcspn(*pointer, "/");
	out = to = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i++) {
		char c = (*pointer)[i];
		if (c == '~' && i + 1 < len)
			c = (*pointer)[++i] == '1' ? '/' : '~';
		*to++ = c;
	}
	*pointer += len;
	return out;
}

static bool patch_index_of(const struct value *list, const char *part, size_t *at)
{
	char *end;

	if (strcmp(part, "-") == 0) {
		*at = value_count(list);
		return true;
	}
	*at = strtoul(part, &end, 10);
	return *part && !*end && *at <= value_count(list);
}

static struct value *child(const struct value *v, const char *part)
{
	size_t at;

	if (value_is(v, VALUE_LIST))
		return patch_index_of(v, part, &at) ? value_at(v, at) : NULL;
	return value_get(v, part);
}

/* Puts or takes at parent; v NULL takes away. */
static bool write_at(struct arena *a, struct value *parent, const char *part, struct value *v,
		     bool add)
{
	size_t at, count = value_count(parent);

	if (value_is(parent, VALUE_MAP)) {
		if (v)
			value_set(a, parent, part, v);
		else
			value_remove(parent, part);
		return true;
	}
	if (!value_is(parent, VALUE_LIST) || !patch_index_of(parent, part, &at))
		return false;
	if (v && add) {
		value_append(a, parent, v);
		for (size_t i = count; i > at; i--)
			parent->list.items[i] = parent->list.items[i - 1];
		parent->list.items[at] = v;
		return true;
	}
	if (at >= count)
		return false;
	if (v) {
		parent->list.items[at] = v;
		return true;
	}
	for (size_t i = at; i + 1 < count; i++)
		parent->list.items[i] = parent->list.items[i + 1];
	parent->list.count--;
	return true;
}

static bool apply_one(struct arena *a, struct value *target, const struct value *o, struct err *e)
{
	const char *op = value_path_text(o, "op", ""), *path = value_path_text(o, "path", "");
	const char *p = path, *part, *last = NULL;
	struct value *parent = NULL, *here = target, *v = value_copy(a, value_get(o, "value"));

	while ((part = next_part(a, &p)) != NULL) {
		parent = here;
		last = part;
		here = child(here, part);
	}
	if (*p || !parent)
		return err_set(e, ERR_CONFIG, "error applying patch: bad path '%s'", path);
	if (strcmp(op, "test") == 0)
		return (here && value_equal(here, v)) ||
		       err_set(e, ERR_CONFIG, "error applying patch: testing value %s failed", path);
	if (strcmp(op, "add") == 0 && v && write_at(a, parent, last, v, true))
		return true;
	if (strcmp(op, "replace") == 0 && v && here && write_at(a, parent, last, v, false))
		return true;
	if (strcmp(op, "remove") == 0 && here && write_at(a, parent, last, NULL, false))
		return true;
	return err_set(e, ERR_CONFIG, "error applying patch: %s operation does not apply: doc is missing "
		       "key: %s", op, path);
}

bool patch_apply(struct arena *a, struct value *target, const struct value *operations,
		 struct err *e)
{
	for (size_t i = 0; i < value_count(operations); i++)
		if (!apply_one(a, target, value_at(operations, i), e))
			return false;
	return true;
}
