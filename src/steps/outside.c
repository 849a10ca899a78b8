/* SPDX-License-Identifier: Apache-2.0 */
/* A thread-specific key holds each worker's handles, so that they end with it. */
#include "steps/outside.h"

#include <pthread.h>
#include <stdlib.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "forge/app_token.h"
#include "forge/forge.h"
#include "model/credentials.h"
#include "net/http.h"
#include "steps/step.h"

struct outside {
	struct outside_options o;
	struct arena *arena;
	const char *mirrors;            /* NULL without a cache folder */
	pthread_key_t key;              /* struct handles * of the calling worker */
	struct app_tokens *app_tokens;  /* of all workers */
};

/* The context of a step's services. */
struct outside_caller {
	struct outside *outside;
	void *project;
};

struct handles {
	struct arena *arena;
	struct http *http;
	struct argocd *argocd;          /* NULL: not asked for yet, or none is configured */
};

static void drop_handles(void *handles)
{
	struct handles *h = handles;

	argocd_free(h->argocd);
	http_free(h->http);
	arena_free(h->arena);
	free(h);
}

struct outside *outside_new(const struct outside_options *o)
{
	struct outside *out = xmalloc(sizeof(*out));
	const char *cache;

	*out = (struct outside){ .o = *o, .arena = arena_new() };
	cache = path_cache(out->arena);
	out->mirrors = cache ? path_join(out->arena, cache, "mirrors") : NULL;
	pthread_key_create(&out->key, drop_handles);
	out->app_tokens = app_tokens_new();
	return out;
}

void outside_free(struct outside *o)
{
	if (!o)
		return;
	pthread_key_delete(o->key);
	app_tokens_free(o->app_tokens);
	arena_free(o->arena);
	free(o);
}

static struct handles *handles_of(struct outside *o)
{
	struct handles *h = pthread_getspecific(o->key);

	if (h)
		return h;
	h = xmalloc(sizeof(*h));
	*h = (struct handles){ .arena = arena_new(), .http = http_new() };
	http_count(h->http, o->o.traffic);
	pthread_setspecific(o->key, h);
	return h;
}

/* Found when it is first needed, and again when its token was refused: a login may come while gantry runs. */
static bool find_argocd(struct handles *h, struct err *e)
{
	struct argocd_settings s;

	if (h->argocd && argocd_is_token_refused(h->argocd)) {
		argocd_free(h->argocd);
		h->argocd = NULL;
		arena_reset(h->arena);
	}
	if (h->argocd)
		return true;
	if (!argocd_settings_find(h->arena, &s, e))
		return err_wrap(e, "finding Argo CD");
	if (s.base)
		h->argocd = argocd_new(h->http, &s);
	return true;
}

struct outside_search {
	struct arena *a;
	const struct credentials_query *query;
	struct credentials *out;
	bool found;
};

static void outside_look_up(void *search, const struct value *own, const struct value *shared)
{
	struct outside_search *s = search;

	s->found = credentials_find(s->a, own, shared, s->query, s->out);
}

/* A GitHub App's key becomes a token for this repository. */
static bool outside_make_token(struct outside *o, struct arena *a,
			       const struct credentials_query *q, struct credentials *out,
			       struct err *e)
{
	const struct forge_options forge = { .url = q->url, .http = handles_of(o)->http };
	const struct app_key key = { &forge, out->app, out->app_installation, out->app_key };
	const char *token;

	log_redact(out->app_key);
	if (!app_tokens_get(o->app_tokens, a, &key, &token, e))
		return false;
	*out = (struct credentials){ .username = "kargo", .password = token };
	return true;
}

static bool outside_find_credentials(void *context, struct arena *a,
				     const struct credentials_query *q, struct credentials *out,
				     struct err *e)
{
	const struct outside_caller *caller = context;
	struct outside *o = caller->outside;
	struct outside_search s = { .a = a, .query = q, .out = out };

	*out = (struct credentials){ 0 };
	o->o.secrets(caller->project, outside_look_up, &s);
	if (s.found) {
		log_redact(out->password);
		log_redact(out->ssh_key);
	}
	return !out->app || outside_make_token(o, a, q, out, e);
}

static bool outside_find_channel(void *context, struct arena *a, const struct channel_name *name,
				 struct channel *out, struct err *e)
{
	const struct outside_caller *caller = context;

	return caller->outside->o.channel(caller->project, a, name, out, e);
}

bool outside_fill(struct outside *o, struct arena *a, const struct outside_request *rq,
		  struct step_services *out, struct err *e)
{
	struct handles *h = handles_of(o);
	struct outside_caller *caller = arena_alloc(a, sizeof(*caller));
	unsigned needs = rq->needs;

	*caller = (struct outside_caller){ o, rq->project };
	if ((needs & STEP_NEEDS_ARGOCD) && !find_argocd(h, e))
		return false;
	out->context = caller;
	out->mirrors = o->mirrors;
	if (needs & STEP_NEEDS_CREDENTIALS)
		out->credentials = outside_find_credentials;
	if (needs & STEP_NEEDS_ARGOCD)
		out->argocd = h->argocd;
	if (needs & STEP_NEEDS_HTTP)
		out->http = h->http;
	if ((needs & STEP_NEEDS_CHANNELS) && o->o.channel)
		out->channel = outside_find_channel;
	return true;
}
