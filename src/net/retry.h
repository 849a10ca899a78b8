/* SPDX-License-Identifier: Apache-2.0 */
/* What a refusal means for the caller, and trying again with growing pauses. Workers. */
#ifndef GANTRY_NET_RETRY_H
#define GANTRY_NET_RETRY_H

#include "base/base.h"

struct arena;
struct err;
struct http;
struct http_reply;
struct http_request;

/*
 * Turns a status that is not a success into *e: 401 and 403 ERR_AUTH, 404 and 410 ERR_NOT_FOUND,
 * 409 and 412 ERR_CONFLICT, others ERR_NET; it passes as base/outage.h has it. The sentence names
 * the request, the status and the beginning of what the server said. Returns false.
 */
bool http_refused(struct arena *a, const struct http_request *rq, const struct http_reply *reply,
		  struct err *e);

/* How many ms the server asks us to stay away (Retry-After); 0: it does not say. */
int64_t http_retry_after(const struct http_reply *reply);

/*
 * http_send up to rq->tries times, while what goes wrong may pass (base/outage.h). Waits between, 2 s at
 * most: a server that asks for more is obeyed by the caller, who need not block for it. The last reply
 * is returned whatever its status. POST and PATCH are sent once: only the caller knows whether twice is
 * harmless.
 */
bool http_persist(struct http *h, struct arena *a, const struct http_request *rq,
		  struct http_reply *reply, struct err *e) MUST_USE;

#endif
