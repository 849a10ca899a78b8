/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that are linted. */
#include "config/lint_scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"

const struct gathered *lint_find(const struct lint *l, const char *kind, const char *namespace,
				 const char *name)
{
	for (size_t i = 0; i < l->objects.count; i++) {
		const struct gathered *g = l->objects.items[i];

		if (strcmp(g->kind, kind) == 0 && strcmp(g->name, name) == 0 &&
		    (!namespace || strcmp(g->namespace, namespace) == 0))
			return g;
	}
	return NULL;
}

const char *lint_subject(const struct lint *l, const struct gathered *g)
{
	return str_format(l->a, "%c%s %s", letter_lower(g->kind[0]), g->kind + 1, g->name);
}

bool lint_misses(struct lint *l, const char *scope, const char *what, const char *name)
{
	return !l->c.is_partial &&
	       complain_first(&l->c, str_format(l->a, "%s %s", scope, what), name);
}
