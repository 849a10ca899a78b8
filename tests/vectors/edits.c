/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structured-edit steps (kargo/yaml-update.jsonl and its like). A file does as
 * well as Kargo's when it reads the same; of a line that shows a bug, when it reads as the
 * values that were to be set, and nothing else differs.
 */
#include "step_case.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/json_path.h"
#include "data/json_relaxed.h"
#include "data/key_path.h"
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

	if (yaml_parse(a, "file", text, documents, &e))
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

/* The place in a tree that a key of yaml-update or toml-update names, or NULL. */
static struct value **place_of(struct arena *a, struct value **at, const char *key)
{
	struct list parts = { 0 };
	struct err e;

	if (!key_path_split(a, key, &parts, &e))
		return NULL;
	for (size_t i = 0; i < parts.count && at; i++) {
		const struct str part = *(const struct str *)parts.items[i];
		struct value *v = *at;
		int64_t index;

		at = NULL;
		if (v->kind == VALUE_LIST && key_path_index(part, &index) && (uint64_t)index < v->list.count)
			at = &v->list.items[index];
		for (size_t j = 0; v->kind == VALUE_MAP && j < v->map.count; j++)
			if (str_equal(v->map.members[j].key, part))
				at = &v->map.members[j].value;
	}
	return at;
}

typedef bool read_documents(struct arena *a, struct str text, struct list *documents);

/* The only file of the step as it was; false when it is none that can be read as a text. */
static bool original_of(const struct step_case *c, struct str *out)
{
	const char *path = value_path_text(c->input, "config.path", "");

	return step_case_bytes(c->arena, value_get(value_get(c->input, "files"), path), out);
}

/* That file as we wrote it, and as Kargo did. */
static bool our_text(struct step_case *c, struct str *out)
{
	return step_case_file(c, value_path_text(c->input, "config.path", ""), out);
}

static bool their_text(struct step_case *c, struct str *out)
{
	const char *path = value_path_text(c->input, "config.path", "");
	const struct value *text = value_get(value_path(c->line, "expect.files"), path);

	return text ? step_case_bytes(c->arena, text, out) : original_of(c, out);
}

/* Whether a result holds what the updates ask for, and else what was there. Of aliases only that it reads. */
static bool is_as_asked(struct step_case *c, read_documents *read, struct str result)
{
	const struct value *updates = value_get(c->config, "updates");
	struct list old = { 0 }, new = { 0 };
	struct str original;

	if (!original_of(c, &original) || !read(c->arena, original, &old) ||
	    !read(c->arena, result, &new) || old.count != new.count || !old.count)
		return false;
	for (size_t i = 0; i < value_count(updates); i++) {
		const struct value *update = value_at(updates, i);
		struct value **at = place_of(c->arena, (struct value **)&old.items[0],
					     value_text(value_get(update, "key"), ""));

		if (!at)
			return false;
		*at = value_get(update, "value");
	}
	for (size_t i = 0; i < old.count && !memchr(original.at, '*', original.len); i++)
		if (!value_equal(old.items[i], new.items[i]))
			return false;
	return true;
}

static bool is_better_yaml(struct step_case *c)
{
	struct str text;

	return our_text(c, &text) && is_as_asked(c, read_yaml, text);
}

static bool shows_bug_yaml(struct step_case *c)
{
	struct str text;

	return !their_text(c, &text) || !is_as_asked(c, read_yaml, text);
}

static const struct step_bug yaml_update_bugs[] = {
	{ "bytes/utf16", "Kargo writes between the halves of a character" },
	{ "keys/multi", "the lines of the old value become part of the new one" },
	{ "keys/plainmulti", "the lines of the old value become part of the new one" },
	{ "layout/dup keys/", "which of the two counts depends on the reader" },
	{ "template/big", "the number loses digits in the message" },
	{ 0 },
};

void vectors_yaml_update(struct vectors *v)
{
	static const struct step_rules rules = { .same_file = same_yaml,
						 .is_better = is_better_yaml,
						 .shows_bug = shows_bug_yaml,
						 .bugs = yaml_update_bugs };

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

/*
 * The first document, with commas that only a bracket follows, and what is around it: a byte
 * order mark, and the rest of the file.
 */
static bool read_json(struct arena *a, struct str text, struct list *parts)
{
	size_t mark = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct str plain = json_without_spare_commas(a, text);
	struct value *v;
	struct err e;

	for (size_t end = mark + 1; end <= text.len; end++) {
		if (!json_parse(a, plain.at + mark, end - mark, &v, &e))
			continue;
		list_add(a, parts, v);
		list_add(a, parts, value_string_n(a, text.at, mark));
		list_add(a, parts, value_string_n(a, text.at + end, text.len - end));
		return true;
	}
	return false;
}

static bool is_as_asked_json(struct step_case *c, struct str result)
{
	const struct value *updates = value_get(c->config, "updates");
	struct list old = { 0 }, new = { 0 };
	struct str original;

	if (!original_of(c, &original) || !read_json(c->arena, original, &old) ||
	    !read_json(c->arena, result, &new))
		return false;
	for (size_t i = 0; i < value_count(updates); i++) {
		const struct value *update = value_at(updates, i);

		if (!json_path_set(c->arena, (struct value **)&old.items[0],
				   value_text(value_get(update, "key"), ""),
				   value_get(update, "value")))
			return false;
	}
	for (size_t i = 0; i < old.count; i++)
		if (!value_equal(old.items[i], new.items[i]))
			return false;
	return true;
}

static bool is_better_json(struct step_case *c)
{
	struct str text;

	return our_text(c, &text) && is_as_asked_json(c, text);
}

static bool shows_bug_json(struct step_case *c)
{
	struct str text;

	return !their_text(c, &text) || !is_as_asked_json(c, text);
}

void vectors_json_update(struct vectors *v)
{
	static const struct step_bug bugs[] = {
		{ "layout/invalid/", "of a bracket that never closes Kargo drops all that it holds" },
		{ "layout/invalid2/", "names without quotes are no JSON: nobody can check what becomes of them" },
		{ "layout/dup/a", "which of the two counts depends on the reader" },
		{ "values/'12345678901234567890' int", "the number loses digits" },
		{ "values new key/'12345678901234567890' int", "the number loses digits" },
		{ "layout/text/", "a file that is no JSON is replaced by the new value" },
		{ 0 },
	};
	static const struct step_rules rules = { .same_file = same_json, .is_better = is_better_json,
						 .shows_bug = shows_bug_json, .bugs = bugs };

	step_case_set(v, "kargo/json-update.jsonl", &rules);
}

static bool same_toml(struct step_case *c, const char *path, struct str original, struct str ours,
		      struct str want)
{
	struct value *x, *y;
	struct err e;

	(void)original;
	return toml_parse(c->arena, path, ours, &x, &e) &&
	       toml_parse(c->arena, path, want, &y, &e) && value_equal(x, y);
}

/* Without the byte order mark, which must be where it was. */
static bool read_toml(struct arena *a, struct str text, struct list *documents)
{
	size_t mark = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct value *v, *around = value_map(a);
	struct err e;

	if (!toml_parse(a, "file", (struct str){ text.at + mark, text.len - mark }, &v, &e))
		return false;
	list_add(a, documents, v);
	value_set(a, around, "mark", value_bool(a, mark > 0));
	list_add(a, documents, around);
	return true;
}

static bool is_better_toml(struct step_case *c)
{
	struct str text;

	return our_text(c, &text) && is_as_asked(c, read_toml, text);
}

void vectors_toml_update(struct vectors *v)
{
	static const struct step_bug bugs[] = {
		{ "values/str/'12345678901234567890' int", "no integer of TOML is as large" },
		{ "values/int/'12345678901234567890' int", "no integer of TOML is as large" },
		{ "values/lit/'12345678901234567890' int", "no integer of TOML is as large" },
		{ "values/nested/'12345678901234567890' int", "no integer of TOML is as large" },
		{ "layout/bom/", "a byte order mark is no reason not to edit the file" },
		{ 0 },
	};
	static const struct step_rules rules = { .same_file = same_toml, .is_better = is_better_toml,
						 .bugs = bugs };

	step_case_set(v, "kargo/toml-update.jsonl", &rules);
}

void vectors_yaml_merge(struct vectors *v)
{
	static const struct step_bug bugs[] = {
		{ "onto base/dup", "which of the two members counts depends on the reader" },
		{ "first/dup", "which of the two members counts depends on the reader" },
		{ 0 },
	};
	static const struct step_rules rules = { .same_file = same_yaml, .bugs = bugs };

	step_case_set(v, "kargo/yaml-merge.jsonl", &rules);
}

/* What Kargo's entries of images lose. */
static const char *const lost_of_images[] = { "tagSuffix", "foo" };

static const struct value *image_of(const struct value *images, const struct value *name)
{
	for (size_t i = 0; i < value_count(images); i++)
		if (value_equal(value_get(value_at(images, i), "name"), name))
			return value_at(images, i);
	return NULL;
}

static bool has_what_was_lost(const struct value *was, const struct value *is)
{
	for (size_t i = 0; i < value_count(is); i++) {
		const struct value *image = value_at(is, i);
		const struct value *old = image_of(was, value_get(image, "name"));

		for (size_t j = 0; j < COUNTOF(lost_of_images); j++)
			if (!value_equal(value_get(old, lost_of_images[j]),
					 value_get(image, lost_of_images[j])))
				return false;
	}
	return true;
}

static void take_out_what_was_lost(const struct value *images)
{
	for (size_t i = 0; i < value_count(images); i++)
		for (size_t j = 0; j < COUNTOF(lost_of_images); j++)
			value_remove(value_at(images, i), lost_of_images[j]);
}

/* What Kargo's entry of an image loses, ours has as it was; all else is as Kargo has it. */
static bool is_better_image(struct step_case *c)
{
	const char *path = "app/kustomization.yaml";
	const struct value *wanted = value_get(value_path(c->line, "expect.files"), path);
	struct list old = { 0 }, new = { 0 }, want = { 0 };
	struct str original, ours, text;

	if (!step_case_bytes(c->arena, value_get(value_get(c->input, "files"), path), &original) ||
	    !step_case_bytes(c->arena, wanted, &text) || !step_case_file(c, path, &ours) ||
	    !read_yaml(c->arena, original, &old) || !read_yaml(c->arena, ours, &new) ||
	    !read_yaml(c->arena, text, &want))
		return false;
	if (!has_what_was_lost(value_get(old.items[0], "images"),
			       value_get(new.items[0], "images")))
		return false;
	take_out_what_was_lost(value_get(new.items[0], "images"));
	take_out_what_was_lost(value_get(want.items[0], "images"));
	return value_equal(new.items[0], want.items[0]);
}

void vectors_kustomize_set_image(struct vectors *v)
{
	static const struct step_bug bugs[] = {
		{ "doc/tagSuffix/", "the image's tagSuffix is lost" },
		{ "doc/unknown field/", "a field that Kargo does not know is lost" },
		{ 0 },
	};
	static const struct step_rules rules = { .same_file = same_yaml, .is_better = is_better_image,
						 .bugs = bugs };

	step_case_set(v, "kargo/kustomize-set-image.jsonl", &rules);
}

void vectors_parse(struct vectors *v)
{
	static const struct step_rules rules = { 0 };

	step_case_set(v, "kargo/parse.jsonl", &rules);
}
