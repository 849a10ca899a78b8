/* SPDX-License-Identifier: Apache-2.0 */
/* The ProjectConfigs that there are. */
#include "config/fix_known.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/documents.h"
#include "data/value.h"

static void learn_object(struct arena *a, const char *file, const struct value *object,
			 struct fix_known *out)
{
	const struct value *items = value_get(object, "items");
	const char *name = value_path_text(object, "metadata.name", "");
	struct fix_config *made;

	for (size_t i = 0; value_is(items, VALUE_LIST) && i < value_count(items); i++)
		learn_object(a, file, value_at(items, i), out);
	if (strcmp(value_text(value_get(object, "kind"), ""), "ProjectConfig") != 0 || !*name)
		return;
	made = arena_alloc(a, sizeof(*made));
	*made = (struct fix_config){ file, value_path(object, "spec.promotionPolicies") != NULL };
	map_set(a, &out->configs, name, made);
}

void fix_learn(struct arena *a, const struct config_file *files, size_t count,
	       struct fix_known *out)
{
	*out = (struct fix_known){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct list documents = { 0 }, ignored = { 0 };

		documents_read(a, files[i].text, &documents, &ignored);
		for (size_t j = 0; j < documents.count; j++) {
			const struct document *d = documents.items[j];

			if (d->object)
				learn_object(a, files[i].name, d->object, out);
		}
	}
}

const struct fix_config *fix_known_config(const struct fix_known *known, const char *project)
{
	return map_get(&known->configs, project);
}
