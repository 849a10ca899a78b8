/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps that write on Freight and Stages (kargo/set-objects.jsonl). The objects are changed as
 * the ledger's events change them, and described as the lines describe them.
 */
#include "step_case.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "vectors.h"

struct cluster {
	struct arena *a;
	struct value *objects;
};

static struct value *find(const struct cluster *c, const char *kind, const char *name)
{
	for (size_t i = 0; i < value_count(c->objects); i++) {
		struct value *o = value_at(c->objects, i);

		if (strcmp(value_path_text(o, "kind", ""), kind) == 0 &&
		    strcmp(value_path_text(o, "metadata.name", ""), name) == 0 &&
		    strcmp(value_path_text(o, "metadata.namespace", ""), "demo") == 0)
			return o;
	}
	return NULL;
}

static struct value *inner(struct arena *a, struct value *map, const char *key)
{
	struct value *v = value_get(map, key);

	if (!value_is(v, VALUE_MAP)) {
		v = value_map(a);
		value_set(a, map, key, v);
	}
	return v;
}

static bool set_metadata(void *context, const char *kind, const char *name,
			 const struct value *updates, struct err *e)
{
	struct cluster *c = context;
	struct value *o = find(c, kind, name), *metadata;

	if (!o)
		return err_set(e, ERR_NOT_FOUND, "no %s \"%s\"", kind, name);
	metadata = inner(c->a, inner(c->a, o, "status"), "metadata");
	for (size_t i = 0; i < value_count(updates); i++) {
		const struct value *v = updates->map.members[i].value;

		if (value_is(v, VALUE_NULL))
			value_remove(metadata, updates->map.members[i].key.at);
		else
			value_set_n(c->a, metadata, updates->map.members[i].key, value_copy(c->a, v));
	}
	return true;
}

static bool set_alias(void *context, const char *freight, const char *alias, struct err *e)
{
	struct cluster *c = context;
	struct value *o = find(c, "Freight", freight);

	if (!o)
		return err_set(e, ERR_NOT_FOUND, "no Freight \"%s\"", freight);
	value_set(c->a, o, "alias", value_string(c->a, alias));
	value_set(c->a, inner(c->a, inner(c->a, o, "metadata"), "labels"), "kargo.akuity.io/alias",
		  value_string(c->a, alias));
	return true;
}

static void copy(struct arena *a, struct value *to, const char *key, const struct value *v)
{
	if (v)
		value_set(a, to, key, value_copy(a, v));
}

static struct value *describe(struct arena *a, const struct value *objects)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < value_count(objects); i++) {
		const struct value *o = value_at(objects, i);
		struct value *v = value_map(a);

		copy(a, v, "kind", value_get(o, "kind"));
		copy(a, v, "name", value_path(o, "metadata.name"));
		copy(a, v, "alias", value_get(o, "alias"));
		copy(a, v, "labels", value_path(o, "metadata.labels"));
		copy(a, v, "metadata", value_path(o, "status.metadata"));
		value_append(a, list, v);
	}
	return list;
}

/* Kargo sets nothing that comes after what fails; what was set before stays. */
static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	static const struct step_rules rules = { 0 };
	const struct value *want = value_path(line, "expect.objects");
	struct cluster cluster = { .a = a };
	struct step_case c;
	struct value *got;

	(void)context;
	cluster.objects = value_copy(a, value_path(line, "input.objects"));
	step_case_open(&c, v, a, line);
	c.services = (struct step_services){ .context = &cluster, .set_metadata = set_metadata,
					     .set_alias = set_alias };
	step_case_run(&c);
	got = describe(a, cluster.objects);
	want = want ? want : value_get(line, "objects");
	if (want && !value_equal(want, got))
		vectors_case(v, false, "%s: objects %s", value_text(value_get(line, "name"), "?"),
			     json_text(a, got, 0));
	else
		step_case_judge(&c, &rules);
	step_case_close(&c);
}

void vectors_set_objects(struct vectors *v)
{
	vectors_lines(v, "kargo/set-objects.jsonl", one, NULL);
}
