/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements to and from the ledger. What was measured is shown to people: it is cleaned and cut. */
#include "verify/measurement.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"

enum { SHOWN = 400 };

static const char *const phase_names[] = {
	[ANALYSIS_NONE] = "",
	[ANALYSIS_PENDING] = "Pending",
	[ANALYSIS_RUNNING] = "Running",
	[ANALYSIS_SUCCESSFUL] = "Successful",
	[ANALYSIS_INCONCLUSIVE] = "Inconclusive",
	[ANALYSIS_ERROR] = "Error",
	[ANALYSIS_FAILED] = "Failed",
};

const char *analysis_phase_name(enum analysis_phase phase)
{
	return phase_names[phase];
}

enum analysis_phase analysis_phase_parse(const char *word)
{
	for (size_t i = 0; i < COUNTOF(phase_names); i++)
		if (strcmp(phase_names[i], word) == 0)
			return (enum analysis_phase)i;
	return ANALYSIS_NONE;
}

bool analysis_phase_is_over(enum analysis_phase phase)
{
	return phase >= ANALYSIS_SUCCESSFUL;
}

static int64_t measurement_time(const struct value *v, const char *key)
{
	int64_t ms = 0;

	return clock_parse(value_text(value_get(v, key), ""), &ms) ? ms : 0;
}

struct measurement *measurement_read(struct arena *a, const struct value *v)
{
	struct measurement *m = arena_alloc(a, sizeof(*m));

	m->phase = analysis_phase_parse(value_text(value_get(v, "phase"), ""));
	m->started_at = measurement_time(v, "startedAt");
	m->finished_at = measurement_time(v, "finishedAt");
	m->resume_at = measurement_time(v, "resumeAt");
	m->value = value_text(value_get(v, "value"), "");
	m->message = value_text(value_get(v, "message"), "");
	m->metadata = value_copy(a, value_get(v, "metadata"));
	return m;
}

static void write_time(struct arena *a, struct value *v, const char *key, int64_t ms)
{
	if (ms)
		value_set(a, v, key, value_string(a, clock_rfc3339(a, ms)));
}

static void measurement_write_text(struct arena *a, struct value *v, const char *key,
				   const char *text)
{
	if (*text)
		value_set(a, v, key, value_string(a, str_clean(a, text, strlen(text), SHOWN)));
}

struct value *measurement_write(struct arena *a, const struct measurement *m)
{
	struct value *v = value_map(a);

	value_set(a, v, "phase", value_string(a, analysis_phase_name(m->phase)));
	write_time(a, v, "startedAt", m->started_at);
	write_time(a, v, "finishedAt", m->finished_at);
	write_time(a, v, "resumeAt", m->resume_at);
	measurement_write_text(a, v, "value", m->value);
	measurement_write_text(a, v, "message", m->message);
	if (m->metadata)
		value_set(a, v, "metadata", value_copy(a, m->metadata));
	return v;
}

void measurement_note(struct arena *a, struct measurement *m, const char *key, const char *text)
{
	if (!m->metadata)
		m->metadata = value_map(a);
	value_set(a, m->metadata, key, value_string(a, text));
}

void measurement_forget(struct measurement *m, const char *key)
{
	if (!m->metadata)
		return;
	value_remove(m->metadata, key);
	if (!value_count(m->metadata))
		m->metadata = NULL;
}
