/* SPDX-License-Identifier: Apache-2.0 */
/* JSON pointers (RFC 6901) are walked one part at a time: "~1" is '/', "~0" is '~', "-" is the end. */
#include "demo/patch.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "demo/json_tree.h"

void patch_merge(struct cJSON *target, const struct cJSON *patch)
{
	const struct cJSON *m;

	cJSON_ArrayForEach(m, patch) {
		struct cJSON *old = cJSON_GetObjectItemCaseSensitive(target, m->string);

		if (cJSON_IsNull(m)) {
			cJSON_DeleteItemFromObjectCaseSensitive(target, m->string);
		} else if (cJSON_IsObject(m)) {
			if (!cJSON_IsObject(old)) {
				old = cJSON_CreateObject();
				json_tree_set(target, m->string, old);
			}
			patch_merge(old, m);
		} else {
			json_tree_set(target, m->string, cJSON_Duplicate(m, true));
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

/* The index that part names, up to just past the end; -1: none. */
static int patch_index_of(const struct cJSON *list, const char *part)
{
	int count = cJSON_GetArraySize(list);
	unsigned long at;
	char *end;

	if (strcmp(part, "-") == 0)
		return count;
	at = strtoul(part, &end, 10);
	return *part && !*end && at <= (unsigned long)count ? (int)at : -1;
}

static struct cJSON *patch_child(const struct cJSON *t, const char *part)
{
	if (cJSON_IsArray(t))
		return cJSON_GetArrayItem(t, patch_index_of(t, part));
	return cJSON_GetObjectItemCaseSensitive(t, part);
}

/* The three that change something: at what is called part in parent. Takes v when it succeeds. */
static bool patch_add(struct cJSON *parent, const char *part, struct cJSON *v)
{
	int at;

	if (cJSON_IsObject(parent)) {
		json_tree_set(parent, part, v);
		return true;
	}
	at = cJSON_IsArray(parent) ? patch_index_of(parent, part) : -1;
	if (at < 0)
		return false;
	/* Debian 12's cJSON_InsertItemInArray() inserts at the ends only. */
	cJSON_AddItemToArray(parent, v);
	for (int tail = cJSON_GetArraySize(parent) - 1 - at; tail > 0; tail--)
		cJSON_AddItemToArray(parent, cJSON_DetachItemFromArray(parent, at));
	return true;
}

static bool patch_replace(struct cJSON *parent, const char *part, struct cJSON *v)
{
	if (cJSON_IsObject(parent))
		return cJSON_ReplaceItemInObjectCaseSensitive(parent, part, v);
	return patch_child(parent, part) &&
	       cJSON_ReplaceItemInArray(parent, patch_index_of(parent, part), v);
}

static bool patch_remove(struct cJSON *parent, const char *part)
{
	struct cJSON *old = patch_child(parent, part);

	if (!old)
		return false;
	cJSON_Delete(cJSON_DetachItemViaPointer(parent, old));
	return true;
}

static bool apply_one(struct cJSON *target, const struct cJSON *o, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *op = json_tree_text(o, "op", ""), *path = json_tree_text(o, "path", "");
	const struct cJSON *value = cJSON_GetObjectItemCaseSensitive(o, "value");
	const char *p = path, *part, *last = NULL;
	struct cJSON *parent = NULL, *here = target, *v;

	while ((part = next_part(a, &p)) != NULL) {
		parent = here;
		last = part;
		here = patch_child(here, part);
	}
	if (*p || !parent)
		return err_set(e, ERR_CONFIG, "error applying patch: bad path '%s'", path);
	if (strcmp(op, "test") == 0)
		return (here && cJSON_Compare(here, value, true)) ||
		       err_set(e, ERR_CONFIG, "error applying patch: testing value %s failed", path);
	if (strcmp(op, "remove") == 0 && patch_remove(parent, last))
		return true;
	v = cJSON_Duplicate(value, true);
	if (v && strcmp(op, "add") == 0 && patch_add(parent, last, v))
		return true;
	if (v && strcmp(op, "replace") == 0 && patch_replace(parent, last, v))
		return true;
	cJSON_Delete(v);
	return err_set(e, ERR_CONFIG, "error applying patch: %s operation does not apply: doc is missing "
		       "key: %s", op, path);
}

bool patch_apply(struct cJSON *target, const struct cJSON *operations, struct err *e)
{
	const struct cJSON *o;

	cJSON_ArrayForEach(o, operations)
		if (!apply_one(target, o, e))
			return false;
	return true;
}
