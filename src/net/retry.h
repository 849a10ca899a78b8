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
 * Turns a status that is no success into *e: 401 and 403 ERR_AUTH, 404 and 410 ERR_NOT_FOUND,
 * 409 and 412 ERR_CONFLICT, 408, 429 and 5xx ERR_NET with again set. The sentence names
 * the request, the status and the beginning of what the server said. Returns false.
 */
bool http_refused(struct arena *a, const struct http_request *rq, const struct http_reply *reply,
		  struct err *e);

/* The pause before attempt n (from 1): first_ms doubled each time up to most_ms, +-20 % by chance. */
int64_t backoff_ms(unsigned n, int64_t first_ms, int64_t most_ms);

/*
 * http_send up to tries times, while it fails with again set or answers 408, 429, 500, 502, 503 or 504.
 * Waits between, as Retry-After says (60 s at most). The last reply is returned whatever its
 * status. POST and PATCH are sent once: only the caller knows whether twice is harmless.
 */
bool http_persist(struct http *h, struct arena *a, const struct http_request *rq, unsigned tries,
		  struct http_reply *reply, struct err *e) MUST_USE;

#endif
