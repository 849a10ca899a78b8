/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests are kept as text, which is a fraction of what they are as values, and tells at once whether a
 * change of the object has changed what it says: a status that moves every second changes nothing here.
 */
#include "attach/manifests.h"

#include <stdlib.h>
#include <string.h>

#include "attach/beside.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/part.h"
#include "base/str.h"
#include "config/config.h"
#include "config/reading.h"
#include "data/json.h"
#include "data/value.h"

struct manifest_text {
	enum attach_kind kind;
	char *name, *text;              /* heap; text: JSON */
};

struct attach_manifests {
	struct manifest_text *items;    /* by kind and name */
	size_t count, room;
};

struct attach_manifests *attach_manifests_new(void)
{
	struct attach_manifests *m = xmalloc(sizeof(*m));

	*m = (struct attach_manifests){ .count = 0 };
	return m;
}

static void manifest_text_free(struct manifest_text *t)
{
	free(t->name);
	free(t->text);
}

void attach_manifests_free(struct attach_manifests *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		manifest_text_free(&m->items[i]);
	free(m->items);
	free(m);
}

static int manifest_text_order(const struct manifest_text *t, enum attach_kind kind, const char *name)
{
	return t->kind != kind ? (t->kind < kind ? -1 : 1) : strcmp(t->name, name);
}

static size_t manifests_find(const struct attach_manifests *m, enum attach_kind kind, const char *name,
			     bool *found)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (manifest_text_order(&m->items[middle], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < m->count && manifest_text_order(&m->items[low], kind, name) == 0;
	return low;
}

static void manifests_insert(struct attach_manifests *m, size_t at, const struct manifest_text *t)
{
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 16;
		m->items = xrealloc(m->items, m->room * sizeof(*m->items));
	}
	memmove(&m->items[at + 1], &m->items[at], (m->count - at) * sizeof(*m->items));
	m->items[at] = *t;
	m->count++;
}

bool attach_manifests_put(struct attach_manifests *m, enum attach_kind kind, const struct value *object)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *manifest = attach_kind_def(kind)->is_spec ? attach_manifest(a, kind, object)
								       : NULL;
	const char *name = value_path_text(object, "metadata.name", "");
	const char *text = manifest ? json_text(a, manifest, JSON_SORT_KEYS) : NULL;
	bool found;
	size_t at;

	if (!text)
		return false;
	at = manifests_find(m, kind, name, &found);
	if (found && strcmp(m->items[at].text, text) == 0)
		return false;
	if (found) {
		free(m->items[at].text);
		m->items[at].text = xstrdup(text);
		return true;
	}
	manifests_insert(m, at, &(struct manifest_text){ kind, xstrdup(name), xstrdup(text) });
	return true;
}

bool attach_manifests_remove(struct attach_manifests *m, enum attach_kind kind, const char *name)
{
	bool found;
	size_t at = manifests_find(m, kind, name, &found);

	if (!found)
		return false;
	manifest_text_free(&m->items[at]);
	m->count--;
	memmove(&m->items[at], &m->items[at + 1], (m->count - at) * sizeof(*m->items));
	return true;
}

static void manifests_add_file(struct arena *a, struct list *files, const char *name, struct value *object)
{
	struct config_file *f = arena_alloc(a, sizeof(*f));

	*f = (struct config_file){ .name = name, .object = object };
	list_add(a, files, f);
}

static void manifests_add_files(struct arena *a, const struct attach_manifests *m, struct list *files)
{
	for (size_t i = 0; m && i < m->count; i++) {
		const struct manifest_text *t = &m->items[i];
		struct value *object;
		struct err never;

		if (json_parse(a, t->text, strlen(t->text), &object, &never))
			manifests_add_file(a, files, str_format(a, "%s/%s", attach_kind_def(t->kind)->plural,
								t->name), object);
	}
}

/* Without the right to read Projects, a namespace stands for its project. */
static void manifests_add_own_project(struct arena *a, const char *project, struct list *files)
{
	struct value *object = value_map(a), *metadata = value_map(a);

	value_set(a, metadata, "name", value_string(a, project));
	value_set(a, object, "apiVersion", value_string(a, "kargo.akuity.io/v1alpha1"));
	value_set(a, object, "kind", value_string(a, "Project"));
	value_set(a, object, "metadata", metadata);
	manifests_add_file(a, files, str_format(a, "projects/%s", project), object);
}

static void manifests_add_secrets(struct arena *a, const struct value *secrets, struct list *files)
{
	for (size_t i = 0; i < value_count(secrets); i++) {
		struct value *object = value_copy(a, value_at(secrets, i));

		if (!value_is(object, VALUE_MAP))
			continue;
		value_set(a, object, "apiVersion", value_string(a, "v1"));
		value_set(a, object, "kind", value_string(a, "Secret"));
		manifests_add_file(a, files,
				   str_format(a, "secrets/%s", value_path_text(object, "metadata.name", "")),
				   object);
	}
}

struct manifest_project *attach_manifests_read(const struct attach_sources *from)
{
	struct part *part = part_new();
	struct arena *a = part_arena(part);
	struct manifest_reading reading = { .part = part, .fingerprint = "" };
	struct list files = { 0 }, *complaints = arena_alloc(a, sizeof(*complaints));
	size_t nbeside = from->beside ? from->beside->count : 0;
	struct config_file *all;
	struct config *config;
	bool found;

	manifests_add_files(a, from->cluster, &files);
	manifests_add_files(a, from->own, &files);
	manifests_find(from->own, ATTACH_PROJECT, from->project, &found);
	if (!found)
		manifests_add_own_project(a, from->project, &files);
	manifests_add_secrets(a, from->secrets, &files);
	all = arena_array(a, files.count + nbeside, sizeof(*all));
	for (size_t i = 0; i < files.count; i++)
		all[i] = *(struct config_file *)files.items[i];
	for (size_t i = 0; i < nbeside; i++)
		all[files.count + i] = from->beside->files[i];
	/* What does not read is a complaint; the rest is used. */
	(void)!config_load(a, all, files.count + nbeside, &config, complaints);
	reading.complaints = complaints;
	return reading_add_project(&reading, config_project(config, from->project));
}
