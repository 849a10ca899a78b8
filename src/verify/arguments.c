/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments: the stage's win over a template's own values. Secrets are read only when something is
 * measured: what a run is made of names them, and never holds them.
 */
#include "verify/arguments.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"

enum { TEXT_MAX = 1 << 20 };

static bool arguments_find(void *context, struct arena *a, const struct kargo_wanted *wanted,
			   const struct value **out, struct err *e)
{
	const struct project *p = context;
	const struct warehouse *w = project_warehouse(p, wanted->name);
	const struct stage *s = project_stage(p, wanted->name);

	(void)a, (void)e;
	*out = NULL;
	if (strcmp(wanted->kind, "Warehouse") == 0)
		*out = w ? w->object : NULL;
	else if (strcmp(wanted->kind, "Stage") == 0)
		*out = s ? s->object : NULL;
	else if (strcmp(wanted->kind, "Secret") == 0)
		*out = value_get(wanted->shared ? p->shared_secrets : p->secrets, wanted->name);
	else if (strcmp(wanted->kind, "ConfigMap") == 0)
		*out = value_get(wanted->shared ? p->shared_config_maps : p->config_maps, wanted->name);
	return true;
}

static const struct value *arguments_references(struct arena *a, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");
	struct value *list = value_list(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		value_append(a, list, items->map.members[i].value);
	return list;
}

/* What the stage says, evaluated. An empty value says nothing. */
static bool arguments_given(struct arena *a, const struct verification *v, struct value *out,
			    struct err *e)
{
	const struct project *p = v->project;
	const struct stage *s = v->stage;
	const struct value *args = value_path(s->object, "spec.verification.args");
	const struct kargo_scope scope = {
		.project = p->name,
		.stage = s->name,
		.freight_requests = value_path(s->object, "spec.requestedFreight"),
		.freight = arguments_references(a, v->collection),
		.vars = value_path(s->object, "spec.vars"),
		.now_ms = clock_now(),
		.load_zone = zone_load,
		.find = arguments_find,
		.context = unconst(p),
	};

	for (size_t i = 0; i < value_count(args); i++) {
		const char *name = value_get_text(value_at(args, i), "name"), *text;
		const char *raw = value_get_text(value_at(args, i), "value");

		if (!verification_text(a, &scope, raw, &text, e))
			return err_wrap(e, "argument %s", name);
		if (*raw)
			value_set(a, out, name, value_string(a, text));
	}
	return true;
}

static struct value *argument_named(const struct value *list, const char *name)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_get_text(value_at(list, i), "name"), name) == 0)
			return value_at(list, i);
	return NULL;
}

/* A field that a template's argument has joins what other templates say of it. */
static bool argument_merge(struct arena *a, struct value *into, const struct value *arg,
			   const char *field, struct err *e)
{
	const struct value *own = value_get(arg, field), *before = value_get(into, field);

	if (!own || own->kind == VALUE_NULL)
		return true;
	if (before && !value_equal(own, before))
		return err_set(e, ERR_CONFIG, "argument %s has different values in two templates",
			       value_get_text(arg, "name"));
	value_set(a, into, field, value_copy(a, own));
	return true;
}

static bool arguments_add(struct arena *a, const struct value *template, struct value *out,
			  struct err *e)
{
	const struct value *args = value_path(template, "spec.args");

	for (size_t i = 0; i < value_count(args); i++) {
		const char *name = value_get_text(value_at(args, i), "name");
		struct value *into = argument_named(out, name);

		if (!into) {
			into = value_map(a);
			value_set(a, into, "name", value_string(a, name));
			value_append(a, out, into);
		}
		if (!argument_merge(a, into, value_at(args, i), "value", e) ||
		    !argument_merge(a, into, value_at(args, i), "valueFrom", e))
			return false;
	}
	return true;
}

bool arguments_build(struct arena *a, const struct verification *v, const struct list *templates,
		     struct value **out, struct err *e)
{
	struct value *given = value_map(a), *all = value_list(a);

	if (!arguments_given(a, v, given, e))
		return false;
	for (size_t i = 0; i < templates->count; i++)
		if (!arguments_add(a, templates->items[i], all, e))
			return false;
	for (size_t i = 0; i < value_count(all); i++) {
		struct value *arg = value_at(all, i);
		const char *name = value_get_text(arg, "name");

		if (value_get(given, name))
			value_set(a, arg, "value", value_copy(a, value_get(given, name)));
		if (!value_get(arg, "value") && !value_get(arg, "valueFrom"))
			return err_set(e, ERR_CONFIG, "argument %s has no value; the stage must give one",
				       name);
	}
	*out = all;
	return true;
}

static bool secret_read(struct arena *a, const struct project *p, const struct value *arg,
			struct value **out, struct err *e)
{
	const struct value *ref = value_path(arg, "valueFrom.secretKeyRef"), *found;

	if (!ref)
		return err_set(e, ERR_CONFIG, "argument %s: valueFrom has no secretKeyRef",
			       value_get_text(arg, "name"));
	found = value_get(
		value_get(value_get(p->secrets, value_get_text(ref, "name")), "stringData"),
		value_get_text(ref, "key"));
	if (!value_is(found, VALUE_STRING))
		return err_set(e, ERR_CONFIG, "argument %s: there is no secret \"%s\" with key %s",
			       value_get_text(arg, "name"), value_get_text(ref, "name"),
			       value_get_text(ref, "key"));
	log_redact(found->string.at);
	*out = value_copy(a, found);
	return true;
}

bool arguments_values(struct arena *a, const struct project *p, const struct value *args,
		      struct value **out, struct err *e)
{
	struct value *all = value_map(a);

	for (size_t i = 0; i < value_count(args); i++) {
		const struct value *arg = value_at(args, i);
		struct value *v = value_copy(a, value_get(arg, "value"));

		if (!value_is(v, VALUE_STRING) && !secret_read(a, p, arg, &v, e))
			return false;
		value_set(a, all, value_get_text(arg, "name"), v);
	}
	*out = all;
	return true;
}

/* One text. */
static bool apply_text(struct arena *a, struct str text, const struct value *args,
		       struct value **out, struct err *e)
{
	AUTO(buf) struct buf b;
	const char *at = text.at, *open;

	buf_init(&b, TEXT_MAX);
	while ((open = strstr(at, "{{")) != NULL) {
		const char *close = strstr(open, "}}"), *name;
		const struct value *v = NULL;

		if (!close)
			return err_set(e, ERR_CONFIG, "\"%s\": {{ without its }}", open);
		name = str_text(a, str_trim((struct str){ open + 2, (size_t)(close - open - 2) }));
		if (has_prefix(name, "args."))
			v = value_get(args, name + strlen("args."));
		if (!v)
			return err_set(e, ERR_CONFIG, "{{%s}}: there is no such argument", name);
		buf_add(&b, at, (size_t)(open - at));
		buf_text(&b, value_text(v, ""));
		at = close + 2;
	}
	buf_text(&b, at);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "a text of the template grows beyond 1 MB");
	*out = value_string_n(a, buf_str(&b), b.len);
	return true;
}

bool arguments_apply(struct arena *a, const struct value *v, const struct value *args,
		     struct value **out, struct err *e)
{
	struct value *item;

	if (v->kind == VALUE_STRING)
		return apply_text(a, v->string, args, out, e);
	if (v->kind == VALUE_LIST) {
		*out = value_list(a);
		for (size_t i = 0; i < v->list.count; i++) {
			if (!arguments_apply(a, v->list.items[i], args, &item, e))
				return false;
			value_append(a, *out, item);
		}
		return true;
	}
	if (v->kind != VALUE_MAP) {
		*out = value_copy(a, v);
		return true;
	}
	*out = value_map(a);
	for (size_t i = 0; i < v->map.count; i++) {
		if (!arguments_apply(a, v->map.members[i].value, args, &item, e))
			return false;
		value_set_n(a, *out, v->map.members[i].key, item);
	}
	return true;
}
