/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a promotion has come, read from its status and written back. When the work
 * directory is gone, entries are forgotten but outputs are not: steps know their
 * own earlier work by them.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/orchestrate.h"

static int64_t orchestration_time_at(const struct value *v, const char *key)
{
	int64_t ms;

	return clock_parse(value_text(value_get(v, key), ""), &ms) ? ms : 0;
}

static void read_meta(struct arena *a, const struct value *v, struct step_meta *m)
{
	int64_t errors = 0;

	m->alias = str_copy(a, value_text(value_get(v, "alias"), ""));
	if (!step_status_parse(value_text(value_get(v, "status"), ""), &m->status))
		m->status = STEP_PENDING;
	m->started_at = orchestration_time_at(v, "startedAt");
	m->finished_at = orchestration_time_at(v, "finishedAt");
	if (value_integer(value_get(v, "errorCount"), &errors) && errors > 0)
		m->error_count = (unsigned)errors;
	m->message = str_copy(a, value_text(value_get(v, "message"), ""));
	m->continue_on_error = value_truth(value_get(v, "continueOnError"), false);
	m->may_pass = value_truth(value_get(v, "mayPass"), false);
}

static void read_progress(struct arena *a, const struct value *status, struct orchestration *o)
{
	const struct value *metas = value_get(status, "stepExecutionMetadata");
	const struct value *checks = value_get(status, "healthChecks");
	int64_t current = 0;

	for (size_t i = 0; i < value_count(metas) && i < value_count(o->steps); i++)
		read_meta(a, value_at(metas, i), &o->metas[o->nmetas++]);
	for (size_t i = 0; i < value_count(checks); i++)
		value_append(a, o->health_checks, value_copy(a, value_at(checks, i)));
	if (value_integer(value_get(status, "currentStep"), &current) && current > 0)
		o->current = (size_t)current;
}

void orchestration_read(struct arena *a, const struct value *promotion, bool again,
			struct orchestration *out)
{
	const struct value *status = value_get(promotion, "status");
	const struct value *state = value_get(status, "state");

	assert(promotion && out);
	memset(out, 0, sizeof(*out));
	out->arena = a;
	out->steps = value_path(promotion, "spec.steps");
	out->metas = arena_array(a, value_count(out->steps) + 1, sizeof(*out->metas));
	out->state = value_is(state, VALUE_MAP) ? value_copy(a, state) : value_map(a);
	out->health_checks = value_list(a);
	out->phase = PHASE_RUNNING;
	out->message = "";
	if (!again)
		read_progress(a, status, out);
}

static void orchestration_set_time(struct arena *a, struct value *v, const char *key, int64_t ms)
{
	if (ms)
		value_set(a, v, key, value_string(a, clock_rfc3339(a, ms)));
}

static struct value *meta_value(struct arena *a, const struct step_meta *m)
{
	struct value *v = value_map(a);

	value_set(a, v, "alias", value_string(a, m->alias));
	orchestration_set_time(a, v, "startedAt", m->started_at);
	orchestration_set_time(a, v, "finishedAt", m->finished_at);
	if (m->error_count)
		value_set(a, v, "errorCount", value_int(a, m->error_count));
	if (m->status != STEP_PENDING)
		value_set(a, v, "status", value_string(a, step_status_name(m->status)));
	if (m->message[0])
		value_set(a, v, "message", value_string(a, m->message));
	if (m->may_pass && (m->status == STEP_ERRORED || m->status == STEP_FAILED))
		value_set(a, v, "mayPass", value_bool(a, true));
	if (m->continue_on_error)
		value_set(a, v, "continueOnError", value_bool(a, true));
	return v;
}

struct value *orchestration_status(struct arena *a, const struct orchestration *o)
{
	struct value *v = value_map(a);
	struct value *metas = value_list(a);

	for (size_t i = 0; i < o->nmetas; i++)
		value_append(a, metas, meta_value(a, &o->metas[i]));
	value_set(a, v, "currentStep", value_int(a, (int64_t)o->current));
	value_set(a, v, "stepExecutionMetadata", metas);
	value_set(a, v, "state", o->state);
	value_set(a, v, "healthChecks", o->health_checks);
	return v;
}

void orchestration_copy(struct arena *a, const struct orchestration *from,
			const struct value *promotion, struct orchestration *out)
{
	struct value *v = value_map(a);

	value_set(a, v, "status", orchestration_status(a, from));
	value_set(a, v, "spec", value_get(promotion, "spec"));
	orchestration_read(a, v, false, out);
	out->outages = from->outages;
	out->outage_since = from->outage_since;
	out->memory = from->memory ? value_copy(a, from->memory) : NULL;
}
