/* SPDX-License-Identifier: Apache-2.0 */
/* How often it has been looked at is noted in the measurement, so that any process can go on. */
#include "verify/patience.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "verify/provider.h"

#define LOOKS "outage-looks"

static unsigned looks_of(const struct measurement *one)
{
	unsigned long n = strtoul(value_path_text(one->metadata, LOOKS, "0"), NULL, 10);

	return n < 1000 ? (unsigned)n : 1000;
}

void patient_measure(void *context, struct arena *a, const struct metric *m, enum measure_task task,
		     struct measurement *one)
{
	const struct provider_run *run = context;
	unsigned looks = looks_of(one);
	struct err e;

	if (looks && task == MEASURE_TERMINATE) {
		one->phase = ANALYSIS_ERROR;
		return;
	}
	/* What could not begin begins again. */
	if (looks && task == MEASURE_GO_ON) {
		task = MEASURE_BEGIN;
		one->message = "";
	}
	provider_measure(context, a, m, task, one);
	if (task != MEASURE_BEGIN || one->phase != ANALYSIS_ERROR || !one->passes ||
	    run->now - one->started_at >= VERIFY_PATIENCE_MS)
		return;
	err_set(&e, ERR_NET, "%s", one->message);
	outage_mark(&e, one->after_ms);
	one->phase = ANALYSIS_RUNNING;
	one->resume_at = run->now + outage_pause(looks + 1, &e);
	one->message = outage_sentence(a, &e);
	measurement_note(a, one, LOOKS, str_format(a, "%u", looks + 1));
}

const char *patience_sentence(struct arena *a, const struct analysis *run)
{
	assert(run);
	for (size_t i = 0; i < run->nmetrics; i++) {
		const struct measurement *last = metric_last(&run->metrics[i]);

		if (last && last->phase == ANALYSIS_RUNNING && looks_of(last))
			return str_format(a, "metric %s: %s", run->metrics[i].name, last->message);
	}
	return "";
}
