/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read as YAML 1.1 with the last of two equal keys, as kubectl does; a field of the wrong kind is refused.
 * Fields that are not known are passed over: other programs keep theirs there.
 */
#include "kube/kubeconfig.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"
#include "data/yaml.h"

enum { MAX_FILE = 4 << 20, MAX_PEM = 1 << 20, MAX_FILES = 64 };

bool kube_complain(const struct kube_entry *entry, const struct value *at, struct err *e,
		   const char *format, ...)
{
	char said[700];
	va_list args;
	unsigned line = at && at->line ? at->line : entry->line;

	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	return err_set(e, ERR_CONFIG, "%s:%u: %s '%s': %s", entry->file, line, entry->kind, entry->name,
		       said);
}

bool kube_field_text(const struct kube_entry *entry, const char *field, const char **out, struct err *e)
{
	const struct value *v = value_get(entry->body, field);

	if (!v || value_is(v, VALUE_NULL))
		return true;
	if (!value_is(v, VALUE_STRING))
		return kube_complain(entry, v, e, "%s must be a text, not a %s; put it in quotes", field,
				     value_kind_name(v->kind));
	if (strlen(v->string.at) != v->string.len)
		return kube_complain(entry, v, e, "%s holds a NUL character; remove it", field);
	if (v->string.len)
		*out = v->string.at;
	return true;
}

bool kube_field_bool(const struct kube_entry *entry, const char *field, bool *out, struct err *e)
{
	const struct value *v = value_get(entry->body, field);

	if (!v || value_is(v, VALUE_NULL))
		return true;
	if (!value_is(v, VALUE_BOOL))
		return kube_complain(entry, v, e, "%s must be true or false, without quotes", field);
	*out = v->boolean;
	return true;
}

bool kube_field_path(struct arena *a, const struct kube_entry *entry, const char *field, const char **out,
		     struct err *e)
{
	const char *path = NULL;

	if (!kube_field_text(entry, field, &path, e))
		return false;
	if (path)
		*out = path_join(a, entry->folder, path);
	return true;
}

static bool pem_from_data(struct arena *a, const struct kube_entry *entry, const char *field,
			  const char **out, struct err *e)
{
	const struct value *at = value_get(entry->body, field);
	const char *text = NULL;
	struct str pem;

	if (!kube_field_text(entry, field, &text, e))
		return false;
	assert(text);
	if (!base64_decode(a, text, strlen(text), &pem) || !strstr(pem.at, "-----BEGIN "))
		return kube_complain(entry, at, e, "%s is not base64 of PEM; write it with base64 -w0 FILE, "
				     "or name the file in %.*s", field,
				     (int)(strlen(field) - strlen("-data")), field);
	*out = pem.at;
	return true;
}

bool kube_field_pem(struct arena *a, const struct kube_entry *entry, const char *field, const char **out,
		    struct err *e)
{
	const char *data = str_format(a, "%s-data", field), *path = NULL;
	const struct value *given = value_get(entry->body, data), *at = value_get(entry->body, field);
	struct err failed = { 0 };
	struct str pem;

	if (given && !value_is(given, VALUE_NULL) && (!value_is(given, VALUE_STRING) || given->string.len))
		return pem_from_data(a, entry, data, out, e);
	if (!kube_field_path(a, entry, field, &path, e))
		return false;
	if (!path)
		return true;
	if (!file_read(a, path, MAX_PEM, &pem, &failed))
		return kube_complain(entry, at, e, "%s cannot be read: %s", field, failed.message);
	if (!strstr(pem.at, "-----BEGIN "))
		return kube_complain(entry, at, e, "%s: %s is not a PEM file", field, path);
	*out = pem.at;
	return true;
}

const struct kube_entry *kubeconfig_find(const struct list *entries, const char *name)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct kube_entry *entry = entries->items[i];

		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* One of the three lists: "clusters" of maps with "name" and "cluster". */
struct kubeconfig_section {
	const char *list, *kind;
	struct list *into;
	size_t before;                  /* entries that earlier files gave */
};

static bool kubeconfig_add_entry(struct arena *a, const struct kubeconfig_section *s,
				 const struct kube_entry *place, const struct value *v, struct err *e)
{
	struct kube_entry *entry = arena_copy(a, place, sizeof(*place));
	struct list here = { .items = s->into->items ? s->into->items + s->before : NULL,
			     .count = s->into->count - s->before };
	const char *name = NULL;

	entry->kind = s->kind;
	entry->line = v->line;
	entry->body = v;
	entry->name = "";
	if (!value_is(v, VALUE_MAP))
		return kube_complain(entry, v, e, "each of %s must be a map with name and %s", s->list,
				     s->kind);
	if (!kube_field_text(entry, "name", &name, e))
		return false;
	if (!name)
		return kube_complain(entry, v, e, "it has no name; give it one");
	entry->name = name;
	if (kubeconfig_find(&here, name))
		return kube_complain(entry, v, e, "the name is there twice in this file; rename or remove "
				     "one");
	entry->body = value_get(v, s->kind);
	if (value_is(entry->body, VALUE_NULL))
		entry->body = NULL;
	if (entry->body && !value_is(entry->body, VALUE_MAP))
		return kube_complain(entry, entry->body, e, "%s must be a map", s->kind);
	/* Of one name in several files the first counts. */
	if (!kubeconfig_find(s->into, name))
		list_add(a, s->into, entry);
	return true;
}

static bool kubeconfig_add_section(struct arena *a, const struct kubeconfig_section *s,
				   const struct kube_entry *place, const struct value *root, struct err *e)
{
	const struct value *list = value_get(root, s->list);

	if (!list || value_is(list, VALUE_NULL))
		return true;
	if (!value_is(list, VALUE_LIST))
		return err_set(e, ERR_CONFIG, "%s:%u: %s must be a list, each of its elements a map with "
			       "name and %s", place->file, list->line, s->list, s->kind);
	for (size_t i = 0; i < value_count(list); i++)
		if (!kubeconfig_add_entry(a, s, place, value_at(list, i), e))
			return false;
	return true;
}

/* What the file is: version and kind may be missing, but are not another's. */
static bool kubeconfig_check_kind(const char *file, const struct value *root, struct err *e)
{
	const struct value *kind = value_get(root, "kind"), *version = value_get(root, "apiVersion");

	if (!value_is(root, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "%s:%u: a kubeconfig must be a map with clusters, users and "
			       "contexts", file, root->line);
	if (*value_text(kind, "Config") && strcmp(value_text(kind, "Config"), "Config") != 0)
		return err_set(e, ERR_CONFIG, "%s:%u: kind must be Config, not '%s'; this is not "
			       "a kubeconfig", file, kind->line, value_text(kind, ""));
	if (*value_text(version, "v1") && strcmp(value_text(version, "v1"), "v1") != 0)
		return err_set(e, ERR_CONFIG, "%s:%u: apiVersion must be v1, not '%s'", file, version->line,
			       value_text(version, ""));
	return true;
}

/* Adds what one file says. */
static bool kubeconfig_add(struct arena *a, struct kubeconfig *c, const char *file, struct str text,
			   struct err *e)
{
	struct kube_entry place = { .file = file, .folder = path_folder(a, file) };
	struct kubeconfig_section sections[] = {
		{ "clusters", "cluster", &c->clusters, c->clusters.count },
		{ "users", "user", &c->users, c->users.count },
		{ "contexts", "context", &c->contexts, c->contexts.count },
	};
	struct yaml_source source = { .name = file, .text = text, .flags = YAML_OLD_TRUTHS };
	struct list documents = { 0 }, duplicates = { 0 };
	const struct value *root, *current;

	if (!yaml_read(a, &source, &documents, &duplicates, e))
		return false;
	if (!c->file)
		c->file = file;
	root = documents.count ? documents.items[0] : NULL;
	if (!root || value_is(root, VALUE_NULL))
		return true;
	if (!kubeconfig_check_kind(file, root, e))
		return false;
	current = value_get(root, "current-context");
	if (current && !value_is(current, VALUE_STRING) && !value_is(current, VALUE_NULL))
		return err_set(e, ERR_CONFIG, "%s:%u: current-context must be a text, not a %s; put it in "
			       "quotes", file, current->line, value_kind_name(current->kind));
	if (!*c->current && *value_text(current, "")) {
		c->current = value_text(current, "");
		c->file = file;
	}
	for (size_t i = 0; i < COUNTOF(sections); i++)
		if (!kubeconfig_add_section(a, &sections[i], &place, root, e))
			return false;
	return true;
}

/* Where kubectl looks; "": nowhere. */
static const char *kubeconfig_paths(struct arena *a)
{
	const char *given = getenv("KUBECONFIG"), *home = getenv("HOME");

	if (given && *given)
		return given;
	return home && *home ? path_join(a, home, ".kube/config") : "";
}

/* What a person may type: "~/x" is their own. */
static const char *kubeconfig_expand(struct arena *a, const char *path)
{
	const char *home = getenv("HOME");

	return has_prefix(path, "~/") && home && *home ? path_join(a, home, path + 2) : path;
}

bool kubeconfig_read(struct arena *a, const char *paths, struct kubeconfig *out, struct err *e)
{
	struct kubeconfig c = { .current = "" };
	unsigned files = 0;

	for (paths = paths ? paths : kubeconfig_paths(a); *paths;) {
		size_t len = strcspn(paths, ":");
		const char *path = kubeconfig_expand(a, str_copy_n(a, paths, len));
		struct err failed = { 0 };
		struct str text;

		paths += len + (paths[len] == ':');
		if (!len)
			continue;
		if (files++ == MAX_FILES)
			return err_set(e, ERR_LIMIT, "KUBECONFIG names more than %d files", MAX_FILES);
		if (!file_read(a, path, MAX_FILE, &text, &failed)) {
			if (failed.code == ERR_NOT_FOUND)
				continue;
			*e = failed;
			e->code = ERR_CONFIG;
			return err_wrap(e, "reading the kubeconfig");
		}
		if (!kubeconfig_add(a, &c, path, text, e))
			return false;
	}
	*out = c;
	return true;
}
