/* SPDX-License-Identifier: Apache-2.0 */
/* A request's name must never show what may be secret. */
#include "net/http_request.h"

#include <string.h>

#include "base/arena.h"
#include "net/url.h"

const char *http_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->nheaders; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

const char *http_validator(struct arena *a, const struct http_reply *reply)
{
	const char *tag = http_header(reply, "etag"), *changed = http_header(reply, "last-modified");

	return tag ? str_format(a, "E%s", tag) : changed ? str_format(a, "M%s", changed) : NULL;
}

const char *http_request_name(struct arena *a, const struct http_request *rq)
{
	return str_format(a, "%s %s", rq->method ? rq->method : "GET",
			  rq->secret_url ? "(secret URL)" : url_shown(a, rq->url));
}
