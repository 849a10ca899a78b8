/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured comes from outside: it is cut and cleaned before it is told. */
#include "verify/sentence.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "verify/analysis.h"

enum { SHOWN = 300 };                   /* bytes of a value or message */

static const char *sentence_text(struct arena *a, const char *text)
{
	return str_clean(a, text, strlen(text), SHOWN);
}

/* "successCondition: result[0] >= 0.95", both when there are two; "" for none. */
static const char *sentence_conditions(struct arena *a, const struct value *spec)
{
	const char *success = sentence_text(a, value_get_text(spec, "successCondition"));
	const char *failure = sentence_text(a, value_get_text(spec, "failureCondition"));
	const char *out = *success ? str_format(a, "successCondition: %s", success) : "";

	return *failure ? str_format(a, "%s%sfailureCondition: %s", out, *out ? ", " : "", failure) : out;
}

/* The newest measurement that went as the metric did; of one that goes on, the newest that is over. */
static const struct measurement *sentence_measurement(const struct metric *m)
{
	for (size_t i = m->measurements.count; i-- > 0;) {
		const struct measurement *one = m->measurements.items[i];

		if (analysis_phase_is_over(m->phase) ? one->phase == m->phase : one->finished_at != 0)
			return one;
	}
	return metric_last(m);
}

/*
 * What went wrong with the metric, for people: "metric errors is Failed (failed (1) >
 * failureLimit (0)): measured [0.5]; successCondition: result[0] < 0.01".
 */
static const char *sentence_metric(struct arena *a, const struct metric *m)
{
	const struct measurement *one = sentence_measurement(m);
	const char *reason = metric_reason(a, m), *conditions = sentence_conditions(a, m->spec);
	const char *out = str_format(a, "metric %s is %s%s%s%s", sentence_text(a, m->name),
				     analysis_phase_name(m->phase), *reason ? " (" : "", reason,
				     *reason ? ")" : "");

	if (one && *one->message)
		out = str_format(a, "%s: %s", out, sentence_text(a, one->message));
	if (one && *one->value)
		out = str_format(a, "%s: measured %s", out, sentence_text(a, one->value));
	/* A condition that could not be judged is in the message. */
	if (*conditions && !(one && strstr(one->message, "Condition: ")))
		out = str_format(a, "%s; %s", out, conditions);
	return out;
}

/* Of a run that ended, metrics that ended as badly; of one that goes on, those that have measured. */
static bool sentence_has(const struct analysis *run, const struct metric *m)
{
	if (m->dry_run)
		return false;
	return analysis_phase_is_over(run->phase) ? m->phase == run->phase : m->measured + m->errors > 0;
}

const char *analysis_sentence(struct arena *a, const struct analysis *run)
{
	const char *out = "";

	assert(run);
	if (run->phase == ANALYSIS_SUCCESSFUL)
		return run->message;
	for (size_t i = 0; i < run->nmetrics; i++)
		if (sentence_has(run, &run->metrics[i]))
			out = str_format(a, "%s%s%s", out, *out ? "; " : "",
					 sentence_metric(a, &run->metrics[i]));
	return out;
}
