/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structured-edit steps (kargo/yaml-update.jsonl and its like). A file does as
 * well as Kargo's when it reads the same; of a line that shows a bug, when it reads and
 * no more values differ than were to be set.
 */
#include "step_case.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/toml.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_json.h"
#include "vectors.h"

/* A key that is there twice stays so, which only the lenient reader takes. */
static bool read_yaml(struct arena *a, struct str text, struct list *documents)
{
	struct value *first;
	struct err e;

	if (yaml_parse(a, "file", text.at, text.len, documents, &e))
		return true;
	if (!yaml_json_parse(a, "file", text, &first, &e) || !first)
		return false;
	list_add(a, documents, first);
	return true;
}

/* Documents after those that Kargo keeps may stay. */
static bool same_yaml(struct step_case *c, const char *path, struct str original, struct str ours,
		      struct str want)
{
	struct list x = { 0 }, y = { 0 };

	(void)path;
	(void)original;
	if (!read_yaml(c->arena, ours, &x) || !read_yaml(c->arena, want, &y) || x.count < y.count)
		return false;
	for (size_t i = 0; i < y.count; i++)
		if (!value_equal(x.items[i], y.items[i]))
			return false;
	return true;
}

/* How many leaves differ; more than any limit when shapes do. */
static size_t differences(const struct value *a, const struct value *b)
{
	size_t n = 0;

	if (value_is(a, VALUE_MAP) && value_is(b, VALUE_MAP) && a->map.count == b->map.count) {
		for (size_t i = 0; i < a->map.count; i++)
			n += differences(a->map.members[i].value,
					 value_get_n(b, a->map.members[i].key));
		return n;
	}
	if (value_is(a, VALUE_LIST) && value_is(b, VALUE_LIST) && a->list.count == b->list.count) {
		for (size_t i = 0; i < a->list.count; i++)
			n += differences(a->list.items[i], b->list.items[i]);
		return n;
	}
	return value_equal(a, b) ? 0 : 1;
}

static bool is_better_yaml(struct step_case *c)
{
	const char *path = value_path_text(c->input, "config.path", "");
	size_t updates = value_count(value_path(c->input, "config.updates"));
	struct list old = { 0 }, new = { 0 };
	struct str original, ours;

	if (!step_case_bytes(c->arena, value_get(value_get(c->input, "files"), path), &original) ||
	    !step_case_file(c, path, &ours) || !read_yaml(c->arena, original, &old) ||
	    !read_yaml(c->arena, ours, &new) || old.count != new.count || !old.count)
		return false;
	return differences(old.items[0], new.items[0]) <= updates;
}

void vectors_yaml_update(struct vectors *v)
{
	/* Kargo edits a line that is not there, or between the halves of a character. */
	static const char *const unmarked[] = { "layout/nel/", "layout/ls/", "bytes/utf16", NULL };
	static const struct step_rules rules = { .same_file = same_yaml,
						 .is_better = is_better_yaml,
						 .unmarked = unmarked };

	step_case_set(v, "kargo/yaml-update.jsonl", &rules);
}

/* JSON that is not strict, such as with comments, must be Kargo's to the byte. */
static bool same_json(struct step_case *c, const char *path, struct str original, struct str ours,
		      struct str want)
{
	struct value *x, *y;
	struct err e;

	(void)path;
	(void)original;
	return json_parse(c->arena, ours.at, ours.len, &x, &e) &&
	       json_parse(c->arena, want.at, want.len, &y, &e) && value_equal(x, y);
}

void vectors_json_update(struct vectors *v)
{
	/* Of a bracket that never closes Kargo drops all that it holds; we refuse. */
	static const char *const unmarked[] = { "layout/invalid/", NULL };
	static const struct step_rules rules = { .same_file = same_json, .unmarked = unmarked };

	step_case_set(v, "kargo/json-update.jsonl", &rules);
}

static bool same_toml(struct step_case *c, const char *path, struct str original, struct str ours,
		      struct str want)
{
	struct value *x, *y;
	struct err e;

	(void)original;
	return toml_parse(c->arena, path, ours.at, ours.len, &x, &e) &&
	       toml_parse(c->arena, path, want.at, want.len, &y, &e) && value_equal(x, y);
}

void vectors_toml_update(struct vectors *v)
{
	static const struct step_rules rules = { .same_file = same_toml };

	step_case_set(v, "kargo/toml-update.jsonl", &rules);
}

void vectors_yaml_merge(struct vectors *v)
{
	static const struct step_rules rules = { .same_file = same_yaml };

	step_case_set(v, "kargo/yaml-merge.jsonl", &rules);
}

void vectors_kustomize_set_image(struct vectors *v)
{
	static const struct step_rules rules = { .same_file = same_yaml };

	step_case_set(v, "kargo/kustomize-set-image.jsonl", &rules);
}

void vectors_parse(struct vectors *v)
{
	static const struct step_rules rules = { 0 };

	step_case_set(v, "kargo/parse.jsonl", &rules);
}
