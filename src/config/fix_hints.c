/* SPDX-License-Identifier: Apache-2.0 */
/* What lint --fix leaves is only known by having it done, and nothing is written. */
#include "config/fix.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "config/config.h"
#include "config/fix_known.h"
#include "model/world.h"

/* Where the message promises that lint --fix does it; NULL: it does not. */
static const char *fix_hint(const struct complaint *k)
{
	return strstr(k->message, " (gantry lint --fix ");
}

static const char *fix_place(struct arena *a, const struct complaint *k)
{
	return str_format(a, "%s:%u", k->file, k->line);
}

/* Adds the places that lint --fix leaves in the file. */
static void fix_add_left(struct arena *a, const struct config_file *file, const struct fix_known *known,
			 struct map *left)
{
	struct fix_result result;
	struct err ignored;

	if (!fix_file(a, file, known, &result, &ignored))
		return;
	for (size_t i = 0; i < result.left.count; i++)
		map_set(a, left, fix_place(a, result.left.items[i]), file);
}

void fix_correct_hints(struct arena *a, const struct config_file *files, size_t count,
		       const struct list *complaints)
{
	struct map hinted = { 0 }, left = { 0 };
	struct fix_known known;

	for (size_t i = 0; i < complaints->count; i++) {
		const struct complaint *k = complaints->items[i];

		if (fix_hint(k))
			map_set(a, &hinted, k->file, k);
	}
	if (hinted.count)
		fix_learn(a, files, count, &known);
	for (size_t i = 0; i < count && hinted.count; i++)
		if (map_get(&hinted, files[i].name))
			fix_add_left(a, &files[i], &known, &left);
	for (size_t i = 0; i < complaints->count && left.count; i++) {
		struct complaint *k = complaints->items[i];
		const char *hint = fix_hint(k);
		/* A long message may have been cut within the hint. */
		const char *end = hint ? strchr(hint, ')') : NULL;

		if (hint && map_get(&left, fix_place(a, k)))
			k->message = str_format(a, "%.*s%s", (int)(hint - k->message), k->message,
						end ? end + 1 : "");
	}
}
