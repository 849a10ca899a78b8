/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP client that blocks, for workers and commands. One struct http is one
 * connection cache, owned by one thread. Only http and https, whatever a server
 * answers; every reply has a ceiling; no secret reaches a message: URLs are shown
 * without user information and query.
 */
#ifndef GANTRY_NET_HTTP_H
#define GANTRY_NET_HTTP_H

#include "base/base.h"
#include "net/http_request.h"

struct arena;
struct err;
struct http;
struct traffic;

struct http *http_new(void);
void http_free(struct http *h);
void auto_http(struct http **h);

/* Counts its exchanges from now on, each redirect by itself. NULL: nobody counts, as at first. */
void http_count(struct http *h, struct traffic *t);
struct traffic *http_traffic(const struct http *h);     /* NULL of NULL */

/*
 * Any thread: makes an exchange that waits look at its cancelled flag now instead
 * of within a quarter of a second. h must not be freed meanwhile.
 */
void http_wake(struct http *h);

/*
 * Sends the request and waits for the reply, which lives in the arena. Every status
 * is a reply, not an error. Fails with ERR_CONFIG (no such URL, a header that cannot be sent), ERR_NET
 * (again set when it may pass), ERR_TIMEOUT, ERR_CANCELLED, ERR_LIMIT, ERR_REFUSED (reach).
 */
bool http_send(struct http *h, struct arena *a, const struct http_request *rq,
	       struct http_reply *reply, struct err *e) MUST_USE;

/*
 * As http_send, but the body of a 2xx reply goes to rq->chunk instead of reply->body,
 * without ceiling. True when the server or chunk ended it. No redirects are followed.
 */
bool http_stream(struct http *h, struct arena *a, const struct http_request *rq,
		 struct http_reply *reply, struct err *e) MUST_USE;

#endif
