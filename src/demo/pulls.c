/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each is an object of one list, which is the file, too: while one is open, what its branches hold is
 * read from the repository at each look; its end freezes that.
 */
#include "demo/pulls.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "demo/json_tree.h"
#include "git/remote.h"
#include "git/repo.h"

enum { LARGEST_FILE = 4 << 20, MOST_PULLS = 1000 };

struct pulls {
	struct pulls_options o;         /* texts are copies */
	struct arena *a;
	const char *url;
	pthread_mutex_t lock;
	struct cJSON *all;              /* a list, oldest first; its numbers are 1, 2, 3, … */
};

/* One call: the lock is held, and the repository open. */
struct pulls_call {
	struct pulls *p;
	struct arena *a;
	struct repo *repo;
};

static struct repo_person pulls_person(int64_t now)
{
	return (struct repo_person){ .name = "gantry demo", .email = "demo@localhost", .time = now };
}

bool pulls_open(struct pulls **out, const struct pulls_options *o, struct err *e)
{
	struct pulls *p = xmalloc(sizeof(*p));
	struct str text;
	struct err none;

	assert(o->repository);
	*p = (struct pulls){ .a = arena_new() };
	p->o.repository = str_copy(p->a, o->repository);
	p->o.file = str_copy(p->a, o->file);
	p->url = "";
	pthread_mutex_init(&p->lock, NULL);
	if (o->file && file_read(p->a, o->file, LARGEST_FILE, &text, &none))
		p->all = json_tree_parse(p->a, text);
	if (p->all && !cJSON_IsArray(p->all)) {
		pulls_free(p);
		return err_set(e, ERR_CONFIG, "%s is no list of pull requests", o->file);
	}
	if (!p->all)
		p->all = cJSON_CreateArray();
	*out = p;
	return true;
}

void pulls_set_url(struct pulls *p, const char *url)
{
	pthread_mutex_lock(&p->lock);
	p->url = str_copy(p->a, url);
	pthread_mutex_unlock(&p->lock);
}

void pulls_free(struct pulls *p)
{
	if (!p)
		return;
	cJSON_Delete(p->all);
	pthread_mutex_destroy(&p->lock);
	arena_free(p->a);
	free(p);
}

static bool pulls_begin(struct pulls *p, struct pulls_call *c)
{
	struct err e;

	pthread_mutex_lock(&p->lock);
	*c = (struct pulls_call){ .p = p, .a = arena_new() };
	return repo_open(p->o.repository, &c->repo, &e);
}

static int pulls_end(struct pulls_call *c, int status)
{
	repo_close(c->repo);
	arena_free(c->a);
	pthread_mutex_unlock(&c->p->lock);
	return status;
}

/* What cannot be kept is told again by the repository but for the numbers: nothing is lost. */
static void pulls_keep(struct pulls_call *c)
{
	const char *text = json_tree_print(c->a, c->p->all);
	struct err ignored;

	if (c->p->o.file && !file_replace(c->p->o.file, text, strlen(text), 0600, &ignored))
		return;
}

static struct cJSON *pulls_find(const struct pulls_call *c, int number)
{
	return number > 0 ? cJSON_GetArrayItem(c->p->all, number - 1) : NULL;
}

static bool pull_is(const struct cJSON *pull, const char *state)
{
	return strcmp(json_tree_text(pull, "state", ""), state) == 0;
}

static bool pulls_tip(const struct pulls_call *c, const char *branch, struct oid *id)
{
	struct err none;

	return *branch && repo_ref(c->repo, str_format(c->a, "refs/heads/%s", branch), id, &none);
}

/* A merge of both branches as they are now, referred to by nothing. */
static bool pulls_try(struct pulls_call *c, const struct cJSON *pull, struct repo_merge *m,
		      struct oid *made)
{
	const char *head = json_tree_text(pull, "head.ref", "");
	const char *base = json_tree_text(pull, "base.ref", "");
	struct err none;
	int64_t now;

	if (!clock_parse(json_tree_text(pull, "created_at", ""), &now))
		now = clock_now();
	m->by = pulls_person(now);
	m->message = str_format(c->a, "Merge pull request '%s' (#%d) from %s into %s\n",
				json_tree_text(pull, "title", ""),
				json_tree_at(pull, "number")->valueint, head, base);
	return pulls_tip(c, head, &m->theirs) && pulls_tip(c, base, &m->ours) &&
	       repo_merge(c->repo, m, made, &none);
}

/* Brings what follows from the branches up to date. */
static void pulls_look(struct pulls_call *c, struct cJSON *pull)
{
	static const char *const sides[] = { "head", "base" };
	struct repo_merge m;
	struct oid id;

	if (!pull_is(pull, "open"))
		return;
	for (size_t i = 0; i < COUNTOF(sides); i++) {
		struct cJSON *side = json_tree_at(pull, sides[i]);

		if (pulls_tip(c, json_tree_text(side, "ref", ""), &id))
			json_tree_set_text(side, "sha", id.hex);
	}
	json_tree_set(pull, "mergeable", cJSON_CreateBool(pulls_try(c, pull, &m, &id)));
}

/* As it is told: without what is kept with it. */
static struct cJSON *pulls_told(struct pulls_call *c, struct cJSON *pull)
{
	const char *page = str_format(c->a, "%s/pulls/%d", c->p->url,
				      json_tree_at(pull, "number")->valueint);
	struct cJSON *out;

	pulls_look(c, pull);
	out = cJSON_Duplicate(pull, true);
	json_tree_set_text(out, "url", page);
	json_tree_set_text(out, "html_url", page);
	json_tree_set(out, "comments",
		      cJSON_CreateNumber(cJSON_GetArraySize(json_tree_at(pull, "comments"))));
	return out;
}

struct cJSON *pulls_list(struct pulls *p, const char *state)
{
	struct cJSON *out = cJSON_CreateArray(), *pull;
	struct pulls_call c;

	if (pulls_begin(p, &c))
		cJSON_ArrayForEach(pull, p->all)
			if (strcmp(state, "all") == 0 || pull_is(pull, state))
				cJSON_InsertItemInArray(out, 0, pulls_told(&c, pull));
	pulls_end(&c, 200);
	return out;
}

static void pulls_add_side(struct cJSON *pull, const char *side, const char *branch)
{
	struct cJSON *v = cJSON_AddObjectToObject(pull, side);

	json_tree_set_text(v, "label", branch);
	json_tree_set_text(v, "ref", branch);
	json_tree_set_text(v, "sha", "");
}

static struct cJSON *pulls_user(void)
{
	struct cJSON *v = cJSON_CreateObject();

	cJSON_AddNumberToObject(v, "id", 1);
	json_tree_set_text(v, "login", "demo");
	return v;
}

static struct cJSON *pulls_new(struct pulls_call *c, const struct cJSON *asked)
{
	static const char *const nulls[] = { "merge_commit_sha", "merged_at", "closed_at" };
	int number = cJSON_GetArraySize(c->p->all) + 1;
	struct cJSON *v = cJSON_CreateObject();

	cJSON_AddNumberToObject(v, "id", number);
	cJSON_AddNumberToObject(v, "number", number);
	json_tree_set_text(v, "title", json_tree_text(asked, "title", ""));
	json_tree_set_text(v, "body", json_tree_text(asked, "body", ""));
	json_tree_set_text(v, "state", "open");
	cJSON_AddFalseToObject(v, "draft");
	cJSON_AddFalseToObject(v, "merged");
	cJSON_AddFalseToObject(v, "mergeable");
	for (size_t i = 0; i < COUNTOF(nulls); i++)
		cJSON_AddNullToObject(v, nulls[i]);
	json_tree_set_text(v, "created_at", clock_rfc3339(c->a, clock_now()));
	json_tree_set_text(v, "updated_at", json_tree_text(v, "created_at", ""));
	json_tree_set(v, "user", pulls_user());
	cJSON_AddArrayToObject(v, "labels");
	cJSON_AddArrayToObject(v, "comments");
	pulls_add_side(v, "head", json_tree_text(asked, "head", ""));
	pulls_add_side(v, "base", json_tree_text(asked, "base", ""));
	return v;
}

static bool pulls_has_open(struct pulls_call *c, const char *head, const char *base)
{
	struct cJSON *pull;

	cJSON_ArrayForEach(pull, c->p->all)
		if (pull_is(pull, "open") && strcmp(json_tree_text(pull, "head.ref", ""), head) == 0 &&
		    strcmp(json_tree_text(pull, "base.ref", ""), base) == 0)
			return true;
	return false;
}

static int pulls_try_create(struct pulls_call *c, const struct cJSON *asked, struct cJSON **out)
{
	const char *head = json_tree_text(asked, "head", ""), *base = json_tree_text(asked, "base", "");
	struct cJSON *pull;
	struct oid id;

	if (!*json_tree_text(asked, "title", "") || cJSON_GetArraySize(c->p->all) >= MOST_PULLS)
		return 422;
	if (!pulls_tip(c, head, &id) || !pulls_tip(c, base, &id))
		return 404;
	if (pulls_has_open(c, head, base))
		return 409;
	pull = pulls_new(c, asked);
	cJSON_AddItemToArray(c->p->all, pull);
	*out = pulls_told(c, pull);
	pulls_keep(c);
	return 201;
}

int pulls_create(struct pulls *p, const struct cJSON *asked, struct cJSON **out)
{
	struct pulls_call c;

	return pulls_end(&c, pulls_begin(p, &c) ? pulls_try_create(&c, asked, out) : 500);
}

int pulls_get(struct pulls *p, int number, struct cJSON **out)
{
	struct pulls_call c;
	struct cJSON *pull = pulls_begin(p, &c) ? pulls_find(&c, number) : NULL;

	if (pull)
		*out = pulls_told(&c, pull);
	return pulls_end(&c, pull ? 200 : 404);
}

static void pulls_set_state(struct pulls_call *c, struct cJSON *pull, const char *state)
{
	const char *now = clock_rfc3339(c->a, clock_now());

	if (pull_is(pull, state))
		return;
	pulls_look(c, pull);
	json_tree_set_text(pull, "state", state);
	json_tree_set_text(pull, "updated_at", now);
	json_tree_set(pull, "closed_at",
		      pull_is(pull, "closed") ? cJSON_CreateString(now) : cJSON_CreateNull());
	pulls_keep(c);
}

int pulls_edit(struct pulls *p, int number, const struct cJSON *asked, struct cJSON **out)
{
	const char *state = json_tree_text(asked, "state", "");
	struct pulls_call c;
	struct cJSON *pull = pulls_begin(p, &c) ? pulls_find(&c, number) : NULL;

	if (!pull)
		return pulls_end(&c, 404);
	if (*state && cJSON_IsTrue(json_tree_at(pull, "merged")))
		return pulls_end(&c, 412);
	if (strcmp(state, "open") == 0 || strcmp(state, "closed") == 0)
		pulls_set_state(&c, pull, state);
	*out = pulls_told(&c, pull);
	return pulls_end(&c, 201);
}

/* The commit that is to be on top of the target; a squash has but one parent. */
static bool pulls_make_commit(struct pulls_call *c, const struct repo_merge *m, bool squash,
			      struct oid *made)
{
	struct repo_commit merged;
	struct err none;

	if (!repo_read_commit(c->repo, c->a, made, &merged, &none))
		return false;
	merged.author = merged.committer = pulls_person(clock_now());
	merged.message = m->message;
	if (squash)
		merged.parent_count = 1;
	return repo_commit(c->repo, &merged, made, &none);
}

static int pulls_try_merge(struct pulls_call *c, struct cJSON *pull, const char *how)
{
	static const char *const others[] = { "rebase", "rebase-merge", "fast-forward-only",
					      "manually-merged" };
	bool squash = strcmp(how, "squash") == 0;
	struct repo_merge m;
	struct oid made;
	struct err none;

	for (size_t i = 0; i < COUNTOF(others); i++)
		if (strcmp(how, others[i]) == 0)
			return 405;
	if (!squash && strcmp(how, "merge") != 0)
		return 422;
	if (!pull_is(pull, "open"))
		return cJSON_IsTrue(json_tree_at(pull, "merged")) ? 405 : 404;
	if (!pulls_try(c, pull, &m, &made) || !pulls_make_commit(c, &m, squash, &made) ||
	    !repo_set_ref(c->repo,
			  str_format(c->a, "refs/heads/%s", json_tree_text(pull, "base.ref", "")),
			  &made, &m.ours, &none))
		return 405;
	pulls_set_state(c, pull, "closed");
	json_tree_set(pull, "merged", cJSON_CreateTrue());
	json_tree_set_text(pull, "merged_at", json_tree_text(pull, "closed_at", ""));
	json_tree_set_text(pull, "merge_commit_sha", made.hex);
	pulls_keep(c);
	return 200;
}

int pulls_merge(struct pulls *p, int number, const struct cJSON *asked)
{
	struct pulls_call c;
	struct cJSON *pull = pulls_begin(p, &c) ? pulls_find(&c, number) : NULL;

	return pulls_end(&c, pull ? pulls_try_merge(&c, pull, json_tree_text(asked, "Do", "")) : 404);
}

int pulls_comments(struct pulls *p, int number, struct cJSON **out)
{
	struct pulls_call c;
	struct cJSON *pull = pulls_begin(p, &c) ? pulls_find(&c, number) : NULL;

	if (pull)
		*out = cJSON_Duplicate(json_tree_at(pull, "comments"), true);
	return pulls_end(&c, pull ? 200 : 404);
}

int pulls_comment(struct pulls *p, int number, const struct cJSON *asked, struct cJSON **out)
{
	struct pulls_call c;
	struct cJSON *pull = pulls_begin(p, &c) ? pulls_find(&c, number) : NULL, *comments, *one;

	if (!pull)
		return pulls_end(&c, 404);
	comments = json_tree_at(pull, "comments");
	one = cJSON_CreateObject();
	cJSON_AddNumberToObject(one, "id", cJSON_GetArraySize(comments) + 1);
	json_tree_set_text(one, "body", json_tree_text(asked, "body", ""));
	json_tree_set(one, "user", pulls_user());
	cJSON_AddItemToArray(comments, one);
	*out = cJSON_Duplicate(one, true);
	pulls_keep(&c);
	return pulls_end(&c, 201);
}

int pulls_branch(struct pulls *p, const char *name, struct cJSON **out)
{
	struct pulls_call c;
	struct oid id;
	bool found = pulls_begin(p, &c) && pulls_tip(&c, name, &id);

	if (found) {
		*out = cJSON_CreateObject();
		json_tree_set_text(*out, "name", name);
		json_tree_set_text(cJSON_AddObjectToObject(*out, "commit"), "id", id.hex);
		cJSON_AddFalseToObject(*out, "protected");
		cJSON_AddNumberToObject(*out, "required_approvals", 0);
	}
	return pulls_end(&c, found ? 200 : 404);
}

int pulls_delete_branch(struct pulls *p, const char *name)
{
	const struct remote_access access = { 0 };
	struct pulls_call c;
	struct oid id;
	struct err none;
	int status = pulls_begin(p, &c) && pulls_tip(&c, name, &id) ? 204 : 404;

	if (status == 204) {
		const struct remote_push gone = { .target = str_format(c.a, "refs/heads/%s", name) };
		const struct remote to = { str_format(c.a, "file://%s", p->o.repository), &access };

		if (!remote_push(c.repo, &to, &gone, 1, &none))
			status = 500;
	}
	return pulls_end(&c, status);
}
