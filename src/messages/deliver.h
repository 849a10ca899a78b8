/* SPDX-License-Identifier: Apache-2.0 */
/* One message through one channel. Blocks; the thread that owns the HTTP client. */
#ifndef GANTRY_MESSAGES_DELIVER_H
#define GANTRY_MESSAGES_DELIVER_H

#include "base/base.h"

struct arena;
struct message_delivery;
struct err;
struct http;

/*
 * True once the other side has taken it: *thread is Slack's, of the message or the one that it answers, else
 * NULL. False: with e->passes an outage, which ends; with e->again alone something that a person can put
 * right, a token or a certificate; with neither this message is refused for good.
 */
bool deliver(struct http *h, struct arena *a, const struct message_delivery *d, const char **thread,
	     struct err *e) MUST_USE;

#endif
