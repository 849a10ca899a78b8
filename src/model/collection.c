/* SPDX-License-Identifier: Apache-2.0 */
/* Freight collections. */
#include "model/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/value.h"

enum { NAMES_MAX = 1 << 20 };

static int collection_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *collection_id_of(struct arena *a, const struct value *items)
{
	size_t count = value_count(items);
	const char **names = arena_array(a, count, sizeof(*names));
	char *hex = arena_alloc(a, 41);
	AUTO(buf) struct buf all;

	buf_init(&all, NAMES_MAX);
	for (size_t i = 0; i < count; i++)
		names[i] = value_text(value_get(items->map.members[i].value, "name"), "");
	if (count)
		qsort(names, count, sizeof(*names), collection_by_text);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(&all, ',');
		buf_text(&all, names[i]);
	}
	hash_sha1(buf_str(&all), all.len, hex);
	return hex;
}

struct value *collection_make(struct arena *a, const struct value *references)
{
	struct value *v = value_map(a), *items = value_map(a);

	for (size_t i = 0; i < value_count(references); i++) {
		const struct value *ref = value_at(references, i);
		const char *origin = str_format(a, "%s/%s", value_path_text(ref, "origin.kind", ""),
						value_path_text(ref, "origin.name", ""));

		value_set(a, items, origin, value_copy(a, ref));
	}
	value_set(a, v, "id", value_string(a, collection_id_of(a, items)));
	value_set(a, v, "items", items);
	return v;
}
