/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry's documents and a repository's history, made of a case's description. An
 * index's children and an image's configuration get digests of their own.
 */
#include "selection_source.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"

static const char somebody[] = "A U Thor <author@example.com>";

struct images {
	struct list tags;
	struct map digests;             /* tag to digest */
	struct map objects;             /* digest to document */
};

static const char *text_of(const struct value *v, const char *key, const char *otherwise)
{
	return value_text(value_get(v, key), otherwise);
}

static void copy(struct arena *a, const struct value *from, const char *key, struct value *to,
		 const char *as)
{
	if (value_get(from, key))
		value_set(a, to, as, value_copy(a, value_get(from, key)));
}

/* The manifest of one image; its configuration is put beside it. */
static struct value *manifest(struct arena *a, struct images *m, const struct value *image,
			      const char *digest, bool annotated)
{
	struct value *v = value_map(a), *config = value_map(a), *inner = value_map(a);
	struct value *file = value_map(a);
	const char *config_digest = str_format(a, "%s-config", digest);

	if (annotated)
		copy(a, image, "annotations", v, "annotations");
	value_set(a, config, "digest", value_string(a, config_digest));
	value_set(a, v, "config", config);
	copy(a, image, "labels", inner, "Labels");
	value_set(a, file, "config", inner);
	copy(a, image, "created", file, "created");
	map_set(a, &m->objects, config_digest, file);
	return v;
}

static struct value *platform_of(struct arena *a, const char *text)
{
	struct value *v = value_map(a);
	const char *slash = strchr(text, '/'), *second = slash ? strchr(slash + 1, '/') : NULL;

	if (!slash)
		return v;
	value_set(a, v, "os", value_string_n(a, text, (size_t)(slash - text)));
	value_set(a, v, "architecture",
		  value_string_n(a, slash + 1,
				 second ? (size_t)(second - slash - 1) : strlen(slash + 1)));
	if (second)
		value_set(a, v, "variant", value_string(a, second + 1));
	return v;
}

static struct value *make_index(struct arena *a, struct images *m, const struct value *image,
				const char *digest)
{
	const struct value *platforms = value_get(image, "platforms");
	struct value *v = value_map(a), *children = value_list(a);

	copy(a, image, "annotations", v, "annotations");
	for (size_t i = 0; i < value_count(platforms); i++) {
		const struct value *p = value_at(platforms, i);
		const char *child = str_format(a, "%s-%zu", digest, i);
		struct value *reference = value_map(a);

		value_set(a, reference, "digest", value_string(a, child));
		if (*text_of(p, "platform", ""))
			value_set(a, reference, "platform",
				  platform_of(a, text_of(p, "platform", "")));
		copy(a, p, "annotations", reference, "annotations");
		map_set(a, &m->objects, child, manifest(a, m, p, child, false));
		value_append(a, children, reference);
	}
	value_set(a, v, "manifests", children);
	return v;
}

static bool list_tags(void *context, struct arena *a, struct list *tags, struct err *e)
{
	struct images *m = context;

	if (!m->tags.count)
		return err_set(e, ERR_NOT_FOUND, "there is no such repository");
	for (size_t i = 0; i < m->tags.count; i++)
		list_add(a, tags, m->tags.items[i]);
	return true;
}

static bool document(void *context, struct arena *a, const char *digest, struct value **object,
		     struct err *e)
{
	*object = value_copy(a, map_get(&((struct images *)context)->objects, digest));
	return *object || err_set(e, ERR_NOT_FOUND, "no %s", digest);
}

static bool resolve(void *context, struct arena *a, const char *tag, struct source_object *out,
		    struct err *e)
{
	out->digest = map_get(&((struct images *)context)->digests, tag);
	return out->digest ? document(context, a, out->digest, &out->object, e) :
			     err_set(e, ERR_NOT_FOUND, "no tag %s", tag);
}

struct image_source selection_images(struct arena *a, const struct value *images)
{
	struct images *m = arena_alloc(a, sizeof(*m));

	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *image = value_at(images, i), *tags = value_get(image, "tags");
		const char *digest = text_of(image, "id", str_format(a, "image-%zu", i));
		struct value *object = value_get(image, "platforms") ?
					       make_index(a, m, image, digest) :
					       manifest(a, m, image, digest, true);

		map_set(a, &m->objects, digest, object);
		for (size_t j = 0; j < value_count(tags); j++) {
			char *tag = str_format(a, "%s", value_text(value_at(tags, j), ""));

			list_add(a, &m->tags, tag);
			map_set(a, &m->digests, tag, str_format(a, "%s", digest));
		}
	}
	return (struct image_source){ m, list_tags, resolve, document, document };
}

struct commits {
	const struct value *all;
	size_t *parents;                /* index + 1 of the first parent; 0: none */
};

static const char *branch_of(const struct value *commit)
{
	return text_of(commit, "branch", "main");
}

/* The last commit before this one on its branch, or on main when that begins here. */
static size_t parent_of(const struct value *all, size_t at)
{
	const char *branch = branch_of(value_at(all, at));

	for (size_t i = at; i-- > 0;) {
		if (strcmp(branch_of(value_at(all, i)), branch) == 0)
			return i + 1;
	}
	for (size_t i = at; i-- > 0;) {
		if (strcmp(branch_of(value_at(all, i)), "main") == 0)
			return i + 1;
	}
	return 0;
}

static int64_t date_of(const struct value *v)
{
	int64_t ms = 0;

	clock_parse(text_of(v, "date", ""), &ms);
	return ms;
}

static struct source_commit commit_of(const struct value *v)
{
	return (struct source_commit){
		.id = text_of(v, "id", ""),
		.message = text_of(v, "message", ""),
		.author = text_of(v, "author", somebody),
		.committer = text_of(v, "committer", somebody),
		.date = date_of(v),
	};
}

/* A remote's HEAD is main, or master where there is no other. */
static const char *default_branch(const struct commits *m)
{
	bool old = value_count(m->all) == 1 && strcmp(branch_of(value_at(m->all, 0)), "master") == 0;

	return old ? "master" : "main";
}

static bool walk(void *context, struct arena *a, const char *branch, const struct commit_visit *visit,
		 struct err *e)
{
	struct commits *m = context;
	const char *name = *branch ? branch : default_branch(m);
	size_t at = 0;

	(void)a;
	for (size_t i = 0; i < value_count(m->all); i++) {
		if (strcmp(branch_of(value_at(m->all, i)), name) == 0)
			at = i + 1;
	}
	if (!at)
		return err_set(e, ERR_NOT_FOUND, "no branch %s", name);
	for (; at; at = m->parents[at - 1]) {
		struct source_commit c = commit_of(value_at(m->all, at - 1));

		if (!visit->each(visit->to, &c))
			break;
	}
	return true;
}

static bool list_commit_tags(void *context, struct arena *a, struct list *tags, struct err *e)
{
	struct commits *m = context;

	(void)e;
	for (size_t i = 0; i < value_count(m->all); i++) {
		const struct value *of = value_get(value_at(m->all, i), "tags");

		for (size_t j = 0; j < value_count(of); j++) {
			const struct value *v = value_at(of, j);
			struct source_tag *t = arena_alloc(a, sizeof(*t));
			bool annotated = value_get(v, "message") != NULL;

			t->name = text_of(v, "name", "");
			t->commit = commit_of(value_at(m->all, i));
			t->date = annotated ? date_of(v) : t->commit.date;
			t->tagger = annotated ? text_of(v, "tagger", somebody) : "";
			t->annotation = text_of(v, "message", "");
			list_add(a, tags, t);
		}
	}
	return true;
}

static bool list_paths(void *context, struct arena *a, const char *id, struct list *paths,
		       struct err *e)
{
	struct commits *m = context;

	for (size_t i = 0; i < value_count(m->all); i++) {
		const struct value *v = value_at(m->all, i), *files = value_get(v, "files");

		if (strcmp(text_of(v, "id", ""), id) != 0)
			continue;
		for (size_t j = 0; j < value_count(files); j++)
			list_add(a, paths, str_format(a, "%s", files->map.members[j].key.at));
		return true;
	}
	return err_set(e, ERR_NOT_FOUND, "no commit %s", id);
}

struct commit_source selection_commits(struct arena *a, const struct value *commits)
{
	struct commits *m = arena_alloc(a, sizeof(*m));

	m->all = commits;
	m->parents = arena_array(a, value_count(commits), sizeof(*m->parents));
	for (size_t i = 0; i < value_count(commits); i++)
		m->parents[i] = parent_of(commits, i);
	return (struct commit_source){ .context = m, .walk = walk, .tags = list_commit_tags, .paths = list_paths };
}
