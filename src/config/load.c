/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to objects, objects to projects. Folders of manifests hold other things,
 * too: what is not Kargo's is left out.
 */
#include "config/load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/config.h"
#include "config/documents.h"
#include "config/foreign.h"
#include "config/gather.h"
#include "config/kinds.h"
#include "config/origins.h"
#include "config/parts.h"
#include "data/value.h"
#include "data/yaml.h"
#include "model/world.h"

/* Where Kargo looks for shared Secrets and ConfigMaps unless told otherwise. */
static const char shared_namespace[] = "kargo-shared-resources";

/* One file, as it is read. */
struct load_file {
	const char *name;
	struct str text;
	struct list documents;          /* struct document * */
	struct list duplicates;         /* struct yaml_duplicate * */
	struct list places;             /* struct load_place *, where its objects begin */
	bool is_admitted;               /* its one object, by Kargo */
	bool is_ours;                   /* something in it counts, or was complained of */
};

struct load {
	struct arena *a;
	struct arena *scratch;          /* of what is only needed meanwhile */
	struct complaints c;
	struct load_file *files;
	size_t nfiles;
	struct foreign_patches patches;
	struct list candidates;         /* struct load_item *: kinds that we know */
	struct list objects;            /* struct gathered *, of projects */
	struct list shared;             /* of the cluster, and of the shared namespaces */
	struct list names;              /* const char *, projects */
	struct map known;               /* their names */
	struct list broken;             /* struct load_unread * */
	struct map charts;              /* of which was told that they must be rendered */
	const char *unrendered;
};

struct load_item {
	struct load_file *file;
	struct gathered *g;
	const struct kind_def *kind;
	bool is_ours;                   /* it counts, see load_is_ours() */
};

/* What begins at a line of a file. */
struct load_place {
	unsigned line;
	const struct gathered *g;       /* of another tool's, its namespace may say nothing */
	const struct load_item *candidate; /* NULL: no kind that we know */
};

static bool load_is_shared(const char *namespace)
{
	return strcmp(namespace, shared_namespace) == 0 ||
	       strcmp(namespace, CLUSTER_SECRETS_NAMESPACE) == 0;
}

static void load_add_project(struct load *l, const char *name)
{
	if (map_get(&l->known, name))
		return;
	map_set(l->scratch, &l->known, name, l);
	list_add(l->scratch, &l->names, arena_copy(l->a, name, strlen(name) + 1));
}

static bool is_plain_kind(const char *kind)
{
	return strcmp(kind, "Secret") == 0 || strcmp(kind, "ConfigMap") == 0;
}

static struct gathered *load_gather(struct load *l, struct load_file *f, struct value *object)
{
	struct gathered *g = arena_alloc(l->a, sizeof(*g));

	*g = (struct gathered){
		.file = f->name,
		.kind = value_text(value_get(object, "kind"), ""),
		.name = value_path_text(object, "metadata.name", ""),
		.namespace = value_path_text(object, "metadata.namespace", ""),
		.object = object,
		.is_admitted = f->is_admitted,
	};
	return g;
}

/* A document that does not read, and what was said of it. */
struct load_unread {
	struct complaint *complaint;
	const struct gathered *g;
};

static void load_note_place(struct load *l, struct load_file *f, unsigned line, const struct gathered *g,
			    const struct load_item *candidate)
{
	const struct load_place made = { line, g, candidate };

	list_add(l->scratch, &f->places, arena_copy(l->scratch, &made, sizeof(made)));
}

/* Its objects exist only once somebody has rendered it; each chart is reported once. */
static void load_template(struct load *l, struct load_file *f, const struct value *place, const char *what,
			  const char *how)
{
	f->is_ours = true;
	l->unrendered = l->unrendered ? l->unrendered
				      : str_format(l->a, "%s is %s", f->name, what);
	if (map_get(&l->charts, how))
		return;
	map_set(l->scratch, &l->charts, how, l);
	complain_warning(&l->c, f->name, place, "%s: %s", what, how);
}

/* An object whose name envsubst or such a tool has to fill in. */
static bool load_is_unfilled(struct load *l, struct load_file *f, const struct gathered *g)
{
	const char *in_name = foreign_placeholder(l->a, g->name);
	const char *in_namespace = foreign_placeholder(l->a, g->namespace);
	const char *hole = in_name ? in_name : in_namespace;

	if (!hole || hole[0] != '$' || is_plain_kind(g->kind) || g->is_admitted)
		return false;
	load_template(l, f, value_path(g->object, in_name ? "metadata.name" : "metadata.namespace"),
		      "a template", str_format(l->a, "fill in %s first (envsubst) and name what comes of it",
					       hole));
	return true;
}

/* The items of a StageList are Stages, whether they say so or not. */
static void load_name_kind(struct load *l, const struct gathered *list, struct value *item)
{
	struct value *kind = value_string_n(l->a, list->kind, strlen(list->kind) - strlen("List"));

	if (!value_is(item, VALUE_MAP) || !kind->string.len || value_get(item, "kind"))
		return;
	kind->line = item->line;
	kind->column = item->column;
	value_set(l->a, item, "kind", kind);
	value_set(l->a, item, "apiVersion", value_copy(l->a, value_get(list->object, "apiVersion")));
}

static void load_object(struct load *l, struct load_file *f, struct value *object)
{
	const struct value *items = value_get(object, "items");
	const char *version = value_text(value_get(object, "apiVersion"), "");
	struct load_item *made;
	struct gathered *g;

	if (!value_is(object, VALUE_MAP))
		return;
	g = load_gather(l, f, object);
	if (!kind_find(g->kind, version))
		load_note_place(l, f, object->line, g, NULL);
	if (has_suffix(g->kind, "List") && value_is(items, VALUE_LIST)) {
		for (size_t i = 0; i < items->list.count; i++) {
			load_name_kind(l, g, items->list.items[i]);
			load_object(l, f, items->list.items[i]);
		}
		return;
	}
	if (!kind_find(g->kind, version)) {
		f->is_ours = admit_unknown_kind(g, version, &l->c) || f->is_ours;
		return;
	}
	if (load_is_unfilled(l, f, g))
		return;
	made = arena_alloc(l->scratch, sizeof(*made));
	*made = (struct load_item){ .file = f, .g = g, .kind = kind_find(g->kind, version) };
	list_add(l->scratch, &l->candidates, made);
	load_note_place(l, f, object->line, g, made);
	if (strcmp(g->kind, "Project") == 0 && *g->name)
		load_add_project(l, g->name);
}

static void load_helm_template(struct load *l, struct load_file *f, const struct value *place)
{
	load_template(l, f, place, "a Helm template",
		      str_format(l->a, "render it first (helm template %s) and name what comes of it",
				 foreign_chart(l->a, f->name)));
}

/* The document's line that does not read, counted in the file. */
static const char *broken_line(struct arena *a, const struct document *d)
{
	const char *at = d->text.at, *end = at + d->text.len, *stop;

	for (unsigned line = d->before + 1; at < end; line++) {
		stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop : end;
		if (line == d->line)
			return str_copy_n(a, at, (size_t)(stop - at));
		at = stop + 1;
	}
	return "";
}

/*
 * {{ vars.x }} is a map of a map to YAML, and in a map's own braces ${{ vars.x }} is, too; tabs, which
 * JSON may have, do not indent.
 */
static const char *broken_hint(struct arena *a, const struct document *d)
{
	const char *line = broken_line(a, d);
	struct str text = d->text;

	if (strstr(d->error, "expected ',' or") && strstr(line, "${"))
		return strstr(line, "${{") ? "; put what holds ${{ … }} in quotes"
					   : "; put what holds ${…} in quotes";
	if (line[strspn(line, " ")] == '\t')
		return "; indent with blanks, not tabs";
	for (const char *at = text.at; at + 1 < text.at + text.len; at++)
		if (at[0] == '{' && at[1] == '{' && (at == text.at || at[-1] != '$'))
			return "; did you mean ${{ … }}?";
	return "";
}

/* The parser may see only in the next document's first line that this one does not end well. */
static void load_note_broken(struct load *l, size_t before, const struct gathered *g)
{
	const struct load_unread made = { before < l->c.list->count ? l->c.list->items[before] : NULL, g };

	if (made.complaint)
		list_add(l->scratch, &l->broken, arena_copy(l->scratch, &made, sizeof(made)));
}

/* Its name is taken from its text, so that nobody is told that it is not there. */
static void load_broken(struct load *l, struct load_file *f, const struct document *d)
{
	const struct value place = { .line = d->line, .column = d->column };
	struct document_head head;
	size_t before = l->c.list->count;
	struct value *object;
	struct load_item *made;
	struct gathered *g;

	f->is_ours = true;
	complain_error(&l->c, f->name, &place, "%s%s", d->error, broken_hint(l->a, d));
	document_guess(l->a, d, &head);
	object = value_map(l->a);
	object->line = d->line;
	g = load_gather(l, f, object);
	g->kind = head.kind;
	g->name = head.name;
	g->namespace = head.namespace;
	g->fault = complaints_fault(&l->c, before);
	load_note_place(l, f, d->before + 1, g, NULL);
	load_note_broken(l, before, g);
	if (!*head.name || !kind_find(head.kind, NULL)) {
		l->c.is_partial = true;
		return;
	}
	made = arena_alloc(l->scratch, sizeof(*made));
	*made = (struct load_item){ .file = f, .g = g, .kind = kind_find(head.kind, NULL) };
	list_add(l->scratch, &l->candidates, made);
	if (strcmp(g->kind, "Project") == 0)
		load_add_project(l, head.name);
}

static void load_documents(struct load *l, struct load_file *f)
{
	bool is_template = foreign_is_helm(l->a, f->text, false);

	for (size_t i = 0; i < f->documents.count; i++) {
		const struct document *d = f->documents.items[i];
		const struct value place = { .line = d->line, .column = d->column };

		if (d->object && !(is_template && foreign_is_kargo(l->a, f->text)))
			load_object(l, f, d->object);
		else if (d->object)
			load_helm_template(l, f, d->object);
		else if (foreign_is_kargo(l->a, d->text) && foreign_is_helm(l->a, d->text, true))
			load_helm_template(l, f, &place);
		else if (foreign_is_kargo(l->a, d->text))
			load_broken(l, f, d);
	}
}

static bool carries_label(const struct value *object)
{
	const struct value *labels = value_path(object, "metadata.labels");

	for (size_t i = 0; value_is(labels, VALUE_MAP) && i < labels->map.count; i++)
		if (has_prefix(labels->map.members[i].key.at, "kargo.akuity.io/"))
			return true;
	return false;
}

/* Stages and warehouses make their namespace a project, where no manifest does. */
static void load_find_projects(struct load *l)
{
	for (size_t i = 0; i < l->candidates.count; i++) {
		const struct gathered *g = ((struct load_item *)l->candidates.items[i])->g;

		if (!*g->namespace || map_get(&l->known, g->namespace) ||
		    (strcmp(g->kind, "Stage") != 0 && strcmp(g->kind, "Warehouse") != 0))
			continue;
		if (!l->c.is_partial)
			complain_warning(&l->c, g->file, g->object,
					 "no Project is called \"%s\"; taken as if there were one",
					 g->namespace);
		load_add_project(l, g->namespace);
	}
}

/*
 * Secrets, ConfigMaps and analysis are other tools' as well: they count where they say that
 * they are Kargo's, or lie in a project.
 */
static bool load_is_ours(const struct load *l, const struct load_item *c)
{
	const struct gathered *g = c->g;
	bool in_project = *g->namespace &&
			  (map_get(&l->known, g->namespace) || load_is_shared(g->namespace));

	if (g->is_admitted)
		return true;
	if (is_plain_kind(g->kind))
		return in_project || carries_label(g->object);
	if (strcmp(g->kind, "AnalysisTemplate") == 0)
		return in_project || (!*g->namespace && l->names.count == 1);
	return true;
}

/* Objects name their project by namespace; without one they belong to the only project. */
static void load_settle_namespace(struct load *l, struct gathered *g)
{
	size_t before = l->c.list->count;

	if (*g->namespace)
		return;
	g->is_guessed = true;
	if (l->names.count == 1)
		g->namespace = l->names.items[0];
	else if (strcmp(g->kind, "ProjectConfig") == 0 && map_get(&l->known, g->name))
		g->namespace = g->name;
	else
		complain_error(&l->c, g->file, g->object,
			       "%s %s: metadata.namespace is required: which project is it of?", g->kind,
			       g->name);
	g->fault = g->fault ? g->fault : complaints_fault(&l->c, before);
}

static void load_complain_of_name(struct load *l, const struct gathered *g)
{
	const struct value *name = value_path(g->object, "metadata.name");
	const char *what = !name && value_get(g->object, "name")
				   ? "is required: name stands beside metadata, not in it"
			   : !name || value_is(name, VALUE_STRING) ? "is required"
								   : "must be a text: put it in quotes";

	complain_error(&l->c, g->file, name ? name : g->object, "%s: metadata.name %s", g->kind, what);
}

static void load_settle(struct load *l)
{
	struct origins origins = { 0 };

	for (size_t i = 0; i < l->candidates.count; i++)
		origins_learn(l->scratch, ((struct load_item *)l->candidates.items[i])->g->object, &origins);
	for (size_t i = 0; i < l->candidates.count; i++) {
		struct load_item *c = l->candidates.items[i];

		c->is_ours = load_is_ours(l, c);
		if (!c->is_ours)
			continue;
		c->file->is_ours = true;
		if (!*c->g->name) {
			load_complain_of_name(l, c->g);
			continue;
		}
		admit(c->kind, c->g, &origins, &l->c);
		if (c->kind->is_cluster || load_is_shared(c->g->namespace)) {
			list_add(l->scratch, &l->shared, c->g);
			continue;
		}
		load_settle_namespace(l, c->g);
		list_add(l->scratch, &l->objects, c->g);
	}
}

static int load_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct config *load_projects(struct load *l)
{
	struct config *config = arena_alloc(l->a, sizeof(*config));
	const struct list none = { 0 };
	struct list common = { 0 };
	struct map groups = { 0 };

	for (size_t i = 0; i < l->objects.count; i++) {
		struct gathered *g = l->objects.items[i];

		list_add(l->scratch, map_list(l->scratch, &groups, g->namespace), g);
	}
	for (size_t i = 0; i < l->shared.count; i++) {
		struct gathered *g = l->shared.items[i];

		if (strcmp(g->kind, "Project") == 0)
			list_add(l->scratch, map_list(l->scratch, &groups, g->name), g);
		else
			list_add(l->scratch, &common, g);
	}
	if (l->names.count)
		qsort(l->names.items, l->names.count, sizeof(*l->names.items), load_by_text);
	*config = (struct config){ .nprojects = l->names.count, .unrendered = l->unrendered };
	config->projects = arena_array(l->a, l->names.count, sizeof(*config->projects));
	for (size_t i = 0; i < l->names.count; i++) {
		const struct list *own = map_get(&groups, l->names.items[i]);

		config->projects[i] = project_assemble(l->a, l->names.items[i], own ? own : &none, &common,
						       &l->c);
	}
	return config;
}

/* What every project shares. */
static bool load_is_of_all(const struct gathered *g)
{
	const struct kind_def *kind = kind_find(g->kind, NULL);

	return strcmp(g->kind, "Project") != 0 &&
	       ((kind && kind->is_cluster) || load_is_shared(g->namespace));
}

const char *load_project_of(const struct gathered *g)
{
	const char *project = strcmp(g->kind, "Project") == 0 ? g->name : g->namespace;

	return load_is_of_all(g) || !*project ? NULL : project;
}

static int load_by_line(const void *x, const void *y)
{
	const struct load_place *a = *(const struct load_place *const *)x;
	const struct load_place *b = *(const struct load_place *const *)y;

	return (a->line > b->line) - (a->line < b->line);
}

/* The last of the file's places that begins at the line or before it; NULL: none does. */
static const struct load_place *load_find_place(const struct load_file *f, unsigned line)
{
	const struct load_place *const *places = (const struct load_place *const *)f->places.items;
	size_t from = 0, to = f->places.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (places[middle]->line <= line)
			from = middle + 1;
		else
			to = middle;
	}
	return from ? places[from - 1] : NULL;
}

static void load_set_project(const struct load *l, struct complaint *k, const struct gathered *g)
{
	const char *project = load_project_of(g);

	k->project = project && map_get(&l->known, project) ? project : NULL;
	k->is_homeless = !k->project && !load_is_of_all(g);
}

/* A complaint is about the project of the object that its line is in. */
static void load_say_whose(struct load *l, const struct list *complaints)
{
	struct map files = { 0 };

	for (size_t i = 0; i < l->nfiles; i++)
		map_set(l->scratch, &files, l->files[i].name, &l->files[i]);
	for (size_t i = 0; i < complaints->count; i++) {
		struct complaint *k = complaints->items[i];
		const struct load_file *f = map_get(&files, k->file);
		const struct load_place *at = f ? load_find_place(f, k->line) : NULL;

		if (at)
			load_set_project(l, k, at->g);
	}
	for (size_t i = 0; i < l->broken.count; i++) {
		const struct load_unread *b = l->broken.items[i];

		load_set_project(l, b->complaint, b->g);
	}
}

/* Other tools' objects may have what keys they like. */
static void load_note_duplicates(struct load *l, const struct load_file *f)
{
	for (size_t i = 0; i < f->duplicates.count; i++) {
		const struct yaml_duplicate *twice = f->duplicates.items[i];
		const struct value place = { .line = twice->line, .column = twice->column };
		const struct load_place *at = load_find_place(f, twice->line);

		if (at && at->candidate && at->candidate->is_ours)
			complain_warning(&l->c, f->name, &place, "the key \"%.*s\" is there already, in "
					 "line %u; the last one counts", (int)twice->key.len, twice->key.at,
					 twice->first_line);
	}
}

/* It is not text: nothing of it is searched. */
static void load_add_object(struct load *l, struct load_file *f, struct value *object)
{
	struct document *d = arena_alloc(l->scratch, sizeof(*d));

	*d = (struct document){ .object = object };
	f->text = str_of("");
	list_add(l->scratch, &f->documents, d);
	f->is_admitted = true;
}

static void load_read(struct load *l, const struct config_file *files)
{
	for (size_t i = 0; i < l->nfiles; i++) {
		struct load_file *f = &l->files[i];

		*f = (struct load_file){ .name = files[i].name, .text = files[i].text };
		if (files[i].object) {
			load_add_object(l, f, files[i].object);
			continue;
		}
		documents_read(l->a, l->scratch, f->text, &f->documents, &f->duplicates);
		for (size_t j = 0; j < f->documents.count; j++)
			foreign_learn(l->a, &l->patches, f->name,
				      ((struct document *)f->documents.items[j])->object);
	}
	for (size_t i = 0; i < l->nfiles; i++) {
		struct load_file *f = &l->files[i];

		if (!foreign_is_patch(l->a, &l->patches, f->name))
			load_documents(l, f);
		if (f->places.count)
			qsort(f->places.items, f->places.count, sizeof(*f->places.items), load_by_line);
	}
}

bool load_objects(struct arena *a, const struct config_file *files, size_t count,
		  struct loaded *out, struct list *complaints)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct load l = { .a = a, .scratch = scratch,
			  .c = { .a = a, .list = complaints, .kargo = out->kargo }, .nfiles = count,
			  .files = arena_array(scratch, count, sizeof(*l.files)) };

	assert(files || !count);
	load_read(&l, files);
	load_find_projects(&l);
	load_settle(&l);
	for (size_t i = 0; i < count; i++)
		load_note_duplicates(&l, &l.files[i]);
	*out = (struct loaded){ .config = load_projects(&l), .is_partial = l.c.is_partial };
	out->config->is_partial = l.c.is_partial;
	load_say_whose(&l, complaints);
	complaints_sort(complaints);
	for (size_t i = 0; i < l.objects.count; i++)
		list_add(a, &out->objects, l.objects.items[i]);
	for (size_t i = 0; i < l.shared.count; i++)
		list_add(a, &out->objects, l.shared.items[i]);
	for (size_t i = 0; i < count; i++)
		if (!l.files[i].is_ours)
			list_add(a, &out->left_out, str_format(a, "%s", l.files[i].name));
	return l.c.errors == 0;
}
