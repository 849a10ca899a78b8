/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step's expressions see: the promotion's own variables and outputs, and those
 * objects that the engine's thread copied for this pass. Nothing is asked of the outside.
 */
#include "engine/run_steps.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/orchestrate.h"
#include "engine/request.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "model/credentials.h"
#include "model/project.h"
#include "model/warehouse.h"

static const struct value *evaluate_find_freight(const struct promotion_run *r, const char *name)
{
	for (size_t i = 0; i < value_count(r->freight); i++) {
		const struct value *f = value_at(r->freight, i);
		if (strcmp(value_path_text(f, "metadata.name", ""), name) == 0)
			return f;
	}
	return strcmp(value_path_text(r->target_freight, "metadata.name", ""), name) == 0
		? r->target_freight : NULL;
}

static const struct value *evaluate_find_stage(const struct promotion_run *r, const char *name)
{
	const struct value *kept = value_get(r->stages, name);
	const struct stage *s = kept ? NULL : project_stage(r->project, name);

	if (!kept && !s && strcmp(name, r->stage) == 0)
		return r->stage_object;
	return s ? s->object : kept;
}

static const struct value *evaluate_find_warehouse(const struct promotion_run *r, const char *name)
{
	const struct warehouse *w = project_warehouse(r->project, name);

	for (size_t i = 0; !w && i < value_count(r->warehouses); i++)
		if (strcmp(value_path_text(value_at(r->warehouses, i), "metadata.name", ""), name) == 0)
			return value_at(r->warehouses, i);
	return w ? w->object : NULL;
}

/* As git-clone finds them: the project's own before shared ones. */
static const struct value *evaluate_credentials(const struct project *p, struct arena *a,
						const struct kargo_wanted *wanted)
{
	const struct credentials_query q = { .type = wanted->type, .url = wanted->name };
	struct value *made = value_map(a);
	struct credentials c = { 0 };

	if (!credentials_find(a, p->secrets, p->shared_secrets, &q, &c))
		return NULL;
	value_set(a, made, "username", value_string(a, c.username ? c.username : ""));
	value_set(a, made, "password", value_string(a, c.password ? c.password : ""));
	value_set(a, made, "sshPrivateKey", value_string(a, c.ssh_key ? c.ssh_key : ""));
	return made;
}

static bool evaluate_find(void *context, struct arena *a, const struct kargo_wanted *wanted,
			  const struct value **out, struct err *e)
{
	const struct promotion_run *r = context;
	const struct project *p = r->project;

	(void)e;
	*out = NULL;
	if (strcmp(wanted->kind, "Freight") == 0) {
		*out = evaluate_find_freight(r, wanted->name);
	} else if (strcmp(wanted->kind, "Stage") == 0) {
		*out = evaluate_find_stage(r, wanted->name);
	} else if (strcmp(wanted->kind, "Warehouse") == 0) {
		*out = evaluate_find_warehouse(r, wanted->name);
	} else if (strcmp(wanted->kind, "Secret") == 0) {
		*out = value_get(wanted->shared ? p->shared_secrets : p->secrets, wanted->name);
	} else if (strcmp(wanted->kind, "ConfigMap") == 0) {
		*out = value_get(wanted->shared ? p->shared_config_maps : p->config_maps, wanted->name);
	} else if (strcmp(wanted->kind, "Credentials") == 0) {
		*out = evaluate_credentials(p, a, wanted);
	}
	return true;
}

/* Kargo's way of naming a person: "email:ada@example.org". */
static const char *actor_of(struct arena *a, const char *who)
{
	const char *open = strrchr(who, '<'), *close = open ? strchr(open, '>') : NULL;

	if (!who[0])
		return NULL;
	return close ? str_format(a, "email:%.*s", (int)(close - open - 1), open + 1) : who;
}

static struct kargo_scope scope_of(struct promotion_run *r, const struct orchestration *o,
				   const struct value *step)
{
	struct arena *a = o->arena;
	const struct value *notes = value_path(r->object, "metadata.annotations");
	const struct value *progress = orchestration_status(a, o);

	return (struct kargo_scope){
		.project = r->project_name,
		.stage = r->stage,
		.promotion = r->promotion,
		.alias = value_text(value_get(step, "as"), ""),
		.actor = actor_of(a, r->actor),
		.rollback = strcmp(value_text(value_get(notes, "kargo.akuity.io/rollback"), ""),
				   "true") == 0,
		.target_freight = freight_reference(a, r->target_freight),
		.target_alias = value_text(value_get(r->target_freight, "alias"), NULL),
		.freight_requests = value_path(r->stage_object, "spec.requestedFreight"),
		.freight = r->references,
		.vars = value_path(r->object, "spec.vars"),
		.state = o->state,
		.step_metas = value_get(progress, "stepExecutionMetadata"),
		.now_ms = clock_now(),
		.load_zone = zone_load,
		.find = evaluate_find,
		.context = r,
	};
}

bool evaluate_condition(struct promotion_run *r, const struct orchestration *o,
			const struct value *step, bool *out, struct err *e)
{
	struct kargo_scope scope = scope_of(r, o, step);

	return step_condition(o->arena, &scope, step, out, e);
}

bool evaluate_config(struct promotion_run *r, const struct orchestration *o,
		     const struct value *step, struct value **out, struct err *e)
{
	const struct value *written = value_get(step, "config");
	struct kargo_scope scope = scope_of(r, o, step);

	if (!step_config(o->arena, &scope, step, out, e))
		return false;
	if (!*out || (written && written->kind == VALUE_NULL))
		*out = value_map(o->arena);
	return true;
}
