/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole promotions on the orchestrator: tasks written out, steps that do as the
 * script tells, several passes with time between them. Messages are compared where
 * they come from the script; words of errors of our own are not.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/orchestrate.h"
#include "engine/task_steps.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "steps/params.h"
#include "steps/workdir.h"
#include "vectors.h"

#define PROMOTION "prod.01hzzzzzzzzzzzzzzzzzzzzzzz.0123456"

static const int64_t begin = 1717236000000;

/* One case under way. */
struct play {
	struct vectors *v;
	struct arena *arena;
	const struct value *line, *input, *steps;
	const char *name;
	struct map attempts;            /* alias to size_t */
	struct workdir *work;
	int64_t now;
	size_t checked;                 /* health checks of earlier passes */
	bool differs, is_better;
	char why[512];
};

static void differ(struct play *p, const char *format, ...) PRINTF(2, 3);
static void differ(struct play *p, const char *format, ...)
{
	va_list args;

	if (p->differs)
		return;
	p->differs = true;
	va_start(args, format);
	vsnprintf(p->why, sizeof(p->why), format, args);
	va_end(args);
}

static bool is_stub(const char *uses)
{
	return has_prefix(uses, "stub");
}

static bool traits(void *context, const char *uses, struct step_traits *out)
{
	const struct step_def *def = step_find(uses);

	(void)context;
	*out = (struct step_traits){ .composes = strcmp(uses, "stub-compose") == 0 ||
						 strcmp(uses, "compose-output") == 0 };
	if (strcmp(uses, "stub-timeout") == 0)
		out->timeout_s = 300;
	if (strcmp(uses, "stub-threshold") == 0)
		out->error_threshold = 3;
	if (def) {
		out->timeout_s = def->timeout_s;
		out->error_threshold = def->error_threshold;
	}
	return def || is_stub(uses);
}

static struct kargo_scope scope_of(struct play *p, const struct orchestration *o,
				   const struct value *step)
{
	return (struct kargo_scope){
		.project = "demo", .stage = "prod", .promotion = PROMOTION,
		.alias = value_text(value_get(step, "as"), ""),
		.actor = value_text(value_get(p->input, "actor"), NULL),
		.target_freight = value_get(p->input, "targetFreight"),
		.vars = value_path(p->input, "promotion.vars"),
		.state = o->state,
		.step_metas = value_get(orchestration_status(o->arena, o), "stepExecutionMetadata"),
		.now_ms = p->now,
	};
}

static bool condition(void *context, const struct orchestration *o, const struct value *step,
		      bool *out, struct err *e)
{
	struct kargo_scope scope = scope_of(context, o, step);

	return step_condition(o->arena, &scope, step, out, e);
}

static bool config(void *context, const struct orchestration *o, const struct value *step,
		   struct value **out, struct err *e)
{
	struct kargo_scope scope = scope_of(context, o, step);

	if (!step_config(o->arena, &scope, step, out, e))
		return false;
	if (!*out)
		*out = value_map(o->arena);
	return true;
}

static bool run_real(struct play *p, const struct step_def *def, const struct orchestration *o,
		     const struct value *cfg, struct step_result *result, struct err *e)
{
	static const bool never;
	struct step_subject subject = { .project = "demo", .stage = "prod", .promotion = PROMOTION };
	struct step_services services = { 0 };
	struct step_run r = { .arena = o->arena, .config = cfg, .work = p->work, .subject = &subject,
			      .services = &services, .cancelled = &never };

	if (!params_check(def, cfg, e) || (def->check && !def->check(cfg, e))) {
		e->again = false;
		result->status = STEP_FAILED;
		return false;
	}
	if (def->run(&r, result, e))
		return true;
	if (result->status != STEP_FAILED)
		result->status = STEP_ERRORED;
	return false;
}

/* What the script says of this attempt; NULL: nothing. */
static const struct value *line_of(struct play *p, const char *alias)
{
	const struct value *script = value_get(value_get(p->input, "script"), alias);
	size_t *attempt = map_get(&p->attempts, alias);

	if (value_count(script) == 0)
		return NULL;
	if (!attempt) {
		attempt = arena_alloc(p->arena, sizeof(*attempt));
		map_set(p->arena, &p->attempts, alias, attempt);
	}
	size_t at = (*attempt)++;
	return value_at(script, at < value_count(script) ? at : value_count(script) - 1);
}

static bool run_scripted(const struct value *l, struct arena *a, const char *alias,
			 struct step_result *result, struct err *e)
{
	const char *error = value_text(value_get(l, "error"), NULL);
	const char *panic = value_text(value_get(l, "panic"), NULL);
	int64_t ns;

	if (panic) {
		result->status = STEP_ERRORED;
		return err_set(e, ERR_INTERNAL, "step panicked: %s", panic);
	}
	if (!step_status_parse(value_text(value_get(l, "status"), ""), &result->status))
		result->status = (enum step_status)99;
	result->message = value_text(value_get(l, "message"), "");
	result->output = value_copy(a, value_get(l, "output"));
	if (duration_parse(value_text(value_get(l, "retryAfter"), ""), &ns))
		result->retry_after = ns / 1000000;
	if (value_get(l, "health")) {
		struct value *check = value_map(a), *in = value_map(a);
		value_set(a, in, "alias", value_string(a, alias));
		value_set(a, check, "uses", value_string(a, "stub"));
		value_set(a, check, "config", in);
		result->health_check = check;
	}
	if (!error)
		return true;
	err_set(e, ERR_INTERNAL, "%s", error);
	e->again = !value_truth(value_get(l, "terminal"), false);
	return false;
}

static bool run(void *context, const struct orchestration *o, const struct step_call *call,
		struct step_result *result, struct err *e)
{
	struct play *p = context;
	const char *alias = value_text(value_get(call->step, "as"), "");
	const char *uses = value_text(value_get(call->step, "uses"), "");

	if (!is_stub(uses))
		return run_real(p, step_find(uses), o, call->config, result, e);
	const struct value *l = line_of(p, alias);
	if (l)
		return run_scripted(l, o->arena, alias, result, e);
	result->output = value_map(o->arena);
	value_set(o->arena, result->output, "config", value_copy(o->arena, call->config));
	return true;
}

static int64_t now(void *context)
{
	return ((struct play *)context)->now;
}

/* Kargo's own words, which a script can't bring about. */
static bool is_own_word(const char *text)
{
	static const char *const own[] = { "error checking if step", "failed to build step context",
					   "is not registered", "returned an invalid status", "invalid yaml-update",
					   "runtime error", "values file update failed", "failed: stop" };

	for (size_t i = 0; i < COUNTOF(own); i++)
		if (strstr(text, own[i]))
			return true;
	return false;
}

static void same_message(struct play *p, const char *what, const char *got, const struct value *want)
{
	const char *text = value_text(want, "");

	/* Kargo says how long it waited; ours says for what, too. */
	if (strstr(text, "\" timed out after ") && has_prefix(got, text) && has_prefix(got + strlen(text), ": ")) {
		p->is_better = true;
		return;
	}
	if (!is_own_word(text) && strcmp(got, text) != 0)
		differ(p, "%s: \"%s\", should be \"%s\"", what, got, text);
	if (is_own_word(text) && !got[0])
		differ(p, "%s: nothing, should be something like \"%s\"", what, text);
}

static void same_step(struct play *p, const struct step_meta *m, const struct value *want)
{
	int64_t errors = 0;

	value_integer(value_get(want, "errorCount"), &errors);
	if (strcmp(m->alias, value_text(value_get(want, "alias"), "")) != 0)
		differ(p, "step %s in place of %s", m->alias, value_text(value_get(want, "alias"), ""));
	if (strcmp(step_status_name(m->status), value_text(value_get(want, "status"), "")) != 0)
		differ(p, "%s is %s, should be %s", m->alias, step_status_name(m->status),
		       value_text(value_get(want, "status"), ""));
	if ((m->started_at != 0) != value_truth(value_get(want, "started"), false) ||
	    (m->finished_at != 0) != value_truth(value_get(want, "finished"), false))
		differ(p, "%s has the wrong times", m->alias);
	bool crash = strstr(value_text(value_get(want, "message"), ""), "runtime error") != NULL;
	if (m->error_count != (unsigned)errors && !crash)
		differ(p, "%s has %u errors", m->alias, m->error_count);
	if (m->continue_on_error != value_truth(value_get(want, "continueOnError"), false))
		differ(p, "%s: continueOnError", m->alias);
	same_message(p, m->alias, m->message, value_get(want, "message"));
}

/* Kargo's engine gives the checks of one pass; its controller, like ours, adds them up. */
static void same_checks(struct play *p, const struct orchestration *o, const struct value *want)
{
	size_t new = value_count(o->health_checks) - p->checked;

	if (new != value_count(want))
		differ(p, "%zu health checks, should be %zu", new, value_count(want));
	for (size_t i = 0; i < value_count(want); i++)
		if (!value_equal(value_get(value_at(o->health_checks, p->checked + i), "config"),
				 value_get(value_at(want, i), "Input")))
			differ(p, "health check %zu", i);
	p->checked += new;
}

static void same_pass(struct play *p, const struct orchestration *o, const struct value *want)
{
	const struct value *steps = value_get(want, "steps");
	int64_t current = 0, ns = 0;

	if (strcmp(phase_name(o->phase), value_text(value_get(want, "phase"), "")) != 0)
		differ(p, "phase %s, should be %s", phase_name(o->phase),
		       value_text(value_get(want, "phase"), ""));
	if (o->phase != PHASE_RUNNING)
		same_message(p, "message", o->message, value_get(want, "message"));
	value_integer(value_get(want, "currentStep"), &current);
	if (current >= 0 && (size_t)current != o->current)
		differ(p, "at step %zu, should be %lld", o->current, (long long)current);
	if (o->failing != (value_get(want, "error") != NULL))
		differ(p, "retried after an error: %d", o->failing);
	duration_parse(value_text(value_get(want, "retryAfter"), "0s"), &ns);
	if (o->retry_after != ns / 1000000)
		differ(p, "retry after %lld ms", (long long)o->retry_after);
	same_checks(p, o, value_get(want, "healthChecks"));
	if (!value_equal(o->state, value_get(want, "state")))
		differ(p, "state %s", json_text(p->arena, o->state, 0));
	if (o->nmetas != value_count(steps))
		differ(p, "%zu steps were visited, should be %zu", o->nmetas, value_count(steps));
	for (size_t i = 0; i < o->nmetas && i < value_count(steps); i++)
		same_step(p, &o->metas[i], value_at(steps, i));
}

static void make_files(struct play *p, const char *folder)
{
	const struct value *files = value_get(p->input, "files");
	struct err e;

	for (size_t i = 0; i < value_count(files); i++) {
		struct str text = files->map.members[i].value->string;
		if (!file_write(path_join(p->arena, folder, files->map.members[i].key.at), text.at,
				text.len, 0644, &e))
			differ(p, "%s", e.message);
	}
}

static struct value *tasks_of(struct play *p, const char *kind)
{
	const struct value *objects = value_get(p->input, "objects");
	struct value *out = value_map(p->arena);

	for (size_t i = 0; i < value_count(objects); i++)
		if (strcmp(value_text(value_get(value_at(objects, i), "kind"), ""), kind) == 0)
			value_set(p->arena, out, value_path_text(value_at(objects, i), "metadata.name", ""),
				  value_copy(p->arena, value_at(objects, i)));
	return out;
}

static void same_aliases(struct play *p, const struct value *want)
{
	for (size_t i = 0; i < value_count(want); i++)
		if (strcmp(value_text(value_get(value_at(p->steps, i), "as"), ""),
			   value_text(value_at(want, i), "")) != 0)
			differ(p, "alias %zu is %s", i, value_text(value_get(value_at(p->steps, i), "as"), ""));
}

/* As the state comes back from where it is kept. */
static void reread(struct play *p, struct orchestration *o)
{
	const char *text = json_text(p->arena, o->state, 0);
	struct value *again;
	struct err e;

	if (text && json_parse(p->arena, text, strlen(text), &again, &e))
		o->state = again;
}

/* Passes until the end or as many as allowed; the last one's state stays in *o. */
static void play_passes(struct play *p, struct orchestration *o)
{
	struct orchestrator r = { .context = p, .traits = traits, .condition = condition,
				  .config = config, .run = run, .now = now };
	const struct value *want = value_path(p->line, "expect.passes");
	int64_t passes = 1, ns;

	value_integer(value_get(p->input, "passes"), &passes);
	for (int64_t i = 0; i < passes; i++) {
		const struct value *w = value_at(want, (size_t)i);
		orchestrate(&r, o);
		if (!w)
			differ(p, "pass %lld is one too many", (long long)i + 1);
		else if (!value_get(w, "panic"))
			same_pass(p, o, w);
		if (o->phase != PHASE_RUNNING) {
			if ((size_t)i + 1 < value_count(want))
				differ(p, "over after pass %lld", (long long)i + 1);
			return;
		}
		if (duration_parse(value_text(value_at(value_get(p->input, "after"), (size_t)i), ""), &ns))
			p->now += ns / 1000000;
		reread(p, o);
	}
}

static bool is_panic(const struct play *p)
{
	const struct value *passes = value_path(p->line, "expect.passes");

	return value_get(value_at(passes, value_count(passes) - 1), "panic") != NULL;
}

/* Kargo mixes up variables of steps of one task; ours has each step's own. */
static bool is_meant(const struct orchestration *o)
{
	for (size_t i = 0; i < value_count(o->state); i++) {
		const struct value_member *m = &o->state->map.members[i];
		const char *own = value_path_text(m->value, "config.own", "");
		const char *inner = strstr(m->key.at, "::s");
		if (inner && (own[0] != 'o' || strcmp(own + 1, inner + 3) != 0))
			return false;
	}
	return o->phase == PHASE_SUCCEEDED;
}

static void play_case(struct play *p)
{
	const struct value *want = value_get(p->line, "expect");
	struct value *promotion = value_map(p->arena), *spec = value_map(p->arena), *steps = NULL;
	struct task_input in = { .steps = value_path(p->input, "promotion.steps"),
				 .vars = value_path(p->input, "promotion.vars"),
				 .tasks = tasks_of(p, "PromotionTask"),
				 .cluster_tasks = tasks_of(p, "ClusterPromotionTask") };
	struct orchestration o;
	struct err e;

	bool fine = task_steps(p->arena, &in, &steps, &e);
	if (value_get(p->line, "error") || !fine) {
		if (fine || !value_get(p->line, "error"))
			differ(p, "tasks: %s", fine ? "should fail" : e.message);
		return;
	}
	p->steps = steps;
	bool bug = value_truth(value_get(p->line, "bug"), false);
	if (value_get(want, "inflated") && !bug && !value_equal(steps, value_get(want, "inflated")))
		differ(p, "steps %s", json_text(p->arena, steps, 0));
	same_aliases(p, value_get(want, "aliases"));
	value_set(p->arena, spec, "steps", steps);
	value_set(p->arena, promotion, "spec", spec);
	orchestration_read(p->arena, promotion, true, &o);
	play_passes(p, &o);
	if (bug && !is_panic(p) && p->differs && has_prefix(p->name, "task own vars"))
		p->differs = !is_meant(&o);
	if (is_panic(p) && o.phase != PHASE_SUCCEEDED)
		differ(p, "Kargo crashes here; ours ends %s: %s", phase_name(o.phase), o.message);
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	struct play p = { .v = v, .arena = a, .line = line, .input = value_get(line, "input"),
			  .name = value_text(value_get(line, "name"), ""), .now = begin };
	const char *folder;
	struct err e;

	(void)context;
	if (!folder_temporary(a, "gantry-vectors-", &folder, &e) ||
	    !workdir_open(a, folder, &p.work, &e)) {
		fprintf(stderr, "%s\n", e.message);
		exit(2);
	}
	make_files(&p, folder);
	play_case(&p);
	workdir_close(p.work);
	if (!folder_remove(folder, &e))
		fprintf(stderr, "%s\n", e.message);
	bool bug = value_truth(value_get(line, "bug"), false);
	if ((bug || p.is_better) && !p.differs)
		vectors_better(v);
	else
		vectors_case(v, !p.differs, "%s: %s", p.name, p.why);
}

void vectors_step_conditions(struct vectors *v)
{
	vectors_lines(v, "kargo/step-conditions.jsonl", one, NULL);
}
