/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl begun, and redirects judged. This folder only. */
#ifndef GANTRY_NET_HTTP_INNER_H
#define GANTRY_NET_HTTP_INNER_H

#include "base/base.h"

struct arena;
struct err;
struct http_reply;
struct http_request;

/* start.c: starting libcurl. Any thread. */

/* Starts libcurl, once a process; it takes some milliseconds. */
void net_start(void);

/* redirect.c: redirects (RFC 9110 15.4), followed by net/http.c alone. Any thread. */

/*
 * Changes rq to what the reply, a redirect to location, asks for; credentials do not go to another origin.
 * ERR_NET for one that leads to no http URL, or out of https.
 */
bool redirect_follow(struct arena *a, struct http_request *rq, const struct http_reply *reply,
		     const char *location, struct err *e) MUST_USE;

#endif
