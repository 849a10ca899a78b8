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

/* Insertions, deletions and replacements, whatever the case. */
static size_t field_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1], lb = strlen(b);

	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < lb; j++) {
			size_t same = corner + (letter_lower(a[i]) !=
						letter_lower(b[j]));
			size_t least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;

			corner = row[j + 1];
			row[j + 1] = same < least ? same : least;
		}
	}
	return row[lb];
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
