/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request made of a step's configuration. Link-local addresses, where clouds keep credentials,
 * are refused.
 */
#include "steps/http_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/percent.h"
#include "data/value.h"
#include "net/http.h"
#include "net/url.h"

enum { MAX_REDIRECTS = 10, NS_PER_MS = 1000000 };

const struct step_param http_pair_params[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Its name." },
	{ .name = "value", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Its value." },
	{ 0 },
};

bool http_ask_looks_like_duration(const char *text)
{
	static const char *const units[] = { "ns", "us", "µs", "ms", "s", "m", "h" };

	for (const char *p = text; *p; p++) {
		size_t digits = strspn(p, "0123456789");

		for (size_t i = 0; digits && i < COUNTOF(units); i++)
			if (has_prefix(p + digits, units[i]))
				return true;
		p += digits ? digits - 1 : 0;
	}
	return false;
}

bool http_ask_duration(struct step_run *r, const char *name, int64_t otherwise_ms, int64_t *ms,
		       struct err *e)
{
	const char *text = step_text(r, name, NULL);
	int64_t ns;

	*ms = otherwise_ms;
	if (!text)
		return true;
	if (!duration_parse(text, &ns))
		return err_again(e, ERR_CONFIG, "%s: \"%s\" is not a duration such as 90s or 5m", name, text);
	*ms = ns / NS_PER_MS;
	return true;
}

/* "a+b%20c" as it was before it was encoded. */
static const char *http_ask_decode(struct arena *a, const char *text, size_t len, bool is_query)
{
	char *out = arena_alloc(a, len + 1), *to = out;

	for (size_t i = 0; i < len; i++) {
		char hex[3] = { 0 };

		if (text[i] == '%' && i + 2 < len) {
			memcpy(hex, text + i + 1, 2);
			*to++ = (char)strtol(hex, NULL, 16);
			i += 2;
		} else {
			*to++ = is_query && text[i] == '+' ? ' ' : text[i];
		}
	}
	return out;
}

static bool needs_no_escape(const char *path)
{
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

/* A path that is not a path as written is decoded and written again, as Go's net/url does. */
static const char *with_path(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;
	size_t len = path ? strcspn(path, "?#") : 0;
	const char *text = path ? str_copy_n(a, path, len) : "", *out;

	if (needs_no_escape(text))
		return url;
	out = str_copy_n(a, url, (size_t)(path - url));
	/* What Go leaves as it is in a path, beside letters and digits. */
	return str_format(a, "%s%s%s", out,
			  percent_encode(a, http_ask_decode(a, text, len, false),
					 "-_.~$&+,/:;=@!'()*"), path + len);
}

/* name=value as Go's url.Values encode them: a blank is "+". */
static char *http_ask_pair(struct arena *a, const char *name, const char *value)
{
	char *text = str_format(a, "%s=%s", url_escape(a, name), url_escape(a, value)), *to = text;

	for (const char *p = text; *p; p++) {
		if (has_prefix(p, "%20")) {
			*to++ = '+';
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return text;
}

static int http_ask_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The query again, sorted by name, with what the URL had in it already. */
static const char *with_query(struct step_run *r, const char *url)
{
	const struct value *more = value_get(r->config, "queryParams");
	const char *query = strchr(url, '?');
	struct arena *a = r->arena;
	struct list pairs = { 0 };
	const char *out;

	if (!value_count(more))
		return url;
	out = str_copy_n(a, url, strcspn(url, "?#"));
	for (const char *p = query ? query + 1 : ""; *p && *p != '#';) {
		size_t len = strcspn(p, "&#"), name = strcspn(p, "=&#");

		if (len)
			list_add(a, &pairs,
				 http_ask_pair(a, http_ask_decode(a, p, name, true),
					       name < len ? http_ask_decode(a, p + name + 1,
									    len - name - 1, true)
							  : ""));
		p += len + (p[len] == '&');
	}
	for (size_t i = 0; i < value_count(more); i++)
		list_add(a, &pairs,
			 http_ask_pair(a, value_text(value_get(value_at(more, i), "name"), ""),
				       value_text(value_get(value_at(more, i), "value"), "")));
	qsort(pairs.items, pairs.count, sizeof(*pairs.items), http_ask_by_text);
	for (size_t i = 0; i < pairs.count; i++)
		out = str_format(a, "%s%c%s", out, i ? '&' : '?', (const char *)pairs.items[i]);
	return out;
}

bool http_ask_fill(struct step_run *r, int64_t otherwise_ms, struct http_request *rq,
		   struct err *e)
{
	const struct value *headers = value_get(r->config, "headers");
	struct http_header *out = arena_array(r->arena, value_count(headers), sizeof(*out));

	if (!http_ask_duration(r, "timeout", otherwise_ms, &rq->timeout_ms, e))
		return false;
	if (rq->timeout_ms == 0 && strpbrk(step_text(r, "timeout", ""), "123456789"))
		return err_again(e, ERR_TIMEOUT, "timeout: is over before anything was sent");
	if (rq->timeout_ms <= 0)
		rq->timeout_ms = INT32_MAX;
	for (size_t i = 0; i < value_count(headers); i++)
		out[i] = (struct http_header){ value_text(value_get(value_at(headers, i), "name"), ""),
					       value_text(value_get(value_at(headers, i), "value"), "") };
	rq->url = with_query(r, with_path(r->arena, step_text(r, "url", "")));
	rq->headers = out;
	rq->nheaders = value_count(headers);
	rq->insecure = step_truth(r, "insecureSkipTLSVerify", false);
	rq->redirects = MAX_REDIRECTS;
	rq->kind = TRAFFIC_STEP;
	rq->reach = REACH_ROUTED;
	rq->secret_url = true;
	rq->cancelled = r->cancelled;
	return true;
}

bool http_ask_send(struct step_run *r, struct http_request *rq, struct http_reply *reply,
		   struct err *e)
{
	if (http_send(r->services->http, r->arena, rq, reply, e))
		return true;
	/* What changes something may have arrived: whether to send it twice is for the manifest to say. */
	if (rq->method && strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0)
		e->passes = false;
	e->again = e->code != ERR_LIMIT && (e->code != ERR_CONFIG || !strchr(rq->url, ' '));
	return false;
}
