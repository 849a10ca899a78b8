/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request to a forge. Answers are bounded and may be anything: a proxy's page, null, half a
 * document. A token goes to the forge's own origin only, so redirects are followed there alone.
 */
#include "forge/forge_inner.h"

#include <assert.h>
#include <stdlib.h>
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
#include "net/registry_inner.h"
#include "net/retry.h"
#include "net/url.h"

enum { ANSWER_MAX = 8 << 20, BODY_MAX = 1 << 20, REDIRECTS = 3, MESSAGE_MAX = 500 };
enum { PATIENCE_MS = 5000, SECONDARY_MS = 60000, LONGEST_MS = 3600000 };

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

/* Whether the same request may be sent to where it points: 301 and 302 turn all but a GET into one. */
static bool keeps_method(const struct http_request *rq, const struct http_reply *reply)
{
	return !rq->method || reply->status == 307 || reply->status == 308;
}

/* Sends, and follows redirects within the origin: GitHub answers so for a renamed repository. */
static bool ask_follow(struct forge *f, struct arena *a, struct http_request *rq,
		       struct http_reply *reply, struct err *e)
{
	for (unsigned i = 0;; i++) {
		const char *to;

		if (!ask_send(f, a, rq, reply, e))
			return false;
		to = is_redirect(reply) ? http_header(reply, "location") : NULL;
		if (!to || !keeps_method(rq, reply) || i == REDIRECTS)
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
static bool ask_pause(const struct forge *f, unsigned n, int64_t asked)
{
	int64_t left = backoff_ms(n, 100, 400);

	if (left < asked)
		left = asked;
	if (f->options.send) /* a test's own transport needs no pause */
		left = 0;
	for (; left > 0; left -= 50) {
		if (f->options.cancelled && __atomic_load_n(f->options.cancelled, __ATOMIC_RELAXED))
			return false;
		clock_sleep(50);
	}
	return true;
}

static bool ask_is_zero(const struct http_reply *reply, const char *header)
{
	const char *text = http_header(reply, header);

	return text && strcmp(text, "0") == 0;
}

/* When the window of a rate limit ends, as ms from now; 0: not told. */
static int64_t ask_reset(const struct http_reply *reply)
{
	const char *text = http_header(reply, "x-ratelimit-reset");
	int64_t left;

	if (!text)
		text = http_header(reply, "ratelimit-reset");
	if (!text || !*text || strlen(text) > 12 || strspn(text, "0123456789") != strlen(text))
		return 0;
	left = strtoll(text, NULL, 10) * 1000 - clock_now();
	return left < 0 ? 0 : left < LONGEST_MS ? left : LONGEST_MS;
}

/*
 * GitHub: x-ratelimit-*, and 403 without any of them for its "secondary" limit, which asks for a minute's
 * rest. GitLab: ratelimit-*. All: 429, Retry-After.
 */
static void ask_limit(const struct http_reply *reply, struct forge_answer *answer)
{
	bool none_left = ask_is_zero(reply, "x-ratelimit-remaining") ||
			 ask_is_zero(reply, "ratelimit-remaining");
	bool says_so = strstr(answer->message, "rate limit") != NULL;

	answer->after_ms = http_retry_after(reply);
	if (reply->status != 403 && reply->status != 429)
		return;
	answer->is_limited = reply->status == 429 || none_left || says_so ||
			     http_header(reply, "retry-after");
	if (answer->is_limited && !answer->after_ms)
		answer->after_ms = none_left ? ask_reset(reply) : says_so ? SECONDARY_MS : 0;
}

/* Why it was refused, in the forge's own words; a rate limit passes. */
static bool ask_refused(struct arena *a, const struct http_request *rq,
			const struct forge_answer *answer, struct err *e)
{
	const struct http_reply reply = { .status = answer->status,
					  .body = str_of(answer->message) };

	http_refused(a, rq, &reply, e);
	if (e->again || answer->is_limited)
		outage_mark(e, answer->after_ms);
	if (answer->is_limited) {
		e->code = ERR_NET;
		err_wrap(e, "the forge is limiting the rate of requests");
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
		.kind = TRAFFIC_FORGE,
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

/* Sends it, and again where the forge's own client does; a longer pause is left to the caller. */
static bool ask_patiently(struct forge *f, struct arena *a, struct http_request *rq,
			  struct http_reply *reply, struct err *e)
{
	for (unsigned n = 1;; n++) {
		if (!ask_follow(f, a, rq, reply, e))
			return false;
		if (n > f->def->retries || !outage_status(reply->status) ||
		    http_retry_after(reply) > PATIENCE_MS)
			return true;
		if (!ask_pause(f, n, http_retry_after(reply)))
			return err_set(e, ERR_CANCELLED, "%s: cancelled", http_request_name(a, rq));
	}
}

/*
 * A proxy's error page or a sign-in page is not an answer, whatever its status: it decides nothing.
 */
static bool is_page(const struct http_reply *reply, const struct value *body)
{
	size_t blanks = 0;

	while (blanks < reply->body.len && strchr(" \t\r\n", reply->body.at[blanks]))
		blanks++;
	return !body && blanks < reply->body.len;
}

bool forge_ask(struct forge *f, struct arena *a, const struct forge_call *c,
	       struct forge_answer *out, struct err *e)
{
	struct http_request rq;
	struct http_reply reply;
	struct forge_answer answer = { 0 };
	struct err ignored;
	bool is_fine;

	assert(c->method && c->path);
	if (!ask_whole(f, a, c, &rq, e))
		return false;
	/* A page that an answer names may be anywhere; the token stays here. */
	if (!same_origin_texts(a, f->base, rq.url))
		return err_set(e, ERR_NET, "%s: the next page is on another server, %s", f->base,
			       url_shown(a, rq.url));
	if (!ask_patiently(f, a, &rq, &reply, e))
		return false;
	answer.status = reply.status;
	if (!json_parse(a, reply.body.at, reply.body.len, &answer.body, &ignored))
		answer.body = NULL;
	answer.message = ask_message(a, answer.body);
	answer.next = ask_next(a, rq.url, &reply);
	answer.next_page = ask_next_page(a, &reply);
	ask_limit(&reply, &answer);
	is_fine = reply.status >= 200 && reply.status < 300;
	if (!is_fine && !c->any_status)
		return ask_refused(a, &rq, &answer, e);
	if (is_fine && is_page(&reply, answer.body))
		return err_again(e, ERR_NET,
				 "%s: HTTP status %d, but the answer is not JSON: a proxy or a sign-in page "
				 "answers instead of the forge",
				 http_request_name(a, &rq), reply.status);
	if (is_fine && c->kind && !value_is(answer.body, (enum value_kind)c->kind))
		return err_set(e, ERR_NET, "%s: the answer is not a JSON %s", http_request_name(a, &rq),
			       value_kind_name((enum value_kind)c->kind));
	*out = answer;
	return true;
}

bool forge_refused(const struct forge *f, struct arena *a, const struct forge_call *c,
		   const struct forge_answer *answer, struct err *e)
{
	const struct http_request rq = { .method = c->method,
					 .url = str_format(a, "%s%s", f->base, c->path) };

	return ask_refused(a, &rq, answer, e);
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
