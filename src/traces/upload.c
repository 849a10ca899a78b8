/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's answer is bounded, and no redirect is followed. */
#include "traces/traces_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/retry.h"
#include "traces/endpoint.h"
#include "traces/finished.h"

enum { MAX_REPLY = 1 << 20 };

static bool upload_may_retry(int status)
{
	return status == 429 || status == 502 || status == 503 || status == 504;
}

/* What partialSuccess says; NULL: nothing. */
static const char *upload_note(struct arena *a, const struct http_reply *reply)
{
	struct value *body;
	const struct value *partial;
	const char *said;
	struct err unused;

	if (!json_parse(a, reply->body.at, reply->body.len, &body, &unused))
		return NULL;
	partial = value_get(body, "partialSuccess");
	said = value_get_text(partial, "errorMessage");
	if (!value_count(partial) || (!*said && !value_get(partial, "rejectedSpans")))
		return NULL;
	return str_format(a, "the collector left out %s spans: %s",
			  value_text(value_get(partial, "rejectedSpans"), "some"),
			  str_clean(a, said, strlen(said), 300));
}

bool upload_send(struct http *h, struct arena *a, const struct upload *u, const char **note, struct err *e)
{
	struct value *spans = value_list(a);
	struct http_request rq = { .kind = TRAFFIC_TRACE, .method = "POST", .url = u->endpoint->url,
				   .headers = u->endpoint->headers,
				   .nheaders = u->endpoint->nheaders, .max_reply = MAX_REPLY,
				   .timeout_ms = u->endpoint->timeout_ms, .cancelled = u->cancelled };
	struct http_reply reply;

	for (size_t i = 0; i < u->finished->count; i++) {
		const struct finished_promotion *p = u->finished->items[i];

		(void)span_add(a, u->project, u->state, p->name, spans);
	}
	if (!value_count(spans))
		return true;
	rq.body = str_of(log_redacted(
		a, json_text(a, span_request(a, u->endpoint->resource, u->version, spans), 0)));
	if (!http_send(h, a, &rq, &reply, e))
		return false;
	if (reply.status / 100 == 2) {
		*note = upload_note(a, &reply);
		return true;
	}
	http_refused(a, &rq, &reply, e);
	e->passes = upload_may_retry(reply.status);
	return false;
}
