/* SPDX-License-Identifier: Apache-2.0 */
/* Names of fields. */
#include "config/field.h"

#include <string.h>

#include "base/str.h"

enum { NAME_MAX_LEN = 48 };

const struct field_def *field_find(const struct field_def *fields, const char *name)
{
	for (; fields && fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

/* Insertions, deletions, replacements and neighbours that changed places, whatever the case. */
static size_t field_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_LEN + 1], lb = strlen(b);
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= lb; j++)
		last[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t *free_row = before;

		row[0] = i + 1;
		for (size_t j = 0; j < lb; j++) {
			bool is_same = letter_lower(a[i]) == letter_lower(b[j]);
			bool is_swapped = i && j && letter_lower(a[i]) == letter_lower(b[j - 1]) &&
					  letter_lower(a[i - 1]) == letter_lower(b[j]);
			size_t least = row[j] < last[j + 1] ? row[j] + 1 : last[j + 1] + 1;

			row[j + 1] = last[j] + !is_same < least ? last[j] + !is_same : least;
			if (is_swapped && before[j - 1] + 1 < row[j + 1])
				row[j + 1] = before[j - 1] + 1;
		}
		before = last;
		last = row;
		row = free_row;
	}
	return last[lb];
}

const char *field_nearest(const struct field_def *fields, const char *name)
{
	size_t best = strlen(name) / 3 + 1;
	const char *nearest = NULL;

	if (strlen(name) > NAME_MAX_LEN)
		return NULL;
	for (; fields && fields->name; fields++) {
		size_t d = strlen(fields->name) > NAME_MAX_LEN
				   ? best
				   : field_distance(name, fields->name);

		if (d < best) {
			best = d;
			nearest = fields->name;
		}
	}
	return nearest;
}
