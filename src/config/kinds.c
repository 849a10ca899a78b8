/* SPDX-License-Identifier: Apache-2.0 */
/* All kinds, by name. */
#include "config/kinds.h"

#include <string.h>

#include "base/str.h"

static const struct kind_def *const kinds[] = {
#define KIND(name) &kind_##name,
#include "config/kinds.def"
#undef KIND
};

const struct kind_def *kind_find(const char *name, const char *version)
{
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0 &&
		    (!version || has_prefix(version, kinds[i]->group)))
			return kinds[i];
	return NULL;
}

const struct kind_def *const *kind_table(size_t *count)
{
	*count = COUNTOF(kinds);
	return kinds;
}

const char *kind_nearest(const char *name)
{
	struct field_def names[COUNTOF(kinds) + 1] = { { .name = NULL } };

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		names[i].name = kinds[i]->name;
	return field_nearest(names, name);
}
