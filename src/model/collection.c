/* SPDX-License-Identifier: Apache-2.0 */
/* Collections and what a stage's status amounts to. */
#include "model/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/value.h"
#include "model/promotion.h"

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

const char *collection_summary(struct arena *a, size_t requested, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");
	size_t count = value_is(items, VALUE_MAP) ? value_count(items) : 0;

	if (requested == 1 && count == 1)
		return value_text(value_get(items->map.members[0].value, "name"), "");
	return str_format(a, "%zu/%zu Fulfilled", count, requested);
}

static const struct value *collection_condition(const struct value *status, const char *type)
{
	const struct value *list = value_get(status, "conditions");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_text(value_get(value_at(list, i), "type"), ""), type) == 0)
			return value_at(list, i);
	return NULL;
}

static struct ready not_ready(const struct value *because, const char *reason, const char *message)
{
	return (struct ready){ "False", value_text(value_get(because, "reason"), reason),
			       value_text(value_get(because, "message"), message) };
}

static bool is_true(const struct value *condition)
{
	return strcmp(value_text(value_get(condition, "status"), ""), "True") == 0;
}

struct ready status_ready(struct arena *a, const struct value *status, const char *error)
{
	const struct value *promoting = collection_condition(status, "Promoting");
	const struct value *healthy = collection_condition(status, "Healthy");
	const struct value *verified = collection_condition(status, "Verified");
	const struct value *last = value_path(status, "lastPromotion.status");
	const char *word = value_text(value_get(last, "phase"), "");
	enum promotion_phase phase;

	if (error)
		return not_ready(NULL, "ReconcileError", error);
	if (promoting)
		return not_ready(promoting, "", "");
	if (phase_parse(word, &phase) && phase > PHASE_SUCCEEDED)
		return not_ready(NULL, str_format(a, "LastPromotion%s", word),
				 value_text(value_get(last, "message"), ""));
	if (!is_true(healthy))
		return not_ready(healthy, "Unhealthy", "Stage is not healthy");
	if (!is_true(verified))
		return not_ready(verified, "PendingVerification", "Stage is not verified");
	struct ready ready = not_ready(verified, "", "");
	ready.status = "True";
	return ready;
}
