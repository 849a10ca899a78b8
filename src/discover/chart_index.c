/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index may write a version without quotes, which YAML takes for a number: it is read
 * from the text again, so that 1.10 does not become 1.1.
 */
#include "discover/chart_index.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/netrc.h"
#include "data/value.h"
#include "data/yaml.h"
#include "discover/source_access.h"
#include "discover/discover.h"
#include "model/credentials.h"
#include "model/read.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/url.h"

enum { NAMED = 5, LARGEST_INDEX = 64 << 20, TIMEOUT_MS = 120000, REDIRECTS = 5 };

/* The plain scalar at line and column, as written. */
static const char *chart_index_written(struct arena *a, struct str text, const struct value *v)
{
	const char *p = text.at, *end = text.at + text.len;
	struct str token;

	for (unsigned line = 1; p && line < v->line; line++) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	if (!p || (size_t)(end - p) < v->column)
		return "";
	p += v->column - 1;
	token = (struct str){ p, strcspn(p, "\r\n#,}") };
	return str_text(a, str_trim(token));
}

/* A wrong name is seen at once beside the right ones. */
static const char *other_charts(struct arena *a, const struct value *entries, const char *chart)
{
	size_t count = value_is(entries, VALUE_MAP) ? value_count(entries) : 0;
	const char *names = "";

	for (size_t i = 0; i < count && i < NAMED; i++)
		names = str_format(a, "%s%s%s", names, i ? ", " : "",
				   str_text(a, entries->map.members[i].key));
	if (count > NAMED)
		names = str_format(a, "%s and %zu more", names, count - NAMED);
	return str_format(a, "the repository has no chart \"%s\"%s%s", chart,
			  count ? "; it has " : ", nor any other", names);
}

bool chart_index(struct arena *a, struct str index, const char *chart, struct chart_versions *out,
		 struct err *e)
{
	struct list documents = { 0 };
	const struct value *entries, *of;

	if (!yaml_parse(a, "index.yaml", index, &documents, e))
		return false;
	entries = documents.count ? documents.items[0] : NULL;
	if (!value_is(entries, VALUE_MAP))
		return err_set(e, ERR_NET, "index.yaml holds no map: this is no chart repository");
	of = value_get(value_get(entries, "entries"), chart);
	out->missing = value_count(of) ? NULL : other_charts(a, value_get(entries, "entries"), chart);
	for (size_t i = 0; i < value_count(of); i++) {
		const struct value *v = value_get(value_at(of, i), "version");

		if (value_is(v, VALUE_STRING))
			list_add(a, &out->versions, str_format(a, "%s", v->string.at));
		else if (v && v->line)
			list_add(a, &out->versions,
				 str_format(a, "%s", chart_index_written(a, index, v)));
	}
	return true;
}

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

bool chart_index_fetch(struct arena *a, const struct subscription *s,
		       const struct discover_context *c, struct chart_versions *out, struct err *e)
{
	struct credentials who = { .username = NULL };
	size_t len = strlen(s->repo_url);
	struct http_request rq = {
		.timeout_ms = TIMEOUT_MS,
		.max_reply = LARGEST_INDEX,
		.redirects = REDIRECTS,
		.cancelled = c->cancelled,
	};
	struct http_reply reply;

	if (!read_truth(s->spec, "insecureSkipTLSVerify", false, &rq.insecure, e))
		return false;
	while (len && s->repo_url[len - 1] == '/')
		len--;
	rq.url = str_format(a, "%.*s/index.yaml", (int)len, s->repo_url);
	if (!source_access_find(a, c, &(struct credentials_query){ "helm", s->repo_url, c->project },
				&who, e))
		return false;
	if (who.username || who.password) {
		rq.username = who.username;
		rq.password = who.password;
	} else {
		own_login(a, &rq);
	}
	if (!http_send(c->http, a, &rq, &reply, e))
		return false;
	if (reply.status == 401 || reply.status == 403)
		return err_set(e, ERR_AUTH, "the repository answers %d: its Secret of cred-type helm, or "
			       "line in ~/.netrc, is missing or wrong", reply.status);
	if (reply.status != 200)
		return err_set(e, ERR_NET, "index.yaml: the server answers %d", reply.status);
	return chart_index(a, reply.body, s->chart, out, e);
}
