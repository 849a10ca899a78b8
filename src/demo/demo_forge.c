/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table of calls; each is a few lines over pulls.h. That they answer as Gitea does is checked by
 * tests/peers/gitea_contract.sh, which asks both the same.
 */
#include "demo/demo_forge.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "demo/json_tree.h"
#include "demo/pulls.h"
#include "net/server.h"

#define REPOSITORY "/demo/gitops"
#define API "/api/v1"
#define VERSION "1.26.0"

struct demo_forge {
	struct arena *a;
	struct server *server;
	struct pulls *pulls;
	const char *url;
};

const char *demo_forge_token(void)
{
	return "demo0demo0demo0demo0demo0demo0demo0demo0";
}

/* One call: what was asked, and what is answered. */
struct forge_call_made {
	struct pulls *pulls;
	struct arena *a;
	const struct server_request *rq;
	const struct cJSON *body;       /* NULL: none */
	int number;                     /* in the path; 0: none */
	const char *rest;               /* of the path, where the call takes one */
	struct cJSON *answer;           /* NULL: an empty body */
};

static int forge_serve_version(struct forge_call_made *c)
{
	c->answer = cJSON_CreateObject();
	json_tree_set_text(c->answer, "version", VERSION);
	return 200;
}

static int serve_pulls(struct forge_call_made *c)
{
	const char *state = server_parameter(c->a, c->rq, "state");

	c->answer = pulls_list(c->pulls, state ? state : "open");
	return 200;
}

static int serve_create(struct forge_call_made *c)
{
	return pulls_create(c->pulls, c->body, &c->answer);
}

static int serve_pull(struct forge_call_made *c)
{
	return pulls_get(c->pulls, c->number, &c->answer);
}

static int serve_edit(struct forge_call_made *c)
{
	return pulls_edit(c->pulls, c->number, c->body, &c->answer);
}

static int serve_merge(struct forge_call_made *c)
{
	return pulls_merge(c->pulls, c->number, c->body);
}

/* Nobody reviews here. */
static int serve_reviews(struct forge_call_made *c)
{
	int status = pulls_get(c->pulls, c->number, &c->answer);

	if (status == 200) {
		cJSON_Delete(c->answer);
		c->answer = cJSON_CreateArray();
	}
	return status;
}

static int serve_comments(struct forge_call_made *c)
{
	return pulls_comments(c->pulls, c->number, &c->answer);
}

static int serve_comment(struct forge_call_made *c)
{
	return pulls_comment(c->pulls, c->number, c->body, &c->answer);
}

static int serve_branch(struct forge_call_made *c)
{
	return pulls_branch(c->pulls, c->rest, &c->answer);
}

static int serve_delete_branch(struct forge_call_made *c)
{
	return pulls_delete_branch(c->pulls, c->rest);
}

/* No machine checks anything here. */
static int serve_status(struct forge_call_made *c)
{
	c->answer = cJSON_CreateObject();
	json_tree_set_text(c->answer, "state", "");
	cJSON_AddNumberToObject(c->answer, "total_count", 0);
	cJSON_AddArrayToObject(c->answer, "statuses");
	return 200;
}

static int serve_labels(struct forge_call_made *c)
{
	c->answer = cJSON_CreateArray();
	return 200;
}

/* "#" is a number, "*" the rest of the path. */
static const struct {
	const char *method, *path;
	int (*serve)(struct forge_call_made *c);
} calls[] = {
	{ "GET", "/pulls", serve_pulls },
	{ "POST", "/pulls", serve_create },
	{ "GET", "/pulls/#", serve_pull },
	{ "PATCH", "/pulls/#", serve_edit },
	{ "POST", "/pulls/#/merge", serve_merge },
	{ "GET", "/pulls/#/reviews", serve_reviews },
	{ "GET", "/issues/#/comments", serve_comments },
	{ "POST", "/issues/#/comments", serve_comment },
	{ "GET", "/commits/*", serve_status },
	{ "GET", "/branches/*", serve_branch },
	{ "DELETE", "/branches/*", serve_delete_branch },
	{ "GET", "/labels", serve_labels },
};

static bool path_fits(const char *pattern, const char *path, struct forge_call_made *c)
{
	for (; *pattern; pattern++) {
		char *end;

		if (*pattern == '*') {
			c->rest = path;
			return *path != '\0';
		}
		if (*pattern != '#') {
			if (*pattern != *path++)
				return false;
			continue;
		}
		c->number = *path >= '1' && *path <= '9' ? (int)strtol(path, &end, 10) : 0;
		if (!c->number)
			return false;
		path = end;
	}
	return !*path;
}

static bool may_write(const struct server_request *rq)
{
	const char *auth = server_header(rq, "Authorization");

	return auth && strchr(auth, ' ') && strcmp(strchr(auth, ' ') + 1, demo_forge_token()) == 0;
}

static int demo_forge_route(struct forge_call_made *c, const char *path)
{
	bool is_read = strcmp(c->rq->method, "GET") == 0;

	if (is_read && strcmp(path, "/version") == 0)
		return forge_serve_version(c);
	if (!has_prefix(path, "/repos" REPOSITORY))
		return 404;
	path += strlen("/repos" REPOSITORY);
	if (!is_read && !may_write(c->rq))
		return 401;
	if (c->rq->body.len && !c->body)
		return 422;
	for (size_t i = 0; i < COUNTOF(calls); i++)
		if (strcmp(calls[i].method, c->rq->method) == 0 &&
		    path_fits(calls[i].path, path, c))
			return calls[i].serve(c);
	return 404;
}

/* What a refusal says; the words that clients look for are Gitea's. */
static const char *demo_forge_words(int status)
{
	switch (status) {
	case 401: return "token is required";
	case 404: return "The target couldn't be found.";
	case 405: return "Please try again later";
	case 409: return "pull request already exists for these targets";
	case 412: return "cannot change state of this pull request, it was already merged";
	default: return "invalid request";
	}
}

/* For people who follow a link: what the pull request is, and what can be done with it. */
static int demo_forge_page(const struct demo_forge *f, struct arena *a, int number,
			   struct server_reply *reply)
{
	AUTO(json_tree) struct cJSON *pull = NULL;
	int status = pulls_get(f->pulls, number, &pull);
	bool merged = cJSON_IsTrue(json_tree_at(pull, "merged"));

	reply->type = "text/plain; charset=utf-8";
	reply->body = str_of("Not found.\n");
	if (status != 200)
		return status;
	reply->body = str_of(str_format(
		a, "#%d %s\n\n%s\nfrom %s\ninto %s\n\nThis is gantry's demonstration. %s\n", number,
		json_tree_text(pull, "title", ""), merged ? "merged" : json_tree_text(pull, "state", ""),
		json_tree_text(pull, "head.ref", ""), json_tree_text(pull, "base.ref", ""),
		merged ? "Production follows." : "In gantry, m on its promotion merges it."));
	return 200;
}

static void demo_forge_handle(void *context, struct arena *a, const struct server_request *rq,
			      struct server_reply *reply)
{
	const struct demo_forge *f = context;
	AUTO(json_tree) struct cJSON *body = rq->body.len ? json_tree_parse(a, rq->body) : NULL;
	struct forge_call_made c = { .pulls = f->pulls, .a = a, .rq = rq, .body = body };
	AUTO(json_tree) struct cJSON *answer = NULL;

	if (path_fits(REPOSITORY "/pulls/#", rq->path, &c)) {
		reply->status = demo_forge_page(f, a, c.number, reply);
		return;
	}
	reply->status = has_prefix(rq->path, API "/")
				? demo_forge_route(&c, rq->path + strlen(API))
				: 404;
	answer = c.answer;
	if (reply->status >= 400 && !answer) {
		answer = cJSON_CreateObject();
		json_tree_set_text(answer, "message", demo_forge_words(reply->status));
	}
	if (!answer)
		return;
	reply->type = "application/json;charset=utf-8";
	reply->body = str_of(json_tree_print(a, answer));
}

bool demo_forge_start(struct demo_forge **out, const struct demo_forge_options *o, struct err *e)
{
	struct demo_forge *f = xmalloc(sizeof(*f));
	struct server_options so = { .port = o->port };
	struct pulls_options po = { .repository = o->repository, .file = o->file };

	*f = (struct demo_forge){ .a = arena_new() };
	if (!pulls_open(&f->pulls, &po, e) ||
	    !server_start(&f->server, &so, demo_forge_handle, f, e)) {
		demo_forge_stop(f);
		return err_wrap(e, "the forge");
	}
	f->url = str_format(f->a, "http://127.0.0.1:%u" REPOSITORY, server_port(f->server));
	pulls_set_url(f->pulls, f->url);
	*out = f;
	return true;
}

void demo_forge_stop(struct demo_forge *f)
{
	if (!f)
		return;
	server_stop(f->server);
	pulls_free(f->pulls);
	arena_free(f->a);
	free(f);
}

const char *demo_forge_url(const struct demo_forge *f)
{
	return f->url;
}

unsigned demo_forge_port(const struct demo_forge *f)
{
	return server_port(f->server);
}
