/* SPDX-License-Identifier: Apache-2.0 */
/* A pass: what is due is measured, each metric is assessed, and the worst of them is the run's. */
#include "verify/analysis.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/pattern.h"
#include "data/value.h"

enum { ERROR_RETRY = 10000 }; /* ms until a measurement that was an error is taken again */

/*
 * Calls apply for each metric whose name a rule of the list matches (dryRun, measurementRetention).
 * A rule that matches none is an error, and so is a pattern that is not one.
 */
static bool rules_apply(struct analysis *run, const struct value *spec, const char *key,
			void (*apply)(struct metric *m, const struct value *rule), struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *list = value_get(spec, key);

	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_path_text(value_at(list, i), "metricName", "");
		struct pattern *pattern;
		struct err ignored;
		bool any = false;

		if (pattern_compile(a, text, &pattern, &ignored))
			for (size_t j = 0; j < run->nmetrics; j++)
				if (pattern_matches(pattern, run->metrics[j].name)) {
					apply(&run->metrics[j], value_at(list, i));
					any = true;
				}
		if (!any)
			return err_set(e, ERR_CONFIG, "%s[%zu]: \"%s\" matches no metric", key, i, text);
	}
	return true;
}

static void apply_dry_run(struct metric *m, const struct value *rule)
{
	(void)rule;
	m->dry_run = true;
}

static void apply_retention(struct metric *m, const struct value *rule)
{
	int64_t limit = 0;

	if (value_integer(value_get(rule, "limit"), &limit) && limit > 0)
		m->retention = (size_t)limit;
}

static const struct value *result_of(const struct value *status, const char *name)
{
	const struct value *list = value_get(status, "metricResults");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_path_text(value_at(list, i), "name", ""), name) == 0)
			return value_at(list, i);
	return NULL;
}

bool analysis_init(struct arena *a, struct analysis *out, const struct value *spec,
		   const struct value *status, struct err *e)
{
	const struct value *list = value_get(spec, "metrics");
	struct analysis run = { .message = value_path_text(status, "message", "") };

	run.metrics = arena_array(a, value_count(list), sizeof(*run.metrics));
	run.phase = analysis_phase_parse(value_path_text(status, "phase", ""));
	clock_parse(value_path_text(status, "startedAt", ""), &run.started_at);
	for (size_t i = 0; i < value_count(list); i++) {
		struct metric *m = &run.metrics[run.nmetrics];

		if (!metric_init(m, value_at(list, i), e))
			return false;
		for (size_t j = 0; j < run.nmetrics; j++)
			if (strcmp(run.metrics[j].name, m->name) == 0)
				return err_set(e, ERR_CONFIG, "two metrics are called %s", m->name);
		metric_resume(a, m, result_of(status, m->name));
		run.nmetrics++;
	}
	if (run.nmetrics == 0)
		return err_set(e, ERR_CONFIG, "the templates measure nothing");
	if (!rules_apply(&run, spec, "dryRun", apply_dry_run, e) ||
	    !rules_apply(&run, spec, "measurementRetention", apply_retention, e))
		return false;
	*out = run;
	return true;
}

/* Nothing new is begun, and what is under way is ended. */
static bool is_terminating(const struct analysis *run)
{
	bool is_bad = run->terminate;

	for (size_t i = 0; i < run->nmetrics; i++)
		is_bad = is_bad || (!run->metrics[i].dry_run && run->metrics[i].phase > ANALYSIS_SUCCESSFUL);
	return is_bad;
}

/* When the next measurement is due after the last, which has ended. */
static int64_t due_after(const struct metric *m, const struct measurement *last)
{
	bool retry = last->phase == ANALYSIS_ERROR || !m->has_interval;

	return last->finished_at + (retry ? ERROR_RETRY : m->interval);
}

static bool is_due(const struct analysis *run, const struct metric *m, bool terminating, int64_t now)
{
	const struct measurement *last = metric_last(m);

	if (analysis_phase_is_over(m->phase))
		return false;
	if (last && !last->finished_at)
		return terminating || last->resume_at <= now;
	if (terminating)
		return false;
	if (!last)
		return !m->has_delay || (run->started_at && run->started_at + m->delay <= now);
	if (metric_is_counted_out(m))
		return false;
	return due_after(m, last) <= now;
}

static void analysis_take(struct arena *a, struct metric *m, const struct measurer *measurer,
			  bool terminating, int64_t now)
{
	struct measurement *one = metric_last(m);
	enum measure_task task = MEASURE_BEGIN;

	if (one && !one->finished_at) {
		task = terminating ? MEASURE_TERMINATE : MEASURE_GO_ON;
	} else {
		one = arena_alloc(a, sizeof(*one));
		*one = (struct measurement){ .phase = ANALYSIS_RUNNING, .started_at = now,
					     .value = "", .message = "" };
		list_add(a, &m->measurements, one);
	}
	one->resume_at = 0;
	m->begun = true;
	measurer->measure(measurer->context, a, m, task, one);
	if (!analysis_phase_is_over(one->phase))
		return;
	one->finished_at = now;
	metric_count(m, one->phase);
}

static void analysis_summarize(struct analysis_summary *s, enum analysis_phase phase)
{
	s->successful += phase == ANALYSIS_SUCCESSFUL;
	s->failed += phase == ANALYSIS_FAILED;
	s->inconclusive += phase == ANALYSIS_INCONCLUSIVE;
	s->errors += phase == ANALYSIS_ERROR;
}

/* Rollouts' sentence for the run, of a metric that broke a limit. */
static const char *worst_message(struct arena *a, const struct metric *m)
{
	const char *reason = metric_reason(a, m);

	if (!*reason)
		return "";
	return str_format(a, "Metric \"%s\" assessed %s due to %s%s%s%s", m->name,
			  analysis_phase_name(m->phase), reason,
			  *m->message ? ": \"Error Message: " : "", m->message, *m->message ? "\"" : "");
}

static void assess_metric(struct arena *a, struct metric *m, bool terminating)
{
	enum analysis_phase phase = metric_assess(m, terminating);
	const struct measurement *last = metric_last(m);

	if (phase == m->phase)
		return;
	m->phase = phase;
	if (last)
		m->message = last->message;
	if (m->dry_run && *metric_reason(a, m))
		m->message = str_format(a, "Metric assessed %s due to %s", analysis_phase_name(phase),
					metric_reason(a, m));
}

static void analysis_assess(struct arena *a, struct analysis *run, bool terminating, int64_t now)
{
	enum analysis_phase worst = ANALYSIS_NONE;
	const char *message = run->terminate ? "Run Terminated" : "";
	bool all_over = true;

	if (!run->started_at)
		run->started_at = now;
	run->summary = run->dry_summary = (struct analysis_summary){ 0 };
	for (size_t i = 0; i < run->nmetrics; i++) {
		struct metric *m = &run->metrics[i];
		struct analysis_summary *summary = m->dry_run ? &run->dry_summary : &run->summary;

		summary->count++;
		if (m->begun)
			assess_metric(a, m, terminating);
		if (!analysis_phase_is_over(m->phase)) {
			all_over = false;
			continue;
		}
		analysis_summarize(summary, m->phase);
		if (m->dry_run || m->phase <= worst)
			continue;
		worst = m->phase;
		if (*worst_message(a, m))
			message = worst_message(a, m);
	}
	if (terminating || all_over) {
		run->phase = worst ? worst : ANALYSIS_SUCCESSFUL;
		run->message = message;
	} else {
		run->phase = ANALYSIS_RUNNING;
		run->message = "";
	}
}

static void drop_old(struct metric *m)
{
	size_t many = m->measurements.count;

	if (many <= m->retention)
		return;
	memmove(m->measurements.items, m->measurements.items + (many - m->retention),
		m->retention * sizeof(*m->measurements.items));
	m->measurements.count = m->retention;
}

bool analysis_pass(struct arena *a, struct analysis *run, const struct measurer *measurer,
		   int64_t now)
{
	bool terminating = is_terminating(run), changed = false;

	assert(run->nmetrics > 0);
	if (analysis_phase_is_over(run->phase))
		return false;
	for (size_t i = 0; i < run->nmetrics; i++)
		if (is_due(run, &run->metrics[i], terminating, now)) {
			analysis_take(a, &run->metrics[i], measurer, terminating, now);
			changed = changed || metric_last(&run->metrics[i])->finished_at;
		}
	changed = changed || !run->started_at;
	analysis_assess(a, run, terminating, now);
	for (size_t i = 0; i < run->nmetrics; i++)
		drop_old(&run->metrics[i]);
	return changed && !analysis_phase_is_over(run->phase);
}

static int64_t metric_next(const struct analysis *run, const struct metric *m, int64_t now)
{
	const struct measurement *last = metric_last(m);

	if (analysis_phase_is_over(m->phase))
		return INT64_MAX;
	if (!last && !m->has_delay)
		return INT64_MAX;
	if (!last)
		return (run->started_at ? run->started_at : now) + m->delay;
	if (!last->finished_at)
		return last->resume_at ? last->resume_at : INT64_MAX;
	if (metric_is_counted_out(m))
		return INT64_MAX;
	return due_after(m, last);
}

int64_t analysis_next(const struct analysis *run, int64_t now)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < run->nmetrics; i++) {
		int64_t at = metric_next(run, &run->metrics[i], now);

		next = at < next ? at : next;
	}
	return next;
}

static struct value *summary_write(struct arena *a, const struct analysis_summary *s)
{
	const struct {
		const char *key;
		int64_t number;
	} numbers[] = {
		{ "count", s->count },
		{ "successful", s->successful },
		{ "failed", s->failed },
		{ "inconclusive", s->inconclusive },
		{ "error", s->errors },
	};
	struct value *v = value_map(a);

	for (size_t i = 0; i < COUNTOF(numbers); i++)
		if (numbers[i].number)
			value_set(a, v, numbers[i].key, value_int(a, numbers[i].number));
	return v;
}

struct value *analysis_status(struct arena *a, const struct analysis *run)
{
	struct value *v = value_map(a), *results = value_list(a);

	value_set(a, v, "phase", value_string(a, analysis_phase_name(run->phase)));
	if (*run->message)
		value_set(a, v, "message", value_string(a, run->message));
	if (run->started_at)
		value_set(a, v, "startedAt", value_string(a, clock_rfc3339(a, run->started_at)));
	for (size_t i = 0; i < run->nmetrics; i++)
		if (run->metrics[i].begun)
			value_append(a, results, metric_write(a, &run->metrics[i]));
	value_set(a, v, "metricResults", results);
	value_set(a, v, "runSummary", summary_write(a, &run->summary));
	if (run->dry_summary.count)
		value_set(a, v, "dryRunSummary", summary_write(a, &run->dry_summary));
	return v;
}
