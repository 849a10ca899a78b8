/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Hub names its service and scope in the challenge; some registries leave the scope to us. */
#include "net/registry_auth.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/docker_config.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

#define MAX_TOKEN_REPLY (256u << 10)
#define TOKEN_CHARS "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A quoted string or token at *p. */
static const char *registry_auth_read_value(struct arena *a, const char **p)
{
	const char *from = *p;
	size_t len = 0, most;
	char *out;

	if (*from != '"') {
		len = strspn(from, TOKEN_CHARS "/:=");
		*p = from + len;
		return str_copy_n(a, from, len);
	}
	for (most = 1; from[most] && from[most] != '"'; most++)
		most += from[most] == '\\' && from[most + 1];
	out = arena_alloc(a, most);
	for (from++; *from && *from != '"'; from++) {
		if (*from == '\\' && from[1])
			from++;
		out[len++] = *from;
	}
	*p = *from ? from + 1 : from;
	return out;
}

static void keep_parameter(struct challenge *c, const char *name, const char *value)
{
	if (same_but_case(name, "realm"))
		c->realm = value;
	else if (same_but_case(name, "service"))
		c->service = value;
	else if (same_but_case(name, "scope"))
		c->scope = value;
}

void challenge_read(struct arena *a, const char *header, struct challenge *out)
{
	const char *p = header;
	bool in_bearer = false;

	*out = (struct challenge){ 0 };
	while (*p) {
		size_t len = strspn(p, TOKEN_CHARS);
		const char *name = str_copy_n(a, p, len);
		if (!len) {
			p++;
			continue;
		}
		p += len;
		p += strspn(p, " \t");
		if (*p == '=') {
			p++;
			const char *value = registry_auth_read_value(a, &p);
			if (in_bearer)
				keep_parameter(out, name, value);
			continue;
		}
		in_bearer = same_but_case(name, "Bearer");
		out->is_bearer |= in_bearer;
		out->is_basic |= same_but_case(name, "Basic");
	}
}

static bool check_realm(struct arena *a, const struct token_request *t, struct err *e)
{
	struct url u;

	if (!t->challenge->realm || !url_parse(a, t->challenge->realm, &u, e))
		return err_set(e, ERR_AUTH, "the registry asks for a token without saying where");
	if (strcmp(u.scheme, "http") == 0 && !t->plain_http)
		return err_set(e, ERR_AUTH, "the registry wants a token fetched from "
					    "unencrypted %s; refused",
			       url_shown(a, t->challenge->realm));
	return true;
}

static void add_field(struct arena *a, const char **form, const char *name, const char *value)
{
	if (value && *value)
		*form = str_format(a, "%s%s%s=%s", *form, **form ? "&" : "", name,
				   url_escape(a, value));
}

static void describe_request(struct arena *a, const struct token_request *t,
			     struct http_request *rq)
{
	static const struct http_header form_type = { "Content-Type",
						      "application/x-www-form-urlencoded" };
	const char *scope = t->challenge->scope ? t->challenge->scope : t->scope, *form = "";

	add_field(a, &form, "service", t->challenge->service);
	add_field(a, &form, "scope", scope);
	if (t->login->identity_token) {
		add_field(a, &form, "grant_type", "refresh_token");
		add_field(a, &form, "client_id", "gantry");
		add_field(a, &form, "refresh_token", t->login->identity_token);
		rq->method = "POST";
		rq->url = t->challenge->realm;
		rq->headers = &form_type;
		rq->nheaders = 1;
		rq->body = str_of(form);
		rq->redirects = 0;              /* a redirect would take the body along */
		return;
	}
	rq->url = str_format(a, "%s%s%s", t->challenge->realm,
			     strchr(t->challenge->realm, '?') ? "&" : "?", form);
	rq->username = t->login->username;
	rq->password = t->login->password;
}

bool token_fetch(struct http *h, struct arena *a, const struct token_request *t, const char **token,
		 struct err *e)
{
	struct http_request rq = { .kind = TRAFFIC_REGISTRY, .max_reply = MAX_TOKEN_REPLY,
				   .redirects = 3, .tries = 3,
				   .insecure = t->insecure, .cancelled = t->cancelled };
	struct http_reply reply;
	struct value *v;
	const char *got;

	assert(t->challenge && t->login);
	if (!check_realm(a, t, e))
		return false;
	describe_request(a, t, &rq);
	if (!http_persist(h, a, &rq, &reply, e))
		return err_wrap(e, "asking for a token");
	if (reply.status != 200) {
		http_refused(a, &rq, &reply, e);
		return err_wrap(e, "asking for a token as %s",
				t->login->username ? t->login->username : "anybody");
	}
	if (!json_parse(a, reply.body.at, reply.body.len, &v, e))
		return err_wrap(e, "the token that %s sent", url_shown(a, rq.url));
	got = value_path_text(v, "token", NULL);
	got = got ? got : value_path_text(v, "access_token", NULL);
	if (!got || !*got)
		return err_set(e, ERR_AUTH, "%s sent no token", url_shown(a, rq.url));
	/* Not registered with log_redact(): one comes every few minutes for ever, and no message holds it. */
	*token = got;
	return true;
}
