/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: a metric fails with the first measurement beyond failureLimit, not at its end; errors
 * count only in a row. Numbers may be texts, since arguments are.
 */
#include "verify/metric.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"

enum { RETENTION = 10, ERROR_LIMIT = 4, NS_PER_MS = 1000000 };

/* As Rollouts reads them: a text that is not a number counts as 0. */
static int64_t limit_read(const struct value *spec, const char *key, int64_t otherwise)
{
	const struct value *v = value_get(spec, key);
	int64_t n = 0;
	char *end;

	if (!v || v->kind == VALUE_NULL)
		return otherwise;
	if (v->kind == VALUE_STRING) {
		n = strtoll(v->string.at, &end, 10);
		return *end ? 0 : n;
	}
	return value_integer(v, &n) ? n : 0;
}

static bool duration_read(const struct value *spec, const char *key, int64_t *ms, struct err *e)
{
	const char *text = value_text(value_get(spec, key), "");
	int64_t ns = 0;

	if (*text && !duration_parse(text, &ns))
		return err_set(e, ERR_CONFIG, "%s: \"%s\" is not a duration such as 30s", key, text);
	*ms = ns / NS_PER_MS;
	return true;
}

static bool provider_check(const struct value *spec, struct err *e)
{
	const struct value *v = value_get(spec, "provider");
	size_t count = 0;

	for (size_t i = 0; value_is(v, VALUE_MAP) && i < v->map.count; i++)
		count += v->map.members[i].value->kind != VALUE_NULL;
	if (count == 1)
		return true;
	return err_set(e, ERR_CONFIG, count ? "provider: there must be only one"
					    : "provider is missing: prometheus, web or job");
}

/* failureLimit may be -1, which turns it off, when successes in a row decide instead. */
static bool limits_signs_check(const struct metric *m, struct err *e)
{
	if (m->success_limit < 0)
		return err_set(e, ERR_CONFIG, "consecutiveSuccessLimit must not be negative");
	if (m->failure_limit < -1)
		return err_set(e, ERR_CONFIG, "failureLimit must not be negative, except for -1, which "
			       "turns it off");
	if (m->failure_limit == -1 && m->success_limit == 0)
		return err_set(e, ERR_CONFIG, "failureLimit -1 needs a consecutiveSuccessLimit");
	if (m->inconclusive_limit < 0)
		return err_set(e, ERR_CONFIG, "inconclusiveLimit must not be negative");
	if (m->error_limit < 0)
		return err_set(e, ERR_CONFIG, "consecutiveErrorLimit must not be negative");
	return true;
}

static bool limits_check(const struct metric *m, struct err *e)
{
	if (!limits_signs_check(m, e))
		return false;
	if (m->count > 1 && !m->has_interval)
		return err_set(e, ERR_CONFIG, "a count above 1 needs an interval");
	if (m->count > 0 && m->failure_limit >= 0 && m->success_limit >= 0 &&
	    m->count < m->failure_limit + m->success_limit)
		return err_set(e, ERR_CONFIG, "count (%lld) must be at least failureLimit + "
			       "consecutiveSuccessLimit (%lld + %lld)", (long long)m->count,
			       (long long)m->failure_limit, (long long)m->success_limit);
	if (m->count > 0 && m->count < m->success_limit)
		return err_set(e, ERR_CONFIG, "count (%lld) must be at least consecutiveSuccessLimit "
			       "(%lld)", (long long)m->count, (long long)m->success_limit);
	if (m->count > 0 && m->count < m->inconclusive_limit)
		return err_set(e, ERR_CONFIG, "count (%lld) must be at least inconclusiveLimit (%lld)",
			       (long long)m->count, (long long)m->inconclusive_limit);
	return true;
}

void metric_limits(struct metric *out, const struct value *spec)
{
	assert(spec);
	*out = (struct metric){
		.spec = spec,
		.name = value_text(value_get(spec, "name"), ""),
		.retention = RETENTION,
		.message = "",
		.has_interval = *value_text(value_get(spec, "interval"), "") != '\0',
		.has_delay = *value_text(value_get(spec, "initialDelay"), "") != '\0',
		.count = limit_read(spec, "count", 0),
		.failure_limit = limit_read(spec, "failureLimit", 0),
		.inconclusive_limit = limit_read(spec, "inconclusiveLimit", 0),
		.error_limit = limit_read(spec, "consecutiveErrorLimit", ERROR_LIMIT),
		.success_limit = limit_read(spec, "consecutiveSuccessLimit", 0),
	};
}

bool metric_init(struct metric *out, const struct value *spec, struct err *e)
{
	struct metric m;

	metric_limits(&m, spec);
	if (!duration_read(spec, "interval", &m.interval, e) ||
	    !duration_read(spec, "initialDelay", &m.delay, e) ||
	    !limits_check(&m, e) || !provider_check(spec, e))
		return err_wrap(e, "metric %s", m.name);
	*out = m;
	return true;
}

static int64_t result_number(const struct value *result, const char *key)
{
	int64_t n = 0;

	return value_integer(value_get(result, key), &n) ? n : 0;
}

void metric_resume(struct arena *a, struct metric *m, const struct value *result)
{
	const struct value *list = value_get(result, "measurements");

	m->begun = result != NULL;
	m->phase = analysis_phase_parse(value_text(value_get(result, "phase"), ""));
	m->message = value_text(value_get(result, "message"), "");
	m->measured = result_number(result, "count");
	m->successful = result_number(result, "successful");
	m->failed = result_number(result, "failed");
	m->inconclusive = result_number(result, "inconclusive");
	m->errors = result_number(result, "error");
	m->errors_in_row = result_number(result, "consecutiveError");
	m->successes_in_row = result_number(result, "consecutiveSuccess");
	m->measurements = (struct list){ 0 };
	for (size_t i = 0; i < value_count(list); i++)
		list_add(a, &m->measurements, measurement_read(a, value_at(list, i)));
}

struct value *metric_write(struct arena *a, const struct metric *m)
{
	const struct {
		const char *key;
		int64_t number;
	} numbers[] = {
		{ "count", m->measured },
		{ "successful", m->successful },
		{ "failed", m->failed },
		{ "inconclusive", m->inconclusive },
		{ "error", m->errors },
		{ "consecutiveError", m->errors_in_row },
		{ "consecutiveSuccess", m->successes_in_row },
	};
	struct value *v = value_map(a), *list = value_list(a);

	value_set(a, v, "name", value_string(a, m->name));
	value_set(a, v, "phase", value_string(a, analysis_phase_name(m->phase)));
	for (size_t i = 0; i < COUNTOF(numbers); i++)
		if (numbers[i].number)
			value_set(a, v, numbers[i].key, value_int(a, numbers[i].number));
	if (m->dry_run)
		value_set(a, v, "dryRun", value_bool(a, true));
	if (*m->message)
		value_set(a, v, "message", value_string(a, m->message));
	for (size_t i = 0; i < m->measurements.count; i++)
		value_append(a, list, measurement_write(a, m->measurements.items[i]));
	value_set(a, v, "measurements", list);
	return v;
}

struct measurement *metric_last(const struct metric *m)
{
	return m->measurements.count ? m->measurements.items[m->measurements.count - 1] : NULL;
}

bool metric_is_counted_out(const struct metric *m)
{
	int64_t wanted = m->count == 0 && !m->has_interval ? 1 : m->count;

	return wanted != 0 && m->measured >= wanted;
}

void metric_count(struct metric *m, enum analysis_phase phase)
{
	m->measured += phase != ANALYSIS_ERROR;
	m->successful += phase == ANALYSIS_SUCCESSFUL;
	m->failed += phase == ANALYSIS_FAILED;
	m->inconclusive += phase == ANALYSIS_INCONCLUSIVE;
	m->errors += phase == ANALYSIS_ERROR;
	m->errors_in_row = phase == ANALYSIS_ERROR ? m->errors_in_row + 1 : 0;
	m->successes_in_row = phase == ANALYSIS_SUCCESSFUL ? m->successes_in_row + 1 : 0;
}

/* Whether a limit is broken: the last of these that is decides. */
static enum analysis_phase limit_broken(const struct metric *m)
{
	enum analysis_phase phase = ANALYSIS_NONE;

	if (m->failure_limit >= 0 && m->failed > m->failure_limit)
		phase = ANALYSIS_FAILED;
	if (m->inconclusive > m->inconclusive_limit)
		phase = ANALYSIS_INCONCLUSIVE;
	if (m->errors_in_row > m->error_limit)
		phase = ANALYSIS_ERROR;
	return phase;
}

/* All were taken, and no limit was broken. With a wish for so many in a row it is not done yet. */
static enum analysis_phase assess_end(const struct metric *m)
{
	if (m->success_limit <= 0)
		return ANALYSIS_SUCCESSFUL;
	return m->failure_limit < 0 ? ANALYSIS_FAILED : ANALYSIS_INCONCLUSIVE;
}

enum analysis_phase metric_assess(const struct metric *m, bool terminating)
{
	const struct measurement *last = metric_last(m);
	enum analysis_phase broken = limit_broken(m);

	if (analysis_phase_is_over(m->phase))
		return m->phase;
	if (!last)
		return terminating ? ANALYSIS_SUCCESSFUL : ANALYSIS_PENDING;
	if (!analysis_phase_is_over(last->phase))
		return ANALYSIS_RUNNING;
	if (broken)
		return broken;
	if (m->success_limit > 0 && m->successes_in_row >= m->success_limit)
		return ANALYSIS_SUCCESSFUL;
	if (metric_is_counted_out(m))
		return assess_end(m);
	return terminating ? ANALYSIS_SUCCESSFUL : ANALYSIS_RUNNING;
}

static const char *metric_count_reason(struct arena *a, const char *what, int64_t count,
				       const char *name, int64_t limit)
{
	return str_format(a, "%s (%lld) > %s (%lld)", what, (long long)count, name, (long long)limit);
}

const char *metric_reason(struct arena *a, const struct metric *m)
{
	switch (limit_broken(m)) {
	case ANALYSIS_FAILED:
		return metric_count_reason(a, "failed", m->failed, "failureLimit",
					   m->failure_limit);
	case ANALYSIS_INCONCLUSIVE:
		return metric_count_reason(a, "inconclusive", m->inconclusive, "inconclusiveLimit",
					   m->inconclusive_limit);
	case ANALYSIS_ERROR:
		return metric_count_reason(a, "consecutiveErrors", m->errors_in_row,
					   "consecutiveErrorLimit", m->error_limit);
	default:
		return "";
	}
}
