/* SPDX-License-Identifier: Apache-2.0 */
/* One table of operations; each opens the repository anew, as a server would. */
#include "fake_github.h"

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
#include "git/repo.h"
#include "net/http.h"

static NORETURN void fake_github_give_up(const char *what, const struct err *e)
{
	fprintf(stderr, "vectors: fake GitHub: %s: %s\n", what, e->message);
	exit(2);
}

struct github_call {
	struct fake_github *g;
	struct repo *repo;
	const char *rest;               /* of the path, behind what names the operation */
	const struct value *body;
	int status;
	struct value *answer;
};

static void github_text(struct github_call *c, struct value *map, const char *key, const char *text)
{
	value_set(c->g->a, map, key, value_string(c->g->a, text));
}

static struct oid oid_of(const char *hex)
{
	struct oid id = { "" };

	memcpy(id.hex, hex, strnlen(hex, sizeof(id.hex) - 1));
	return id;
}

static void github_say_ref(struct github_call *c)
{
	struct value *object = value_map(c->g->a);
	struct oid id;
	struct err e;

	if (!repo_ref(c->repo, str_format(c->g->a, "refs/%s", c->rest), &id, &e)) {
		c->status = 404;
		github_text(c, c->answer, "message", "Not Found");
		return;
	}
	github_text(c, object, "sha", id.hex);
	value_set(c->g->a, c->answer, "object", object);
}

static struct value *github_person(struct github_call *c, const struct repo_person *p)
{
	struct value *out = value_map(c->g->a);

	github_text(c, out, "name", p->name);
	github_text(c, out, "email", p->email);
	github_text(c, out, "date", clock_rfc3339(c->g->a, p->time));
	return out;
}

static struct value *github_commit_value(struct github_call *c, const struct repo_commit *commit)
{
	struct arena *a = c->g->a;
	struct value *out = value_map(a), *inner = value_map(a), *tree = value_map(a);
	struct value *parents = value_list(a);

	github_text(c, tree, "sha", commit->tree.hex);
	github_text(c, inner, "message", str_text(a, str_trim(str_of(commit->message))));
	value_set(a, inner, "tree", tree);
	value_set(a, inner, "author", github_person(c, &commit->author));
	value_set(a, inner, "committer", github_person(c, &commit->committer));
	for (size_t i = 0; i < commit->parent_count; i++) {
		struct value *parent = value_map(a);

		github_text(c, parent, "sha", commit->parents[i].hex);
		value_append(a, parents, parent);
	}
	github_text(c, out, "sha", commit->id.hex);
	value_set(a, out, "commit", inner);
	value_set(a, out, "parents", parents);
	return out;
}

struct gathering {
	struct github_call *call;
	struct list newest_first;
};

static bool github_gather(void *context, const struct repo_commit *commit)
{
	struct gathering *g = context;

	list_add(g->call->g->a, &g->newest_first, github_commit_value(g->call, commit));
	return true;
}

static void github_compare_refs(struct github_call *c)
{
	struct arena *a = c->g->a;
	struct oid base = oid_of(c->rest), head = oid_of(strstr(c->rest, "...") + 3), common;
	struct gathering found = { .call = c };
	struct value *commits = value_list(a), *merge_base = value_map(a);
	const char *status = "diverged";
	struct err e;

	if (!repo_merge_base(c->repo, &base, &head, &common, &e) ||
	    !repo_walk(c->repo, &(struct repo_walk){ &head, &common, false }, github_gather, &found, &e))
		fake_github_give_up("compare", &e);
	if (strcmp(base.hex, head.hex) == 0)
		status = "identical";
	else if (strcmp(base.hex, common.hex) == 0)
		status = "ahead";
	else if (strcmp(head.hex, common.hex) == 0)
		status = "behind";
	for (size_t i = found.newest_first.count; i-- > 0;)
		value_append(a, commits, found.newest_first.items[i]);
	github_text(c, merge_base, "sha", common.hex);
	github_text(c, c->answer, "status", status);
	value_set(a, c->answer, "merge_base_commit", merge_base);
	value_set(a, c->answer, "total_commits", value_int(a, (int64_t)value_count(commits)));
	value_set(a, c->answer, "commits", commits);
}

static struct repo_person github_who(const struct value *v)
{
	struct repo_person p = { value_path_text(v, "name", "GitHub"),
				 value_path_text(v, "email", "noreply@github.com"), 0, 0 };

	clock_parse(value_path_text(v, "date", ""), &p.time);
	return p;
}

static void github_new_commit(struct github_call *c)
{
	const struct value *parents = value_get(c->body, "parents");
	struct repo_commit commit = {
		.tree = oid_of(value_path_text(c->body, "tree", "")),
		.parents = arena_array(c->g->a, value_count(parents) + 1, sizeof(struct oid)),
		.parent_count = value_count(parents),
		.author = github_who(value_get(c->body, "author")),
		.committer = github_who(value_get(c->body, "committer")),
		.message = str_format(c->g->a, "%s\n", value_path_text(c->body, "message", "")),
	};
	struct oid id;
	struct err e;

	for (size_t i = 0; i < commit.parent_count; i++)
		commit.parents[i] = oid_of(value_text(value_at(parents, i), ""));
	if (!repo_commit(c->repo, &commit, &id, &e))
		fake_github_give_up("commit", &e);
	c->status = 201;
	github_text(c, c->answer, "sha", id.hex);
}

static void github_put_ref(struct github_call *c, const char *ref)
{
	struct oid id = oid_of(value_path_text(c->body, "sha", ""));
	struct err e;

	if (!repo_set_ref(c->repo, ref, &id, NULL, &e))
		fake_github_give_up(ref, &e);
}

static void github_new_ref(struct github_call *c)
{
	c->status = 201;
	github_put_ref(c, value_path_text(c->body, "ref", ""));
}

static void github_update_ref(struct github_call *c)
{
	github_put_ref(c, str_format(c->g->a, "refs/%s", c->rest));
}

static void github_remove_ref(struct github_call *c)
{
	char *path = str_format(c->g->a, "%s/refs/%s", c->g->path, c->rest);

	c->status = remove(path) == 0 ? 204 : 422;
	if (c->status == 422)
		github_text(c, c->answer, "message", "Reference does not exist");
}

static const struct {
	const char *method, *begins, *failing;
	void (*run)(struct github_call *c);
} operations[] = {
	{ "GET", "/git/ref/", "getRef", github_say_ref },
	{ "GET", "/compare/", "compare", github_compare_refs },
	{ "POST", "/git/commits", "commit", github_new_commit },
	{ "POST", "/git/refs", "createRef", github_new_ref },
	{ "PATCH", "/git/refs/", "updateRef", github_update_ref },
	{ "DELETE", "/git/refs/", "deleteRef", github_remove_ref },
};

/* Whether the line has this call refused once more. */
static bool github_refuses(struct github_call *c, size_t operation)
{
	const struct value *all = value_get(c->g->fail, operations[operation].failing), *one;
	int64_t status;

	if (c->g->failed[operation] >= value_count(all))
		return false;
	one = value_at(all, c->g->failed[operation]++);
	value_integer(value_get(one, "status"), &status);
	c->status = (int)status;
	github_text(c, c->answer, "message", value_path_text(one, "message", ""));
	return true;
}

void fake_github_answer(struct fake_github *g, const struct http_request *rq,
			const struct value *body, struct http_reply *reply)
{
	const char *method = rq->method ? rq->method : "GET", *path = strstr(rq->url, "/repos/");
	struct github_call c = { .g = g, .body = body, .status = 404, .answer = value_map(g->a) };
	struct err e;

	path = strchr(strchr(path + strlen("/repos/"), '/') + 1, '/');
	if (!repo_open(g->path, &c.repo, &e))
		fake_github_give_up(g->path, &e);
	for (size_t i = 0; i < COUNTOF(operations); i++) {
		if (strcmp(method, operations[i].method) != 0 ||
		    !has_prefix(path, operations[i].begins))
			continue;
		c.status = 200;
		c.rest = path + strlen(operations[i].begins);
		if (!github_refuses(&c, i))
			operations[i].run(&c);
		break;
	}
	repo_close(c.repo);
	*reply = (struct http_reply){ .status = c.status,
				      .url = rq->url,
				      .body = str_of(json_text(g->a, c.answer, 0)) };
}

struct holding {
	struct fake_github *g;
	struct value *lines;
};

static bool github_line(void *context, const struct repo_commit *commit)
{
	struct holding *h = context;
	const char *title = str_copy_n(h->g->a, commit->message, strcspn(commit->message, "\n"));

	value_append(h->g->a, h->lines,
		     value_string(h->g->a,
				  str_format(h->g->a, "%s <%s> | %s <%s> | %s", commit->author.name,
					     commit->author.email, commit->committer.name,
					     commit->committer.email, title)));
	return true;
}

const struct value *fake_github_holds(struct fake_github *g)
{
	struct value *out = value_map(g->a);
	struct list refs = { 0 };
	struct repo *repo;
	struct err e;

	if (!repo_open(g->path, &repo, &e) || !repo_refs(repo, g->a, "refs/*", &refs, &e))
		fake_github_give_up(g->path, &e);
	for (size_t i = 0; i < refs.count; i++) {
		const struct repo_ref *ref = refs.items[i];
		struct holding h = { g, value_list(g->a) };

		if (!repo_walk(repo, &(struct repo_walk){ .from = &ref->commit }, github_line, &h, &e))
			fake_github_give_up(ref->name, &e);
		value_set(g->a, out, ref->name, h.lines);
	}
	repo_close(repo);
	return out;
}
