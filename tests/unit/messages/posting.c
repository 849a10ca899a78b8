/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and mail as they leave, and what answers mean. */
#include "messages/forms.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "messages/posting.h"
#include "messages/scene.h"
#include "net/http.h"
#include "net/mail.h"
#include "tap.h"

static const struct message plain = { .text = "prod failed", .subject = "PromotionFailed demo/prod",
				      .id = "c0ffee.r.prod.01" };

static const char *header(const struct http_request *rq, const char *name)
{
	for (size_t i = 0; i < rq->nheaders; i++)
		if (same_but_case(rq->headers[i].name, name))
			return rq->headers[i].value;
	return NULL;
}

/* What an answer of that status and body means: "taken", "later", "fix: …" or why not. */
static const char *verdict(struct arena *a, const struct channel *c, int status, const char *body,
			   const char **thread)
{
	const struct http_header type = { "content-type", "application/json" };
	const struct http_reply reply = { .status = status, .body = str_of(body), .headers = &type,
					  .nheaders = 1 };
	struct http_request rq = { .method = "POST", .url = "https://example.org", .secret_url = true };
	const struct message_delivery d = { .channel = c, .message = &plain };
	const struct posting_answer x = { &d, &rq, &reply };
	struct err e = { 0 };

	if (c->medium == CHANNEL_HTTP ? hook_judge(a, &x, &e) : slack_judge(a, &x, thread, &e))
		return "taken";
	return e.passes ? "later" : str_copy(a, e.message);
}

/* The request for the message through the channel. */
static bool makes(struct arena *a, const struct message_delivery *d, struct http_request *rq, struct err *e)
{
	return d->channel->medium == CHANNEL_HTTP ? hook_request(a, d, rq, e) : slack_request(a, d, rq, e);
}

TEST(slack_is_asked_as_its_method_wants)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_SLACK, "channelID: C012345", "apiKey: xoxb-a-bots-token");
	struct message m = plain;
	struct http_request rq;
	struct err e;

	ok(makes(a, &(struct message_delivery){ &c, &m, "1503435956.000247", 0, NULL }, &rq, &e), "a message can be sent");
	is_text(rq.url, "https://slack.com/api/chat.postMessage", "where to");
	is_text(rq.bearer, "xoxb-a-bots-token", "with the bot's token");
	is_text(rq.body.at, "{\"channel\":\"C012345\",\"text\":\"prod failed\",\"thread_ts\":\"1503435956.000247\"}",
		"an answer in a thread");
	ok(rq.redirects == 0, "and never to another host");
	m.body = yaml(a, "blocks: [{type: divider}]\nchannel: C9\nicon_emoji: ':x:'\n");
	ok(makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e), "a structured one, too");
	is_text(rq.body.at, "{\"channel\":\"C9\",\"text\":\"PromotionFailed demo/prod\",\"blocks\":[{\"type\":"
			    "\"divider\"}],\"icon_emoji\":\":x:\"}", "with a text for where blocks are not shown");
	m.body = yaml(a, "blocks: [{type: divider, size: .nan}]\n");
	ok(!makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e) && strstr(e.message, "such as .nan"),
	   "but not one that JSON cannot hold");
	m = plain;
	c = channel(a, CHANNEL_SLACK, "channelID: C1", "{apiKey: abcdef, apiURL: 'http://slack.example.org/api'}");
	ok(!makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e) && strstr(e.message, "plain text"),
	   "a token is not sent in plain text");
	c = channel(a, CHANNEL_SLACK_WEBHOOK, "channelID: C1", "webhookURL: 'https://hooks.slack.com/services/T/B/x'");
	ok(makes(a, &(struct message_delivery){ &c, &plain, "1.2", 0, NULL }, &rq, &e), "an incoming webhook");
	is_text(rq.body.at, "{\"text\":\"prod failed\"}", "takes text alone");
}

TEST(slacks_answer_counts_not_its_status)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_SLACK, "channelID: C012345", "apiKey: xoxb-token");
	const char *thread = NULL;

	is_text(verdict(a, &c, 200, "{\"ok\":true,\"ts\":\"1.2\"}", &thread), "taken", "ok");
	is_text(thread, "1.2", "with the thread that it begins");
	is_text(verdict(a, &c, 200, "{\"ok\":false,\"error\":\"msg_too_long\"}", &thread),
		"Slack says msg_too_long", "not ok");
	is_text(verdict(a, &c, 200, "{\"ok\":false,\"error\":\"internal_error\"}", &thread), "later", "an outage");
	is_text(verdict(a, &c, 200, "<html>", &thread), "later", "a proxy's page");
	is_text(verdict(a, &c, 429, "", &thread), "later", "too many at once");
	is_text(verdict(a, &c, 200, "{\"ok\":false,\"error\":\"a\\u001b[31m\",\"needed\":\"chat:write\"}", &thread),
		"Slack says a?[31m; needed: chat:write", "what it says is cleaned");
}

TEST(any_server_is_asked_as_its_channel_says)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_HTTP, "url: https://hook.example.org/in?a=b\n"
				   "method: PUT\nheaders: [{name: X-Team, value: ops}]\n"
				   "queryParams: [{name: q, value: 'x y'}]\ntimeout: 3s\n", "bearerToken: sesame-open");
	struct message m = plain;
	struct http_request rq;
	struct err e;

	ok(makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e), "a message can be sent");
	is_text(rq.url, "https://hook.example.org/in?a=b&q=x%20y", "where to");
	is_text(rq.method, "PUT", "how");
	is_text(rq.bearer, "sesame-open", "as whom");
	is_text(rq.body.at, "prod failed", "what");
	is_text(header(&rq, "content-type"), "text/plain; charset=utf-8", "a text is a text");
	is_text(header(&rq, "x-team"), "ops", "with the channel's headers");
	is_text(header(&rq, "idempotency-key"), "\"c0ffee.r.prod.01\"", "so that twice can be told from two");
	is_number(rq.timeout_ms, 3000, "within its time");
	m.body = yaml(a, "body: {summary: prod}\nheaders: {X-Team: dev}\nmethod: POST\n");
	ok(makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e), "a structured one");
	is_text(rq.body.at, "{\"summary\":\"prod\"}", "is sent as JSON");
	is_text(header(&rq, "content-type"), "application/json", "and says so");
	is_text(header(&rq, "x-team"), "dev", "its own headers win");
	c.secret = yaml(a, "{url: 'https://hook.example.org/in/k3y-of-it', body.routing_key: 0123456789abcdef}");
	ok(makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e), "one whose URL is a secret");
	is_text(rq.url, "https://hook.example.org/in/k3y-of-it?q=x%20y", "goes there");
	is_text(rq.body.at, "{\"summary\":\"prod\",\"routing_key\":\"0123456789abcdef\"}",
		"with a key that no expression sees");
	m.body = yaml(a, "url: https://elsewhere.example.org/\nbody: x\n");
	ok(!makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e) && strstr(e.message, "another host"),
	   "but never to another host");
}

TEST(any_servers_answer_is_judged_by_its_channel)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_HTTP, "url: https://x.example.org/", NULL);
	const char *thread;

	is_text(verdict(a, &c, 204, "", &thread), "taken", "2xx");
	is_text(verdict(a, &c, 503, "", &thread), "later", "an outage");
	is_text(verdict(a, &c, 400, "bad", &thread), "POST (secret URL): HTTP status 400: bad", "a refusal");
	is_text(verdict(a, &c, 302, "", &thread), "POST (secret URL): HTTP status 302", "a redirect is no success");
	c = channel(a, CHANNEL_HTTP, "url: https://x.example.org/\n"
				     "successExpression: response.status == 400 && response.body.ok\n", NULL);
	is_text(verdict(a, &c, 400, "{\"ok\": true}", &thread), "taken", "a condition of its own");
	is_text(verdict(a, &c, 429, "{\"ok\": true}", &thread), "later", "which never sees 429");
	c = channel(a, CHANNEL_HTTP, "url: https://x.example.org/\nfailureExpression: response.body.ok == false", NULL);
	is_text(verdict(a, &c, 200, "{\"ok\": false}", &thread), "POST (secret URL): HTTP status 200: {\"ok\": false}",
		"what it calls a failure is one");
}

TEST(no_secret_leaves_in_a_message)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_HTTP, "url: https://x.example.org/", NULL);
	struct message m = { .text = "cloning https://ada:s3cret-of-git@host", .id = "i" };
	struct http_request rq;
	struct err e;

	log_redact("s3cret-of-git");
	ok(makes(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &rq, &e), "a message can be sent");
	is_text(rq.body.at, "cloning https://ada:[redacted]@host", "without what is secret");
}

TEST(mail_is_a_letter)
{
	AUTO(arena) struct arena *a = arena_new();
	struct channel c = channel(a, CHANNEL_SMTP, "{from: gantry@example.org, to: [a@example.org, b@example.org, "
				   "c@example.org], host: mail, port: 587}", "{username: gantry, password: pass-word}");
	struct message m = { .text = "prod failed\n.\nbye", .subject = "prod\r\nBcc: x@example.org", .id = "i" };
	struct mail mail;
	struct err e;

	ok(letter_make(a, &(struct message_delivery){ &c, &m, NULL, INT64_C(1796050045000), NULL }, &mail, &e), "it can be made");
	is_text(mail.letter.at,
		"From: <gantry@example.org>\r\nTo: <a@example.org>\r\nCc: <b@example.org>,\r\n <c@example.org>\r\n"
		"Subject: prod? Bcc: x@example.org\r\nDate: Mon, 30 Nov 2026 14:47:25 +0000\r\n"
		"Message-ID: <de7d1b721a1e0632b7cf04edf5032c8ecffa9f9a@gantry.invalid>\r\n"
		"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\ncHJvZCBmYWlsZWQKLgpieWU=\r\n",
		"one header a line, whatever the message holds");
	ok(mail.nto == 3 && mail.cover == MAIL_STARTTLS && mail.username, "to all of them, encrypted, with a login");
	m.body = yaml(a, "subject: Zürich ist wieder da, und zwar ganz und gar, für immer\nbody: <b>x</b>\nhtml: true\nto: d@example.org\n");
	ok(letter_make(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &mail, &e), "a structured one");
	ok(strstr(mail.letter.at, "Subject: =?utf-8?B?WsO8cmljaCBpc3Qgd2llZGVyIGRhLCB1bmQgendhciBnYW56IHVuZCBnYXIs?=\r\n "
				  "=?utf-8?B?IGbDvHIgaW1tZXI=?=\r\n") != NULL, "its subject in words: %s", mail.letter.at);
	ok(strstr(mail.letter.at, "text/html") && mail.nto == 1, "HTML, to whom it names");
	m.body = yaml(a, "to: ['d@example.org>, <e@example.org']\nbody: x\n");
	ok(!letter_make(a, &(struct message_delivery){ &c, &m, NULL, 0, NULL }, &mail, &e), "an address that is two is none: %s", e.message);
	c = channel(a, CHANNEL_SMTP, "{from: g@example.org, to: [a@example.org], host: mail, port: 25, useTLS: false}",
		    "{username: gantry, password: pass-word}");
	ok(letter_make(a, &(struct message_delivery){ &c, &plain, NULL, 0, NULL }, &mail, &e) && mail.cover == MAIL_PLAIN && !mail.username,
	   "a password is not sent in plain text");
}
