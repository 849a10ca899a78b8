/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals come as Status objects, but a proxy's page, half a reply or the wrong server may come instead. An
 * admission webhook's "forbidden" can arrive as 500 InternalError, which no waiting helps against.
 */
#include "kube/client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "kube/cluster.h"
#include "kube/access.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

enum { LONGEST_SENTENCE = 700, MAX_REPLY = 16 << 20 };

struct kube_client {
	struct kube_cluster *cluster;
	struct http *http;
	const bool *cancelled;
	struct kube_refusal refusal;
	bool fresh;                     /* the newest call had no answer in time: its line may be dead */
};

struct kube_client *kube_client_new(struct kube_cluster *cluster, const bool *cancelled)
{
	struct kube_client *c = xmalloc(sizeof(*c));

	*c = (struct kube_client){ .cluster = cluster, .http = http_new(), .cancelled = cancelled };
	return c;
}

void kube_client_free(struct kube_client *c)
{
	if (!c)
		return;
	http_free(c->http);
	free(c);
}

void auto_kube_client(struct kube_client **c)
{
	kube_client_free(*c);
}

void kube_client_wake(struct kube_client *c)
{
	http_wake(c->http);
}

const bool *kube_client_cancelled(const struct kube_client *c)
{
	return c->cancelled;
}

const struct kube_refusal *kube_client_refusal(const struct kube_client *c)
{
	return &c->refusal;
}

const char *kube_path(struct arena *a, const struct kube_id *id)
{
	const struct kube_resource *r = id->resource;
	const char *path;

	assert(r && r->version && r->plural && (id->name || !id->subresource));
	path = r->group && *r->group ? str_format(a, "/apis/%s/%s", url_escape(a, r->group), r->version)
				     : str_format(a, "/api/%s", r->version);
	if (id->namespace)
		path = str_format(a, "%s/namespaces/%s", path, url_escape(a, id->namespace));
	path = str_format(a, "%s/%s", path, r->plural);
	if (id->name)
		path = str_format(a, "%s/%s", path, url_escape(a, id->name));
	if (id->subresource)
		path = str_format(a, "%s/%s", path, id->subresource);
	return path;
}

struct kube_request kube_reading(struct arena *a, const struct kube_id *id)
{
	return (struct kube_request){ .path = kube_path(a, id) };
}

struct kube_request kube_creating(struct arena *a, const struct kube_id *id, const struct value *object,
				  bool dry_run)
{
	return (struct kube_request){ .method = "POST", .path = kube_path(a, id), .body = object,
				      .query = dry_run ? "fieldManager=gantry&dryRun=All"
						       : "fieldManager=gantry" };
}

struct kube_request kube_merging(struct arena *a, const struct kube_id *id, const struct value *patch)
{
	return (struct kube_request){ .method = "PATCH", .path = kube_path(a, id), .body = patch,
				      .type = "application/merge-patch+json",
				      .query = "fieldManager=gantry" };
}

/* What an answer's status means; the sentence is the server's. */
static bool client_explain(struct kube_client *c, int status, const char *said, int64_t after_ms,
			   struct err *e)
{
	const struct kube_access *access = kube_cluster_access(c->cluster);

	switch (status) {
	case 401:
		err_set(e, ERR_AUTH, "the cluster does not accept the credentials of %s; log in again, as "
			"you do for kubectl: %s", access->origin, said);
		return outage_mark(e, 0);
	case 403:
		return err_set(e, ERR_AUTH, "%s", said);
	case 404:
		return err_set(e, ERR_NOT_FOUND, "%s", said);
	case 409:
	case 410:
		return err_again(e, ERR_CONFLICT, "%s", said);
	case 413:
		return err_set(e, ERR_LIMIT, "%s", said);
	case 422:
		return err_set(e, ERR_REFUSED, "%s", said);
	}
	if (status == 500 && strstr(said, " is forbidden: "))
		return err_set(e, ERR_AUTH, "%s", said);
	if (outage_status(status)) {
		err_set(e, ERR_NET, "%s", said);
		return outage_mark(e, after_ms);
	}
	return err_set(e, status >= 400 && status < 500 ? ERR_CONFIG : ERR_NET, "%s", said);
}

static bool client_take_status(struct kube_client *c, const struct value *v, int status, int64_t after_ms,
			       struct err *e)
{
	char said[LONGEST_SENTENCE];
	AUTO(arena) struct arena *a = arena_new();
	const char *message = value_path_text(v, "message", "");
	int64_t code = status, seconds = 0;

	value_integer(value_get(v, "code"), &code);
	value_integer(value_path(v, "details.retryAfterSeconds"), &seconds);
	if (!after_ms && seconds > 0 && seconds <= 3600)
		after_ms = seconds * 1000;
	if (code < 100 || code > 999)
		code = status;
	c->refusal.status = (int)code;
	snprintf(c->refusal.reason, sizeof(c->refusal.reason), "%s",
		 str_line(a, value_path_text(v, "reason", ""), sizeof(c->refusal.reason) - 1));
	snprintf(said, sizeof(said), "%s",
		 *message ? str_line(a, message, sizeof(said) - 1)
			  : str_format(a, "HTTP status %lld %s", (long long)code, c->refusal.reason));
	return client_explain(c, (int)code, said, after_ms, e);
}

bool kube_status_error(struct kube_client *c, const struct value *status, struct err *e)
{
	return client_take_status(c, status, 500, 0, e);
}

static bool client_refused(struct kube_client *c, struct arena *a, const struct http_request *rq,
			   const struct http_reply *reply, struct err *e)
{
	struct err ignored;
	struct value *v;

	if (json_parse(a, reply->body.at, reply->body.len, &v, &ignored) &&
	    strcmp(value_path_text(v, "kind", ""), "Status") == 0)
		return client_take_status(c, v, reply->status, http_retry_after(reply), e);
	c->refusal = (struct kube_refusal){ .status = reply->status };
	return http_refused(a, rq, reply, e);
}

/* One request as HTTP has it, but for what lets us in. */
static void client_prepare(struct kube_client *c, struct arena *a, const struct kube_request *rq,
			   struct http_request *out)
{
	const struct kube_access *access = kube_cluster_access(c->cluster);
	size_t count = 0;
	struct http_header *headers = arena_array(a, access->user.nimpersonation + 2, sizeof(*headers));

	headers[count++] = (struct http_header){ "Accept", "application/json" };
	if (rq->body)
		headers[count++] = (struct http_header){ "Content-Type",
							 rq->type ? rq->type : "application/json" };
	for (size_t i = 0; i < access->user.nimpersonation; i++)
		headers[count++] = access->user.impersonation[i];
	*out = (struct http_request){
		.kind = TRAFFIC_KUBERNETES,
		.method = rq->method,
		.url = str_format(a, "%s%s%s%s", access->server, rq->path, rq->query ? "?" : "",
				  rq->query ? rq->query : ""),
		.headers = headers,
		.nheaders = count,
		.timeout_ms = rq->timeout_ms,
		.max_reply = rq->max_reply ? rq->max_reply : MAX_REPLY,
		.insecure = access->insecure,
		.proxy = access->proxy,
		.ca = access->ca,
		.tls_name = access->tls_name,
		.cancelled = c->cancelled,
	};
	if (rq->body)
		out->body = str_of(json_text(a, rq->body, 0));
}

static void client_show(struct http_request *rq, const struct kube_pass *pass)
{
	rq->bearer = pass->bearer;
	rq->username = pass->bearer ? NULL : pass->username;
	rq->password = pass->bearer ? NULL : pass->password;
	rq->certificate = pass->certificate;
	rq->key = pass->key;
}

struct client_exchange {
	const struct kube_request *rq;
	const struct kube_sink *sink;   /* NULL: the whole answer is kept */
	struct http_reply reply;
};

static bool client_send(struct kube_client *c, struct arena *a, struct client_exchange *x,
			const struct http_request *http, struct err *e)
{
	bool fine = x->sink ? http_stream(c->http, a, http, &x->reply, e)
			    : http_send(c->http, a, http, &x->reply, e);

	c->fresh = !fine && e->code == ERR_TIMEOUT;
	return fine;
}

/* Sends it; after a 401 once more, when there are other credentials. */
static bool client_run(struct kube_client *c, struct arena *a, struct client_exchange *x, struct err *e)
{
	struct http_request http;
	struct kube_pass pass;

	c->refusal = (struct kube_refusal){ 0 };
	client_prepare(c, a, x->rq, &http);
	if (x->sink) {
		http.chunk = x->sink->chunk;
		http.context = x->sink->context;
		http.silence_ms = x->sink->silence_ms;
	}
	http.fresh = c->fresh;
	for (bool again = false;; again = true) {
		if (!kube_cluster_pass(c->cluster, a, c->cancelled, &pass, e))
			return false;
		client_show(&http, &pass);
		if (!client_send(c, a, x, &http, e))
			return false;
		if (x->reply.status != 401 || !kube_cluster_refused(c->cluster, pass.serial) || again)
			break;
	}
	return x->reply.status / 100 == 2 || client_refused(c, a, &http, &x->reply, e);
}

bool kube_ask_text(struct kube_client *c, struct arena *a, const struct kube_request *rq, struct str *out,
		   struct err *e)
{
	struct client_exchange x = { .rq = rq };

	if (!client_run(c, a, &x, e))
		return false;
	*out = x.reply.body;
	return true;
}

bool kube_ask(struct kube_client *c, struct arena *a, const struct kube_request *rq, struct value **out,
	      struct err *e)
{
	struct value *v;
	struct str text;
	struct err ignored;

	if (!kube_ask_text(c, a, rq, &text, e))
		return false;
	if (!json_parse(a, text.at, text.len, &v, &ignored) || !value_is(v, VALUE_MAP))
		return err_set(e, ERR_NET, "%s does not answer as a Kubernetes API: %s",
			       url_shown(a, kube_cluster_access(c->cluster)->server),
			       str_line(a, str_clean(a, text.at, text.len, 80), 80));
	if (out)
		*out = v;
	return true;
}

bool kube_stream(struct kube_client *c, struct arena *a, const struct kube_request *rq,
		 const struct kube_sink *sink, struct err *e)
{
	struct client_exchange x = { .rq = rq, .sink = sink };

	return client_run(c, a, &x, e);
}
