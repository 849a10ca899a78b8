/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments: the stage's win over a template's own values. Secrets are read here and
 * registered with the log, so that no message shows them.
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

enum { TEXT_MAX = 1 << 20, DEEPEST = 40 };

static const char *arguments_text_of(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

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

static const struct value *references(struct arena *a, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");
	struct value *list = value_list(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		value_append(a, list, items->map.members[i].value);
	return list;
}

/* What the stage says, evaluated. */
static bool arguments_given(struct arena *a, const struct project *p, const struct stage *s,
			    const struct value *collection, struct value *out, struct err *e)
{
	const struct value *args = value_path(s->object, "spec.verification.args");
	const struct kargo_scope scope = {
		.project = p->name,
		.stage = s->name,
		.freight_requests = value_path(s->object, "spec.requestedFreight"),
		.freight = references(a, collection),
		.vars = value_path(s->object, "spec.vars"),
		.now_ms = clock_now(),
		.load_zone = zone_load,
		.find = arguments_find,
		.context = (void *)(uintptr_t)p,
	};

	for (size_t i = 0; i < value_count(args); i++) {
		const char *name = arguments_text_of(value_at(args, i), "name"), *text;

		if (!verification_text(a, &scope, arguments_text_of(value_at(args, i), "value"),
				       &text, e))
			return err_wrap(e, "argument %s", name);
		value_set(a, out, name, value_string(a, text));
	}
	return true;
}

/* The template's own value; NULL: it has none. */
static bool own_value(struct arena *a, const struct project *p, const struct value *arg,
		      struct value **out, struct err *e)
{
	const struct value *ref = value_path(arg, "valueFrom.secretKeyRef"), *found;

	*out = NULL;
	if (value_is(value_get(arg, "value"), VALUE_STRING)) {
		*out = value_copy(a, value_get(arg, "value"));
		return true;
	}
	if (!ref)
		return true;
	found = value_get(
		value_get(value_get(p->secrets, arguments_text_of(ref, "name")), "stringData"),
		arguments_text_of(ref, "key"));
	if (!value_is(found, VALUE_STRING))
		return err_set(e, ERR_CONFIG, "argument %s: there is no secret \"%s\" with key %s",
			       arguments_text_of(arg, "name"), arguments_text_of(ref, "name"),
			       arguments_text_of(ref, "key"));
	log_redact(found->string.at);
	*out = value_copy(a, found);
	return true;
}

static bool add_template(struct arena *a, const struct project *p, const struct value *template,
			 const struct value *stage_args, struct value *out, struct err *e)
{
	const struct value *args = value_path(template, "spec.args");

	for (size_t i = 0; i < value_count(args); i++) {
		const struct value *arg = value_at(args, i);
		const char *name = arguments_text_of(arg, "name");
		const struct value *before = value_get(out, name);
		struct value *own;

		if (value_get(stage_args, name)) {
			value_set(a, out, name, value_copy(a, value_get(stage_args, name)));
			continue;
		}
		if (!own_value(a, p, arg, &own, e))
			return false;
		if (own && before && !value_equal(own, before))
			return err_set(e, ERR_CONFIG, "argument %s has different values in two templates",
				       name);
		if (own)
			value_set(a, out, name, own);
		else if (!before)
			return err_set(e, ERR_CONFIG, "argument %s has no value; the stage must give one",
				       name);
	}
	return true;
}

bool arguments_resolve(struct arena *a, const struct project *p, const struct stage *s,
		       const struct value *collection, const struct list *templates,
		       const struct value **out, struct err *e)
{
	struct value *stage_args = value_map(a), *all = value_map(a);

	if (!arguments_given(a, p, s, collection, stage_args, e))
		return false;
	for (size_t i = 0; i < templates->count; i++)
		if (!add_template(a, p, templates->items[i], stage_args, all, e))
			return false;
	*out = all;
	return true;
}

/* One text; placeholders of other kinds are left for whoever they are for. */
static bool apply_text(struct arena *a, struct str text, const struct value *args,
		       struct value **out, struct err *e)
{
	AUTO(buf) struct buf b;
	const char *at = text.at, *open;

	buf_init(&b, TEXT_MAX);
	while ((open = strstr(at, "{{")) != NULL) {
		const char *close = strstr(open, "}}");
		struct str name;

		if (!close)
			break;
		name = str_trim((struct str){ open + 2, (size_t)(close - open - 2) });
		buf_add(&b, at, (size_t)(open - at));
		if (name.len > 5 && memcmp(name.at, "args.", 5) == 0) {
			const char *key = str_copy_n(a, name.at + 5, name.len - 5);
			const struct value *v = value_get(args, key);

			if (!v)
				return err_set(e, ERR_CONFIG, "{{args.%s}}: there is no such argument", key);
			buf_text(&b, value_text(v, ""));
		} else {
			buf_add(&b, open, (size_t)(close + 2 - open));
		}
		at = close + 2;
	}
	buf_text(&b, at);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "a text of the template grows beyond 1 MB");
	*out = value_string_n(a, buf_str(&b), b.len);
	return true;
}

static bool arguments_apply_each(struct arena *a, const struct value *v, const struct value *args,
				int depth, struct value **out, struct err *e)
{
	struct value *item;

	if (depth > DEEPEST)
		return err_set(e, ERR_LIMIT, "the template is nested too deeply");
	if (v->kind == VALUE_STRING)
		return apply_text(a, v->string, args, out, e);
	if (v->kind == VALUE_LIST) {
		*out = value_list(a);
		for (size_t i = 0; i < v->list.count; i++) {
			if (!arguments_apply_each(a, v->list.items[i], args, depth + 1, &item, e))
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
		if (!arguments_apply_each(a, v->map.members[i].value, args, depth + 1, &item, e))
			return false;
		value_set_n(a, *out, v->map.members[i].key, item);
	}
	return true;
}

bool arguments_apply(struct arena *a, const struct value *v, const struct value *args,
		     struct value **out, struct err *e)
{
	return arguments_apply_each(a, v, args, 0, out, e);
}
