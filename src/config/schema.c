/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests against the tables. Kubernetes drops fields that it does not know without
 * a word, which is how a misspelt soak time reaches production: here they are warned about.
 */
#include "config/schema.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/kinds.h"
#include "data/value.h"

enum { DEEPEST = 32 };

#define METADATA_FIELDS(name_kind)                                                         \
	{ .name = "name", .kind = (name_kind), .flags = FIELD_REQUIRED,                    \
	  .help = "What it is called." },                                                  \
	{ .name = "namespace", .kind = FIELD_LABEL, .help = "The project that it belongs to." }, \
	{ .name = "labels", .kind = FIELD_TEXTS, .help = "Labels." },                      \
	{ .name = "annotations", .kind = FIELD_TEXTS, .help = "Annotations." },            \
	{ .name = NULL }

const struct field_def metadata_fields[] = { METADATA_FIELDS(FIELD_NAME) };

/* A Project's name is that of a namespace, which is shorter and has no dots. */
static const struct field_def project_metadata_fields[] = { METADATA_FIELDS(FIELD_LABEL) };

struct schema_check {
	struct complaints *c;
	struct arena *scratch;          /* for paths, most of which nobody is told */
	const char *file;
	const char *subject;            /* "stage test" */
	bool is_config;                 /* a step's: templates pass, unknown fields do not */
	bool is_old;                    /* below something removed: deprecated is the least of it */
	size_t depth;
};

static void check_field(struct schema_check *k, const struct field_def *f, const char *path,
			const struct value *v);

/* Help as the end of a sentence: no capital, no full stop. */
static const char *help_of(struct schema_check *k, const struct field_def *f)
{
	size_t len = strlen(f->help);

	return str_format(k->scratch, "%c%.*s", letter_lower(f->help[0]), (int)(len - 2),
			  f->help + 1);
}

static const char *schema_fixed(const struct field_def *f)
{
	return f->flags & FIELD_FIXED ? " (gantry lint --fix rewrites it)" : "";
}

static const char *schema_below(struct schema_check *k, const char *path, const char *name)
{
	size_t len = strlen(path), more = strlen(name) + 1;
	char *joined;

	if (!len)
		return name;
	joined = arena_alloc(k->scratch, len + 1 + more);
	memcpy(joined, path, len);
	joined[len] = '.';
	memcpy(joined + len + 1, name, more);
	return joined;
}

static void unknown_field(struct schema_check *k, const struct field_def *fields, const char *path,
			  const struct value_member *m)
{
	const struct value place = { .line = m->line, .column = m->column };
	const char *nearest = field_nearest(fields, m->key.at);
	const char *ask = nearest ? str_format(k->scratch, "; did you mean %s?", nearest) : "";
	const char *where = schema_below(k, path, m->key.at);

	if (k->is_config)
		complain_error(k->c, k->file, &place, "%s: %s: no such field%s", k->subject, where, ask);
	else
		complain_warning(k->c, k->file, &place,
				 "%s: %s: no such field, so Kargo ignores it%s", k->subject, where,
				 ask);
}

static void note_removed(struct schema_check *k, const struct field_def *f, const char *path,
			 const struct value *place)
{
	bool is_gone = !k->c->kargo || f->removed_in <= k->c->kargo;

	if (is_gone)
		complain_warning(k->c, k->file, place, "%s: %s: removed from Kargo; %s%s", k->subject, path,
				 help_of(k, f), schema_fixed(f));
	else
		complain_warning(k->c, k->file, place, "%s: %s: Kargo 1.%u takes it away; %s%s", k->subject,
				 path, f->removed_in, help_of(k, f), schema_fixed(f));
}

/* True when the field is to be looked at. */
static bool check_flags(struct schema_check *k, const struct field_def *f, const char *path,
			const struct value_member *m)
{
	const struct value place = { .line = m->line, .column = m->column };

	if (f->flags & FIELD_REFUSED) {
		complain_error(k->c, k->file, &place, "%s: %s: Kargo refuses this; %s", k->subject, path,
			       help_of(k, f));
		return false;
	}
	if (f->flags & FIELD_REMOVED)
		note_removed(k, f, path, &place);
	if ((f->flags & FIELD_DEPRECATED) && !k->is_old)
		complain_warning(k->c, k->file, &place, "%s: %s: deprecated; %s%s", k->subject, path,
				 help_of(k, f), schema_fixed(f));
	return true;
}

static bool schema_is_there(const struct value *v)
{
	return v && v->kind != VALUE_NULL;
}

/* Null is a value, where any will do. */
static bool is_given(const struct field_def *f, const struct value *v)
{
	return f->kind == FIELD_ANY ? v != NULL : schema_is_there(v);
}

static const char *group_names(struct schema_check *k, const struct field_def *fields)
{
	const char *all = "";

	for (; fields->name; fields++)
		if (fields->flags & FIELD_ONE_OF)
			all = str_format(k->scratch, "%s%s%s", all, *all ? ", " : "", fields->name);
	return all;
}

/* Exactly one member of the group. Subscriptions may be of kinds that nobody knows here. */
static void check_group(struct schema_check *k, const struct field_def *fields, const char *path,
			const struct value *v)
{
	size_t found = 0, group = 0;

	for (const struct field_def *f = fields; f->name; f++)
		if (f->flags & FIELD_ONE_OF) {
			group++;
			found += schema_is_there(value_get(v, f->name));
		}
	if (group && found == 0)
		complain_error(k->c, k->file, v, "%s: %s: needs one of %s", k->subject, path,
			       group_names(k, fields));
	if (found > 1)
		complain_error(k->c, k->file, v, "%s: %s: takes only one of %s", k->subject, path,
			       group_names(k, fields));
}

static void schema_check_members(struct schema_check *k, const struct field_def *fields,
				 bool is_open, const char *path, const struct value *v)
{
	for (size_t i = 0; i < v->map.count; i++) {
		const struct value_member *m = &v->map.members[i];
		const struct field_def *f = field_find(fields, m->key.at);

		if (!f && !is_open)
			unknown_field(k, fields, path, m);
		else if (f && schema_is_there(m->value) &&
			 check_flags(k, f, schema_below(k, path, f->name), m))
			check_field(k, f, schema_below(k, path, f->name), m->value);
	}
	for (const struct field_def *f = fields; f->name; f++)
		if ((f->flags & FIELD_REQUIRED) && !is_given(f, value_get(v, f->name)))
			complain_error(k->c, k->file, v, "%s: %s: is required: %s", k->subject,
				       schema_below(k, path, f->name), help_of(k, f));
	check_group(k, fields, path, v);
}

static void schema_check_list(struct schema_check *k, const struct field_def *f, const char *path,
			      const struct value *v)
{
	const struct field_def element = { .name = f->name, .help = f->help, .choices = f->choices,
					   .kind = f->of ? FIELD_MAP
						 : f->items == FIELD_ANY ? FIELD_TEXT : f->items,
					   .of = f->of };

	if ((f->flags & FIELD_NOT_EMPTY) && value_count(v) == 0)
		complain_error(k->c, k->file, v, "%s: %s: needs at least one element", k->subject, path);
	for (size_t i = 0; i < value_count(v); i++)
		check_field(k, &element, str_format(k->scratch, "%s[%zu]", path, i), value_at(v, i));
}

static void check_texts(struct schema_check *k, const char *path, const struct value *v)
{
	for (size_t i = 0; i < v->map.count; i++)
		if (schema_is_there(v->map.members[i].value) &&
		    !value_is(v->map.members[i].value, VALUE_STRING))
			complain_error(k->c, k->file, v->map.members[i].value,
				       "%s: %s.%s: must be a text: put it in quotes", k->subject, path,
				       v->map.members[i].key.at);
}

static bool is_choice(const struct field_def *f, const char *text)
{
	for (size_t i = 0; f->choices[i]; i++)
		if (strcmp(f->choices[i], text) == 0)
			return true;
	return false;
}

static const char *choices_of(struct schema_check *k, const struct field_def *f)
{
	const char *all = "";

	for (size_t i = 0; f->choices[i]; i++)
		if (*f->choices[i])
			all = str_format(k->scratch, "%s%s%s", all, i ? ", " : "", f->choices[i]);
	return all;
}

static void schema_check_text(struct schema_check *k, const struct field_def *f, const char *path,
			      const struct value *v)
{
	const char *wrong;

	if (strlen(v->string.at) != v->string.len) {
		complain_error(k->c, k->file, v, "%s: %s: holds a NUL character", k->subject, path);
		return;
	}
	if (f->choices && !is_choice(f, v->string.at)) {
		complain_error(k->c, k->file, v, "%s: %s: must be one of %s, not \"%s\"", k->subject,
			       path, choices_of(k, f), v->string.at);
		return;
	}
	wrong = format_wrong(k->scratch, f->kind, v->string.at);
	if (wrong)
		complain_error(k->c, k->file, v, "%s: %s: %s", k->subject, path, wrong);
	else if (format_doubtful(f->kind, v->string.at))
		complain_warning(k->c, k->file, v, "%s: %s: %s", k->subject, path,
				 format_doubtful(f->kind, v->string.at));
}

static void check_int(struct schema_check *k, const struct field_def *f, const char *path,
		      const struct value *v)
{
	int64_t number;

	if (!value_integer(v, &number))
		complain_error(k->c, k->file, v, "%s: %s: must be a whole number, not a %s", k->subject,
			       path, value_kind_name(v->kind));
	else if (number < f->least || number > f->most)
		complain_error(k->c, k->file, v, "%s: %s: must be from %lld to %lld, not %lld",
			       k->subject, path, (long long)f->least, (long long)f->most,
			       (long long)number);
}

static enum value_kind schema_value_kind(enum field_kind kind)
{
	switch (kind) {
	case FIELD_BOOL:
		return VALUE_BOOL;
	case FIELD_MAP:
	case FIELD_TEXTS:
		return VALUE_MAP;
	case FIELD_LIST:
		return VALUE_LIST;
	default:
		return VALUE_STRING;
	}
}

static void wrong_kind(struct schema_check *k, const char *path, enum value_kind want,
		       const struct value *v)
{
	const char *word = want == VALUE_BOOL ? "true or false" : want == VALUE_MAP ? "a map"
			 : want == VALUE_LIST ? "a list"
			 : has_suffix(path, ".if") && v->kind == VALUE_BOOL
				 ? (v->boolean ? "an expression: ${{ true }}" : "an expression: ${{ false }}")
			 : v->kind == VALUE_BOOL ? "a text: put it in quotes, for yes, no, on and off are "
						   "booleans, too"
						 : "a text: put it in quotes";

	complain_error(k->c, k->file, v, "%s: %s: is a %s, must be %s", k->subject, path,
		       value_kind_name(v->kind), word);
}

static void check_field(struct schema_check *k, const struct field_def *f, const char *path,
			const struct value *v)
{
	bool was_old = k->is_old;

	if (f->kind == FIELD_ANY || k->depth >= DEEPEST ||
	    (k->is_config && value_is(v, VALUE_STRING) && text_has_template(v->string.at)))
		return;
	k->depth++;
	k->is_old = was_old || (f->flags & FIELD_REMOVED);
	if (f->kind == FIELD_INT)
		check_int(k, f, path, v);
	else if (v->kind != schema_value_kind(f->kind))
		wrong_kind(k, path, schema_value_kind(f->kind), v);
	else if (f->kind == FIELD_MAP && f->of)
		schema_check_members(k, f->of, f->flags & FIELD_OPEN, path, v);
	else if (f->kind == FIELD_TEXTS)
		check_texts(k, path, v);
	else if (f->kind == FIELD_LIST)
		schema_check_list(k, f, path, v);
	else if (v->kind == VALUE_STRING)
		schema_check_text(k, f, path, v);
	k->is_old = was_old;
	k->depth--;
}

void schema_check_config(const struct field_def *def, const char *file, const char *subject,
			 const struct value *config, struct complaints *c)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct schema_check k = {
		.c = c, .scratch = scratch, .file = file, .subject = subject, .is_config = true
	};
	const struct value nothing = { .kind = VALUE_MAP };

	assert(def && subject);
	check_field(&k, def, "config", schema_is_there(config) ? config : &nothing);
}

static const char *schema_subject_of(struct arena *a, const struct kind_def *kind,
				     const struct value *object)
{
	const char *name = value_path_text(object, "metadata.name", "");

	return str_format(a, "%c%s %s", letter_lower(kind->name[0]), kind->name + 1, name);
}

/* Kubernetes' rule for the key of a label or annotation: "name" or "example.org/name". */
static bool is_label_key(struct schema_check *k, const char *key, bool is_label)
{
	const char *slash = strchr(key, '/'), *name = slash ? slash + 1 : key;
	char *prefix = slash ? arena_copy(k->scratch, key, strlen(key) + 1) : NULL;

	if (prefix)
		prefix[slash - key] = '\0';
	for (char *c = prefix; c && *c && !is_label; c++)
		*c = letter_lower(*c);
	return *name && !format_wrong(k->scratch, FIELD_LABEL_VALUE, name) &&
	       (!prefix || (*prefix && !format_wrong(k->scratch, FIELD_NAME, prefix)));
}

static void check_keys(struct schema_check *k, const struct value *metadata, const char *field)
{
	const struct value *map = value_get(metadata, field);
	bool is_label = strcmp(field, "labels") == 0;

	for (size_t i = 0; value_is(map, VALUE_MAP) && i < map->map.count; i++) {
		const struct value_member *m = &map->map.members[i];
		const struct value place = { .line = m->line, .column = m->column };
		const char *wrong;

		if (!is_label_key(k, m->key.at, is_label))
			complain_error(k->c, k->file, &place, "%s: metadata.%s: \"%s\" is not a key: at most "
				       "63 letters, digits, and - _ . between them, perhaps after a domain "
				       "and a /", k->subject, field, m->key.at);
		wrong = is_label && value_is(m->value, VALUE_STRING)
				? format_wrong(k->scratch, FIELD_LABEL_VALUE, m->value->string.at) : NULL;
		if (wrong)
			complain_error(k->c, k->file, m->value, "%s: metadata.labels.%s: %s", k->subject,
				       m->key.at, wrong);
	}
}

static void check_metadata(struct schema_check *k, const struct kind_def *kind, const struct value *metadata)
{
	bool is_project = strcmp(kind->name, "Project") == 0;

	if (!value_is(metadata, VALUE_MAP))
		return;
	schema_check_members(k, is_project ? project_metadata_fields : metadata_fields, true, "metadata",
			     metadata);
	check_keys(k, metadata, "labels");
	check_keys(k, metadata, "annotations");
}

void schema_check(const struct kind_def *kind, const char *file, const struct value *object,
		  struct complaints *c)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct schema_check k = { .c = c,
				  .scratch = scratch,
				  .file = file,
				  .subject = schema_subject_of(scratch, kind, object) };

	check_metadata(&k, kind, value_get(object, "metadata"));
	for (size_t i = 0; i < object->map.count; i++) {
		const struct value_member *m = &object->map.members[i];
		const struct field_def *f = field_find(kind->fields, m->key.at);

		if (str_is(m->key, "apiVersion") || str_is(m->key, "kind") || str_is(m->key, "metadata"))
			continue;
		if (!f)
			unknown_field(&k, kind->fields, "", m);
		else if (schema_is_there(m->value) && check_flags(&k, f, f->name, m))
			check_field(&k, f, f->name, m->value);
	}
	for (const struct field_def *f = kind->fields; f->name; f++)
		if ((f->flags & FIELD_REQUIRED) && !schema_is_there(value_get(object, f->name)))
			complain_error(c, file, object, "%s: %s: is required: %s", k.subject, f->name,
				       help_of(&k, f));
}
