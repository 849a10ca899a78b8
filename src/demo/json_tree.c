/* SPDX-License-Identifier: Apache-2.0 */
/* cJSON adds a second member where there is one already, so that setting has to take the old one out. */
#include "demo/json_tree.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/arena.h"

void auto_json_tree(struct cJSON **t)
{
	cJSON_Delete(*t);
}

struct cJSON *json_tree_parse(struct arena *a, struct str text)
{
	return cJSON_ParseWithLengthOpts(str_text(a, text), text.len + 1, NULL, true);
}

const char *json_tree_print(struct arena *a, const struct cJSON *t)
{
	char *text = cJSON_PrintUnformatted(t);
	const char *out = text ? str_copy(a, text) : "null";

	cJSON_free(text);
	return out;
}

struct cJSON *json_tree_at(const struct cJSON *t, const char *path)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cJSON *found = NULL;

	while (*path) {
		size_t len = strcspn(path, ".");

		found = cJSON_GetObjectItemCaseSensitive(t, str_copy_n(a, path, len));
		if (!found)
			return NULL;
		t = found;
		path += len + (path[len] == '.');
	}
	return found;
}

const char *json_tree_text(const struct cJSON *t, const char *path, const char *fallback)
{
	const struct cJSON *found = json_tree_at(t, path);

	return cJSON_IsString(found) ? found->valuestring : fallback;
}

void json_tree_set(struct cJSON *object, const char *key, struct cJSON *member)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	cJSON_AddItemToObject(object, key, member);
}

void json_tree_set_text(struct cJSON *object, const char *key, const char *text)
{
	json_tree_set(object, key, cJSON_CreateString(text));
}
