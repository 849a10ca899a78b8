/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: a metric fails with the first measurement beyond failureLimit, not at its end;
 * errors count only in a row. Numbers may be texts, since arguments are.
 */
#include "verify/metric.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "verify/provider.h"

enum { KEPT = 10, ERROR_LIMIT = 4, RETRY_MS = 10000, POLL_MS = 2000, SHOWN = 400 };

static const int64_t ns_per_ms = 1000000;

static bool metric_read_number(const struct value *spec, const char *key, int64_t otherwise,
			       int64_t *out, struct err *e)
{
	const struct value *v = value_get(spec, key);
	char *end;

	*out = otherwise;
	if (!v || v->kind == VALUE_NULL || value_integer(v, out))
		return true;
	if (v->kind == VALUE_STRING && v->string.len) {
		*out = strtoll(v->string.at, &end, 10);
		if (*end == '\0')
			return true;
	}
	return err_set(e, ERR_CONFIG, "%s must be a whole number", key);
}

static bool metric_read_duration(const struct value *spec, const char *key, int64_t *ms,
				 struct err *e)
{
	const char *text = value_text(value_get(spec, key), "");
	int64_t ns = 0;

	if (*text && (!duration_parse(text, &ns) || ns < 0))
		return err_set(e, ERR_CONFIG, "%s: \"%s\" is no duration such as 30s", key, text);
	*ms = ns / ns_per_ms;
	return true;
}

static int64_t checkout_cache_number(const struct value *kept, const char *key)
{
	int64_t n = 0;

	return value_integer(value_get(kept, key), &n) ? n : 0;
}

bool metric_read(struct arena *a, const struct value *spec, const struct value *kept,
		 int64_t started, struct metric *out, struct err *e)
{
	int64_t delay, ignored;

	*out = (struct metric){ .spec = spec, .name = value_text(value_get(spec, "name"), "") };
	if (!metric_read_duration(spec, "initialDelay", &delay, e) ||
	    !metric_read_duration(spec, "interval", &ignored, e) ||
	    !metric_read_number(spec, "count", 0, &ignored, e) ||
	    !metric_read_number(spec, "failureLimit", 0, &ignored, e) ||
	    !metric_read_number(spec, "inconclusiveLimit", 0, &ignored, e) ||
	    !metric_read_number(spec, "consecutiveErrorLimit", 0, &ignored, e) ||
	    !metric_read_number(spec, "consecutiveSuccessLimit", 0, &ignored, e))
		return err_wrap(e, "metric %s", out->name);
	out->outcome = outcome_parse(value_text(value_get(kept, "phase"), ""));
	out->count = checkout_cache_number(kept, "count");
	out->successful = checkout_cache_number(kept, "successful");
	out->failed = checkout_cache_number(kept, "failed");
	out->inconclusive = checkout_cache_number(kept, "inconclusive");
	out->errors = checkout_cache_number(kept, "error");
	out->consecutive_errors = checkout_cache_number(kept, "consecutiveError");
	out->consecutive_successes = checkout_cache_number(kept, "consecutiveSuccess");
	out->due = kept ? checkout_cache_number(kept, "due") : started + delay;
	out->measuring = value_truth(value_get(kept, "measuring"), false);
	out->message = value_text(value_get(kept, "message"), "");
	out->measurements = value_get(kept, "measurements");
	if (!out->measurements)
		out->measurements = value_list(a);
	return true;
}

struct value *metric_write(struct arena *a, const struct metric *m)
{
	const struct {
		const char *key;
		int64_t number;
	} numbers[] = {
		{ "count", m->count }, { "successful", m->successful }, { "failed", m->failed },
		{ "inconclusive", m->inconclusive }, { "error", m->errors },
		{ "consecutiveError", m->consecutive_errors },
		{ "consecutiveSuccess", m->consecutive_successes }, { "due", m->due },
	};
	struct value *v = value_map(a);

	value_set(a, v, "name", value_string(a, m->name));
	value_set(a, v, "phase", value_string(a, outcome_name(m->outcome)));
	for (size_t i = 0; i < COUNTOF(numbers); i++)
		if (numbers[i].number)
			value_set(a, v, numbers[i].key, value_int(a, numbers[i].number));
	if (m->measuring)
		value_set(a, v, "measuring", value_bool(a, true));
	if (m->dry_run)
		value_set(a, v, "dryRun", value_bool(a, true));
	if (*m->message)
		value_set(a, v, "message", value_string(a, m->message));
	value_set(a, v, "measurements", value_copy(a, m->measurements));
	return v;
}

static void metric_end(struct arena *a, struct metric *m, enum outcome outcome, const char *what,
		       int64_t number, const char *limit_name, int64_t limit)
{
	m->outcome = outcome;
	m->message = str_format(a, "metric \"%s\" assessed %s due to %s (%lld) > %s (%lld)", m->name,
				outcome_name(outcome), what, (long long)number, limit_name,
				(long long)limit);
}

static int64_t metric_number_of(const struct metric *m, const char *key, int64_t otherwise)
{
	int64_t n = otherwise;
	struct err e;

	return metric_read_number(m->spec, key, otherwise, &n, &e) ? n : otherwise;
}

static void metric_judge(struct arena *a, struct metric *m)
{
	int64_t interval = 0, count = metric_number_of(m, "count", 0);
	int64_t failures = metric_number_of(m, "failureLimit", 0);
	int64_t inconclusives = metric_number_of(m, "inconclusiveLimit", 0);
	int64_t errors = metric_number_of(m, "consecutiveErrorLimit", ERROR_LIMIT);
	int64_t successes = metric_number_of(m, "consecutiveSuccessLimit", 0);
	struct err e;

	(void)!metric_read_duration(m->spec, "interval", &interval, &e);
	if (count == 0 && interval == 0)
		count = 1;
	if (failures >= 0 && m->failed > failures)
		metric_end(a, m, OUTCOME_FAILED, "failed", m->failed, "failureLimit", failures);
	else if (inconclusives >= 0 && m->inconclusive > inconclusives)
		metric_end(a, m, OUTCOME_INCONCLUSIVE, "inconclusive", m->inconclusive,
			   "inconclusiveLimit", inconclusives);
	else if (m->consecutive_errors > errors)
		metric_end(a, m, OUTCOME_ERROR, "consecutiveErrors", m->consecutive_errors,
			   "consecutiveErrorLimit", errors);
	else if ((successes > 0 && m->consecutive_successes >= successes) ||
		 (count > 0 && m->count >= count))
		m->outcome = OUTCOME_SUCCESSFUL;
}

void metric_count(struct arena *a, struct metric *m, enum outcome outcome, int64_t now)
{
	int64_t interval = 0;
	struct err e;

	(void)!metric_read_duration(m->spec, "interval", &interval, &e);
	m->count += outcome != OUTCOME_ERROR;
	m->successful += outcome == OUTCOME_SUCCESSFUL;
	m->failed += outcome == OUTCOME_FAILED;
	m->inconclusive += outcome == OUTCOME_INCONCLUSIVE;
	m->errors += outcome == OUTCOME_ERROR;
	m->consecutive_errors = outcome == OUTCOME_ERROR ? m->consecutive_errors + 1 : 0;
	m->consecutive_successes = outcome == OUTCOME_SUCCESSFUL ? m->consecutive_successes + 1 : 0;
	m->due = now + (interval ? interval : RETRY_MS);
	metric_judge(a, m);
}

static void metric_remember(struct arena *a, struct metric *m, enum outcome outcome,
			    const struct value *result, const char *message, int64_t now)
{
	struct value *list = value_list(a), *v = value_map(a);
	const char *text = result ? json_text(a, result, 0) : NULL;
	size_t count = value_count(m->measurements);

	value_set(a, v, "phase", value_string(a, outcome_name(outcome)));
	value_set(a, v, "finishedAt", value_string(a, clock_rfc3339(a, now)));
	if (text)
		value_set(a, v, "value", value_string(a, str_clean(a, text, strlen(text), SHOWN)));
	if (*message)
		value_set(a, v, "message", value_string(a, str_clean(a, message, strlen(message), SHOWN)));
	for (size_t i = count >= KEPT ? count - KEPT + 1 : 0; i < count; i++)
		value_append(a, list, value_copy(a, value_at(m->measurements, i)));
	value_append(a, list, v);
	m->measurements = list;
}

/* Of its measurement under way: so many were made before. */
static const char *job_name(struct arena *a, const struct metric *m, const char *prefix)
{
	return str_format(a, "%s-%lld", prefix, (long long)(m->count + m->errors + 1));
}

void metric_measure(struct arena *a, struct metric *m, struct http *http, const char *namespace,
		    const char *name_prefix, int64_t now)
{
	struct measure one = { .arena = a, .http = http, .metric = m->spec, .namespace = namespace,
			       .name = job_name(a, m, name_prefix), .started = m->measuring };
	const struct provider *provider;
	const struct value *spec;
	enum outcome outcome = OUTCOME_ERROR;
	struct err e = { .message = "" };

	if (provider_of(m->spec, &provider, &spec, &e) && provider->measure(&one, spec, &e)) {
		m->measuring = one.goes_on;
		if (one.goes_on) {
			m->due = now + POLL_MS;
			return;
		}
		outcome = one.outcome;
		if (outcome == OUTCOME_NONE && !condition_judge(a, m->spec, one.result, &outcome, &e))
			outcome = OUTCOME_ERROR;
	}
	m->measuring = false;
	metric_remember(a, m, outcome, one.result, outcome == OUTCOME_ERROR ? e.message : "", now);
	metric_count(a, m, outcome, now);
	if (m->outcome == OUTCOME_ERROR && *e.message)
		m->message = str_format(a, "%s: %s", m->message, e.message);
}

void metric_stop(struct arena *a, struct metric *m, const char *namespace, const char *name_prefix)
{
	struct measure one = { .arena = a, .metric = m->spec, .namespace = namespace,
			       .name = job_name(a, m, name_prefix), .started = true };
	const struct provider *provider;
	const struct value *spec;
	struct err e;

	if (m->measuring && provider_of(m->spec, &provider, &spec, &e) && provider->stop)
		provider->stop(&one);
	m->measuring = false;
}
