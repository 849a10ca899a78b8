/* SPDX-License-Identifier: Apache-2.0 */
/* Redirects (RFC 9110 15.4), followed by net/http.c alone. Any thread. */
#ifndef GANTRY_NET_REDIRECT_H
#define GANTRY_NET_REDIRECT_H

#include "base/base.h"

struct arena;
struct err;
struct http_reply;
struct http_request;

/*
 * Changes rq to what the reply, a redirect to location, asks for; credentials do not go to another origin.
 * ERR_NET for one that leads to no http URL, or out of https.
 */
bool redirect_follow(struct arena *a, struct http_request *rq, const struct http_reply *reply,
		     const char *location, struct err *e) MUST_USE;

#endif
