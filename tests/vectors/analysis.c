/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Analysis against Argo Rollouts and Kargo (kargo/analysis.jsonl): conditions, arguments, limits,
 * whole runs. Providers are in analysis_web.c, Kargo's AnalysisRun of a Stage in analysis_run.c.
 */
#include "analysis.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/project.h"
#include "verify/analysis.h"
#include "verify/arguments.h"
#include "verify/condition.h"

enum { PASSES_MAX = 1000 };

/* 2026-01-01T00:00:00Z, when every run of the set begins. */
static const int64_t begin_ms = 1767225600000;

/* Go writes empty structs where nothing is; what is empty means the same as what is not there. */
struct value *analysis_pruned(struct arena *a, const struct value *v)
{
	struct value *out;

	if (value_is(v, VALUE_LIST)) {
		out = value_list(a);
		for (size_t i = 0; i < value_count(v); i++) {
			struct value *item = analysis_pruned(a, value_at(v, i));

			value_append(a, out, item ? item : value_null(a));
		}
		return value_count(out) ? out : NULL;
	}
	if (value_is(v, VALUE_MAP)) {
		out = value_map(a);
		for (size_t i = 0; i < v->map.count; i++) {
			struct value *item = analysis_pruned(a, v->map.members[i].value);

			if (item)
				value_set_n(a, out, v->map.members[i].key, item);
		}
		return value_count(out) ? out : NULL;
	}
	if (!v || v->kind == VALUE_NULL || (v->kind == VALUE_STRING && !v->string.len))
		return NULL;
	return value_copy(a, v);
}

bool analysis_equal(struct arena *a, const struct value *got, const struct value *want)
{
	const struct value *l = analysis_pruned(a, got), *r = analysis_pruned(a, want);

	return l && r ? value_equal(l, r) : l == r;
}

static double special_number(const struct value *v)
{
	const char *name = value_path_text(v, "$", "");
	double n = 0;

	if (value_number(v, &n))
		return n;
	return strcmp(name, "NaN") == 0 ? (double)NAN : strcmp(name, "+Inf") == 0 ? HUGE_VAL : -HUGE_VAL;
}

/* {"$": …} stands for Go values that JSON cannot hold. */
static struct metric_result read_result(struct arena *a, const struct value *v)
{
	const char *kind = value_path_text(v, "$", NULL);
	const struct value *inner = value_get(v, "v");
	double *numbers = arena_array(a, value_count(inner) + 1, sizeof(*numbers));
	struct metric_result result = { .type = &expr_type_int, .text = "" };
	int64_t whole = 0;

	if (!kind)
		return result_of_json(a, v ? v : value_null(a));
	if (strcmp(kind, "nil") == 0 || (strcmp(kind, "floatPointer") == 0 && value_is(inner, VALUE_NULL)))
		return result_of_json(a, value_null(a));
	if (strcmp(kind, "floatPointer") == 0)
		return result_of_number(a, special_number(inner));
	if (strcmp(kind, "int") == 0) {
		value_integer(inner, &whole);
		result.value = expr_int(whole);
		return result;
	}
	if (strcmp(kind, "floats") != 0)
		return result_of_number(a, special_number(v));
	for (size_t i = 0; i < value_count(inner); i++)
		numbers[i] = special_number(value_at(inner, i));
	return result_of_numbers(a, numbers, value_count(inner));
}

static struct value *phase_value(struct arena *a, enum analysis_phase phase)
{
	struct value *out = value_map(a);

	value_set(a, out, "phase", value_string(a, analysis_phase_name(phase)));
	return out;
}

static struct value *op_evaluate(struct analysis_case *c, struct err *e)
{
	struct metric_result result = read_result(c->a, value_get(c->input, "result"));
	enum analysis_phase phase;

	if (!condition_judge(c->a, value_get(c->input, "metric"), &result, &phase, e))
		return NULL;
	return phase_value(c->a, phase);
}

static struct value *op_args(struct analysis_case *c, struct err *e)
{
	const struct project none = { .name = "demo" };
	struct value *values, *out;

	if (!arguments_values(c->a, &none, value_get(c->input, "args"), &values, e) ||
	    !arguments_apply(c->a, value_get(c->input, "metric"), values, &out, e))
		return NULL;
	return out;
}

static struct value *op_validate(struct analysis_case *c, struct err *e)
{
	struct metric m;

	if (!metric_init(&m, value_get(c->input, "metric"), e))
		return NULL;
	return value_string(c->a, "valid");
}

static struct value *op_assess(struct analysis_case *c, struct err *e)
{
	struct value *out;
	struct metric m;

	(void)e;
	/* Limits are assessed of metrics that would not be valid, too. */
	metric_limits(&m, value_get(c->input, "metric"));
	metric_resume(c->a, &m, value_get(c->input, "metricResult"));
	m.phase = metric_assess(&m, value_truth(value_get(c->input, "terminating"), false));
	out = phase_value(c->a, m.phase);
	if (m.phase > ANALYSIS_SUCCESSFUL && *metric_reason(c->a, &m))
		value_set(c->a, out, "message", value_string(c->a, metric_reason(c->a, &m)));
	return out;
}

/* The measurements of input.script. */
struct script {
	struct arena *a;
	const struct value *entries;
	int64_t now;
	const char *pending[16];        /* metrics with a measurement that goes on */
	int64_t left[16];
};

static const struct value *script_entry(const struct script *s, const struct metric *m)
{
	const struct value *list = value_get(s->entries, m->name);
	size_t taken = (size_t)(m->measured + m->errors), count = value_count(list);

	return count ? value_at(list, taken < count ? taken : count - 1) : NULL;
}

static int64_t script_ms(const struct value *v, const char *key)
{
	int64_t ns = 0;

	return duration_parse(value_path_text(v, key, ""), &ns) ? ns / 1000000 : 0;
}

static void script_measure(void *context, struct arena *a, const struct metric *m,
			   enum measure_task task, struct measurement *one)
{
	struct script *s = context;
	const struct value *entry = script_entry(s, m);
	int64_t pending = 0, looked = one->metadata ? (int64_t)value_count(one->metadata) : 0;

	if (task == MEASURE_TERMINATE) {
		one->phase = ANALYSIS_SUCCESSFUL;
		one->message = "Metric Terminated";
		return;
	}
	value_integer(value_get(entry, "pending"), &pending);
	if (looked < pending) {
		measurement_note(a, one, str_format(a, "%lld", (long long)looked), "");
		one->resume_at = s->now + script_ms(entry, "every");
		return;
	}
	one->metadata = NULL;
	one->phase = entry ? analysis_phase_parse(value_path_text(entry, "phase", ""))
			   : ANALYSIS_SUCCESSFUL;
	one->value = value_path_text(entry, "value", "");
	one->message = value_path_text(entry, "message", "");
}

static struct value *since_begin(struct arena *a, int64_t ms)
{
	return value_string(a, duration_text(a, (ms - begin_ms) * 1000000));
}

static struct value *shown_measurements(struct arena *a, const struct metric *m)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < m->measurements.count; i++) {
		const struct measurement *one = m->measurements.items[i];
		struct value *v = phase_value(a, one->phase);

		value_set(a, v, "at", since_begin(a, one->started_at));
		value_set(a, v, "message", value_string(a, one->message));
		value_set(a, v, "value", value_string(a, one->value));
		value_append(a, list, v);
	}
	return list;
}

/* The results by name, as the set has them. */
static struct value *shown_metrics(struct arena *a, const struct analysis *run)
{
	struct value *list = value_list(a);
	const char *before = "";

	for (size_t i = 0; i < run->nmetrics; i++) {
		const struct metric *next = NULL;
		struct value *v;

		for (size_t j = 0; j < run->nmetrics; j++) {
			const struct metric *m = &run->metrics[j];

			if (m->begun && strcmp(m->name, before) > 0 &&
			    (!next || strcmp(m->name, next->name) < 0))
				next = m;
		}
		if (!next)
			break;
		before = next->name;
		v = metric_write(a, next);
		value_set(a, v, "measurements", shown_measurements(a, next));
		value_append(a, list, v);
	}
	return list;
}

static struct value *shown_run(struct analysis_case *c, const struct analysis *run,
			       struct value *passes, int64_t now)
{
	const struct value *status = analysis_status(c->a, run);
	struct value *out = value_map(c->a), *last = phase_value(c->a, run->phase);
	int64_t next = analysis_next(run, now);

	value_set(c->a, last, "at", since_begin(c->a, now));
	value_set(c->a, last, "message", value_string(c->a, run->message));
	value_set(c->a, last, "metrics", shown_metrics(c->a, run));
	if (next != INT64_MAX)
		value_set(c->a, last, "next", since_begin(c->a, next));
	value_set(c->a, out, "passes", passes);
	value_set(c->a, out, "last", last);
	value_set(c->a, out, "summary", value_copy(c->a, value_get(status, "runSummary")));
	if (value_get(status, "dryRunSummary"))
		value_set(c->a, out, "dryRunSummary",
			  value_copy(c->a, value_get(status, "dryRunSummary")));
	return out;
}

/* As verify_look() does it; false: the run could not begin. */
static bool begin_run(struct analysis_case *c, struct analysis *run, struct err *e)
{
	struct value *spec = value_copy(c->a, value_get(c->input, "spec")), *values, *metrics;
	struct value *secrets = value_map(c->a);
	const struct value *given = value_get(c->input, "secrets");
	struct project p = { .name = "demo", .secrets = secrets };

	for (size_t i = 0; value_is(given, VALUE_MAP) && i < given->map.count; i++) {
		struct value *v = value_map(c->a);

		value_set(c->a, v, "stringData", given->map.members[i].value);
		value_set_n(c->a, secrets, given->map.members[i].key, v);
	}
	if (!arguments_values(c->a, &p, value_get(spec, "args"), &values, e) ||
	    !arguments_apply(c->a, value_get(spec, "metrics"), values, &metrics, e))
		return false;
	value_set(c->a, spec, "metrics", metrics);
	return analysis_init(c->a, run, spec, NULL, e);
}

static struct value *op_run(struct analysis_case *c, struct err *e)
{
	struct script script = { .a = c->a, .entries = value_get(c->input, "script") };
	const struct measurer measurer = { script_measure, &script };
	bool ends = value_get(c->input, "terminateAt") != NULL;
	int64_t end = begin_ms + script_ms(c->input, "terminateAt"), now = begin_ms;
	struct value *passes = value_list(c->a);
	struct analysis run = { .message = "" };

	if (!begin_run(c, &run, e)) {
		run.phase = ANALYSIS_ERROR;
		run.message = "";
		value_append(c->a, passes, since_begin(c->a, now));
		return shown_run(c, &run, passes, now);
	}
	for (int i = 0; i < PASSES_MAX; i++) {
		run.terminate = ends && now >= end;
		script.now = now;
		value_append(c->a, passes, since_begin(c->a, now));
		while (analysis_pass(c->a, &run, &measurer, now))
			;
		int64_t next = analysis_next(&run, now);

		if (analysis_phase_is_over(run.phase) || (next == INT64_MAX && !ends))
			break;
		now = ends && !run.terminate && end < next ? end : next;
	}
	return shown_run(c, &run, passes, now);
}

/* Messages of runs that could not begin are ours; Rollouts' names the same cause. */
static bool judge_run(struct analysis_case *c, const struct value *got, const struct value *want)
{
	struct value *ours = value_copy(c->a, got), *theirs = value_copy(c->a, want);
	const char *message = value_path_text(want, "last.message", "");

	if (has_prefix(message, "Analysis spec invalid") || has_prefix(message, "Unable to resolve")) {
		value_remove(value_get(ours, "last"), "message");
		value_remove(value_get(theirs, "last"), "message");
	}
	if (analysis_equal(c->a, ours, theirs))
		return true;
	/* A metric that never had so many successes in a row ends badly; Rollouts sums it up as good. */
	value_remove(ours, "summary");
	value_remove(theirs, "summary");
	c->better = !*message && analysis_equal(c->a, ours, theirs);
	return false;
}

static bool judge_equal(struct analysis_case *c, const struct value *got, const struct value *want)
{
	return analysis_equal(c->a, got, want);
}

static const struct {
	const char *name;
	struct value *(*run)(struct analysis_case *c, struct err *e);
	bool (*judge)(struct analysis_case *c, const struct value *got, const struct value *want);
} ops[] = {
	{ "evaluate", op_evaluate, judge_equal },
	{ "args", op_args, judge_equal },
	{ "validate", op_validate, judge_equal },
	{ "assess", op_assess, judge_equal },
	{ "run", op_run, judge_run },
	{ "web", analysis_web, analysis_web_judge },
	{ "prometheus", analysis_web, analysis_web_judge },
	{ "job", analysis_job, analysis_job_judge },
	{ "verify", analysis_verify, analysis_verify_judge },
};

static void each(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	struct analysis_case c = { .a = a, .line = line, .input = value_get(line, "input"),
				   .server = context };
	const char *op = value_path_text(c.input, "op", "");
	const struct value *want = value_get(line, "expect");
	struct err e = { .message = "" };
	struct value *got = NULL;
	bool passed = false;

	for (size_t i = 0; i < COUNTOF(ops); i++)
		if (strcmp(ops[i].name, op) == 0) {
			got = ops[i].run(&c, &e);
			passed = want ? got && ops[i].judge(&c, got, want) : !got;
		}
	if (!passed && (c.better || value_truth(value_get(line, "bug"), false))) {
		vectors_better(v);
		return;
	}
	vectors_case(v, passed, "%s: %s instead of %s", value_path_text(line, "name", ""),
		     got ? json_text(a, got, 0) : e.message,
		     want ? json_text(a, want, 0) : value_path_text(line, "message", ""));
}

void vectors_analysis(struct vectors *v)
{
	struct analysis_server *server = analysis_server_start(v);

	if (!server)
		return;
	vectors_lines(v, "kargo/analysis.jsonl", each, server);
	analysis_server_stop(server);
}
