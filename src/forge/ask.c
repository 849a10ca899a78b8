/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request to a forge. Answers are bounded and may be anything: a proxy's page, null, half a
 * document. A token goes to the forge's own origin only, so redirects are followed there alone.
 */
#include "forge/forge_inner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/percent.h"
#include "data/value.h"
#include "net/link.h"
#include "net/retry.h"
#include "net/url.h"

enum { ANSWER_MAX = 8 << 20, BODY_MAX = 1 << 20, REDIRECTS = 3, MESSAGE_MAX = 500 };

static bool ask_send(struct forge *f, struct arena *a, const struct http_request *rq,
		     struct http_reply *reply, struct err *e)
{
	if (f->options.send)
		return f->options.send(f->options.context, a, rq, reply, e);
	return http_send(f->options.http, a, rq, reply, e);
}

/* What a forge puts into "message" may be a text, a list, or a map of fields to lists. */
static const char *ask_words(struct arena *a, const struct value *v)
{
	const char *all = "";

	if (value_is(v, VALUE_STRING))
		return str_clean(a, v->string.at, v->string.len, MESSAGE_MAX);
	if (!value_is(v, VALUE_LIST) && !value_is(v, VALUE_MAP))
		return "";
	for (size_t i = 0; i < value_count(v) && strlen(all) < MESSAGE_MAX; i++) {
		bool is_map = v->kind == VALUE_MAP;
		const struct value *item = is_map ? v->map.members[i].value : value_at(v, i);
		const char *words = value_is(item, VALUE_MAP)
					    ? ask_words(a, value_get(item, "message"))
					    : ask_words(a, item);

		if (!*words)
			continue;
		if (is_map)
			words = str_format(a, "%s %s", str_text(a, v->map.members[i].key), words);
		all = *all ? str_format(a, "%s; %s", all, words) : words;
	}
	return str_clean(a, all, strlen(all), MESSAGE_MAX);
}

/* GitHub and Azure: message, errors[].message. GitLab: message or error. Bitbucket: error.message.
 */
static const char *ask_message(struct arena *a, const struct value *body)
{
	const char *first = ask_words(a, value_get(body, "message"));
	const char *more = ask_words(a, value_get(body, "errors"));
	const struct value *error = value_get(body, "error");

	if (!*first)
		first = value_is(error, VALUE_MAP) ? ask_words(a, value_get(error, "message"))
						   : ask_words(a, error);
	if (*first && *more)
		return str_format(a, "%s: %s", first, more);
	return *first ? first : more;
}

/* The target of rel="next" in the Link headers; NULL when there is none that is a URL. */
static const char *ask_next(struct arena *a, const char *base, const struct http_reply *reply)
{
	const char *target = link_find(a, reply, "next"), *out;
	struct err ignored;

	return target && url_join(a, base, target, &out, &ignored) ? out : NULL;
}

/* GitLab gives the next page's number when counting all would be slow. */
static const char *ask_next_page(struct arena *a, const struct http_reply *reply)
{
	const char *number = http_header(reply, "x-next-page");

	return number && *number && strspn(number, "0123456789") == strlen(number)
		       ? str_copy(a, number)
		       : NULL;
}

static bool same_origin_texts(struct arena *a, const char *one, const char *other)
{
	struct url x, y;
	struct err e;

	return url_parse(a, one, &x, &e) && url_parse(a, other, &y, &e) && url_same_origin(&x, &y);
}

static bool is_redirect(const struct http_reply *reply)
{
	return reply->status == 301 || reply->status == 302 || reply->status == 307 ||
	       reply->status == 308;
}

/* Sends, and follows a GET's redirects within the origin. */
static bool ask_follow(struct forge *f, struct arena *a, struct http_request *rq,
		       struct http_reply *reply, struct err *e)
{
	for (unsigned i = 0;; i++) {
		const char *to;

		if (!ask_send(f, a, rq, reply, e))
			return false;
		to = is_redirect(reply) ? http_header(reply, "location") : NULL;
		if (!to || rq->method || i == REDIRECTS)
			return true;
		if (!url_join(a, rq->url, to, &to, e))
			return false;
		if (!same_origin_texts(a, rq->url, to))
			return err_set(e, ERR_NET, "%s redirects to another server, %s",
				       http_request_name(a, rq), url_shown(a, to));
		rq->url = to;
	}
}

/* A pause before the next try of a forge that is asked again within one call; false: cancelled. */
static bool ask_pause(const struct forge *f, unsigned n)
{
	/* A test's own transport needs no pause. */
	int64_t left = f->options.send ? 0 : backoff_ms(n, 100, 400);

	for (; left > 0; left -= 50) {
		if (f->options.cancelled && __atomic_load_n(f->options.cancelled, __ATOMIC_RELAXED))
			return false;
		clock_sleep(50);
	}
	return true;
}

static bool is_rate_limited(const struct http_reply *reply)
{
	const char *left = http_header(reply, "x-ratelimit-remaining");

	return (reply->status == 403 || reply->status == 429) &&
	       (http_header(reply, "retry-after") || (left && strcmp(left, "0") == 0));
}

/* Why it was refused, in the forge's own words; a rate limit is temporary. */
static bool ask_refused(struct arena *a, const struct http_request *rq, struct http_reply *reply,
			const char *message, struct err *e)
{
	bool limited = is_rate_limited(reply);

	reply->body = str_of(message);
	http_refused(a, rq, reply, e);
	if (limited) {
		outage_mark(e, http_retry_after(reply));
		e->code = ERR_NET;
		err_wrap(e, "the forge limits how often it may be asked");
	}
	return false;
}

static bool ask_whole(struct forge *f, struct arena *a, const struct forge_call *c,
		      struct http_request *rq, struct err *e)
{
	bool is_get = strcmp(c->method, "GET") == 0;
	AUTO(buf) struct buf body;

	buf_init(&body, BODY_MAX);
	*rq = (struct http_request){
		.method = is_get ? NULL : c->method,
		.url = strchr(c->path, ':') && has_prefix(c->path, "http")
			       ? c->path
			       : str_format(a, "%s%s", f->base, c->path),
		.insecure = f->options.insecure,
		.max_reply = ANSWER_MAX,
		.cancelled = f->options.cancelled,
	};
	if (c->body) {
		if (!json_write(&body, c->body, 0, e))
			return false;
		if (!buf_ok(&body))
			return err_set(e, ERR_LIMIT, "%s: more than %d bytes to send",
				       http_request_name(a, rq), BODY_MAX);
		rq->body = (struct str){ buf_copy(&body, a), body.len };
	}
	struct http_header *headers = arena_array(a, f->nheaders + 1, sizeof(*headers));

	memcpy(headers, f->headers, f->nheaders * sizeof(*headers));
	rq->headers = headers;
	rq->nheaders = f->nheaders;
	if (c->body)
		headers[rq->nheaders++] =
			(struct http_header){ "Content-Type", "application/json" };
	return true;
}

bool forge_ask(struct forge *f, struct arena *a, const struct forge_call *c,
	       struct forge_answer *out, struct err *e)
{
	struct http_request rq;
	struct http_reply reply;
	struct forge_answer answer = { 0 };
	struct err ignored;

	assert(c->method && c->path);
	if (!ask_whole(f, a, c, &rq, e))
		return false;
	/* A page that an answer names may be anywhere; the token stays here. */
	if (!same_origin_texts(a, f->base, rq.url))
		return err_set(e, ERR_NET, "%s: the next page is on another server, %s", f->base,
			       url_shown(a, rq.url));
	for (unsigned n = 1;; n++) {
		if (!ask_follow(f, a, &rq, &reply, e))
			return false;
		if (n > f->def->retries || !outage_status(reply.status))
			break;
		if (!ask_pause(f, n))
			return err_set(e, ERR_CANCELLED, "%s: cancelled",
				       http_request_name(a, &rq));
	}
	answer.status = reply.status;
	if (!json_parse(a, reply.body.at, reply.body.len, &answer.body, &ignored))
		answer.body = NULL;
	answer.message = ask_message(a, answer.body);
	answer.next = ask_next(a, rq.url, &reply);
	answer.next_page = ask_next_page(a, &reply);
	if (answer.next && !same_origin_texts(a, rq.url, answer.next))
		return err_set(e, ERR_NET, "%s: the next page is on another server, %s",
			       http_request_name(a, &rq), url_shown(a, answer.next));
	if ((reply.status >= 300 || reply.status < 200) && !c->any_status)
		return ask_refused(a, &rq, &reply, answer.message, e);
	if (c->kind && !value_is(answer.body, (enum value_kind)c->kind))
		return err_set(e, ERR_NET, "%s: the answer is no JSON %s",
			       http_request_name(a, &rq),
			       value_kind_name((enum value_kind)c->kind));
	*out = answer;
	return true;
}

bool forge_refused(const struct forge *f, struct arena *a, const struct forge_call *c,
		   const struct forge_answer *answer, struct err *e)
{
	const struct http_request rq = { .method = c->method,
					 .url = str_format(a, "%s%s", f->base, c->path) };
	struct http_reply reply = { .status = answer->status, .body = str_of(answer->message) };

	return http_refused(a, &rq, &reply, e);
}

const char *forge_segment(struct arena *a, const char *text)
{
	return percent_encode(a, text, "-_.~$&+=:@");
}

const char *forge_query(struct arena *a, const char *text)
{
	char *out = percent_encode(a, text, "-_.~ ");

	for (char *c = out; *c; c++)
		if (*c == ' ')
			*c = '+';
	return out;
}
