/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fake servers need of cJSON. They read and write with another JSON library than the
 * program, so that a fault of the program's own reader shows. A tree belongs to its caller, who
 * frees it with cJSON_Delete(). Any thread.
 */
#ifndef GANTRY_DEMO_JSON_TREE_H
#define GANTRY_DEMO_JSON_TREE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct cJSON;

/* For AUTO(json_tree) struct cJSON *t = …; */
void auto_json_tree(struct cJSON **t);

/* The document; NULL when the text is not one, or more than one. */
struct cJSON *json_tree_parse(struct arena *a, struct str text);

/* The text, in the arena. */
const char *json_tree_print(struct arena *a, const struct cJSON *t);

/* What is at "spec.source" of nested objects, or NULL. */
struct cJSON *json_tree_at(const struct cJSON *t, const char *path);

/* The string there, or fallback. Lives as long as the tree. */
const char *json_tree_text(const struct cJSON *t, const char *path, const char *fallback);

/* Sets the member, which from now on belongs to the object; an old one is freed. */
void json_tree_set(struct cJSON *object, const char *key, struct cJSON *member);
void json_tree_set_text(struct cJSON *object, const char *key, const char *text);

#endif
