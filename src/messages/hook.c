/* SPDX-License-Identifier: Apache-2.0 */
/* The message may override how the channel sends, but never which host it sends to. */
#include "messages/forms.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "expr/expr.h"
#include "messages/channel.h"
#include "messages/posting.h"
#include "messages/router.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

enum { TIMEOUT_MS = 10000, MAX_TIMEOUT_MS = 60000 };

/* Lists of {name, value} as a manifest has them, maps as a message has them. */
static void hook_add_pairs(struct arena *a, const struct value *pairs, struct list *out)
{
	for (size_t i = 0; value_is(pairs, VALUE_LIST) && i < value_count(pairs); i++)
		posting_header(a, out, value_get_text(value_at(pairs, i), "name"),
			       value_get_text(value_at(pairs, i), "value"));
	for (size_t i = 0; value_is(pairs, VALUE_MAP) && i < value_count(pairs); i++)
		posting_header(a, out, pairs->map.members[i].key.at,
			       value_text(pairs->map.members[i].value, ""));
}

/* A credential is for the host that the channel names. */
static bool hook_choose_url(struct arena *a, const struct message_delivery *d, const char **out,
			    struct err *e)
{
	const struct channel *c = d->channel;
	const struct message *m = d->message;
	const char *own = value_get_text(m->body, "url"), *named = value_get_text(c->spec, "url");
	const char *secret = value_get_text(c->secret, "url");
	struct url to, from;

	*out = *own ? own : *secret ? secret : named;
	if (!url_parse(a, *out, &to, e) || !url_parse(a, named, &from, e))
		return err_wrap(e, "url");
	if (!url_same_origin(&to, &from))
		return err_set(e, ERR_CONFIG, "url: the %s names another host than the channel, which it may "
			       "not", *own ? "message" : "secret");
	return !c->secret || posting_is_safe(a, *out, e);
}

static const char *hook_with_query(struct arena *a, const char *url, const struct list *query)
{
	const char *fragment = strchr(url, '#');
	const char *out = fragment ? str_copy_n(a, url, (size_t)(fragment - url)) : url;

	for (size_t i = 0; i < query->count; i++) {
		const struct http_header *pair = query->items[i];

		out = str_format(a, "%s%c%s=%s", out, strchr(out, '?') ? '&' : '?', url_escape(a, pair->name),
				 url_escape(a, pair->value));
	}
	return out;
}

/* Secret members of the body: "body.routing_key" of the Secret becomes routing_key of the body. */
static const char *hook_add_secrets(struct arena *a, const struct channel *c, const char *text)
{
	struct value *body = NULL;
	struct err unused;

	for (size_t i = 0; i < value_count(c->secret); i++) {
		const struct value_member *m = &c->secret->map.members[i];

		if (!has_prefix(m->key.at, "body."))
			continue;
		if (!body && !json_parse(a, text, strlen(text), &body, &unused))
			return text;
		if (!value_is(body, VALUE_MAP))
			return text;
		value_set(a, body, m->key.at + strlen("body."), value_copy(a, m->value));
	}
	return body ? json_text(a, body, 0) : text;
}

static bool hook_body(struct arena *a, const struct message_delivery *d, struct str *out, struct err *e)
{
	const struct message *m = d->message;
	const struct value *body = value_get(m->body, "body");
	const char *text;

	if (!m->body)
		text = m->text;
	else if (!body)
		text = "";
	else
		text = value_is(body, VALUE_STRING) ? body->string.at : json_text(a, body, 0);
	if (!text)
		return err_set(e, ERR_CONFIG, "body: holds a number that JSON does not have, such as .nan");
	*out = str_of(hook_add_secrets(a, d->channel, log_redacted(a, text)));
	return true;
}

static const char *hook_type(struct arena *a, struct str body)
{
	struct value *unused_value;
	struct err unused;

	if (body.len && (*body.at == '{' || *body.at == '[') &&
	    json_parse(a, body.at, body.len, &unused_value, &unused))
		return "application/json";
	return "text/plain; charset=utf-8";
}

static bool hook_timeout(const struct channel *c, int64_t *ms, struct err *e)
{
	const char *text = value_get_text(c->spec, "timeout");
	int64_t ns = INT64_C(1000000) * TIMEOUT_MS;

	if (*text && (!duration_parse(text, &ns) || ns <= 0))
		return err_set(e, ERR_CONFIG, "timeout: \"%s\" is not a duration such as "
					      "10s", text);
	*ms = ns / 1000000 < MAX_TIMEOUT_MS ? ns / 1000000 : MAX_TIMEOUT_MS;
	*ms = *ms ? *ms : 1;
	return true;
}

bool hook_request(struct arena *a, const struct message_delivery *d, struct http_request *rq, struct err *e)
{
	const struct channel *c = d->channel;
	const struct message *m = d->message;
	struct list headers = { 0 }, query = { 0 };
	const char *url, *bearer = value_get_text(c->secret, "bearerToken");
	const char *authorization = value_get_text(c->secret, "authorization");

	posting_begin(rq);
	if (!hook_choose_url(a, d, &url, e) || !hook_timeout(c, &rq->timeout_ms, e) ||
	    !hook_body(a, d, &rq->body, e))
		return false;
	hook_add_pairs(a, value_get(c->spec, "queryParams"), &query);
	hook_add_pairs(a, value_get(m->body, "queryParams"), &query);
	posting_header(a, &headers, "Content-Type", hook_type(a, rq->body));
	posting_header(a, &headers, "Idempotency-Key", str_format(a, "\"%s\"", m->id));
	hook_add_pairs(a, value_get(c->spec, "headers"), &headers);
	hook_add_pairs(a, value_get(m->body, "headers"), &headers);
	if (*bearer)
		rq->bearer = bearer;
	else if (*authorization)
		posting_header(a, &headers, "Authorization", authorization);
	posting_set_headers(a, &headers, rq);
	rq->method = posting_field(c, m, "method", "POST");
	rq->url = hook_with_query(a, url, &query);
	rq->insecure = value_truth(value_get(c->spec, "insecureSkipTLSVerify"), false);
	return true;
}

/* JSON or YAML as the server says, where it is that; else the text. */
static struct value *hook_read_body(struct arena *a, const struct http_reply *reply)
{
	const char *type = http_header(reply, "content-type");
	struct list documents = { 0 };
	struct value *v;
	struct err unused;

	type = type ? str_lower(a, type) : "";
	if (strstr(type, "json") && json_parse(a, reply->body.at, reply->body.len, &v, &unused))
		return v;
	if (strstr(type, "yaml") &&
	    yaml_parse(a, "the answer", reply->body, &documents, &unused))
		return documents.count ? documents.items[0] : value_null(a);
	return value_string(a, str_clean(a, reply->body.at, reply->body.len, reply->body.len));
}

static bool hook_holds(struct arena *a, const struct posting_answer *x, const char *expression,
		       bool *holds, struct err *e)
{
	struct value *all = value_map(a), *response = value_map(a), *headers = value_map(a);
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL, .variables = all, .now_ms = clock_now() };
	struct expr_value v;

	for (size_t i = 0; i < x->reply->nheaders; i++)
		value_set(a, headers, x->reply->headers[i].name,
			  value_string(a, x->reply->headers[i].value));
	value_set(a, response, "status", value_int(a, x->reply->status));
	value_set(a, response, "headers", headers);
	value_set(a, response, "body", hook_read_body(a, x->reply));
	value_set(a, all, "response", response);
	if (!expr_eval(a, expression, &env, &v, e))
		return err_wrap(e, "\"%s\"", expression);
	*holds = v.kind == EXPR_BOOL && v.boolean;
	return v.kind == EXPR_BOOL ||
	       err_set(e, ERR_CONFIG, "\"%s\" is neither true nor false", expression);
}

/* The conditions do not judge 429: the server wants us to wait. */
bool hook_judge(struct arena *a, const struct posting_answer *x, struct err *e)
{
	const struct message_delivery *d = x->delivery;
	const char *good = posting_field(d->channel, d->message, "successExpression", "");
	const char *bad = posting_field(d->channel, d->message, "failureExpression", "");
	bool is_good = x->reply->status / 100 == 2, is_bad = false;

	if (x->reply->status == 429)
		return http_refused(a, x->request, x->reply, e);
	if (*bad && !hook_holds(a, x, bad, &is_bad, e))
		return err_wrap(e, "failureExpression");
	if (*good && !hook_holds(a, x, good, &is_good, e))
		return err_wrap(e, "successExpression");
	if (!*good && *bad)
		is_good = !is_bad;
	return (is_good && !is_bad) || http_refused(a, x->request, x->reply, e);
}
