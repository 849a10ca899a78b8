/* SPDX-License-Identifier: Apache-2.0 */
/* Which forge a repository is on, and what is the same on all of them. */
#include "forge/forge.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/go_url.h"
#include "data/url.h"
#include "data/value.h"
#include "forge/forge_inner.h"

static const struct forge_def *const forges[] = { &forge_azure, &forge_bitbucket, &forge_gitea,
						  &forge_github, &forge_gitlab };

static const struct forge_def *by_name(const char *name)
{
	for (size_t i = 0; i < COUNTOF(forges); i++)
		if (strcmp(forges[i]->name, name) == 0)
			return forges[i];
	return NULL;
}

static const struct forge_def *at_host(const char *host)
{
	for (size_t i = 0; *host && i < COUNTOF(forges); i++)
		if (forges[i]->is_at(host))
			return forges[i];
	return NULL;
}

/* By the host of the address as it is written (doc/kargo-rules.md): scp forms have none. */
static const struct forge_def *by_host(struct arena *a, const char *url)
{
	struct go_url u;

	return go_url_parse(a, url, &u) ? at_host(u.host) : NULL;
}

/* A repository's address without what only its transport needs. */
static bool take_apart(struct arena *a, const char *url, struct forge_address *out)
{
	const char *plain = str_copy_n(a, url, strcspn(url, "?#"));
	const char *normal = url_normal_git(a, plain);
	struct go_url u;
	char *path;

	*out = (struct forge_address){ .normal = normal };
	if (!go_url_parse(a, normal, &u))
		return false;
	out->scheme = strcmp(u.scheme, "http") == 0 ? "http" : "https";
	out->host = u.host;
	while (*u.path == '/')
		u.path++;
	path = (char *)arena_copy(a, u.path, strlen(u.path) + 1);
	out->path = str_copy(a, path);
	for (char *at = path; *at && out->count < FORGE_SEGMENTS;) {
		size_t len = strcspn(at, "/");

		out->segments[out->count++] = str_copy_n(a, at, len);
		at += len + (at[len] == '/');
		if (*at && out->count == FORGE_SEGMENTS)
			return false;
	}
	return true;
}

bool forge_open(struct arena *a, const struct forge_options *o, struct forge **out, struct err *e)
{
	struct forge *f = arena_alloc(a, sizeof(*f));
	const struct forge_def *def;

	assert(o->url && (o->http || o->send));
	def = o->provider ? by_name(o->provider) : by_host(a, o->url);
	if (!def && o->provider)
		return err_set(e, ERR_CONFIG,
			       "there is no forge \"%s\": azure, bitbucket, gitea, github "
			       "and gitlab are known",
			       o->provider);
	if (!def)
		return err_set(e, ERR_CONFIG,
			       "the address %s does not show which forge it is on: set "
			       "provider: azure, bitbucket, gitea, github or gitlab",
			       url_normal_git(a, o->url));
	f->def = def;
	f->options = *o;
	f->options.url = str_copy(a, o->url);
	f->options.token = o->token && *o->token ? str_copy(a, o->token) : NULL;
	if (!take_apart(a, o->url, &f->address))
		return err_set(e, ERR_CONFIG, "\"%s\" is not the address of a repository",
			       f->address.normal);
	if (!def->open(f, a, e))
		return false;
	*out = f;
	return true;
}

const char *forge_name(const struct forge *f)
{
	return f->def->name;
}

bool forge_owner_and_name(struct forge *f, struct arena *a, struct err *e)
{
	if (f->address.count != 2 || !*f->address.segments[0] || !*f->address.segments[1])
		return err_set(e, ERR_CONFIG,
			       "%s names no repository: its path must be OWNER/NAME; a forge below a path of "
			       "its host is not supported",
			       f->address.normal);
	f->owner = forge_segment(a, f->address.segments[0]);
	f->repo = forge_segment(a, f->address.segments[1]);
	return true;
}

void forge_add_header(struct forge *f, const char *name, const char *value)
{
	assert(f->nheaders < COUNTOF(f->headers));
	f->headers[f->nheaders++] = (struct http_header){ name, value };
}

const char *forge_site(const struct forge *f, struct arena *a)
{
	return str_format(a, "https://%s/%s", f->address.host, f->address.path);
}

const char *forge_text(struct arena *a, const struct value *v, const char *path)
{
	const struct value *text = value_path(v, path);

	return value_is(text, VALUE_STRING) ? str_clean(a, text->string.at, text->string.len, 1000)
					    : "";
}

int64_t forge_time(const struct value *v, const char *key)
{
	int64_t ms;

	return clock_parse(value_text(value_get(v, key), ""), &ms) ? ms : 0;
}

bool forge_number(const struct value *pull, const char *key, int64_t *out, struct err *e)
{
	int64_t number;

	if (!value_integer(value_get(pull, key), &number) || number < 1)
		return err_set(e, ERR_NET,
			       "the forge's answer is not a pull request: it has no \"%s\"", key);
	*out = number;
	return true;
}

bool forge_tells_head(const struct forge *f, const struct forge_pull *pull, struct err *e)
{
	if (f->def->tells_head && !*pull->head)
		return err_set(e, ERR_NET,
			       "the forge does not say which commit it would merge");
	return true;
}

bool forge_fits(const struct forge_filter *filter, const struct forge_pull *pull)
{
	if (filter->source && strcmp(filter->source, pull->source) != 0)
		return false;
	if (filter->target && strcmp(filter->target, pull->target) != 0)
		return false;
	return !filter->head || strcmp(filter->head, pull->head) == 0;
}

/* Where the page after this answer is; first is the path of the first one. */
static const char *next_page(struct arena *a, const char *first, const struct forge_answer *answer)
{
	const char *query = strchr(first, '?');
	const char *next = value_text(value_get(answer->body, "next"), "");

	/* By its number where there is one: links name the server as it knows itself behind its proxy. */
	if (answer->next_page && query)
		return str_format(a, "%s?page=%s&%s", str_copy_n(a, first, (size_t)(query - first)),
				  answer->next_page, query + 1);
	if (answer->next)
		return answer->next;
	return *next ? next : NULL;
}

/* Where a listing has been read to; path is NULL after its last page. */
struct page_reader {
	const struct forge_listing *of;
	const char *path;
	unsigned pages;
};

static bool read_page(struct forge *f, struct arena *a, struct page_reader *p, const struct value **list,
		      struct err *e)
{
	const struct forge_call call = { .method = "GET", .path = p->path };
	struct forge_answer answer;

	if (p->pages++ == FORGE_PAGES_MAX)
		return err_set(e, ERR_LIMIT, "%s%s: more pages than gantry reads", f->base,
			       p->of->path);
	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*list = p->of->items ? value_get(answer.body, p->of->items) : answer.body;
	if (!*list || ((*list)->kind != VALUE_LIST && (*list)->kind != VALUE_NULL))
		return err_set(e, ERR_NET, "%s%s: the answer is not a list", f->base, p->path);
	p->path = next_page(a, p->of->path, &answer);
	return true;
}

bool forge_pages(struct forge *f, struct arena *a, const struct forge_listing *l, struct list *out,
		 struct err *e)
{
	struct page_reader p = { .of = l, .path = l->path };
	const struct value *list;

	while (p.path) {
		if (out->count > FORGE_PULLS_MAX)
			return err_set(e, ERR_LIMIT, "%s has more pull requests than gantry reads",
				       f->address.normal);
		if (!read_page(f, a, &p, &list, e))
			return false;
		for (size_t i = 0; i < value_count(list); i++) {
			struct forge_pull *pull = arena_alloc(a, sizeof(*pull));

			if (!f->def->read(f, a, value_at(list, i), pull, e))
				return false;
			if (forge_fits(l->filter, pull))
				list_add(a, out, pull);
		}
	}
	return true;
}

bool forge_list(struct forge *f, struct arena *a, const struct forge_listing *l, struct value **out,
		struct err *e)
{
	struct page_reader p = { .of = l, .path = l->path };
	struct value *all = value_list(a);
	const struct value *list;

	while (p.path) {
		if (!read_page(f, a, &p, &list, e))
			return false;
		for (size_t i = 0; i < value_count(list); i++)
			value_append(a, all, value_at(list, i));
	}
	*out = all;
	return true;
}

bool forge_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
		struct list *out, struct err *e)
{
	if (!f->def->find(f, a, filter, out, e))
		return err_wrap(e, "looking for pull requests of %s", f->address.normal);
	return true;
}

bool forge_get(struct forge *f, struct arena *a, int64_t number, struct forge_pull *out,
	       struct err *e)
{
	struct value *record;
	struct forge_pull pull = { 0 };

	if (!f->def->get(f, a, number, &record, e) || !f->def->read(f, a, record, &pull, e) ||
	    !forge_tells_head(f, &pull, e))
		return err_wrap(e, "reading pull request %lld", (long long)number);
	*out = pull;
	return true;
}

/* Refused because there is one already, in each forge's words. */
static bool says_it_exists(const struct err *e)
{
	return e->code == ERR_CONFLICT || strstr(e->message, "already exists") ||
	       strstr(e->message, "TF401179");
}

bool forge_create(struct forge *f, struct arena *a, const struct forge_request *rq,
		  struct forge_pull *out, struct err *e)
{
	struct value *record;
	struct forge_pull pull = { 0 };
	struct err refused;

	if (!f->def->create(f, a, rq, &record, e)) {
		if (!e->again && says_it_exists(e))
			e->code = ERR_CONFLICT;
		return err_wrap(e, "opening a pull request from %s to %s", rq->source, rq->target);
	}
	if (!f->def->read(f, a, record, &pull, e) || !forge_tells_head(f, &pull, e))
		return err_wrap(e, "opening a pull request from %s to %s", rq->source, rq->target);
	if (rq->nlabels && f->def->label && !f->def->label(f, a, pull.number, rq, &refused))
		pull.note = str_format(a, "pull request %lld is open, but without its labels: %s",
				       (long long)pull.number, refused.message);
	*out = pull;
	return true;
}

bool forge_not_ready(struct forge_merge *out, const char *why)
{
	out->merged = false;
	out->waits_for = why;
	return true;
}

bool forge_was_merged(struct forge *f, struct arena *a, const struct value *pull,
		      struct forge_merge *out, struct err *e)
{
	if (!f->def->read(f, a, pull, &out->pull, e))
		return false;
	out->merged = true;
	out->waits_for = NULL;
	return true;
}

static bool method_is_known(const struct forge *f, struct arena *a, const char *method,
			    struct err *e)
{
	const char *all = "";

	if (!method || !*method || !f->def->methods)
		return true;
	for (const char *const *m = f->def->methods; *m; m++) {
		if (strcmp(*m, method) == 0)
			return true;
		all = str_format(a, "%s%s%s", all, *all ? ", " : "", *m);
	}
	return err_set(e, ERR_CONFIG, "%s has no merge method \"%s\": it takes %s", f->def->name,
		       method, all);
}

static bool merge_open(struct forge *f, struct arena *a, int64_t number, struct forge_merge *out,
		       struct err *e)
{
	struct value *record;

	if (!f->def->get(f, a, number, &record, e) || !f->def->read(f, a, record, &out->pull, e))
		return false;
	if (out->pull.is_merged) {
		out->merged = true;
		return true;
	}
	if (!out->pull.is_open)
		return err_set(e, ERR_REFUSED, "it was closed without a merge");
	if (!method_is_known(f, a, out->method, e))
		return false;
	if (out->pull.is_draft)
		return forge_not_ready(out, "it is a draft");
	return f->def->merge(f, a, record, out, e);
}

bool forge_merge(struct forge *f, struct arena *a, int64_t number, struct forge_merge *m,
		 struct err *e)
{
	struct forge_merge done = { .method = m->method && *m->method ? m->method : NULL };

	if (!merge_open(f, a, number, &done, e))
		return err_wrap(e, "merging pull request %lld", (long long)number);
	*m = done;
	return true;
}

bool forge_delete_branch(struct forge *f, struct arena *a, const char *branch, struct err *e)
{
	if (f->def->delete_branch(f, a, branch, e) || e->code == ERR_NOT_FOUND)
		return true;
	return err_wrap(e, "deleting the branch %s", branch);
}

bool forge_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
		   struct err *e)
{
	if (!f->def->comment(f, a, number, text, e))
		return err_wrap(e, "commenting on pull request %lld", (long long)number);
	return true;
}

bool forge_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct forge_pull pull;

	if (!forge_get(f, a, number, &pull, e))
		return false;
	if (pull.is_merged)
		return err_set(e, ERR_REFUSED, "pull request %lld is merged already",
			       (long long)number);
	if (pull.is_open && !f->def->close(f, a, number, e))
		return err_wrap(e, "closing pull request %lld", (long long)number);
	return true;
}

bool forge_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
		  struct forge_review *out, struct err *e)
{
	struct forge_review review = { -1, -1, -1, -1, -1, -1 };

	if (!f->def->review(f, a, pull, &review, e))
		return err_wrap(e, "reading the reviews of pull request %lld",
				(long long)pull->number);
	*out = review;
	return true;
}

const char *forge_commit_url(struct arena *a, const char *provider, const char *url,
			     const char *commit)
{
	struct forge f = { .def = provider && *provider ? by_name(provider) : NULL };
	bool is_ssh;

	if (!take_apart(a, url, &f.address) || !f.address.count)
		return NULL;
	is_ssh = has_prefix(f.address.normal, "ssh://");
	if (!is_ssh && !has_prefix(f.address.normal, "http"))
		return NULL;
	if (is_ssh) /* its port is not that of the pages */
		f.address.host = str_copy_n(a, f.address.host, strcspn(f.address.host, ":"));
	if (!f.def && !(provider && *provider))
		f.def = at_host(f.address.host);
	return f.def ? f.def->commit_url(&f, a, commit) : NULL;
}
