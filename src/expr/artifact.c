/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table a struct. A status is of a named string type in Go, which never equals
 * a plain text: string(stepMetas.a.Status) is what people must write.
 */
#include "expr/artifact.h"
#include "expr/values.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "data/value.h"

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

static struct str named_text(struct arena *a, const struct expr_object *o)
{
	(void)a;
	return o->fields[0].string;
}

static const struct expr_field named_fields[] = {
	{ "", NULL, false, &expr_type_string },
};

/* A type such as PromotionStepStatus: written as its text, compared as itself. */
static const struct expr_class named_class = { "string", named_fields, 1, NULL, 0, named_text };
static const struct expr_type type_named = { .kind = EXPR_OBJECT, .class = &named_class };

#define TEXT(go, json) { go, json, true, &expr_type_string }
#define TABLE(title, table) { title, table, COUNTOF(table), NULL, 0, NULL }
#define TYPE(title) { .kind = EXPR_OBJECT, .class = &title }

static const struct expr_field commit_fields[] = {
	TEXT("RepoURL", "repoURL"), TEXT("ID", "id"), TEXT("Branch", "branch"), TEXT("Tag", "tag"),
	TEXT("Message", "message"), TEXT("Author", "author"), TEXT("Committer", "committer"),
	TEXT("SubscriptionName", "subscriptionName"),
};

static const struct expr_field image_fields[] = {
	TEXT("RepoURL", "repoURL"), TEXT("Tag", "tag"), TEXT("Digest", "digest"),
	{ "Annotations", "annotations", true, &expr_type_string_map },
	TEXT("SubscriptionName", "subscriptionName"),
};

static const struct expr_field chart_fields[] = {
	TEXT("RepoURL", "repoURL"), TEXT("Name", "name"), TEXT("Version", "version"),
	TEXT("SubscriptionName", "subscriptionName"),
};

/* In expressions this one is written under its Go names. */
static const struct expr_field other_fields[] = {
	{ "ArtifactType", "ArtifactType", false, &expr_type_string },
	{ "SubscriptionName", "SubscriptionName", false, &expr_type_string },
	{ "Version", "Version", false, &expr_type_string },
	{ "Metadata", "Metadata", false, &expr_type_map },
};

static const struct expr_field origin_fields[] = {
	{ "Kind", "kind", false, &type_named },
	{ "Name", "name", false, &expr_type_string },
};

static const struct expr_field found_commit_fields[] = {
	TEXT("ID", "id"), TEXT("Branch", "branch"), TEXT("Tag", "tag"), TEXT("Subject", "subject"),
	TEXT("Author", "author"), TEXT("Committer", "committer"),
	{ "CreatorDate", "creatorDate", true, &expr_type_time },
};

static const struct expr_field found_image_fields[] = {
	TEXT("Tag", "tag"), TEXT("Digest", "digest"),
	{ "Annotations", "annotations", true, &expr_type_string_map },
	{ "CreatedAt", "createdAt", true, &expr_type_time },
};

static const struct expr_field step_meta_fields[] = {
	TEXT("Alias", "alias"),
	{ "StartedAt", "startedAt", true, &expr_type_time },
	{ "FinishedAt", "finishedAt", true, &expr_type_time },
	{ "ErrorCount", "errorCount", true, &expr_type_int },
	{ "Status", "status", true, &type_named },
	TEXT("Message", "message"),
	{ "ContinueOnError", "continueOnError", true, &expr_type_bool },
};

static const struct expr_class commit_class = TABLE("GitCommit", commit_fields);
static const struct expr_class image_class = TABLE("Image", image_fields);
static const struct expr_class chart_class = TABLE("Chart", chart_fields);
static const struct expr_class other_class = TABLE("ArtifactReference", other_fields);
static const struct expr_class origin_class = TABLE("FreightOrigin", origin_fields);
static const struct expr_class found_commit_class = TABLE("DiscoveredCommit", found_commit_fields);
static const struct expr_class found_image_class =
	TABLE("DiscoveredImageReference", found_image_fields);
static const struct expr_class step_meta_class = TABLE("StepExecutionMetadata", step_meta_fields);

const struct expr_type artifact_commit = TYPE(commit_class);
const struct expr_type artifact_image = TYPE(image_class);
const struct expr_type artifact_chart = TYPE(chart_class);
const struct expr_type artifact_other = TYPE(other_class);
const struct expr_type artifact_origin = TYPE(origin_class);
const struct expr_type artifact_found_commit = TYPE(found_commit_class);
const struct expr_type artifact_found_image = TYPE(found_image_class);
const struct expr_type artifact_step_meta = TYPE(step_meta_class);

static struct expr_value text_value(const struct value *v)
{
	return value_is(v, VALUE_STRING) ? expr_string(v->string.at, v->string.len) : expr_text("");
}

static struct expr_value named_value(struct arena *a, const struct value *v)
{
	struct expr_value *field = arena_alloc(a, sizeof(*field));

	*field = text_value(v);
	return expr_object(a, &named_class, field, NULL);
}

static struct expr_value string_map(struct arena *a, const struct value *v)
{
	struct expr_map *m;

	if (!value_is(v, VALUE_MAP))
		return expr_map(NULL, EXPR_STRINGS);
	m = expr_map_new(a);
	for (size_t i = 0; i < v->map.count; i++) {
		struct str key = v->map.members[i].key;

		expr_map_set(a, m, expr_string(key.at, key.len),
			     text_value(v->map.members[i].value));
	}
	return expr_map(m, EXPR_STRINGS);
}

static struct expr_value artifact_time_value(struct arena *a, const struct value *v)
{
	struct expr_time *time = arena_alloc(a, sizeof(*time));
	int64_t ms, rest;

	if (!clock_parse(value_text(v, ""), &ms))
		return expr_nil();
	rest = ((ms % MS_PER_S) + MS_PER_S) % MS_PER_S;
	time->seconds = (ms - rest) / MS_PER_S;
	time->nanoseconds = (int32_t)(rest * NS_PER_MS);
	return (struct expr_value){ .kind = EXPR_TIME, .time = time };
}

static struct expr_value field_value(struct arena *a, const struct expr_type *type,
				     const struct value *v)
{
	int64_t integer = 0;

	switch (type->kind) {
	case EXPR_STRING:
		return text_value(v);
	case EXPR_OBJECT:
		return named_value(a, v);
	case EXPR_TIME:
		return artifact_time_value(a, v);
	case EXPR_BOOL:
		return expr_bool(value_truth(v, false));
	case EXPR_INT:
		return expr_int(value_integer(v, &integer) ? integer : 0);
	default:
		if (type == &expr_type_string_map)
			return string_map(a, v);
		return expr_tree(value_is(v, VALUE_MAP) ? v : value_map(a));
	}
}

/* "RepoURL" is kept as repoURL, "ID" as id. */
static const char *artifact_key_of(struct arena *a, const char *name)
{
	char *key = str_format(a, "%s", name);

	if (strcmp(name, "ID") == 0)
		return "id";
	key[0] = (char)(key[0] | 0x20);
	return key;
}

struct expr_value artifact_value(struct arena *a, const struct expr_type *type,
				 const struct value *tree)
{
	const struct expr_class *class = type->class;
	struct expr_value *fields;

	if (!tree)
		return expr_nil();
	fields = arena_array(a, class->nfields, sizeof(*fields));
	for (size_t i = 0; i < class->nfields; i++)
		fields[i] = field_value(a, class->fields[i].type,
					value_get(tree, artifact_key_of(a, class->fields[i].name)));
	return expr_object(a, class, fields, NULL);
}

const char *artifact_text(const struct expr_value *object, const char *field)
{
	const struct expr_class *class = object->kind == EXPR_OBJECT ? object->object->class : NULL;

	for (size_t i = 0; class && i < class->nfields; i++) {
		if (strcmp(class->fields[i].name, field) == 0 &&
		    object->object->fields[i].kind == EXPR_STRING)
			return object->object->fields[i].string.at;
	}
	return "";
}
