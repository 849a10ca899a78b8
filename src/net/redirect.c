/* SPDX-License-Identifier: Apache-2.0 */
/* Headers that may hold a secret stay with the origin that they were meant for. */
#include "net/http_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http_request.h"
#include "net/url.h"

/* Headers that say nothing about who asks. */
static bool redirect_is_harmless(const char *name)
{
	static const char *const names[] = { "accept", "accept-language", "content-type", "range",
					     "user-agent" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (same_but_case(names[i], name))
			return true;
	return false;
}

bool redirect_follow(struct arena *a, struct http_request *rq, const struct http_reply *reply,
		     const char *location, struct err *e)
{
	struct url from, to;
	const char *target;
	bool is_get = !rq->method || strcmp(rq->method, "GET") == 0 ||
		      strcmp(rq->method, "HEAD") == 0;

	if (!url_join(a, rq->url, location, &target, e) || !url_parse(a, rq->url, &from, e) ||
	    !url_parse(a, target, &to, e))
		return rq->secret_url ? err_set(e, ERR_NET, "it redirects to something that is "
							    "not an http URL")
				      : err_wrap(e, "following a redirect");
	if (strcmp(from.scheme, "https") == 0 && strcmp(to.scheme, "http") == 0)
		return err_set(e, ERR_NET, "%s redirects to unencrypted http; not followed",
			       http_request_name(a, rq));
	rq->url = target;
	if (!is_get && (reply->status == 303 || reply->status == 301 || reply->status == 302)) {
		rq->method = "GET";
		rq->body = (struct str){ 0 };
		rq->from_file = NULL;
	}
	if (url_same_origin(&from, &to))
		return true;
	struct http_header *kept = arena_array(a, rq->nheaders, sizeof(*kept));
	size_t count = 0;
	for (size_t i = 0; i < rq->nheaders; i++)
		if (redirect_is_harmless(rq->headers[i].name))
			kept[count++] = rq->headers[i];
	rq->headers = kept;
	rq->nheaders = count;
	rq->username = rq->password = rq->bearer = rq->certificate = rq->key = rq->tls_name = NULL;
	return true;
}
