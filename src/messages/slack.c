/* SPDX-License-Identifier: Apache-2.0 */
/* Slack always answers 200; "ok" in the body says whether it took the message. */
#include "messages/forms.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/posting.h"
#include "messages/router.h"
#include "net/http.h"
#include "net/retry.h"

/* Slack's own, unless the channel's secret names another as apiURL: GovSlack has one. */
#define SLACK_API "https://slack.com/api"

enum { SLACK_TEXT = 4000 };

/* Slack's body: its text is the fallback where blocks are shown. */
static struct value *slack_body(struct arena *a, const struct message_delivery *d)
{
	const struct channel *c = d->channel;
	const struct message *m = d->message;
	static const char *const kept[] = { "blocks", "icon_emoji", "icon_url", "attachments" };
	const char *text = m->body ? posting_field(c, m, "text", m->subject) : m->text;
	struct value *body = value_map(a);

	if (c->medium == CHANNEL_SLACK)
		value_set(a, body, "channel", value_string(a, *value_get_text(m->body, "channel")
								 ? value_get_text(m->body, "channel")
								 : value_get_text(c->spec, "channelID")));
	value_set(a, body, "text", value_string(a, str_clean(a, text, strlen(text), SLACK_TEXT)));
	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (value_get(m->body, kept[i]))
			value_set(a, body, kept[i], value_copy(a, value_get(m->body, kept[i])));
	if (d->thread && c->medium == CHANNEL_SLACK)
		value_set(a, body, "thread_ts", value_string(a, d->thread));
	return body;
}

bool slack_request(struct arena *a, const struct message_delivery *d, struct http_request *rq, struct err *e)
{
	const struct channel *c = d->channel;
	const char *api = value_get_text(c->secret, "apiURL"), *body = json_text(a, slack_body(a, d), 0);
	struct list headers = { 0 };

	if (!body)
		return err_set(e, ERR_CONFIG, "the message holds a number that JSON does not "
			       "have, such as .nan");
	posting_begin(rq);
	posting_header(a, &headers, "Content-Type", "application/json; charset=utf-8");
	posting_set_headers(a, &headers, rq);
	rq->body = str_of(log_redacted(a, body));
	if (c->medium == CHANNEL_SLACK_WEBHOOK) {
		rq->url = value_get_text(c->secret, "webhookURL");
		return posting_is_safe(a, rq->url, e);
	}
	rq->bearer = value_get_text(c->secret, "apiKey");
	rq->url = str_format(a, "%s/chat.postMessage", *api ? api : SLACK_API);
	return posting_is_safe(a, rq->url, e);
}

/* Errors of Slack that are temporary. */
static bool slack_passes(const char *error)
{
	static const char *const known[] = { "ratelimited", "rate_limited", "internal_error", "fatal_error",
					     "service_unavailable", "request_timeout" };

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strcmp(known[i], error) == 0)
			return true;
	return false;
}

/* A person can fix a token or a channel; a message that is too long stays too long. */
static enum err_code slack_code(const char *error)
{
	static const char *const tokens[] = { "invalid_auth", "not_authed", "account_inactive",
					      "token_revoked", "token_expired", "missing_scope" };
	static const char *const channels[] = { "channel_not_found", "not_in_channel", "is_archived" };

	for (size_t i = 0; i < COUNTOF(tokens); i++)
		if (strcmp(tokens[i], error) == 0)
			return ERR_AUTH;
	for (size_t i = 0; i < COUNTOF(channels); i++)
		if (strcmp(channels[i], error) == 0)
			return ERR_NOT_FOUND;
	return ERR_REFUSED;
}

bool slack_judge(struct arena *a, const struct posting_answer *x, const char **thread, struct err *e)
{
	const struct http_reply *reply = x->reply;
	struct value *body = NULL;
	const char *error, *needed;
	struct err unused;

	*thread = NULL;
	if (reply->status != 200)
		return http_refused(a, x->request, reply, e);
	if (x->delivery->channel->medium == CHANNEL_SLACK_WEBHOOK)
		return true;
	if (!json_parse(a, reply->body.at, reply->body.len, &body, &unused) || !value_is(body, VALUE_MAP)) {
		err_set(e, ERR_NET, "the answer is not Slack's");
		return outage_mark(e, 0);
	}
	if (value_truth(value_get(body, "ok"), false)) {
		*thread = *value_get_text(body, "ts") ? value_get_text(body, "ts") : NULL;
		return true;
	}
	error = value_get_text(body, "error");
	error = str_clean(a, error, strlen(error), 100);
	if (strcmp(error, "thread_not_found") == 0 || strcmp(error, "invalid_thread_ts") == 0)
		return err_set(e, ERR_CONFLICT, "Slack has no such thread any more");
	needed = value_get_text(body, "needed");
	err_set(e, slack_code(error), "Slack says %s%s%s", error, *needed ? "; needed: " : "",
		str_clean(a, needed, strlen(needed), 100));
	return slack_passes(error) ? outage_mark(e, http_retry_after(reply)) : false;
}
