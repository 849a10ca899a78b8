/* SPDX-License-Identifier: Apache-2.0 */
/* The table of providers, and what those that ask over HTTP have in common. */
#include "verify/provider.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "net/http.h"
#include "net/retry.h"

enum { REPLY_MAX = 4 << 20, REDIRECTS = 9 };

static const struct provider *const providers[] = { &provider_job, &provider_prometheus,
						    &provider_web };

/* The metric's provider and its part of the spec. */
static const struct provider *provider_of(const struct metric *m, const struct value **spec,
					  struct err *e)
{
	const struct value *v = value_get(m->spec, "provider");

	for (size_t i = 0; i < COUNTOF(providers); i++) {
		*spec = value_get(v, providers[i]->name);
		if (value_is(*spec, VALUE_MAP))
			return providers[i];
	}
	err_set(e, ERR_CONFIG, "gantry has no provider \"%s\"; it has prometheus, web and job",
		value_is(v, VALUE_MAP) && v->map.count ? v->map.members[0].key.at : "");
	return NULL;
}

void provider_measure(void *context, struct arena *a, const struct metric *m,
		      enum measure_task task, struct measurement *one)
{
	struct measuring measuring = { .arena = a, .run = context, .metric = m, .one = one };
	const struct value *spec = NULL;
	struct err e = { .message = "" };
	const struct provider *p = provider_of(m, &spec, &e);
	provider_step *step = NULL;

	if (p)
		step = task == MEASURE_BEGIN ? p->begin
			: task == MEASURE_GO_ON ? p->go_on : p->terminate;
	one->passes = false;
	if (step && step(&measuring, spec, &e))
		return;
	if (!*e.message)
		err_set(&e, ERR_INTERNAL, "the measurement cannot be continued");
	one->phase = ANALYSIS_ERROR;
	one->value = "";
	one->message = str_copy(a, e.message);
	one->passes = e.passes;
	one->after_ms = e.after_ms;
}

static const char *provider_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

void provider_request(struct measuring *m, const struct value *spec, struct http_request *rq)
{
	const struct value *list = value_get(spec, "headers");
	struct http_header *headers = arena_array(m->arena, value_count(list) + 1, sizeof(*headers));

	rq->kind = TRAFFIC_VERIFY;
	rq->max_reply = REPLY_MAX;
	rq->redirects = REDIRECTS;
	rq->reach = REACH_ROUTED;
	rq->cancelled = m->run->cancelled;
	rq->insecure = value_truth(value_get(spec, "insecure"), false);
	for (size_t i = 0; i < value_count(list); i++)
		headers[rq->nheaders++] =
			(struct http_header){ provider_text(value_at(list, i), "key"),
					      provider_text(value_at(list, i), "value") };
	rq->headers = headers;
}

bool provider_answer_status(const struct http_reply *reply, struct err *e)
{
	return outage_status(reply->status) ? outage_mark(e, http_retry_after(reply)) : false;
}

/* {} is what Rollouts itself writes where nothing is wanted. */
bool provider_refuse_login(const struct value *spec, struct err *e)
{
	const struct value *ways = value_get(spec, "authentication");

	for (size_t i = 0; value_is(ways, VALUE_MAP) && i < ways->map.count; i++)
		if (value_count(ways->map.members[i].value))
			return err_set(e, ERR_CONFIG, "authentication.%s: gantry does neither sigv4 nor "
				       "oauth2; send a header instead", ways->map.members[i].key.at);
	return true;
}
