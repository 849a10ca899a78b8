/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a classic chart repository is asked for over HTTP. */
#include "discover/fetch.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/netrc.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/cache.h"
#include "discover/chart_index.h"
#include "discover/discover.h"
#include "model/credentials.h"
#include "model/read.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/url.h"

enum { LARGEST_INDEX = 64 << 20, TIMEOUT_MS = 120000, REDIRECTS = 5 };

/* What people keep in ~/.netrc, to nobody who could be overheard. */
static void own_login(struct arena *a, struct http_request *rq)
{
	struct netrc_login own;
	struct url u;
	struct err e;

	if (url_parse(a, rq->url, &u, &e) && !u.username &&
	    (strcmp(u.scheme, "https") == 0 || is_loopback_host(u.host)) &&
	    netrc_find(a, u.host, NULL, &own)) {
		rq->username = own.username;
		rq->password = own.password;
	}
}

struct chart_fetch_question {
	const struct discover_context *look;
	struct http_request rq;
	const char *asker;              /* for a key */
	const char *validator;          /* of the index that is kept, then of the new one; NULL: none */
};

/* As the repository's Secret or ~/.netrc says. */
static bool chart_fetch_request(struct arena *a, const struct subscription *s,
				struct chart_fetch_question *q, struct err *e)
{
	const struct discover_context *c = q->look;
	struct http_request *rq = &q->rq;
	struct credentials who = { .username = NULL };
	size_t len = strlen(s->repo_url);

	*rq = (struct http_request){
		.timeout_ms = TIMEOUT_MS,
		.max_reply = LARGEST_INDEX,
		.redirects = REDIRECTS,
		.cancelled = c->cancelled,
	};
	if (!read_truth(s->spec, "insecureSkipTLSVerify", false, &rq->insecure, e))
		return false;
	while (len && s->repo_url[len - 1] == '/')
		len--;
	rq->url = str_format(a, "%.*s/index.yaml", (int)len, s->repo_url);
	if (!source_access_find(a, c, &(struct credentials_query){ "helm", s->repo_url, c->project },
				&who, e))
		return false;
	if (who.username || who.password) {
		rq->username = who.username;
		rq->password = who.password;
	} else {
		own_login(a, rq);
	}
	q->asker = cache_asker(a, &who);
	return true;
}

/* *all: all that the index says; NULL: it is as it was. */
static bool chart_fetch_ask(struct arena *a, struct chart_fetch_question *q, struct value **all,
			    struct err *e)
{
	struct http_reply reply;

	q->rq.validator = q->validator;
	if (!http_send(q->look->http, a, &q->rq, &reply, e))
		return false;
	if (reply.status == 401 || reply.status == 403)
		return err_set(e, ERR_AUTH, "the repository answers %d: its Secret of cred-type helm, or "
			       "line in ~/.netrc, is missing or wrong", reply.status);
	*all = NULL;
	if (reply.status == 304 && q->validator)
		return true;
	if (reply.status != 200)
		return err_set(e, ERR_NET, "index.yaml: the server answers %d", reply.status);
	q->validator = http_validator(a, &reply);
	return chart_index_read(a, reply.body, all, e);
}

/*
 * One index serves all warehouses that ask for it as the same user; it is sent again only when it
 * has changed.
 */
bool chart_fetch(struct arena *a, const struct subscription *s,
		       const struct discover_context *c, struct chart_versions *out, struct err *e)
{
	const char *const members[] = { s->chart, CHART_INDEX_OTHERS, NULL };
	struct chart_fetch_question index = { .look = c };
	struct value *all = NULL;
	struct err why;

	if (!chart_fetch_request(a, s, &index, e))
		return false;
	const struct cache_question q = {
		.key = str_format(a, "charts %s %s %d", index.rq.url, index.asker, index.rq.insecure),
		.max_age = c->max_age, .cancelled = c->cancelled,
		.members = members, .validator = &index.validator,
	};
	switch (c->cache ? cache_ask(c->cache, &q, a, &all, e) : CACHE_ASK) {
	case CACHE_FAILED:
		return false;
	case CACHE_KNOWN:
		break;
	case CACHE_ASK:
		if (!chart_fetch_ask(a, &index, &all, &why)) {
			if (c->cache)
				cache_answer(c->cache, q.key, NULL, &why);
			*e = why;
			return false;
		}
		if (!all)
			all = cache_confirm(c->cache, &q, a);
		else if (c->cache)
			cache_answer_valid(c->cache, q.key, all, index.validator);
		break;
	}
	chart_index_choose(a, all, s->chart, out);
	return true;
}
