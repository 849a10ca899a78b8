/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slack: chat.postMessage (https://docs.slack.dev/reference/methods/chat.postMessage), and incoming webhooks,
 * which know no threads. Pure. Any thread.
 */
#ifndef GANTRY_MESSAGES_SLACK_H
#define GANTRY_MESSAGES_SLACK_H

#include "base/base.h"

struct arena;
struct message_delivery;
struct err;
struct http_request;
struct posting_answer;

/* ERR_CONFIG when its token would go out in plain text, or the message is not JSON. */
bool slack_request(struct arena *a, const struct message_delivery *d, struct http_request *rq,
		   struct err *e) MUST_USE;

/*
 * Whether the message was taken; *thread is the one that it begins or answers, NULL: unknown. False: marked
 * as in base/outage.h when it is an outage; ERR_AUTH and ERR_NOT_FOUND for what a person can fix;
 * ERR_CONFLICT when there is no such thread.
 */
bool slack_judge(struct arena *a, const struct posting_answer *x, const char **thread,
		 struct err *e) MUST_USE;

#endif
