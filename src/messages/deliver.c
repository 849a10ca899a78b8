/* SPDX-License-Identifier: Apache-2.0 */
/* A message that arrives twice is better than a lost one; the caller decides whether to retry. */
#include "messages/deliver.h"

#include <assert.h>
#include <stddef.h>

#include "base/err.h"
#include "messages/channel.h"
#include "messages/forms.h"
#include "messages/posting.h"
#include "net/http.h"
#include "net/mail.h"

static bool deliver_can_be_fixed(struct err *e, bool can)
{
	e->again = e->again || can;
	return false;
}

static bool deliver_mail(struct arena *a, const struct message_delivery *d, struct err *e)
{
	struct mail mail;

	if (!letter_make(a, d, &mail, e))
		return false;
	mail.cancelled = d->cancelled;
	return mail_send(a, &mail, e) || deliver_can_be_fixed(e, e->code == ERR_AUTH || e->code == ERR_NET);
}

static bool deliver_posting(struct http *h, struct arena *a, const struct message_delivery *d,
			    const char **thread, struct err *e)
{
	bool is_hook = d->channel->medium == CHANNEL_HTTP;
	struct http_request rq;
	struct http_reply reply;
	const struct posting_answer answer = { d, &rq, &reply };

	if (!(is_hook ? hook_request(a, d, &rq, e) : slack_request(a, d, &rq, e)))
		return false;
	rq.cancelled = d->cancelled;
	if (!http_send(h, a, &rq, &reply, e))
		return deliver_can_be_fixed(e, e->code == ERR_NET);
	if (!(is_hook ? hook_judge(a, &answer, e) : slack_judge(a, &answer, thread, e)))
		return deliver_can_be_fixed(e, e->code == ERR_AUTH || e->code == ERR_NOT_FOUND);
	if (d->thread)
		*thread = d->thread;
	return true;
}

bool deliver(struct http *h, struct arena *a, const struct message_delivery *d, const char **thread,
	     struct err *e)
{
	struct message_delivery alone = *d;

	assert(d->channel && d->message);
	*thread = NULL;
	if (d->channel->medium == CHANNEL_SMTP)
		return deliver_mail(a, d, e);
	if (deliver_posting(h, a, d, thread, e))
		return true;
	/* A thread whose first message was deleted: the message is worth more than its place. */
	alone.thread = NULL;
	return d->thread && d->channel->medium == CHANNEL_SLACK && e->code == ERR_CONFLICT &&
	       deliver_posting(h, a, &alone, thread, e);
}
