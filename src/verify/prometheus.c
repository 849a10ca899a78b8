/* SPDX-License-Identifier: Apache-2.0 */
/* Prometheus' HTTP API: instant and range queries, asked as its own Go client asks. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "net/http.h"
#include "net/url.h"
#include "verify/condition.h"
#include "verify/provider.h"

enum { TIMEOUT_S = 30, NUMBERS_MAX = 1 << 20, SHOWN = 200 };

static const char *prometheus_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

/* "1.5", "NaN", "+Inf" of a sample [time, "value"]. */
static bool sample_read(const struct value *pair, double *out, struct err *e)
{
	const char *text = value_text(value_at(pair, 1), "");

	if (go_float(text, strlen(text), out))
		return true;
	return err_set(e, ERR_NET, "Prometheus answered \"%s\", which is not a number", text);
}

static size_t samples_count(const struct value *series)
{
	return value_count(value_get(series, "values")) + (value_get(series, "value") != NULL);
}

/* All samples of a vector or matrix, series by series. */
static bool samples_read(struct measuring *m, const struct value *result, struct metric_result *out,
			 struct err *e)
{
	size_t room = 0, count = 0;
	double *numbers;

	for (size_t i = 0; i < value_count(result); i++)
		room += samples_count(value_at(result, i));
	if (room > NUMBERS_MAX)
		return err_set(e, ERR_LIMIT, "Prometheus answered %zu samples", room);
	numbers = arena_array(m->arena, room, sizeof(*numbers));
	for (size_t i = 0; i < value_count(result); i++) {
		const struct value *series = value_at(result, i), *values = value_get(series, "values");

		if (value_get(series, "value") &&
		    !sample_read(value_get(series, "value"), &numbers[count++], e))
			return false;
		for (size_t j = 0; j < value_count(values); j++)
			if (!sample_read(value_at(values, j), &numbers[count++], e))
				return false;
	}
	*out = result_of_numbers(m->arena, numbers, count);
	return true;
}

static bool answer_read(struct measuring *m, const struct value *answer, struct metric_result *out,
			struct err *e)
{
	const char *type = value_path_text(answer, "data.resultType", "");
	const struct value *result = value_path(answer, "data.result");
	double number;

	if (strcmp(type, "scalar") == 0) {
		if (!sample_read(result, &number, e))
			return false;
		*out = result_of_number(m->arena, number);
		return true;
	}
	if (strcmp(type, "vector") == 0 || strcmp(type, "matrix") == 0)
		return samples_read(m, result, out, e);
	return err_set(e, ERR_NET, "Prometheus answered a result of type \"%s\"; a vector, a matrix or "
		       "a scalar can be judged", type);
}

static void note_warnings(struct measuring *m, const struct value *answer)
{
	const struct value *list = value_get(answer, "warnings");
	const char *all = "";

	for (size_t i = 0; i < value_count(list); i++)
		all = str_format(m->arena, "%s%s\"%s\"", all, *all ? ", " : "",
				 value_text(value_at(list, i), ""));
	if (*all)
		measurement_note(m->arena, m->one, "warnings", all);
}

/* A moment of a range query: an expression such as now() - duration("1h"). Seconds. */
static bool moment_read(struct measuring *m, const struct value *range, const char *key, double *out,
			struct err *e)
{
	const struct expr_env env = { .unknown = EXPR_UNKNOWN_REFUSED, .now_ms = m->run->now,
				      .load_zone = zone_load };
	struct expr_value v;

	if (!expr_eval(m->arena, prometheus_text(range, key), &env, &v, e))
		return err_wrap(e, "rangeQuery.%s", key);
	if (v.kind != EXPR_TIME)
		return err_set(e, ERR_CONFIG, "rangeQuery.%s is %s and not a time, such as now()", key,
			       expr_type_name(&v));
	*out = (double)v.time->seconds + (double)v.time->nanoseconds / 1e9;
	return true;
}

static const char *prometheus_number_text(struct arena *a, double number)
{
	char text[32];

	json_number(number, text);
	return str_copy(a, text);
}

struct prometheus_query {
	int64_t timeout_s;
	const char *path, *form;
};

/* Parameters in the order of their names, as Go encodes a form. */
static bool query_build(struct measuring *m, const struct value *spec, struct prometheus_query *q,
			struct err *e)
{
	const struct value *range = value_get(spec, "rangeQuery");
	const char *query = url_escape(m->arena, prometheus_text(spec, "query"));
	double start, end;
	int64_t step;

	if (!range) {
		q->path = "/api/v1/query";
		q->form = str_format(m->arena, "query=%s&time=%s&timeout=%llds", query,
				   prometheus_number_text(m->arena, (double)m->run->now / 1000),
				   (long long)q->timeout_s);
		return true;
	}
	if (!moment_read(m, range, "start", &start, e) || !moment_read(m, range, "end", &end, e))
		return false;
	if (!duration_parse(prometheus_text(range, "step"), &step) || step <= 0)
		return err_set(e, ERR_CONFIG, "rangeQuery.step: \"%s\" is not a duration such as 1m",
			       prometheus_text(range, "step"));
	q->path = "/api/v1/query_range";
	q->form = str_format(m->arena, "end=%s&query=%s&start=%s&step=%s&timeout=%llds",
			     prometheus_number_text(m->arena, end), query,
			     prometheus_number_text(m->arena, start),
			     prometheus_number_text(m->arena, (double)step / 1e9),
			     (long long)q->timeout_s);
	return true;
}

/* Servers and proxies that refuse POST are asked with GET. */
static bool query_send(struct measuring *m, struct http_request *rq, struct http_reply *reply,
		       struct err *e)
{
	if (!http_send(m->run->http, m->arena, rq, reply, e))
		return false;
	if (reply->status != 405 && reply->status != 501)
		return true;
	rq->method = "GET";
	rq->url = str_format(m->arena, "%s?%s", rq->url, rq->body.at);
	rq->body = str_of("");
	return http_send(m->run->http, m->arena, rq, reply, e);
}

static bool reply_read(struct measuring *m, const struct http_reply *reply, struct value **out,
		       struct err *e)
{
	struct err not_json;
	struct value *v = NULL;

	if (!json_parse(m->arena, reply->body.at, reply->body.len, &v, &not_json))
		v = NULL;
	if (strcmp(prometheus_text(v, "status"), "error") == 0)
		return err_set(e, ERR_NET, "Prometheus: %s: %s", prometheus_text(v, "errorType"),
			       prometheus_text(v, "error"));
	if (reply->status < 200 || reply->status > 299) {
		err_set(e, ERR_NET, "Prometheus answered %d: %s", reply->status,
			str_clean(m->arena, reply->body.at, reply->body.len, SHOWN));
		return provider_answer_status(reply, e);
	}
	if (!v || strcmp(prometheus_text(v, "status"), "success") != 0)
		return err_set(e, ERR_NET, "what answered is not Prometheus: %s",
			       str_clean(m->arena, reply->body.at, reply->body.len, SHOWN));
	*out = v;
	return true;
}

static bool prometheus_ask(struct measuring *m, const struct value *spec, struct value **answer,
			   struct err *e)
{
	const char *address = prometheus_text(spec, "address");
	struct http_request rq = { .method = "POST" };
	struct prometheus_query q = { .timeout_s = TIMEOUT_S };
	struct http_header *headers;
	struct http_reply reply;
	int64_t timeout = 0;
	size_t len = strlen(address);

	if (!*address)
		return err_set(e, ERR_CONFIG, "prometheus.address is missing");
	if (value_integer(value_get(spec, "timeout"), &timeout) && timeout < 0)
		return err_set(e, ERR_CONFIG, "prometheus.timeout must not be negative");
	if (timeout)
		q.timeout_s = timeout;
	if (!provider_refuse_login(spec, e) || !query_build(m, spec, &q, e))
		return false;
	provider_request(m, spec, &rq);
	headers = arena_array(m->arena, rq.nheaders + 1, sizeof(*headers));
	for (size_t i = 0; i < rq.nheaders; i++)
		headers[i] = rq.headers[i];
	headers[rq.nheaders++] =
		(struct http_header){ "Content-Type", "application/x-www-form-urlencoded" };
	rq.headers = headers;
	rq.timeout_ms = q.timeout_s * 1000;
	while (len && address[len - 1] == '/')
		len--;
	rq.url = str_format(m->arena, "%.*s%s", (int)len, address, q.path);
	rq.body = str_of(q.form);
	return query_send(m, &rq, &reply, e) && reply_read(m, &reply, answer, e);
}

static bool prometheus_begin(struct measuring *m, const struct value *spec, struct err *e)
{
	struct metric_result result;
	struct value *answer;

	if (!prometheus_ask(m, spec, &answer, e) || !answer_read(m, answer, &result, e) ||
	    !condition_judge(m->arena, m->metric->spec, &result, &m->one->phase, e))
		return false;
	m->one->value = result.text;
	note_warnings(m, answer);
	return true;
}

const struct provider provider_prometheus = { .name = "prometheus", .begin = prometheus_begin };
