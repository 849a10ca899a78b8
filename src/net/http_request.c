/* SPDX-License-Identifier: Apache-2.0 */
/* A request's name must never show what may be secret. */
#include "net/http_request.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/url.h"

const char *http_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->nheaders; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

/* Dates are of whole seconds: a change just before the answer looks like one just after it. */
static bool http_date_is_exact(const char *changed, const char *answered)
{
	int64_t at, then;

	return changed && answered && clock_parse_http(changed, &at) && clock_parse_http(answered, &then) &&
	       then - at >= 1000;
}

const char *http_validator(struct arena *a, const struct http_reply *reply)
{
	const char *tag = http_header(reply, "etag"), *changed = http_header(reply, "last-modified");

	if (tag)
		return str_format(a, "E%s", tag);
	return http_date_is_exact(changed, http_header(reply, "date")) ? str_format(a, "M%s", changed) : NULL;
}

const char *http_request_name(struct arena *a, const struct http_request *rq)
{
	return str_format(a, "%s %s", rq->method ? rq->method : "GET",
			  rq->secret_url ? "(secret URL)" : url_shown(a, rq->url));
}
