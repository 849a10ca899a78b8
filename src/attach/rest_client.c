/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo says "internal server error" for all that it does not want to tell, so a 500 passes as an outage
 * does. After a 401 the login is read once more: the kargo command renews tokens that run out.
 */
#include "attach/rest_client.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "attach/kargo_login.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

#define API "/v1beta1"

enum { MAX_ANSWER = 64 << 20, ANSWER_MS = 60000 };

struct rest_server {
	struct arena *a;
	struct kargo_login login;
	const char *asked;              /* the address that was asked for; NULL: any */
	pthread_mutex_t lock;           /* over what follows */
	struct arena *token_at;
	const char *token;              /* the newest */
};

struct rest_client {
	struct rest_server *server;
	struct http *http;
	const bool *cancelled;
	int status;
};

bool rest_server_open(const char *address, struct rest_server **out, struct err *e)
{
	struct rest_server *s = xmalloc(sizeof(*s));

	*s = (struct rest_server){ .a = arena_new() };
	s->asked = str_copy(s->a, address);
	if (!kargo_login_find(s->a, address, &s->login, e)) {
		arena_free(s->a);
		free(s);
		return false;
	}
	s->token_at = arena_new();
	s->token = str_copy(s->token_at, s->login.token);
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
	return true;
}

void rest_server_free(struct rest_server *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	arena_free(s->token_at);
	arena_free(s->a);
	free(s);
}

void auto_rest_server(struct rest_server **s)
{
	rest_server_free(*s);
}

const struct kargo_login *rest_server_login(const struct rest_server *s)
{
	return &s->login;
}

struct rest_client *rest_client_new(struct rest_server *s, const bool *cancelled)
{
	struct rest_client *c = xmalloc(sizeof(*c));

	*c = (struct rest_client){ .server = s, .http = http_new(), .cancelled = cancelled };
	return c;
}

void rest_client_free(struct rest_client *c)
{
	if (!c)
		return;
	http_free(c->http);
	free(c);
}

void auto_rest_client(struct rest_client **c)
{
	rest_client_free(*c);
}

void rest_client_wake(struct rest_client *c)
{
	http_wake(c->http);
}

const bool *rest_client_cancelled(const struct rest_client *c)
{
	return c->cancelled;
}

int rest_client_status(const struct rest_client *c)
{
	return c->status;
}

static const char *rest_token(struct rest_server *s, struct arena *a)
{
	const char *token;

	pthread_mutex_lock(&s->lock);
	token = str_copy(a, s->token);
	pthread_mutex_unlock(&s->lock);
	return token;
}

/* Whether somebody has logged in again since this token was read. */
static bool rest_has_newer(struct rest_server *s, const char *token)
{
	struct arena *a = arena_new();
	struct kargo_login found;
	struct err ignored;
	bool newer;

	pthread_mutex_lock(&s->lock);
	newer = !same_text(token, s->token);
	if (!newer && kargo_login_find(a, s->asked, &found, &ignored) &&
	    strcmp(found.address, s->login.address) == 0 && !same_text(found.token, s->token)) {
		arena_free(s->token_at);
		s->token_at = a;
		s->token = found.token;
		a = NULL;
		newer = true;
	}
	pthread_mutex_unlock(&s->lock);
	arena_free(a);
	return newer;
}

/* {"error": …} and a status as an error. Returns false. */
static bool rest_refused(struct arena *a, int status, const struct value *said, struct err *e)
{
	const char *words = value_path_text(said, "error", "");

	words = *words ? str_line(a, words, 600) : str_format(a, "HTTP status %d", status);
	switch (status) {
	case 400:
	case 403:
	case 422:
		return err_set(e, ERR_REFUSED, "%s", words);
	case 401:
		err_set(e, ERR_AUTH, "Kargo's API does not accept the login; run kargo login: %s", words);
		return outage_mark(e, 0);
	case 404:
		return err_set(e, ERR_NOT_FOUND, "%s", words);
	case 409:
		return err_again(e, ERR_CONFLICT, "%s", words);
	}
	err_set(e, ERR_NET, "%s", words);
	return outage_status(status) ? outage_mark(e, 0) : false;
}

static bool rest_read(struct rest_client *c, struct arena *a, const struct http_reply *reply,
		      struct value **out, struct err *e)
{
	struct value *v = value_map(a);
	struct err ignored;

	if (reply->body.len && !json_parse(a, reply->body.at, reply->body.len, &v, &ignored)) {
		v = value_map(a);
		if (reply->status / 100 == 2)
			return err_set(e, ERR_NET, "%s does not answer as Kargo's API: %s",
				       url_shown(a, c->server->login.address),
				       str_line(a, str_clean(a, reply->body.at, reply->body.len, 80), 80));
	}
	if (reply->status / 100 != 2) {
		rest_refused(a, reply->status, v, e);
		e->after_ms = e->passes ? http_retry_after(reply) : 0;
		return false;
	}
	*out = v;
	return true;
}

bool rest_ask(struct rest_client *c, struct arena *a, const struct rest_request *rq, struct value **out,
	      struct err *e)
{
	static const struct http_header headers[] = { { "Accept", "application/json" },
						      { "Content-Type", "application/json" } };
	const struct kargo_login *login = &c->server->login;
	struct http_request http = { .method = rq->method, .headers = headers, .nheaders = rq->body ? 2 : 1,
				     .insecure = login->insecure, .cancelled = c->cancelled,
				     .max_reply = MAX_ANSWER, .chunk = rq->chunk, .context = rq->context,
				     .timeout_ms = rq->chunk ? 0 : ANSWER_MS,
				     .silence_ms = rq->chunk ? rq->silence_ms : 0 };
	struct http_reply reply;

	assert(rq->chunk || out);
	http.url = str_format(a, "%s" API "%s", login->address, rq->path);
	if (rq->body)
		http.body = str_of(json_text(a, rq->body, 0));
	c->status = 0;
	for (bool again = false;; again = true) {
		http.bearer = rest_token(c->server, a);
		if (rq->chunk ? !http_stream(c->http, a, &http, &reply, e)
			      : !http_send(c->http, a, &http, &reply, e))
			return false;
		if (reply.status != 401 || again || !rest_has_newer(c->server, http.bearer))
			break;
	}
	c->status = reply.status;
	if (rq->chunk && reply.status / 100 == 2)
		return true;
	struct value *ignored;
	return rest_read(c, a, &reply, out ? out : &ignored, e);
}
