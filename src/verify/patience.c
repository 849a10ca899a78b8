/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outage is noted in the measurement, so that any process can go on. The notes go when it is over: what
 * stayed would be taken for the next outage, and a Job that was begun in spite of one would be begun again.
 */
#include "verify/patience.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "verify/provider.h"

enum { LOOKS_MAX = 1000 };

#define LOOKS "outage-looks"
#define SINCE "outage-since"
#define BEGUN "outage-begun"            /* there when the provider has begun the measurement */

struct outage_notes {
	unsigned looks;                 /* that failed in a row; 0: there is no outage */
	int64_t since;                  /* ms */
	bool begun;
};

static struct outage_notes outage_notes_read(const struct measurement *one)
{
	unsigned long looks = strtoul(value_path_text(one->metadata, LOOKS, "0"), NULL, 10);
	struct outage_notes n = { .looks = looks < LOOKS_MAX ? (unsigned)looks : LOOKS_MAX,
				  .begun = value_get(one->metadata, BEGUN) };

	if (!clock_parse(value_path_text(one->metadata, SINCE, ""), &n.since))
		n.since = one->started_at;
	return n;
}

static void outage_notes_write(struct arena *a, struct measurement *one, const struct outage_notes *n)
{
	measurement_note(a, one, LOOKS, str_format(a, "%u", n->looks));
	measurement_note(a, one, SINCE, clock_rfc3339(a, n->since));
	if (n->begun)
		measurement_note(a, one, BEGUN, "true");
}

static void outage_notes_remove(struct measurement *one)
{
	measurement_forget(one, LOOKS);
	measurement_forget(one, SINCE);
	measurement_forget(one, BEGUN);
}

void patient_measure(void *context, struct arena *a, const struct metric *m, enum measure_task task,
		     struct measurement *one)
{
	const struct provider_run *run = context;
	struct outage_notes n = outage_notes_read(one);
	struct err e;

	if (!n.looks)
		n = (struct outage_notes){ .since = run->now, .begun = task != MEASURE_BEGIN };
	outage_notes_remove(one);
	if (task == MEASURE_TERMINATE && !n.begun) {
		one->phase = ANALYSIS_ERROR;
		one->message = str_format(a, "terminated: %s", one->message);
		return;
	}
	if (n.looks)
		one->message = "";
	/* What could not begin begins again. */
	if (!n.begun)
		task = MEASURE_BEGIN;
	provider_measure(context, a, m, task, one);
	if (task == MEASURE_TERMINATE || one->phase != ANALYSIS_ERROR || !one->passes ||
	    run->now - n.since >= VERIFY_PATIENCE_MS)
		return;
	err_set(&e, ERR_NET, "%s", one->message);
	outage_mark(&e, one->after_ms);
	n.looks++;
	one->phase = ANALYSIS_RUNNING;
	one->resume_at = run->now + outage_pause(n.looks, &e);
	one->message = outage_sentence(a, &e);
	outage_notes_write(a, one, &n);
}

const char *patience_sentence(struct arena *a, const struct analysis *run)
{
	assert(run);
	for (size_t i = 0; i < run->nmetrics; i++) {
		const struct measurement *last = metric_last(&run->metrics[i]);

		if (last && last->phase == ANALYSIS_RUNNING && outage_notes_read(last).looks)
			return str_format(a, "metric %s: %s", run->metrics[i].name, last->message);
	}
	return "";
}
