/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in an object is for config's own reader to say. */
#include "attach/beside.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/documents.h"
#include "config/folder.h"
#include "data/value.h"

static bool beside_takes(const char *kind)
{
	static const char *const kinds[] = { "MessageChannel", "ClusterMessageChannel", "EventRouter",
					     "Secret" };

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static bool beside_check_file(const struct config_file *f, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list documents = { 0 }, duplicates = { 0 };

	documents_read(a, a, f->text, &documents, &duplicates);
	for (size_t i = 0; i < documents.count; i++) {
		const struct document *d = documents.items[i];
		const char *kind = value_is(d->object, VALUE_MAP) ? value_get_text(d->object, "kind") : NULL;

		if (kind && !beside_takes(kind))
			return err_set(e, ERR_CONFIG, "%s:%u: %s: only MessageChannels, "
				       "ClusterMessageChannels, EventRouters and Secrets stand beside a "
				       "cluster; Kargo has the rest",
				       f->name, d->object->line, *kind ? kind : "an object without a kind");
	}
	return true;
}

bool attach_beside_read(struct attach_beside *out, const char *path, struct err *e)
{
	*out = (struct attach_beside){ .arena = arena_new() };
	if (!path)
		return true;
	if (!folder_manifests(out->arena, path, &out->files, &out->count, e))
		return err_wrap(e, "messages");
	for (size_t i = 0; i < out->count; i++)
		if (!beside_check_file(&out->files[i], e))
			return err_wrap(e, "messages");
	return true;
}

void attach_beside_release(struct attach_beside *b)
{
	arena_free(b->arena);
}
