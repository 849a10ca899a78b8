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
 * True once the other side has accepted it: *thread is Slack's (of the message, or of the one it
 * answers), otherwise NULL. False: with e->passes it is an outage; with e->again alone, something
 * that a person can fix (a token, a certificate); with neither, this message is refused for good.
 */
bool deliver(struct http *h, struct arena *a, const struct message_delivery *d, const char **thread,
	     struct err *e) MUST_USE;

#endif
