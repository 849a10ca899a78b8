/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pull requests on five forges (kargo/forges.jsonl): what Kargo's own clients asked of a server
 * that answers by list, and what they made of the answers. The list stands behind
 * forge_options.send.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge.h"
#include "net/http.h"
#include "vectors.h"

struct play {
	struct arena *a;
	const struct value *answers;
	bool used[64];
	bool untrusted, insecure;
	struct value *asked; /* list of {method, url, body, auth} */
};

/* What came of a case. */
struct outcome {
	bool fine;
	struct err e;
	struct forge_pull *pulls[256];
	size_t count;
	bool merged, is_list;
	const char *text; /* provider or URL */
};

static const char *path_of(struct arena *a, const char *url)
{
	const char *path = strchr(strstr(url, "://") + 3, '/');

	return path ? str_copy_n(a, path, strcspn(path, "?")) : "/";
}

/* The first unused answer that fits; when all that fit are used, the last of them. */
static const struct value *answer_to(struct play *p, const char *method, const char *url)
{
	const char *on = str_format(p->a, "%s %s", method, path_of(p->a, url));
	const struct value *last = NULL;

	for (size_t i = 0; i < value_count(p->answers); i++) {
		const struct value *answer = value_at(p->answers, i);
		const char *fits = value_text(value_get(answer, "on"), "");

		if (*fits && strcmp(fits, on) != 0)
			continue;
		last = answer;
		if (i < COUNTOF(p->used) && !p->used[i]) {
			p->used[i] = true;
			return answer;
		}
	}
	return last;
}

static void note_request(struct play *p, const struct http_request *rq)
{
	struct value *seen = value_map(p->a), *body = NULL;
	const char *token = "";
	struct err e;

	for (size_t i = 0; i < rq->nheaders; i++)
		if (strcmp(rq->headers[i].name, "Authorization") == 0 ||
		    strcmp(rq->headers[i].name, "Private-Token") == 0)
			token = str_format(p->a, "%s: %s", rq->headers[i].name,
					   rq->headers[i].value);
	value_set(p->a, seen, "method", value_string(p->a, rq->method ? rq->method : "GET"));
	value_set(p->a, seen, "url", value_string(p->a, rq->url));
	value_set(p->a, seen, "token", value_string(p->a, token));
	if (rq->body.len && !json_parse(p->a, rq->body.at, rq->body.len, &body, &e))
		abort();
	value_set(p->a, seen, "body", body ? body : value_null(p->a));
	value_append(p->a, p->asked, seen);
}

static bool play_send(void *context, struct arena *a, const struct http_request *rq,
		      struct http_reply *reply, struct err *e)
{
	struct play *p = context;
	const char *method = rq->method ? rq->method : "GET";
	const struct value *answer, *headers, *body;
	struct http_header *out;
	int64_t status = 200;

	if (p->untrusted && !rq->insecure)
		return err_set(e, ERR_NET, "the certificate is not trusted");
	note_request(p, rq);
	answer = answer_to(p, method, rq->url);
	*reply = (struct http_reply){ .status = 404,
				      .url = rq->url,
				      .body = str_of("{\"message\":\"Not Found\"}") };
	if (!answer)
		return true;
	if (value_truth(value_get(answer, "drop"), false))
		return err_again(e, ERR_NET, "the connection was closed");
	value_integer(value_get(answer, "status"), &status);
	headers = value_get(answer, "headers");
	out = arena_array(a, value_count(headers) + 1, sizeof(*out));
	for (size_t i = 0; i < value_count(headers); i++)
		out[i] = (struct http_header){ str_lower(a,
							 str_text(a, headers->map.members[i].key)),
					       value_text(headers->map.members[i].value, "") };
	body = value_get(answer, "body");
	reply->status = (int)status;
	reply->headers = out;
	reply->nheaders = value_count(headers);
	reply->body =
		str_of(body ? json_text(a, body, 0) : value_text(value_get(answer, "text"), ""));
	return true;
}

static const char *const *labels_of(struct arena *a, const struct value *list, size_t *count)
{
	const char **labels = arena_array(a, value_count(list) + 1, sizeof(*labels));

	*count = value_count(list);
	for (size_t i = 0; i < *count; i++)
		labels[i] = value_text(value_at(list, i), "");
	return value_is(list, VALUE_LIST) ? labels : NULL;
}

static const char *text_or_null(const struct value *v, const char *key)
{
	const char *text = value_text(value_get(v, key), "");

	return *text ? text : NULL;
}

static bool run_find(struct forge *f, struct arena *a, const struct value *in, struct outcome *o)
{
	const struct value *list = value_get(in, "list");
	const char *state = value_text(value_get(list, "State"), "");
	const struct forge_filter filter = {
		.source = text_or_null(list, "HeadBranch"),
		.target = text_or_null(list, "BaseBranch"),
		.head = text_or_null(list, "HeadCommit"),
		.state = strcmp(state, "Any") == 0      ? FORGE_ANY
			 : strcmp(state, "Closed") == 0 ? FORGE_CLOSED
							: FORGE_OPEN,
	};
	struct list found = { 0 };

	o->is_list = true;
	if (*state && strcmp(state, "Any") != 0 && strcmp(state, "Closed") != 0 &&
	    strcmp(state, "Open") != 0)
		return err_set(&o->e, ERR_CONFIG, "no such state");
	if (!forge_find(f, a, &filter, &found, &o->e))
		return false;
	for (; o->count < found.count && o->count < COUNTOF(o->pulls); o->count++)
		o->pulls[o->count] = found.items[o->count];
	return true;
}

static bool run_create(struct forge *f, struct arena *a, const struct value *in, struct outcome *o)
{
	const struct value *c = value_get(in, "create");
	struct forge_request rq = {
		.title = value_text(value_get(c, "Title"), ""),
		.description = value_text(value_get(c, "Description"), ""),
		.source = value_text(value_get(c, "Head"), ""),
		.target = value_text(value_get(c, "Base"), ""),
	};
	rq.labels = labels_of(a, value_get(c, "Labels"), &rq.nlabels);
	o->pulls[0] = arena_alloc(a, sizeof(struct forge_pull));
	o->count = 1;
	return forge_create(f, a, &rq, o->pulls[0], &o->e);
}

static bool run_case(struct arena *a, const struct value *in, struct play *p, struct outcome *o)
{
	const char *op = value_text(value_get(in, "op"), "");
	const struct forge_options options = {
		.url = value_text(value_get(in, "repoURL"), ""),
		.provider = text_or_null(in, "provider"),
		.token = text_or_null(in, "token"),
		.insecure = value_truth(value_get(in, "insecure"), false),
		.send = play_send,
		.context = p,
	};
	struct forge_merge merge = { .method = text_or_null(in, "method") };
	struct forge *f;
	int64_t number = 0;

	if (!forge_open(a, &options, &f, &o->e))
		return false;
	value_integer(value_get(in, "id"), &number);
	o->pulls[0] = arena_alloc(a, sizeof(struct forge_pull));
	if (strcmp(op, "select") == 0) {
		o->text = forge_name(f);
		return true;
	}
	if (strcmp(op, "commitURL") == 0) {
		o->text = forge_commit_url(a, options.provider, options.url,
					   value_text(value_get(in, "sha"), ""));
		if (!o->text)
			return err_set(&o->e, ERR_CONFIG, "no page is known");
		return true;
	}
	if (strcmp(op, "list") == 0)
		return run_find(f, a, in, o);
	if (strcmp(op, "create") == 0)
		return run_create(f, a, in, o);
	o->count = 1;
	if (strcmp(op, "get") == 0)
		return forge_get(f, a, number, o->pulls[0], &o->e);
	if (!forge_merge(f, a, number, &merge, &o->e))
		return false;
	o->merged = merge.merged;
	*o->pulls[0] = merge.pull;
	o->count = merge.merged;
	return true;
}

static bool same_pull(struct arena *a, const struct value *want, const struct forge_pull *have)
{
	const char *at = value_text(value_get(want, "createdAt"), NULL);
	int64_t number = 0;

	value_integer(value_get(want, "number"), &number);
	return number == have->number &&
	       strcmp(value_text(value_get(want, "url"), ""), have->url) == 0 &&
	       value_truth(value_get(want, "open"), false) == have->is_open &&
	       value_truth(value_get(want, "merged"), false) == have->is_merged &&
	       strcmp(value_text(value_get(want, "mergeCommitSHA"), ""), have->merge_commit) == 0 &&
	       strcmp(value_text(value_get(want, "headSHA"), ""), have->head) == 0 &&
	       (!at || strcmp(at, clock_rfc3339(a, have->created_at / 1000 * 1000)) == 0);
}

/* What was expected otherwise, or NULL. */
static const char *differs(struct arena *a, const struct value *line, const struct outcome *o)
{
	const struct value *want = value_get(line, "expect"), *pr = value_get(want, "pr");
	const struct value *prs = value_get(want, "prs");

	if (!o->fine)
		return value_get(line, "error") ? NULL : o->e.message;
	if (value_get(line, "error"))
		return "an error is expected";
	if (o->text) {
		const char *text = value_text(value_get(want, "provider"),
					      value_text(value_get(want, "url"), ""));

		return strcmp(text, o->text) == 0 ? NULL : o->text;
	}
	if (value_get(want, "merged") && value_truth(value_get(want, "merged"), false) != o->merged)
		return o->merged ? "merged" : "not merged";
	if (prs) {
		if (value_count(prs) != o->count)
			return str_format(a, "%zu pull requests", o->count);
		for (size_t i = 0; i < o->count; i++)
			if (!same_pull(a, value_at(prs, i), o->pulls[i]))
				return str_format(a, "pull request %zu is another", i);
		return NULL;
	}
	return !value_is(pr, VALUE_MAP) || same_pull(a, pr, o->pulls[0]) ? NULL
									 : "another pull request";
}

static bool is_extra(const char *method, const char *url)
{
	return strcmp(method, "OPTIONS") == 0 || strstr(url, "_apis/ResourceAreas") ||
	       has_suffix(url, "/api/v1/version");
}

/* text with what follows `after` taken out, once. */
static const char *without(struct arena *a, const char *text, const char *after, const char *what)
{
	const char *both = str_format(a, "%s%s", after, what), *at = strstr(text, both);

	return at ? str_format(a, "%.*s%s", (int)(at - text + (int)strlen(after)), text,
			       at + strlen(both))
		  : text;
}

/* Requests that the client's own habits add or repeat are left out on both sides. */
static void add_request(struct arena *a, struct list *out, const struct value *request)
{
	const char *method = value_text(value_get(request, "method"), "");
	const char *url = value_text(value_get(request, "url"), "");
	const struct value *headers = value_get(request, "headers");
	const char *token = value_text(value_get(request, "token"), NULL);
	const struct value *body = value_get(request, "body");
	const char *auth = value_text(value_get(headers, "Authorization"), NULL);
	const char *private = value_text(value_get(headers, "Private-Token"), NULL);
	char *line;

	if (!token)
		token = auth      ? str_format(a, "Authorization: %s", auth)
			: private ? str_format(a, "Private-Token: %s", private)
				  : "";
	if (is_extra(method, url))
		return;
	if (strcmp(token, "Private-Token: ") == 0 || strcmp(token, "Authorization: Bearer") == 0)
		token = "";
	/* GitHub looks at the source branch only with its owner before it, Azure only at whole
	 * refs. */
	url = without(a, without(a, url, "head=", "octo%3A"), "RefName=", "refs%2Fheads%2F");
	url = without(a, url, "targetRefName=", "refs%2Fheads%2F");
	line = str_format(a, "%s %s [%s] %s", method, url, token,
			  value_is(body, VALUE_NULL) || !body ? ""
							      : json_text(a, body, JSON_SORT_KEYS));
	if (!out->count || strcmp(out->items[out->count - 1], line) != 0)
		list_add(a, out, line);
}

static const char *asked_otherwise(struct arena *a, const struct value *line, const struct play *p)
{
	const struct value *want = value_get(line, "requests");
	struct list wanted = { 0 }, asked = { 0 };

	for (size_t i = 0; i < value_count(want); i++)
		add_request(a, &wanted, value_at(want, i));
	for (size_t i = 0; i < value_count(p->asked); i++)
		add_request(a, &asked, value_at(p->asked, i));
	for (size_t i = 0; i < wanted.count || i < asked.count; i++) {
		const char *w = i < wanted.count ? wanted.items[i] : "nothing";
		const char *h = i < asked.count ? asked.items[i] : "nothing";

		if (strcmp(w, h) != 0)
			return str_format(a, "asked %s instead of %s", h, w);
	}
	return NULL;
}

static bool asks_with(const struct play *p, const char *text)
{
	return value_count(p->asked) &&
	       strstr(value_text(value_get(value_at(p->asked, 0), "url"), ""), text);
}

static bool all_fit(const struct value *filter, const struct outcome *o)
{
	const char *source = text_or_null(filter, "HeadBranch");
	const char *target = text_or_null(filter, "BaseBranch");
	const char *head = text_or_null(filter, "HeadCommit");

	for (size_t i = 0; i < o->count; i++)
		if ((source && strcmp(source, o->pulls[i]->source) != 0) ||
		    (target && strcmp(target, o->pulls[i]->target) != 0) ||
		    (head && strncmp(head, o->pulls[i]->head, strlen(o->pulls[i]->head)) != 0))
			return false;
	return true;
}

/* What is right where Kargo's client is wrong; the texts are the lines' own `why`. */
static bool is_better(const struct value *line, const struct play *p, const struct outcome *o)
{
	const char *why = value_text(value_get(line, "why"), "");
	const struct value *in = value_get(line, "input");
	const struct forge_pull *pull = o->count ? o->pulls[0] : NULL;

	if (strstr(why, "its number is lost"))
		return o->fine && pull->number == 7;
	if (strstr(why, "head=BRANCH"))
		return asks_with(p, "head=octo%3A") && o->fine && all_fit(value_get(in, "list"), o);
	if (strstr(why, "refs/heads/"))
		return asks_with(p, "RefName=refs%2Fheads%2F") && o->fine &&
		       all_fit(value_get(in, "list"), o);
	if (strstr(why, "keep .git"))
		return o->fine && pull->number == 7;
	if (strstr(why, "address of the pull request lost"))
		return !o->fine || has_prefix(pull->url, "https://");
	if (strstr(why, "merge commit"))
		return o->fine && strlen(pull->merge_commit) == 40;
	if (strstr(why, "shows it unmerged"))
		return o->fine && !o->merged;
	if (strstr(why, "names no project") || strstr(why, "crashes"))
		return !o->fine;
	if (strstr(why, "branch") || strstr(why, "another head commit"))
		return o->fine && all_fit(value_get(in, "list"), o);
	if (strstr(why, "only the first page"))
		return value_count(p->asked) > 1 || (o->fine && all_fit(value_get(in, "list"), o));
	if (strstr(why, "asks bitbucket.org"))
		return !o->fine && value_count(p->asked) == 0;
	if (strstr(why, "organisation is missing"))
		return o->fine && strstr(o->text, "/octo/");
	return false;
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const struct value *in = value_get(line, "input");
	const char *name = value_text(value_get(line, "name"), "?"), *wrong;
	struct play p = { .a = a, .answers = value_get(in, "answers"), .asked = value_list(a) };
	struct outcome o = { 0 };

	(void)context;
	p.untrusted = value_truth(value_get(in, "untrusted"), false);
	o.fine = run_case(a, in, &p, &o);
	if (value_truth(value_get(line, "bug"), false)) {
		if (is_better(line, &p, &o))
			vectors_better(v);
		else
			vectors_case(v, false, "%s: not what was meant: %s (%s)", name,
				     value_text(value_get(line, "why"), "?"),
				     o.fine ? "no error" : o.e.message);
		return;
	}
	wrong = differs(a, line, &o);
	if (!wrong && !value_truth(value_get(in, "discovery"), false))
		wrong = asked_otherwise(a, line, &p);
	vectors_case(v, !wrong, "%s: %s", name, wrong ? wrong : "");
}

void vectors_forges(struct vectors *v)
{
	vectors_lines(v, "kargo/forges.jsonl", one, NULL);
}
