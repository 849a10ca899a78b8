/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API hides what we may not see: without the project in the request, an application that is
 * not there answers 403. A proxy or a wrong root path answers 200 with a page, so every
 * success is checked for the gateway's own header.
 */
#include "argocd/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "argocd/connect.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

#define MAX_LIST (256u << 20)
#define MAX_APPLICATION (64u << 20)
#define TRIES 3
#define REFRESH_TIMEOUT 30000
#define NUDGE_TIMEOUT 3000

struct argocd {
	struct arena *a;
	struct http *http;
	struct argocd_settings settings;
	const char *token;              /* may be renewed by the server */
	bool is_token_refused;
	bool asks_only;
	const bool *cancelled;
};

struct argocd *argocd_new(struct http *h, const struct argocd_settings *s)
{
	struct argocd *c = xmalloc(sizeof(*c));
	struct http_header *headers;

	assert(h && s->base);
	*c = (struct argocd){ .a = arena_new(), .http = h };
	headers = arena_array(c->a, s->nheaders, sizeof(*headers));
	for (size_t i = 0; i < s->nheaders; i++)
		headers[i] = (struct http_header){ str_copy(c->a, s->headers[i].name),
						   str_copy(c->a, s->headers[i].value) };
	c->settings = (struct argocd_settings){
		.base = str_copy(c->a, s->base), .origin = str_copy(c->a, s->origin),
		.insecure = s->insecure, .ca = str_copy(c->a, s->ca),
		.certificate = str_copy(c->a, s->certificate), .key = str_copy(c->a, s->key),
		.headers = headers, .nheaders = s->nheaders,
	};
	c->token = str_copy(c->a, s->token);
	return c;
}

struct argocd *argocd_copy(const struct argocd *c, struct http *h)
{
	struct argocd_settings s = c->settings;
	struct argocd *copy;

	s.token = c->token;
	copy = argocd_new(h, &s);
	copy->cancelled = c->cancelled;
	return copy;
}

void argocd_free(struct argocd *c)
{
	if (!c)
		return;
	arena_free(c->a);
	free(c);
}

void auto_argocd(struct argocd **c)
{
	argocd_free(*c);
}

void argocd_set_cancelled(struct argocd *c, const bool *cancelled)
{
	c->cancelled = cancelled;
}

const bool *argocd_cancelled(const struct argocd *c)
{
	return c->cancelled;
}

void argocd_set_asks_only(struct argocd *c, bool asks_only)
{
	c->asks_only = asks_only;
}

bool argocd_is_token_refused(const struct argocd *c)
{
	return c->is_token_refused;
}

const char *argocd_base(const struct argocd *c)
{
	return c->settings.base;
}

struct http *argocd_http(struct argocd *c)
{
	return c->http;
}

void argocd_prepare(struct argocd *c, struct arena *a, const char *path, const char *accept,
		    struct http_request *rq)
{
	size_t n = c->settings.nheaders;
	struct http_header *headers = arena_array(a, n + 2, sizeof(*headers));

	for (size_t i = 0; i < n; i++)
		headers[i] = c->settings.headers[i];
	headers[n++] = (struct http_header){ "Accept", accept };
	/* Without exactly this, and on DELETE too, the server answers 415. */
	headers[n++] = (struct http_header){ "Content-Type", "application/json" };
	rq->kind = TRAFFIC_ARGOCD;
	rq->url = str_format(a, "%s%s", c->settings.base, path);
	rq->headers = headers;
	rq->nheaders = n;
	rq->bearer = c->token;
	rq->insecure = c->settings.insecure;
	rq->ca = c->settings.ca;
	rq->certificate = c->settings.certificate;
	rq->key = c->settings.key;
	rq->cancelled = c->cancelled;
}

/* The gRPC code and sentence of an error body; streams wrap theirs once more. */
static const char *sentence_of(struct arena *a, const struct http_reply *reply, int64_t *grpc)
{
	struct value *v, *error;
	struct err ignored;
	const char *text;

	*grpc = 0;
	if (!json_parse(a, reply->body.at, reply->body.len, &v, &ignored))
		return NULL;
	error = value_get(v, "error");
	if (value_is(error, VALUE_MAP)) {
		value_integer(value_get(error, "grpc_code"), grpc);
		text = value_path_text(error, "message", "");
	} else {
		value_integer(value_get(v, "code"), grpc);
		text = value_path_text(v, "message", value_text(error, ""));
	}
	return str_clean(a, text, strlen(text), 600);
}

static bool refused_400(const char *said, int64_t grpc, struct err *e)
{
	if (strstr(said, "another operation is already in progress"))
		return err_again(e, ERR_CONFLICT, "another operation is already in progress");
	if (outage_words(said)) {
		err_set(e, ERR_NET, "Argo CD's repository server does not answer: %s", said);
		return outage_mark(e, 0);
	}
	return err_set(e, grpc == 9 ? ERR_CONFLICT : ERR_CONFIG, "%s", said);
}

bool argocd_refused(struct argocd *c, struct arena *a, const struct http_reply *reply,
		    struct err *e)
{
	int64_t grpc;
	const char *said = sentence_of(a, reply, &grpc);
	const char *base = c->settings.base;

	if (!said) {
		if (reply->status == 404)
			return err_set(e, ERR_CONFIG, "%s has no Argo CD API; is the root path missing "
				       "from the address?", base);
		struct http_request rq = { .url = base };
		return http_refused(a, &rq, reply, e);
	}
	switch (reply->status) {
	case 400:
		return refused_400(said, grpc, e);
	case 401:
		/* Revoked or expired: a new one is found as soon as there is one. */
		c->is_token_refused = true;
		err_set(e, ERR_AUTH, "%s refuses the token (%s): log in again with argocd relogin, or start "
			"gantry with a new ARGOCD_AUTH_TOKEN", base, said);
		return outage_mark(e, 0);
	case 403:
		if (strstr(said, "blocked by sync window")) {
			err_set(e, ERR_REFUSED, "a sync window of Argo CD is closed");
			return outage_mark(e, 0);
		}
		return err_set(e, ERR_AUTH, "%s: %s", base, said);
	case 404:
		return err_set(e, ERR_NOT_FOUND, "%s", said);
	case 409:
		return err_again(e, ERR_CONFLICT, "%s", said);
	case 500:
		if (strstr(said, "testing value"))
			return err_again(e, ERR_CONFLICT, "changed meanwhile: %s", said);
		/* What the user did wrong arrives as 500 as well: any plain error of Go does. */
		err_set(e, ERR_NET, "%s: %s", base, said);
		return outage_words(said) ? outage_mark(e, 0) : false;
	default:
		err_set(e, ERR_NET, "%s: HTTP status %d: %s", base, reply->status, said);
		return outage_status(reply->status) ? outage_mark(e, http_retry_after(reply)) : false;
	}
}

static const char *text_or(const char *text)
{
	return text ? text : "";
}

/* Sends, checks and decodes; rq->url is the path. *out may be NULL. */
static bool client_call(struct argocd *c, struct arena *a, struct http_request *rq, struct value **out,
			struct err *e)
{
	struct http_reply reply;
	struct value *v;
	const char *renewed;

	if (c->asks_only && rq->method)
		return err_set(e, ERR_INTERNAL, "a plan must not send %s to Argo CD", rq->method);
	argocd_prepare(c, a, rq->url, "application/json", rq);
	if (!rq->tries)
		rq->tries = TRIES;
	if (!http_persist(c->http, a, rq, &reply, e))
		return false;
	if (reply.status / 100 == 3)
		return err_set(e, ERR_CONFIG, "%s redirects to %s; use that address", c->settings.base,
			       url_shown(a, text_or(http_header(&reply, "location"))));
	if (reply.status != 200)
		return argocd_refused(c, a, &reply, e);
	if (!http_header(&reply, "grpc-metadata-content-type") &&
	    !has_prefix(text_or(http_header(&reply, "content-type")), "application/json"))
		return err_set(e, ERR_CONFIG, "%s answers, but not as Argo CD; check the address",
			       c->settings.base);
	renewed = http_header(&reply, "grpc-metadata-renew-token");
	if (renewed && *renewed) {
		log_redact(renewed);
		c->token = str_copy(c->a, renewed);
	}
	if (!json_parse(a, reply.body.at, reply.body.len, &v, e))
		return err_wrap(e, "the answer of %s", c->settings.base);
	if (out)
		*out = v;
	return true;
}

static bool of_application(const struct argocd_id *id, const char *doing, struct err *e)
{
	return err_wrap(e, "%s application '%s'", doing, id->name);
}

static const char *path_of(struct arena *a, const struct argocd_id *id, const char *rest)
{
	return str_format(a, "/api/v1/applications/%s%s", url_escape(a, id->name), rest);
}

static const char *query_of(struct arena *a, const struct argocd_id *id)
{
	const char *text = "";

	if (id->namespace && *id->namespace)
		text = str_format(a, "?appNamespace=%s", url_escape(a, id->namespace));
	if (id->project && *id->project)
		text = str_format(a, "%s%sproject=%s", text, *text ? "&" : "?",
				  url_escape(a, id->project));
	return text;
}

static void client_set_text(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

bool argocd_list(struct argocd *c, struct arena *a, const struct argocd_query *q,
		 const struct value **items, struct err *e)
{
	struct http_request rq = { .url = "/api/v1/applications", .max_reply = MAX_LIST,
				   .timeout_ms = 120000 };
	struct value *v, *list;

	assert(q && items);
	if (q->selector && *q->selector)
		rq.url = str_format(a, "%s?selector=%s", rq.url, url_escape(a, q->selector));
	if (q->fields && *q->fields)
		rq.url = str_format(a, "%s%sfields=%s", rq.url, strchr(rq.url, '?') ? "&" : "?",
				    url_escape(a, q->fields));
	if (!client_call(c, a, &rq, &v, e))
		return err_wrap(e, "listing applications");
	list = value_get(v, "items");
	/* An empty list is null. */
	*items = value_is(list, VALUE_LIST) ? list : value_list(a);
	return true;
}

bool argocd_get(struct argocd *c, struct arena *a, const struct argocd_id *id, struct value **object,
		struct err *e)
{
	struct http_request rq = { .url = path_of(a, id, query_of(a, id)), .max_reply = MAX_APPLICATION,
				   .timeout_ms = REFRESH_TIMEOUT };

	assert(id->name);
	return client_call(c, a, &rq, object, e) || of_application(id, "reading", e);
}

static const char *refresh_path(struct arena *a, const struct argocd_id *id, const char *kind)
{
	const char *query = query_of(a, id);

	assert(id->name);
	return path_of(a, id, str_format(a, "%s%srefresh=%s", query, *query ? "&" : "?", kind));
}

bool argocd_refresh(struct argocd *c, struct arena *a, const struct argocd_id *id, struct value **object,
		    struct err *e)
{
	struct http_request rq = { .url = refresh_path(a, id, "hard"), .max_reply = MAX_APPLICATION,
				   .timeout_ms = REFRESH_TIMEOUT };

	return client_call(c, a, &rq, object, e) || of_application(id, "refreshing", e);
}

bool argocd_nudge(struct argocd *c, struct arena *a, const struct argocd_id *id)
{
	struct http_request rq = { .url = refresh_path(a, id, "normal"), .max_reply = MAX_APPLICATION,
				   .timeout_ms = NUDGE_TIMEOUT, .tries = 1 };
	struct err ignored;

	/* Argo CD marks the application before it waits, so an answer that comes too late does no harm. */
	return client_call(c, a, &rq, NULL, &ignored);
}

bool argocd_patch(struct argocd *c, struct arena *a, const struct argocd_change *change,
		  struct value **object, struct err *e)
{
	struct http_request rq = { .method = "PATCH", .url = path_of(a, change->id, ""),
				   .max_reply = MAX_APPLICATION };
	struct value *body = value_map(a);

	assert(change->body);
	value_set(a, body, "patchType", value_string(a, "json"));
	value_set(a, body, "patch", value_string(a, json_text(a, change->body, 0)));
	client_set_text(a, body, "appNamespace", change->id->namespace);
	client_set_text(a, body, "project", change->id->project);
	rq.body = str_of(json_text(a, body, 0));
	return client_call(c, a, &rq, object, e) || of_application(change->id, "changing", e);
}

bool argocd_sync(struct argocd *c, struct arena *a, const struct argocd_change *change,
		 struct value **object, struct err *e)
{
	struct http_request rq = { .method = "POST", .url = path_of(a, change->id, "/sync"),
				   .max_reply = MAX_APPLICATION };
	struct value *whole = change->body ? value_copy(a, change->body) : value_map(a);

	client_set_text(a, whole, "appNamespace", change->id->namespace);
	client_set_text(a, whole, "project", change->id->project);
	rq.body = str_of(json_text(a, whole, 0));
	return client_call(c, a, &rq, object, e) || of_application(change->id, "syncing", e);
}

bool argocd_windows(struct argocd *c, struct arena *a, const struct argocd_id *id, const char **closed,
		    struct err *e)
{
	struct http_request rq = { .url = path_of(a, id, str_format(a, "/syncwindows%s", query_of(a, id))) };
	const struct value *windows;
	const char *text = "";
	struct value *v;

	if (!client_call(c, a, &rq, &v, e))
		return of_application(id, "asking for the sync windows of", e);
	*closed = NULL;
	if (value_truth(value_get(v, "canSync"), false))
		return true;
	windows = value_get(v, "activeWindows");
	/* An allow window that is not active closes as well. */
	if (!value_count(windows))
		windows = value_get(v, "assignedWindows");
	for (size_t i = 0; i < value_count(windows); i++) {
		const struct value *w = value_at(windows, i);

		text = str_format(a, "%s%s%s, %s for %s", text, i ? "; " : "",
				  value_path_text(w, "kind", "?"), value_path_text(w, "schedule", "?"),
				  value_path_text(w, "duration", "?"));
	}
	*closed = str_clean(a, text, strlen(text), 300);
	return true;
}
