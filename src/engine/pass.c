/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker's part: one pass over a promotion's steps. An effect that the ledger says
 * succeeded is not repeated after a crash; its outputs are taken from the record.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/round.h"
#include "engine/run_steps.h"
#include "ledger/crash.h"
#include "model/credentials.h"
#include "model/project.h"
#include "steps/params.h"
#include "steps/workdir.h"

static void pass_tell(const struct promotion_run *r, const char *alias, const char *status,
		      const char *line)
{
	const struct engine_options *o = &r->engine->options;

	if (o->on_progress && !r->plan)
		o->on_progress(o->context, &(struct step_progress){ .promotion = r->promotion, .alias = alias,
								    .status = status, .line = line });
}

const struct step_def *pass_kind(const struct promotion_run *r, const char *uses)
{
	const struct engine_options *o = &r->engine->options;

	return o->find_step ? o->find_step(uses) : step_find(uses);
}

bool pass_traits(void *context, const char *uses, struct step_traits *out)
{
	const struct step_def *def = pass_kind(context, uses);

	if (!def)
		return false;
	*out = (struct step_traits){ .error_threshold = def->error_threshold,
				     .timeout_s = def->timeout_s,
				     .composes = strcmp(uses, "compose-output") == 0 };
	return true;
}

static bool pass_condition(void *context, const struct orchestration *o, const struct value *step,
			   bool *out, struct err *e)
{
	return evaluate_condition(context, o, step, out, e);
}

static bool pass_config(void *context, const struct orchestration *o, const struct value *step,
			struct value **out, struct err *e)
{
	return evaluate_config(context, o, step, out, e);
}

static bool pass_find_credentials(void *context, struct arena *a, const struct credentials_query *q,
				  struct credentials *out, struct err *e)
{
	const struct promotion_run *r = context;

	(void)e;
	if (!credentials_find(a, r->project->secrets, r->project->shared_secrets, q, out))
		*out = (struct credentials){ 0 };
	return true;
}

static void add_set(struct promotion_run *r, const char *kind, const char *name, const char *key,
		    const struct value *what)
{
	struct arena *a = r->o.arena;
	struct value *v = value_map(a);

	value_set(a, v, "kind", value_string(a, kind));
	value_set(a, v, "name", value_string(a, name));
	value_set(a, v, key, value_copy(a, what));
	value_append(a, r->sets, v);
}

static bool pass_set_metadata(void *context, const char *kind, const char *name,
			      const struct value *updates, struct err *e)
{
	if (strcmp(kind, "Freight") != 0 && strcmp(kind, "Stage") != 0)
		return err_set(e, ERR_CONFIG, "metadata of a %s can't be set", kind);
	add_set(context, kind, name, "metadata", updates);
	return true;
}

static bool pass_set_alias(void *context, const char *freight, const char *alias, struct err *e)
{
	struct promotion_run *r = context;

	(void)e;
	add_set(r, "Freight", freight, "alias", value_string(r->o.arena, alias));
	return true;
}

static bool pass_serve(struct promotion_run *r, struct arena *a, const struct step_def *def,
		       struct step_services *out, struct err *e)
{
	const struct engine_options *o = &r->engine->options;
	const char *cache = path_cache(a);

	/* A plan keeps nothing, whatever the step does; of Argo CD it only asks (steps/rehearse.c). */
	unsigned needs = r->plan ? def->needs & ~(unsigned)STEP_NEEDS_STATE : def->needs;

	*out = (struct step_services){ .context = r };
	if (o->services && !o->services(o->context, a, needs, out, e))
		return false;
	if (!(needs & STEP_NEEDS_ARGOCD))
		out->argocd = NULL;
	if (!(needs & STEP_NEEDS_HTTP))
		out->http = NULL;
	if ((needs & STEP_NEEDS_CREDENTIALS) && !out->credentials) {
		out->context = r;
		out->credentials = pass_find_credentials;
	}
	if (needs & STEP_NEEDS_STATE) {
		out->context = r;
		out->set_metadata = pass_set_metadata;
		out->set_alias = pass_set_alias;
	}
	out->git_client = r->project->git_client;
	out->turns = r->plan ? NULL : r->engine->turns;
	out->keys = r->plan ? NULL : r->engine->keys;
	if (!out->mirrors)
		out->mirrors = cache ? str_format(a, "%s/mirrors", cache) : NULL;
	return true;
}

struct speaker {
	const struct promotion_run *run;
	const char *alias;
};

static void pass_say(void *context, const char *line)
{
	const struct speaker *s = context;

	pass_tell(s->run, s->alias, "Running", line);
}

static int64_t started_at(const struct promotion_run *r)
{
	int64_t ms;

	return clock_parse(value_path_text(r->object, "status.startedAt", ""), &ms) ? ms : clock_now();
}

/* What the ledger says of this step when an earlier process ran it; NULL: nothing. */
static const struct value *on_record(const struct promotion_run *r, const char *alias)
{
	const struct value *metas = value_get(r->record, "stepExecutionMetadata");

	for (size_t i = 0; i < value_count(metas); i++)
		if (strcmp(value_text(value_get(value_at(metas, i), "alias"), ""), alias) == 0)
			return value_at(metas, i);
	return NULL;
}

static bool is_done(const struct promotion_run *r, const struct step_def *def, const char *alias)
{
	return def->is_effect &&
	       strcmp(value_text(value_get(on_record(r, alias), "status"), ""), "Succeeded") == 0;
}

/* The record's next health check of this kind. */
static struct value *recorded_check(struct promotion_run *r, struct arena *a, const char *kind)
{
	const struct value *checks = value_get(r->record, "healthChecks");

	while (r->checks_used < value_count(checks)) {
		const struct value *c = value_at(checks, r->checks_used++);
		if (strcmp(value_text(value_get(c, "uses"), ""), kind) == 0)
			return value_copy(a, c);
	}
	return NULL;
}

static void take_from_record(struct promotion_run *r, struct arena *a, const struct step_def *def,
			     const char *alias, struct step_result *result)
{
	const struct value *meta = on_record(r, alias);

	result->status = STEP_SUCCEEDED;
	result->message = str_copy(a, value_text(value_get(meta, "message"), ""));
	result->output = value_copy(a, value_get(value_get(r->record, "state"), alias));
	result->health_check = recorded_check(r, a, def->kind);
}

static struct pull_request_wish pass_wish(const struct value *notes)
{
	const char *what = value_text(value_get(notes, PROMOTION_PULL_REQUEST_WISH), NULL);
	bool aborts = same_text(what, "abort");

	return (struct pull_request_wish){
		.what = what,
		.asked = value_text(value_get(notes, PROMOTION_PULL_REQUEST_ASKED), NULL),
		.by = value_text(value_get(notes, aborts ? PROMOTION_ABORTED_BY : PROMOTION_PULL_REQUEST_BY),
				 NULL),
		.reason = value_text(value_get(notes, aborts ? PROMOTION_ABORT_REASON
							     : PROMOTION_PULL_REQUEST_REASON), NULL),
	};
}

bool pass_step(struct promotion_run *r, const struct orchestration *o, const struct pass_work *work,
	       struct step_result *result, struct err *e)
{
	struct speaker speaker = { r, work->alias };
	struct step_subject subject = {
		.project = r->project_name, .stage = r->stage, .promotion = r->promotion,
		.ui_base_url = r->ui_base_url,
		.alias = work->alias, .actor = r->actor, .started_at = started_at(r),
		.freight = r->references, .target_freight = r->target_freight,
		.freight_requests = value_path(r->stage_object, "spec.requestedFreight"),
		.warehouses = r->warehouses,
		.wish = pass_wish(value_path(r->object, "metadata.annotations")),
	};
	struct step_services services;
	struct step_run run = {
		.arena = o->arena,
		.config = work->config,
		.before = value_get(o->state, work->alias),
		.memory = o->memory,
		.subject = &subject,
		.services = &services,
		.cancelled = &r->cancelled,
		.say = pass_say,
		.say_context = &speaker,
		.plan = r->plan,
	};

	assert(work->def && work->alias && work->config && work->perform);
	if (!pass_serve(r, o->arena, work->def, &services, e) ||
	    !workdir_open(o->arena, r->work, &run.work, e))
		return false;
	bool fine = work->perform(work->def, &run, result, e);
	workdir_close(run.work);
	return fine;
}

bool pass_checked(const struct step_def *def, const struct value *cfg,
		  struct step_result *result, struct err *e)
{
	if (params_check(def, cfg, e) && (!def->check || def->check(cfg, e)))
		return true;
	e->again = false;
	result->status = STEP_FAILED;
	return err_wrap(e, "invalid %s config", def->kind);
}

static bool pass_do_it(const struct step_def *def, struct step_run *r, struct step_result *result,
		       struct err *e)
{
	return def->run(r, result, e);
}

static bool pass_run(void *context, const struct orchestration *o, const struct step_call *call,
		     struct step_result *result, struct err *e)
{
	struct promotion_run *r = context;
	const struct step_def *def = pass_kind(r, value_text(value_get(call->step, "uses"), ""));
	const char *alias = value_text(value_get(call->step, "as"), "");
	const struct pass_work work = { def, alias, call->config, pass_do_it };

	if (is_done(r, def, alias)) {
		take_from_record(r, o->arena, def, alias, result);
		return true;
	}
	if (!pass_checked(def, call->config, result, e))
		return false;
	if (def->is_effect && !engine_may_act(r->engine)) {
		result->status = STEP_RUNNING;
		result->message = "waits: the lease has run out";
		return true;
	}
	/* Asked after the lease, which counts again only once the runs of the old one are cancelled. */
	if (def->is_effect && flag_is_set(&r->cancelled)) {
		r->abandoned = true;
		result->status = STEP_RUNNING;
		return true;
	}
	uint32_t sets = r->sets->list.count;
	pass_tell(r, alias, "Running", NULL);
	bool fine = pass_step(r, o, &work, result, e);
	crash_point("after a step");
	if (!fine && e->code == ERR_CANCELLED && flag_is_set(&r->cancelled))
		r->abandoned = true;
	if (!fine && e->passes)
		result->status = STEP_RUNNING;
	else if (!fine && result->status != STEP_FAILED)
		result->status = STEP_ERRORED;
	if (!fine || result->status != STEP_SUCCEEDED)
		r->sets->list.count = sets;
	if (def->is_effect)
		r->touched = o->current;
	if (fine || !e->passes)         /* what it waits for is told when it is known until when */
		pass_tell(r, alias, step_status_name(result->status), fine ? NULL : e->message);
	return fine;
}

static const struct step_def *def_at(const struct promotion_run *r, size_t index)
{
	return pass_kind(r, value_text(value_get(value_at(r->o.steps, index), "uses"), ""));
}

static bool pass_hold(void *context, size_t index, const struct value *step)
{
	const struct promotion_run *r = context;
	const struct step_def *def = def_at(r, index);

	return def && def->is_effect && r->announced != index &&
	       !is_done(r, def, value_text(value_get(step, "as"), ""));
}

/* What touched the outside is reported at once, unless the next announcement can do it. */
static bool pass_stop(void *context, size_t index)
{
	const struct promotion_run *r = context;
	const struct step_def *next = def_at(r, index + 1);

	return r->abandoned || value_count(r->sets) > 0 ||
	       (r->touched == index && !(next && next->is_effect));
}

static int64_t pass_now(void *context)
{
	(void)context;
	return clock_now();
}

void run_pass(struct promotion_run *r)
{
	struct orchestrator orchestrator = {
		.context = r,
		.traits = pass_traits,
		.condition = pass_condition,
		.config = pass_config,
		.run = pass_run,
		.hold = pass_hold,
		.stop = pass_stop,
		.now = pass_now,
	};

	orchestrate(&orchestrator, &r->o);
	struct step_meta *cut = orchestration_meta(&r->o, value_text(
		value_get(value_at(r->o.steps, r->o.current), "as"), ""));
	if (r->abandoned && cut) {
		cut->status = STEP_RUNNING;
		cut->message = "";
		cut->finished_at = 0;
	}
}
