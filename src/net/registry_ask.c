/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every call to a registry goes through registry_ask(), which keeps the pace, answers a 401 once with a
 * token for the scope at hand, and remembers it.
 */
#include "net/registry_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/netrc.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/registry_auth.h"
#include "net/retry.h"
#include "net/url.h"

#define TRIES 3

/* Remembers how to answer the 401. */
static bool answer_challenge(struct registry *r, struct arena *a, const struct http_reply *reply,
			     struct err *e)
{
	const char *header = http_header(reply, "www-authenticate"), *token;
	struct challenge c = { 0 };
	struct netrc_login own;

	if (!r->looked_up &&
	    !docker_login_find(r->a, &(struct docker_query){ r->docker_config, r->host, r->name }, &r->login,
			       e))
		return false;
	if (!r->looked_up && !r->login.username && !r->login.identity_token &&
	    netrc_find(r->a, r->host, NULL, &own)) {
		r->login.username = own.username;
		r->login.password = own.password;
	}
	r->looked_up = true;
	if (header)
		challenge_read(a, header, &c);
	if (c.is_bearer) {
		struct token_request t = {
			.challenge = &c, .login = &r->login, .plain_http = r->plain_http,
			.scope = str_format(a, "repository:%s:%s", r->name, r->writes ? "pull,push" : "pull"),
			.insecure = r->insecure, .cancelled = r->cancelled,
		};
		if (!token_fetch(r->http, a, &t, &token, e))
			return false;
		*(r->writes ? &r->push_token : &r->token) = str_copy(r->a, token);
		return true;
	}
	if (c.is_basic && r->login.username && !r->basic) {
		r->basic = true;
		return true;
	}
	if (r->login.username)
		return err_set(e, ERR_AUTH, "%s refuses the credentials of '%s'", r->host,
			       r->login.username);
	return err_set(e, ERR_AUTH, "%s wants credentials and there are none; add a Secret for the "
		       "repository or run docker login %s", r->host, r->host);
}

/*
 * Whether url is the registry's own. One that it names or redirects to (for uploads, say) must learn
 * none of our secrets: we send it none, and its challenge counts for nothing.
 */
static bool is_own_url(const struct registry *r, struct arena *a, const char *url)
{
	struct url own, asked;
	struct err ignored;

	return url_parse(a, r->base, &own, &ignored) && url_parse(a, url, &asked, &ignored) &&
	       url_same_origin(&own, &asked);
}

static void registry_ask_authorise(const struct registry *r, struct arena *a,
				   struct http_request *rq)
{
	rq->username = rq->password = rq->bearer = NULL;
	if (!is_own_url(r, a, rq->url))
		return;
	if (r->basic) {
		rq->username = r->login.username;
		rq->password = r->login.password;
	} else {
		rq->bearer = r->writes ? r->push_token : r->token;
	}
}

bool registry_refused(struct arena *a, const struct http_request *rq, const struct http_reply *reply,
		    struct err *e)
{
	struct http_reply shown = *reply;
	struct value *v;
	struct err ignored;

	if (json_parse(a, reply->body.at, reply->body.len, &v, &ignored)) {
		const struct value *first = value_at(value_get(v, "errors"), 0);
		shown.body = str_of(value_path_text(first, "message", ""));
	}
	return http_refused(a, rq, &shown, e);
}

/* On loopback plain http is tried first; a server that speaks TLS says so in its own words. */
static bool wants_tls(const struct registry *r, const struct http_reply *reply)
{
	return r->plain_http && reply->status == 400 && reply->body.len < 4096 &&
	       (strstr(reply->body.at, "HTTP request to an HTTPS server") ||
		strstr(reply->body.at, "plain HTTP request was sent to HTTPS port"));
}

static void speak_tls(struct registry *r, struct arena *a, struct http_request *rq)
{
	const char *rest = rq->url + strlen(r->base);

	r->plain_http = false;
	r->base = str_format(r->a, "https://%s", r->host);
	rq->url = str_format(a, "%s%s", r->base, rest);
}

bool registry_ask(struct registry *r, struct arena *a, struct http_request *rq,
		  struct http_reply *reply, struct err *e)
{
	rq->kind = TRAFFIC_REGISTRY;
	rq->insecure = r->insecure;
	rq->cancelled = r->cancelled;
	rq->redirects = 5;
	rq->tries = TRIES;
	for (int round = 0; round < 2; round++) {
		registry_ask_authorise(r, a, rq);
		if (!rate_wait(r->rate, r->host, r->cancelled))
			return err_set(e, ERR_CANCELLED, "cancelled");
		if (!http_persist(r->http, a, rq, reply, e))
			return false;
		if (wants_tls(r, reply) && has_prefix(rq->url, r->base)) {
			speak_tls(r, a, rq);
			round--;
			continue;
		}
		if (reply->status != 401)
			return true;
		if (!is_own_url(r, a, reply->url))
			return err_set(e, ERR_AUTH, "%s leads to %s, which asks for credentials; those of %s "
				       "are not for it", r->host, url_shown(a, reply->url), r->host);
		if (round == 1)
			return err_set(e, ERR_AUTH, "%s refuses %s%s%s", r->host,
				       r->login.username ? "the credentials of '" : "us",
				       r->login.username ? r->login.username : "",
				       r->login.username ? "'" : "");
		if (!answer_challenge(r, a, reply, e))
			return false;
	}
	return true;
}

bool registry_get(struct registry *r, struct arena *a, struct http_request *rq, struct http_reply *reply,
		  struct err *e)
{
	return registry_ask(r, a, rq, reply, e) &&
	       (reply->status == 200 || registry_refused(a, rq, reply, e));
}

bool registry_ask_to_write(struct registry *r, struct arena *a, struct http_request *rq,
			   struct http_reply *reply, struct err *e)
{
	bool done;

	r->writes = true;
	done = registry_ask(r, a, rq, reply, e);
	r->writes = false;
	return done;
}
