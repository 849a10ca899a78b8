/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is measured or judged here: numbers, phases and limits are those of the AnalysisRun. */
#include "verify/told.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "verify/analysis.h"
#include "verify/arguments.h"
#include "verify/sentence.h"

/* Metrics of a run; measurements of a metric; bytes of a text. */
enum { METRICS = 50, MEASUREMENTS = 10, TEXT = 300 };

static const char *told_text(struct arena *a, const char *text)
{
	return str_clean(a, text, strlen(text), TEXT);
}

/* The arguments that have a plain value, by name; cut, for a condition may hold one a thousand times. */
static struct value *told_arguments(struct arena *a, const struct value *object)
{
	const struct value *list = value_path(object, "spec.args");
	struct value *out = value_map(a);

	for (size_t i = 0; value_is(list, VALUE_LIST) && i < list->list.count; i++) {
		const struct value *one = list->list.items[i];
		const char *name = value_text(value_get(one, "name"), "");
		const struct value *text = value_get(one, "value");

		if (*name && value_is(text, VALUE_STRING))
			value_set(a, out, name, value_string(a, told_text(a, value_text(text, ""))));
	}
	return out;
}

/* Of a metric's specification the fields that are told, with the arguments' values where these are known. */
static const struct value *told_spec(struct arena *a, const struct value *spec, const struct value *args)
{
	static const char *const fields[] = {
		"name", "interval", "initialDelay", "count", "failureLimit", "inconclusiveLimit",
		"consecutiveErrorLimit", "consecutiveSuccessLimit", "successCondition", "failureCondition",
	};
	struct value *out = value_map(a), *applied;
	struct err ignored;

	for (size_t i = 0; i < COUNTOF(fields); i++) {
		const struct value *field = value_get(spec, fields[i]);

		if (field && field->kind != VALUE_LIST && field->kind != VALUE_MAP)
			value_set(a, out, fields[i], arguments_apply(a, field, args, &applied, &ignored) ?
				  applied : value_copy(a, field));
	}
	return out;
}

static const struct value *told_result(const struct value *object, const char *name)
{
	const struct value *list = value_path(object, "status.metricResults");

	for (size_t i = 0; value_is(list, VALUE_LIST) && i < list->list.count; i++)
		if (strcmp(value_text(value_get(list->list.items[i], "name"), ""), name) == 0)
			return list->list.items[i];
	return NULL;
}

/* Only the newest, cut: a run that goes on for hours measures thousands. */
static void told_shorten(struct arena *a, struct metric *m)
{
	struct list newest = { 0 };
	size_t count = m->measurements.count;

	for (size_t i = count > MEASUREMENTS ? count - MEASUREMENTS : 0; i < count; i++) {
		struct measurement *one = m->measurements.items[i];

		one->value = told_text(a, one->value);
		one->message = told_text(a, one->message);
		one->metadata = NULL;
		list_add(a, &newest, one);
	}
	m->measurements = newest;
	m->message = told_text(a, m->message);
	m->name = told_text(a, m->name);
}

static struct analysis_summary told_summary(const struct value *status, const char *key)
{
	const struct value *v = value_get(status, key);
	struct analysis_summary s = { 0 };

	value_integer(value_get(v, "count"), &s.count);
	value_integer(value_get(v, "successful"), &s.successful);
	value_integer(value_get(v, "failed"), &s.failed);
	value_integer(value_get(v, "inconclusive"), &s.inconclusive);
	value_integer(value_get(v, "error"), &s.errors);
	return s;
}

static void told_metrics(struct arena *a, const struct value *object, struct analysis *run)
{
	const struct value *specs = value_path(object, "spec.metrics");
	const struct value *args = told_arguments(a, object);

	run->metrics = arena_array(a, METRICS, sizeof(*run->metrics));
	for (size_t i = 0; value_is(specs, VALUE_LIST) && i < specs->list.count && i < METRICS; i++) {
		struct metric *m = &run->metrics[run->nmetrics];
		const struct value *spec = specs->list.items[i], *result;

		if (!value_is(spec, VALUE_MAP))
			continue;
		metric_limits(m, told_spec(a, spec, args));
		result = told_result(object, m->name);
		metric_resume(a, m, result);
		m->dry_run = value_truth(value_get(result, "dryRun"), false);
		told_shorten(a, m);
		run->nmetrics++;
	}
}

bool analysis_told(struct arena *a, const struct value *object, struct value *info)
{
	const struct value *status = value_get(object, "status");
	const char *phase = value_text(value_get(info, "phase"), "");
	struct analysis run = { .phase = analysis_phase_parse(value_text(value_get(status, "phase"), "")) };
	const char *sentence;

	assert(value_is(info, VALUE_MAP));
	run.message = told_text(a, value_text(value_get(status, "message"), ""));
	clock_parse(value_text(value_get(status, "startedAt"), ""), &run.started_at);
	run.summary = told_summary(status, "runSummary");
	run.dry_summary = told_summary(status, "dryRunSummary");
	told_metrics(a, object, &run);
	value_set(a, info, "run", analysis_status(a, &run));
	sentence = analysis_sentence(a, &run);
	if (*sentence && (!analysis_phase_is_over(analysis_phase_parse(phase)) ||
			  strcmp(phase, analysis_phase_name(run.phase)) == 0))
		value_set(a, info, "message", value_string(a, sentence));
	return analysis_phase_is_over(run.phase);
}
