/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to objects, objects to projects. A document that is no Kargo object is
 * left out with a word, since folders of manifests hold other things, too.
 */
#include "config/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/config.h"
#include "config/gather.h"
#include "config/kinds.h"
#include "config/modern.h"
#include "config/project.h"
#include "config/rules.h"
#include "config/schema.h"
#include "data/value.h"
#include "data/yaml.h"

/* Where Kargo looks for shared Secrets and ConfigMaps unless told otherwise. */
static const char shared_namespace[] = "kargo-shared-resources";

struct load_loading {
	struct arena *a;
	struct complaints c;
	struct list objects;            /* struct gathered *, of projects */
	struct list shared;             /* of the cluster, and of the shared namespace */
	struct list names;              /* const char *, projects */
	struct map known;               /* their names */
};

static void add_project(struct load_loading *l, const char *name)
{
	if (map_get(&l->known, name))
		return;
	map_set(l->a, &l->known, name, l);
	list_add(l->a, &l->names, arena_copy(l->a, name, strlen(name) + 1));
}

static void sort_out(struct load_loading *l, struct gathered *g, const char *version)
{
	const struct kind_def *kind = kind_find(g->kind, version);
	size_t before = l->c.errors;

	if (strcmp(version, "kargo.akuity.io/v1alpha1") != 0 && has_prefix(version, "kargo."))
		complain_warning(&l->c, g->file, g->object, "apiVersion %s is not known; read as v1alpha1",
				 version);
	if (!kind && has_prefix(version, "kargo."))
		complain_warning(&l->c, g->file, g->object, "gantry has no use for a %s", g->kind);
	if (!kind)
		return;
	if (!*g->name) {
		complain_error(&l->c, g->file, g->object, "%s: metadata.name is required", g->kind);
		return;
	}
	schema_check(kind, g->file, g->object, &l->c);
	rules_check(g, &l->c);
	modernise(g, &l->c);
	g->is_wrong = l->c.errors > before;
	if (strcmp(g->kind, "Project") == 0)
		add_project(l, g->name);
	if (kind->is_cluster || strcmp(g->namespace, shared_namespace) == 0)
		list_add(l->a, &l->shared, g);
	else
		list_add(l->a, &l->objects, g);
}

static void load_take(struct load_loading *l, const char *file, struct value *object)
{
	struct gathered *g;
	const struct value *items = value_get(object, "items");
	const char *kind = value_text(value_get(object, "kind"), "");

	if (object->kind == VALUE_NULL)
		return;
	if (object->kind != VALUE_MAP) {
		complain_error(&l->c, file, object, "a manifest is a map with apiVersion and kind");
		return;
	}
	if (strcmp(kind, "List") == 0 && value_is(items, VALUE_LIST)) {
		for (size_t i = 0; i < items->list.count; i++)
			load_take(l, file, items->list.items[i]);
		return;
	}
	g = arena_alloc(l->a, sizeof(*g));
	*g = (struct gathered){
		.file = file,
		.kind = kind,
		.name = value_path_text(object, "metadata.name", ""),
		.namespace = value_path_text(object, "metadata.namespace", ""),
		.object = object,
	};
	sort_out(l, g, value_text(value_get(object, "apiVersion"), ""));
}

static void load_file(struct load_loading *l, const struct config_file *f)
{
	struct list documents = { 0 };
	struct err e;
	struct value place = { .kind = VALUE_NULL };
	const char *message;
	int used = 0;

	if (yaml_parse(l->a, "", f->text.at, f->text.len, &documents, &e)) {
		for (size_t i = 0; i < documents.count; i++)
			load_take(l, f->name, documents.items[i]);
		return;
	}
	message = e.message;
	if (sscanf(message, ":%u:%u: %n", &place.line, &place.column, &used) == 2 && used)
		message += used;
	complain_error(&l->c, f->name, &place, "%s", message);
}

static int load_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Objects name their project by namespace; without one they belong to the only project. */
static void settle_namespaces(struct load_loading *l)
{
	for (size_t i = 0; i < l->objects.count; i++) {
		struct gathered *g = l->objects.items[i];

		if (*g->namespace && !map_get(&l->known, g->namespace) &&
		    (strcmp(g->kind, "Stage") == 0 || strcmp(g->kind, "Warehouse") == 0)) {
			complain_warning(&l->c, g->file, g->object,
					 "no Project is called \"%s\"; taken as if there were one",
					 g->namespace);
			add_project(l, g->namespace);
		}
	}
	for (size_t i = 0; i < l->objects.count; i++) {
		struct gathered *g = l->objects.items[i];

		if (*g->namespace)
			continue;
		if (l->names.count == 1)
			g->namespace = l->names.items[0];
		else
			complain_error(&l->c, g->file, g->object,
				       "%s %s: metadata.namespace is required: which project is it of?",
				       g->kind, g->name);
	}
	if (l->names.count)
		qsort(l->names.items, l->names.count, sizeof(*l->names.items), load_by_text);
}

static struct project *assemble(struct load_loading *l, const char *name)
{
	struct list own = { 0 };

	for (size_t i = 0; i < l->objects.count; i++) {
		struct gathered *g = l->objects.items[i];

		if (strcmp(g->namespace, name) == 0)
			list_add(l->a, &own, g);
	}
	return project_assemble(l->a, name, &own, &l->shared, &l->c);
}

bool config_gather(struct arena *a, const struct config_file *files, size_t count,
		   struct config **out, struct list *objects, struct list *complaints)
{
	struct load_loading l = { .a = a, .c = { .a = a, .list = complaints } };
	struct config *config = arena_alloc(a, sizeof(*config));

	for (size_t i = 0; i < count; i++)
		load_file(&l, &files[i]);
	settle_namespaces(&l);
	config->nprojects = l.names.count;
	config->projects = arena_array(a, l.names.count, sizeof(*config->projects));
	for (size_t i = 0; i < l.names.count; i++)
		config->projects[i] = assemble(&l, l.names.items[i]);
	complaints_sort(complaints);
	for (size_t i = 0; i < l.objects.count; i++)
		list_add(a, objects, l.objects.items[i]);
	for (size_t i = 0; i < l.shared.count; i++)
		list_add(a, objects, l.shared.items[i]);
	*out = config;
	return l.c.errors == 0;
}
