/* SPDX-License-Identifier: Apache-2.0 */
/* The table of providers, and the two that ask over HTTP. */
#include "verify/provider.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/url.h"
#include "verify/json_path.h"

enum { REPLY_MAX = 4 << 20, SHOWN = 200 };

static const struct provider *const providers[] = { &provider_prometheus, &provider_web,
						    &provider_job };

bool provider_of(const struct value *metric, const struct provider **out,
		 const struct value **spec, struct err *e)
{
	const struct value *v = value_get(metric, "provider");

	for (size_t i = 0; i < COUNTOF(providers); i++) {
		*spec = value_get(v, providers[i]->name);
		*out = providers[i];
		if (*spec)
			return true;
	}
	return err_set(e, ERR_CONFIG, "gantry has no provider \"%s\"; it has prometheus, web and job",
		       value_is(v, VALUE_MAP) && v->map.count ? v->map.members[0].key.at : "");
}

static const char *provider_text_of(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

static void read_headers(struct arena *a, const struct value *list, struct http_request *rq)
{
	struct http_header *headers = arena_array(a, value_count(list) + 1, sizeof(*headers));

	for (size_t i = 0; i < value_count(list); i++)
		headers[rq->nheaders++] =
			(struct http_header){ provider_text_of(value_at(list, i), "key"),
					      provider_text_of(value_at(list, i), "value") };
	rq->headers = headers;
}

/* Sends it and reads JSON, where the answer is JSON; else the text itself. */
static bool provider_ask(struct measure *m, const struct http_request *rq, struct value **out,
			 struct err *e)
{
	struct http_reply reply;
	struct err not_json;

	if (!http_send(m->http, m->arena, rq, &reply, e))
		return false;
	if (reply.status < 200 || reply.status > 299)
		return err_set(e, ERR_NET, "the answer is %d: %s", reply.status,
			       str_clean(m->arena, reply.body.at, reply.body.len, SHOWN));
	if (!json_parse(m->arena, reply.body.at, reply.body.len, out, &not_json))
		*out = value_string_n(m->arena, reply.body.at, reply.body.len);
	return true;
}

/* Only one way of logging in is known: a bearer token or basic authentication in headers. */
static bool refuse_authentication(const struct value *spec, struct err *e)
{
	if (!value_count(value_get(spec, "authentication")))
		return true;
	return err_set(e, ERR_CONFIG, "authentication: gantry does neither sigv4 nor oauth2; "
		       "send a header instead");
}

/* "1.5", "NaN", "+Inf" of a sample [time, "value"]. */
static struct value *sample(struct arena *a, const struct value *pair)
{
	return value_float(a, strtod(value_text(value_at(pair, 1), "nan"), NULL));
}

static bool read_samples(struct measure *m, const struct value *answer, struct err *e)
{
	const char *type = value_path_text(answer, "data.resultType", "");
	const struct value *result = value_path(answer, "data.result");
	struct value *list = value_list(m->arena);

	if (strcmp(type, "scalar") == 0) {
		m->result = sample(m->arena, result);
		return true;
	}
	if (strcmp(type, "vector") != 0 && strcmp(type, "matrix") != 0)
		return err_set(e, ERR_NET, "Prometheus answered with \"%s\", which is no vector", type);
	for (size_t i = 0; i < value_count(result); i++) {
		const struct value *series = value_at(result, i);
		const struct value *values = value_get(series, "values");

		if (value_get(series, "value"))
			value_append(m->arena, list, sample(m->arena, value_get(series, "value")));
		for (size_t j = 0; j < value_count(values); j++)
			value_append(m->arena, list, sample(m->arena, value_at(values, j)));
	}
	m->result = list;
	return true;
}

static const char *query_url(struct measure *m, const struct value *spec, struct err *e)
{
	const char *address = provider_text_of(spec, "address"),
		   *query = provider_text_of(spec, "query");
	size_t len = strlen(address);

	if (!*address || !*query) {
		err_set(e, ERR_CONFIG, "prometheus needs address and query");
		return NULL;
	}
	if (value_get(spec, "rangeQuery")) {
		err_set(e, ERR_CONFIG, "rangeQuery: gantry asks for one moment only");
		return NULL;
	}
	while (len && address[len - 1] == '/')
		len--;
	return str_format(m->arena, "%.*s/api/v1/query?query=%s", (int)len, address,
			  url_escape(m->arena, query));
}

static bool measure_prometheus(struct measure *m, const struct value *spec, struct err *e)
{
	struct http_request rq = { .max_reply = REPLY_MAX, .redirects = 3, .reach = REACH_ROUTED,
				   .insecure = value_truth(value_get(spec, "insecure"), false) };
	struct value *answer;
	int64_t seconds;

	rq.url = query_url(m, spec, e);
	if (!rq.url || !refuse_authentication(spec, e))
		return false;
	if (value_integer(value_get(spec, "timeout"), &seconds) && seconds > 0)
		rq.timeout_ms = seconds * 1000;
	read_headers(m->arena, value_get(spec, "headers"), &rq);
	if (!provider_ask(m, &rq, &answer, e))
		return err_wrap(e, "asking Prometheus");
	if (strcmp(provider_text_of(answer, "status"), "success") != 0)
		return err_set(e, ERR_NET, "Prometheus: %s", provider_text_of(answer, "error"));
	return read_samples(m, answer, e);
}

static bool measure_web(struct measure *m, const struct value *spec, struct err *e)
{
	const char *path = provider_text_of(spec, "jsonPath");
	struct http_request rq = { .url = provider_text_of(spec, "url"),
				   .max_reply = REPLY_MAX,
				   .redirects = 10,
				   .reach = REACH_ROUTED,
				   .timeout_ms = 10000,
				   .insecure = value_truth(value_get(spec, "insecure"), false) };
	const struct value *body = value_get(spec, "jsonBody");
	struct value *answer;
	int64_t seconds;

	if (!*rq.url)
		return err_set(e, ERR_CONFIG, "web needs url");
	if (!refuse_authentication(spec, e))
		return false;
	if (*provider_text_of(spec, "method"))
		rq.method = provider_text_of(spec, "method");
	if (value_integer(value_get(spec, "timeoutSeconds"), &seconds) && seconds > 0)
		rq.timeout_ms = seconds * 1000;
	rq.body = str_of(body ? json_text(m->arena, body, 0) : provider_text_of(spec, "body"));
	read_headers(m->arena, value_get(spec, "headers"), &rq);
	if (!provider_ask(m, &rq, &answer, e))
		return err_wrap(e, "asking for the result");
	m->result = answer;
	return !*path || json_path(m->arena, path, answer, &m->result, e);
}

const struct provider provider_prometheus = { .name = "prometheus", .measure = measure_prometheus };
const struct provider provider_web = { .name = "web", .measure = measure_web };
