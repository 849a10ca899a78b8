/* SPDX-License-Identifier: Apache-2.0 */
/* A message in the form of each kind of channel. This folder only. */
#ifndef GANTRY_MESSAGES_FORMS_H
#define GANTRY_MESSAGES_FORMS_H

#include "base/base.h"

struct arena;
struct err;
struct http_request;
struct mail;
struct message_delivery;
struct posting_answer;

/* hook.c: any web server: Kargo's http channel. Pure. Any thread. */

/* ERR_CONFIG when the message cannot be sent as the channel says, or would go to another host. */
bool hook_request(struct arena *a, const struct message_delivery *d, struct http_request *rq,
		  struct err *e) MUST_USE;

/*
 * Whether the message was accepted, by the channel's conditions; errors as http_refused() has them.
 */
bool hook_judge(struct arena *a, const struct posting_answer *x, struct err *e) MUST_USE;

/* letter.c: a message as mail (RFC 5322, 2045, 2047). Pure. Any thread. */

/*
 * The mail for an SMTP channel, dated now. ERR_CONFIG when there is nobody to send it to, or an address is
 * malformed. The same event always has the same Message-ID.
 */
bool letter_make(struct arena *a, const struct message_delivery *d, struct mail *out, struct err *e) MUST_USE;

/*
 * slack.c: slack: chat.postMessage (https://docs.slack.dev/reference/methods/chat.postMessage),
 * and incoming webhooks, which know no threads. Pure. Any thread.
 */

/* ERR_CONFIG when its token would go out in plain text, or the message is not JSON. */
bool slack_request(struct arena *a, const struct message_delivery *d, struct http_request *rq,
		   struct err *e) MUST_USE;

/*
 * Whether the message was accepted; *thread is the one that it begins or answers, NULL: unknown.
 * False: marked as in base/outage.h when it is an outage; ERR_AUTH and ERR_NOT_FOUND when a person
 * can fix it; ERR_CONFLICT when the thread does not exist.
 */
bool slack_judge(struct arena *a, const struct posting_answer *x, const char **thread,
		 struct err *e) MUST_USE;

#endif
