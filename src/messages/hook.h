/* SPDX-License-Identifier: Apache-2.0 */
/* Any web server: Kargo's http channel. Pure. Any thread. */
#ifndef GANTRY_MESSAGES_HOOK_H
#define GANTRY_MESSAGES_HOOK_H

#include "base/base.h"

struct arena;
struct message_delivery;
struct err;
struct http_request;
struct posting_answer;

/* ERR_CONFIG when the message cannot be sent as the channel says, or would go to another host. */
bool hook_request(struct arena *a, const struct message_delivery *d, struct http_request *rq,
		  struct err *e) MUST_USE;

/* Whether the message was taken, by the channel's conditions; errors as http_refused() has them. */
bool hook_judge(struct arena *a, const struct posting_answer *x, struct err *e) MUST_USE;

#endif
