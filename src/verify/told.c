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

/* The arguments that have a plain value, by name. */
static struct value *told_arguments(struct arena *a, const struct value *object)
{
	const struct value *list = value_path(object, "spec.args");
	struct value *out = value_map(a);

	for (size_t i = 0; value_is(list, VALUE_LIST) && i < list->list.count; i++) {
		const struct value *one = list->list.items[i];
		const char *name = value_text(value_get(one, "name"), "");

		if (*name && value_is(value_get(one, "value"), VALUE_STRING))
			value_set(a, out, name, value_copy(a, value_get(one, "value")));
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
}

static void told_metrics(struct arena *a, const struct value *object, struct analysis *run)
{
	const struct value *specs = value_path(object, "spec.metrics");
	const struct value *args = told_arguments(a, object);

	run->metrics = arena_array(a, METRICS, sizeof(*run->metrics));
	for (size_t i = 0; value_is(specs, VALUE_LIST) && i < specs->list.count && i < METRICS; i++) {
		struct metric *m = &run->metrics[run->nmetrics];
		const struct value *spec = specs->list.items[i], *result;
		struct value *applied;
		struct err ignored;

		if (!value_is(spec, VALUE_MAP))
			continue;
		if (arguments_apply(a, spec, args, &applied, &ignored))
			spec = applied;
		metric_limits(m, spec);
		result = told_result(object, m->name);
		metric_resume(a, m, result);
		m->dry_run = value_truth(value_get(result, "dryRun"), false);
		told_shorten(a, m);
		run->nmetrics++;
	}
}

bool analysis_told(struct arena *a, const struct value *object, struct value *info)
{
	static const char *const summaries[] = { "runSummary", "dryRunSummary" };
	const struct value *status = value_get(object, "status");
	const char *phase = value_text(value_get(info, "phase"), "");
	struct analysis run = { .phase = analysis_phase_parse(value_text(value_get(status, "phase"), "")) };
	const char *sentence;
	struct value *told;

	assert(value_is(info, VALUE_MAP));
	run.message = told_text(a, value_text(value_get(status, "message"), ""));
	clock_parse(value_text(value_get(status, "startedAt"), ""), &run.started_at);
	told_metrics(a, object, &run);
	told = analysis_status(a, &run);
	for (size_t i = 0; i < COUNTOF(summaries); i++)
		if (value_is(value_get(status, summaries[i]), VALUE_MAP))
			value_set(a, told, summaries[i], value_copy(a, value_get(status, summaries[i])));
	value_set(a, info, "run", told);
	sentence = analysis_sentence(a, &run);
	if (*sentence && (!analysis_phase_is_over(analysis_phase_parse(phase)) ||
			  strcmp(phase, analysis_phase_name(run.phase)) == 0))
		value_set(a, info, "message", value_string(a, sentence));
	return analysis_phase_is_over(run.phase);
}
