/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps about pull requests (kargo/pr-steps.jsonl). Their repository is made from the line's
 * commits, in a folder that stands for the line's git server; their forge is one of ours that
 * answers as the line says, or GitHub's client over a list of answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge.h"
#include "forge/forge_inner.h"
#include "fake_github.h"
#include "git/repo.h"
#include "git/tree.h"
#include "model/credentials.h"
#include "step_case.h"
#include "vectors.h"

static const char git_test[] = "http://git.test", github_test[] = "http://github.test";

struct play {
	struct arena *a;
	const struct value *input;
	const char *place;      /* file:// URL that stands for the line's git server */
	struct value *calls;    /* as expect.calls */
	struct value *requests; /* {method, url, body} */
	bool used[32];
	struct fake_github github; /* of a line about github-push */
	struct value *bindings;    /* what "<local-1>" and the like turned out to be */
};

static NORETURN void give_up(const char *what, const struct err *e)
{
	fprintf(stderr, "vectors: pr-steps: %s: %s\n", what, e->message);
	exit(2);
}

static const char *replaced(struct arena *a, const char *text, const char *from, const char *to)
{
	const char *out = "", *at;

	while ((at = strstr(text, from))) {
		out = str_format(a, "%s%.*s%s", out, (int)(at - text), text, to);
		text = at + strlen(from);
	}
	return str_format(a, "%s%s", out, text);
}

/* Makes the commits in the bare repository; text gets their ids in place of <id>. */
static const char *make_commits(struct arena *a, const char *path, const struct value *commits,
				const char *text)
{
	struct repo *repo;
	struct err e;

	if (!repo_init(path, true, "main", &e) || !repo_open(path, &repo, &e))
		give_up(path, &e);
	for (size_t i = 0; i < value_count(commits); i++) {
		const struct value *c = value_at(commits, i), *files = value_get(c, "files");
		const char *branch = value_text(value_get(c, "branch"), "main");
		const char *from = value_text(value_get(c, "from"), branch);
		const char *ref = str_format(a, "refs/heads/%s", branch);
		struct repo_edit *edits = arena_array(a, value_count(files) + 1, sizeof(*edits));
		const struct repo_person dev = { "Dev", "dev@example.com", 1767225600000, 0 };
		struct repo_commit commit = { .author = dev, .committer = dev };
		struct oid parent, id;
		bool has_parent;

		has_parent = repo_ref(repo, ref, &parent, &e) ||
			     repo_ref(repo, str_format(a, "refs/heads/%s", from), &parent, &e);
		for (size_t j = 0; j < value_count(files); j++)
			edits[j] = (struct repo_edit){
				.path = files->map.members[j].key.at,
				.content = str_of(value_text(files->map.members[j].value, "")),
				.remove = value_is(files->map.members[j].value, VALUE_NULL),
			};

		const struct repo_edits all = { has_parent ? &parent : NULL, edits, value_count(files) };

		if (!repo_edit(repo, &all, &commit.tree, &e))
			give_up("edit", &e);
		commit.parents = &parent;
		commit.parent_count = has_parent;
		commit.message = value_text(value_get(c, "message"), "");
		if (!has_suffix(commit.message, "\n"))
			commit.message = str_format(a, "%s\n", commit.message);
		if (!repo_commit(repo, &commit, &id, &e) || !repo_set_ref(repo, ref, &id, NULL, &e))
			give_up("commit", &e);
		text = replaced(a, text, str_format(a, "<%s>", value_text(value_get(c, "id"), "")),
				id.hex);
	}
	repo_close(repo);
	return text;
}

static bool fake_open(struct forge *f, struct arena *a, struct err *e)
{
	(void)f, (void)a, (void)e;
	return true;
}

static const struct play *play_of(const struct forge *f)
{
	return f->options.context;
}

/* The error that the line wants of this operation. */
static bool fake_fails(struct forge *f, const char *operation, struct err *e)
{
	const struct value *forge = value_get(play_of(f)->input, "forge");
	const char *why = value_text(value_get(value_get(forge, "errors"), operation), NULL);

	if (!why)
		why = value_text(value_get(value_get(forge, "panics"), operation), NULL);
	return why ? !err_set(e, ERR_REFUSED, "%s", why) : false;
}

static struct value *fake_call(struct forge *f, const char *name)
{
	const struct play *p = play_of(f);
	struct value *call = value_map(p->a);

	value_set(p->a, call, "call", value_string(p->a, name));
	value_append(p->a, p->calls, call);
	return call;
}

static void fake_text(struct forge *f, struct value *call, const char *key, const char *text)
{
	value_set(play_of(f)->a, call, key, value_string(play_of(f)->a, text ? text : ""));
}

static bool fake_read(struct forge *f, struct arena *a, const struct value *pull,
		      struct forge_pull *out, struct err *e)
{
	int64_t number = 0;

	(void)f, (void)e;
	value_integer(value_get(pull, "number"), &number);
	*out = (struct forge_pull){
		.number = number,
		.url = forge_text(a, pull, "url"),
		.is_open = value_truth(value_get(pull, "open"), false),
		.is_merged = value_truth(value_get(pull, "merged"), false),
		.merge_commit = forge_text(a, pull, "mergeCommitSHA"),
		.head = forge_text(a, pull, "headSHA"),
		.created_at = forge_time(pull, "createdAt"),
		.source = "",
		.target = "",
		.title = "",
	};
	return true;
}

static bool fake_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
		      struct list *out, struct err *e)
{
	const struct value *list = value_path(play_of(f)->input, "forge.list");
	struct value *call = fake_call(f, "list");

	fake_text(f, call, "base", filter->target);
	fake_text(f, call, "head", filter->source);
	fake_text(f, call, "commit", filter->head);
	fake_text(f, call, "state", "");
	if (fake_fails(f, "list", e))
		return false;
	for (size_t i = 0; i < value_count(list); i++) {
		struct forge_pull *pull = arena_alloc(a, sizeof(*pull));

		fake_read(f, a, value_at(list, i), pull, e);
		list_add(a, out, pull);
	}
	return true;
}

static bool fake_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			struct value **pull, struct err *e)
{
	struct value *call = fake_call(f, "create"), *labels = value_list(play_of(f)->a);

	fake_text(f, call, "title", rq->title);
	fake_text(f, call, "description", rq->description);
	fake_text(f, call, "head", rq->source);
	fake_text(f, call, "base", rq->target);
	for (size_t i = 0; i < rq->nlabels; i++)
		value_append(play_of(f)->a, labels, value_string(play_of(f)->a, rq->labels[i]));
	if (rq->nlabels)
		value_set(play_of(f)->a, call, "labels", labels);
	if (fake_fails(f, "create", e))
		return false;
	*pull = value_copy(a, value_path(play_of(f)->input, "forge.create"));
	return true;
}

static bool fake_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		     struct err *e)
{
	struct value *call = fake_call(f, "get");

	value_set(play_of(f)->a, call, "number", value_int(play_of(f)->a, number));
	if (fake_fails(f, "get", e))
		return false;
	*pull = value_copy(a, value_path(play_of(f)->input, "forge.get"));
	return true;
}

/* A merge is one call of Kargo's interface; ours reads the pull request first, which is not noted.
 */
static bool fake_get_open(struct forge *f, struct arena *a, int64_t number, struct value **pull,
			  struct err *e)
{
	(void)f, (void)e;
	*pull = value_map(a);
	value_set(a, *pull, "number", value_int(a, number));
	value_set(a, *pull, "open", value_bool(a, true));
	return true;
}

static bool fake_merge(struct forge *f, struct arena *a, const struct value *pull,
		       struct forge_merge *out, struct err *e)
{
	struct value *call = fake_call(f, "merge");

	(void)pull;
	value_set(play_of(f)->a, call, "number", value_int(play_of(f)->a, out->pull.number));
	fake_text(f, call, "method", out->method);
	if (fake_fails(f, "merge", e))
		return false;
	if (!value_truth(value_path(play_of(f)->input, "forge.merged"), false))
		return forge_not_ready(out, "the line says so");
	return forge_was_merged(f, a, value_path(play_of(f)->input, "forge.merge"), out, e);
}

/* Kargo does not ask for reviews, and the line tells none. */
static bool fake_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			struct forge_review *out, struct err *e)
{
	(void)f;
	(void)a;
	(void)pull;
	(void)out;
	return err_set(e, ERR_NOT_FOUND, "no reviews");
}

static const struct forge_def fake = { .name = "fake",
				       .open = fake_open,
				       .find = fake_find,
				       .create = fake_create,
				       .get = fake_get,
				       .read = fake_read,
				       .review = fake_review,
				       .merge = fake_merge };
static const struct forge_def fake_merging = { .name = "fake",
					       .open = fake_open,
					       .find = fake_find,
					       .create = fake_create,
					       .get = fake_get_open,
					       .read = fake_read,
					       .review = fake_review,
					       .merge = fake_merge };

static const char *path_of(struct arena *a, const char *url)
{
	const char *path = strchr(strstr(url, "://") + 3, '/');

	return str_copy_n(a, path, strcspn(path, "?"));
}

static const struct value *answer_to(struct play *p, const char *method, const char *url)
{
	const struct value *answers = value_get(p->input, "answers"), *last = NULL;
	const char *on = str_format(p->a, "%s %s", method, path_of(p->a, url));

	for (size_t i = 0; i < value_count(answers) && i < COUNTOF(p->used); i++) {
		const char *fits = value_text(value_get(value_at(answers, i), "on"), "");

		if (*fits && strcmp(fits, on) != 0)
			continue;
		last = value_at(answers, i);
		if (!p->used[i]) {
			p->used[i] = true;
			return last;
		}
	}
	return last;
}

static bool play_send(void *context, struct arena *a, const struct http_request *rq,
		      struct http_reply *reply, struct err *e)
{
	struct play *p = context;
	const char *method = rq->method ? rq->method : "GET";
	struct value *seen = value_map(p->a), *body = value_null(p->a);
	const struct value *answer = answer_to(p, method, rq->url);
	int64_t status = answer ? 200 : 404;

	(void)e;
	if (rq->body.len && !json_parse(p->a, rq->body.at, rq->body.len, &body, e))
		give_up("request", e);
	value_set(p->a, seen, "method", value_string(p->a, method));
	value_set(p->a, seen, "url",
		  value_string(p->a, value_get(p->input, "gitHub")
					     ? rq->url
					     : replaced(p->a, replaced(p->a, rq->url, github_test, p->place),
							"head=octo%3A", "head=")));
	value_set(p->a, seen, "body", body);
	if (value_get(p->input, "gitHub")) {
		value_append(p->a, p->requests, seen);
		fake_github_answer(&p->github, rq, body, reply);
		return true;
	}
	/* Reviews and checks are gantry's own questions, for people to see. */
	if (!strstr(rq->url, "/reviews?") && !strstr(rq->url, "/check-runs?"))
		value_append(p->a, p->requests, seen);
	value_integer(value_get(answer, "status"), &status);
	*reply = (struct http_reply){
		.status = (int)status,
		.url = rq->url,
		.body = str_of(answer ? json_text(a, value_get(answer, "body"), 0)
				      : "{\"message\":\"Not Found\"}"),
	};
	return true;
}

static bool play_forge(void *context, struct arena *a, const struct forge_options *o,
		       struct forge **out, struct err *e)
{
	struct play *p = context;
	struct forge_options mine = *o;
	struct forge *f = arena_alloc(a, sizeof(*f));
	const char *why = value_text(value_path(p->input, "forge.newError"), NULL);
	struct value *call;

	mine.context = p;
	mine.send = play_send;
	if (value_get(p->input, "answers") || value_get(p->input, "gitHub")) {
		mine.url = replaced(a, o->url, p->place, github_test);
		return forge_open(a, &mine, out, e);
	}
	if (!has_prefix(o->url, p->place) && !has_prefix(o->url, git_test))
		return forge_open(a, &mine, out, e);
	f->def = strcmp(value_text(value_get(p->input, "uses"), ""), "git-merge-pr") == 0
			 ? &fake_merging
			 : &fake;
	f->options = mine;
	call = fake_call(f, "new");
	fake_text(f, call, "repoURL", o->url);
	fake_text(f, call, "token", o->token);
	value_set(p->a, call, "insecure", value_bool(p->a, o->insecure));
	if (o->provider)
		fake_text(f, call, "name", o->provider);
	if (why)
		return err_set(e, ERR_CONFIG, "%s", why);
	*out = f;
	return true;
}

static bool play_credentials(void *context, struct arena *a, const struct credentials_query *q,
			     struct credentials *out, struct err *e)
{
	const struct value *input = ((struct play *)context)->input;
	const struct value *creds = value_get(input, "creds");
	const char *why = value_text(value_get(input, "credsError"), NULL);

	(void)a, (void)q;
	if (why)
		return err_again(e, ERR_AUTH, "%s", why);
	out->username = value_text(value_get(creds, "Username"), NULL);
	out->password = value_text(value_get(creds, "Password"), NULL);
	out->ssh_key = value_text(value_get(creds, "SSHPrivateKey"), NULL);
	return true;
}

/* Texts of a call that is absent in one of them are empty. */
static bool same_call(const struct value *want, const struct value *have)
{
	for (size_t i = 0; i < value_count(want); i++) {
		const struct value *w = want->map.members[i].value;
		const struct value *h = value_get(have, want->map.members[i].key.at);

		if (value_is(w, VALUE_STRING) && !h && !w->string.len)
			continue;
		if (value_is(w, VALUE_LIST) && !value_count(w) && !h)
			continue;
		if (!value_equal(w, h))
			return false;
	}
	return true;
}

static const char *calls_differ(struct arena *a, const struct value *want, const struct play *p)
{
	if (!want)
		return NULL;
	if (value_count(want) != value_count(p->calls))
		return str_format(a, "calls %s", json_text(a, p->calls, 0));
	for (size_t i = 0; i < value_count(want); i++)
		if (!same_call(value_at(want, i), value_at(p->calls, i)))
			return str_format(a, "call %s instead of %s",
					  json_text(a, value_at(p->calls, i), 0),
					  json_text(a, value_at(want, i), 0));
	return NULL;
}

/*
 * Whether the text is what the expected one says, in which "<date>" is any, and each other mark one
 * and the same commit wherever it stands.
 */
static bool text_fits(struct play *p, const char *want, const char *have)
{
	const char *mark = strchr(want, '<'), *end = mark ? strchr(mark, '>') : NULL;
	const char *name, *known;
	size_t before;

	if (!end)
		return strcmp(want, have) == 0;
	before = (size_t)(mark - want);
	name = str_copy_n(p->a, mark, (size_t)(end - mark) + 1);
	if (strncmp(want, have, before) != 0)
		return false;
	if (strcmp(name, "<date>") == 0)
		return true;
	if (strlen(have + before) < 40)
		return false;
	known = value_text(value_get(p->bindings, name), NULL);
	if (known && strncmp(known, have + before, 40) != 0)
		return false;
	if (!known)
		value_set(p->a, p->bindings, name,
			  value_string(p->a, str_copy_n(p->a, have + before, 40)));
	return text_fits(p, end + 1, have + before + 40);
}

static bool value_fits(struct play *p, const struct value *want, const struct value *have)
{
	if (value_is(want, VALUE_STRING) && value_is(have, VALUE_STRING))
		return text_fits(p, str_text(p->a, want->string), str_text(p->a, have->string));
	if (!value_is(want, VALUE_LIST) && !value_is(want, VALUE_MAP))
		return value_equal(want, have);
	if (!have || want->kind != have->kind || value_count(want) != value_count(have))
		return false;
	for (size_t i = 0; i < value_count(want); i++) {
		bool is_map = want->kind == VALUE_MAP;
		const struct value *w = is_map ? want->map.members[i].value : value_at(want, i);
		const struct value *h = is_map ? value_get(have, want->map.members[i].key.at)
					       : value_at(have, i);

		if (!value_fits(p, w, h))
			return false;
	}
	return true;
}

static const char *requests_differ(struct arena *a, const struct value *want, struct play *p)
{
	static const char *const fields[] = { "method", "url", "body" };

	for (size_t i = 0; i < value_count(want) && i < value_count(p->requests); i++)
		for (size_t j = 0; j < COUNTOF(fields); j++) {
			const struct value *w = value_get(value_at(want, i), fields[j]);
			const struct value *h = value_get(value_at(p->requests, i), fields[j]);

			if (!w && value_is(h, VALUE_NULL))
				continue;
			if (!value_fits(p, w, h))
				return str_format(a, "request %s",
						  json_text(a, value_at(p->requests, i), 0));
		}
	return value_count(want) == value_count(p->requests) ? NULL : "another number of requests";
}

static const char *result_differs(struct step_case *c, struct play *p)
{
	const struct value *expect = value_get(c->line, "expect");
	const char *status = value_text(value_get(expect, "status"),
					value_text(value_get(c->line, "status"), ""));
	const char *after = value_text(value_get(expect, "retryAfter"), NULL);
	const struct value *output = value_get(expect, "output");
	int64_t ns;

	if (strcmp(step_status_name(c->result.status), status) != 0)
		return str_format(c->arena, "status %s (%s)", step_status_name(c->result.status),
				  c->fine ? "fine" : c->e.message);
	if (value_get(c->line, "error"))
		return c->fine ? "an error is expected" : NULL;
	if (!c->fine)
		return c->e.message;
	if (value_count(output) + value_count(c->result.output) &&
	    !value_fits(p, output, c->result.output))
		return str_format(c->arena, "output %s", json_text(c->arena, c->result.output, 0));
	if (after && (!duration_parse(after, &ns) || ns / 1000000 != c->result.retry_after))
		return str_format(c->arena, "asked again after %lld ms",
				  (long long)c->result.retry_after);
	return NULL;
}

/*
 * Lines without the mark where ours is what was meant: a title is a line of text and not an empty
 * one or one with a carriage return; a number stays the number it is; a forge that is down for a
 * moment has not decided anything, so the step waits.
 */
static bool is_meant(const struct step_case *c)
{
	static const char *const lines[] = { "open/message leading newline", "open/message crlf",
					     "open/existing big number" };
	const char *name = value_text(value_get(c->line, "name"), "");

	if (has_prefix(name, "github/merge get 500"))
		return !c->fine && c->e.again && c->result.status == STEP_ERRORED;
	for (size_t i = 0; i < COUNTOF(lines); i++)
		if (has_prefix(name, lines[i]))
			return c->fine && c->result.status == STEP_SUCCEEDED;
	return false;
}

/* A bad interval is refused before anything is asked; what crashes there is an error here. */
static bool is_better(const struct step_case *c)
{
	const char *why = value_text(value_get(c->line, "why"), "");

	if (strstr(why, "interval"))
		return !c->fine && c->result.status == STEP_FAILED;
	return strstr(why, "crashes") && !c->fine;
}

/* What the branches of the fake GitHub hold afterwards. */
static const char *server_differs(struct step_case *c, struct play *p)
{
	const struct value *want = value_path(c->line, "expect.server"), *have;

	want = want ? want : value_get(c->line, "server");
	if (!value_get(p->input, "gitHub") || !want)
		return NULL;
	have = fake_github_holds(&p->github);
	return value_equal(want, have)
		       ? NULL
		       : str_format(c->arena, "GitHub holds %s", json_text(c->arena, have, 0));
}

static void judge(struct vectors *v, struct step_case *c, struct play *p)
{
	const struct value *expect = value_get(c->line, "expect");
	const struct value *calls = value_get(expect, "calls");
	const struct value *requests = value_get(expect, "requests");
	const char *wrong = result_differs(c, p);

	if (value_truth(value_get(c->line, "bug"), false) || (wrong && is_meant(c)) ||
	    (!wrong && calls_differ(c->arena, calls, p) && is_meant(c))) {
		if (is_better(c) || is_meant(c))
			vectors_better(v);
		else
			vectors_case(v, false, "%s: not what was meant",
				     value_text(value_get(c->line, "name"), "?"));
		return;
	}
	if (!wrong)
		wrong = calls_differ(c->arena, calls ? calls : value_get(c->line, "calls"), p);
	if (!wrong)
		wrong = requests_differ(c->arena,
					requests ? requests : value_get(c->line, "requests"), p);
	if (!wrong)
		wrong = server_differs(c, p);
	vectors_case(v, !wrong, "%s: %s", value_text(value_get(c->line, "name"), "?"),
		     wrong ? wrong : "");
}

/* The steps that the line has run before its own, in the same work directory. */
static void run_before(struct step_case *c)
{
	const struct value *before = value_get(c->input, "before");

	for (size_t i = 0; i < value_count(before); i++) {
		struct step_case earlier = *c;

		earlier.input = value_at(before, i);
		earlier.subject.alias = value_path_text(earlier.input, "alias", "");
		earlier.def = step_find(value_path_text(earlier.input, "kind", ""));
		step_case_run(&earlier);
		if (!earlier.fine)
			give_up(earlier.subject.alias, &earlier.e);
	}
}

/* The user's git finds the line's GitHub in its folder. */
static void lead_github_to(struct arena *a, const char *place)
{
	const char *text = str_format(a, "[url \"%s\"]\n\tinsteadOf = %s\n", place, github_test);
	struct err e;

	if (!file_write(path_join(a, getenv("HOME"), ".gitconfig"), text, strlen(text), 0600, &e))
		give_up(".gitconfig", &e);
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const struct value *in = value_get(line, "input");
	const char *name = value_text(value_get(in, "repo"), "/octo/app.git");
	struct play p = { .a = a, .calls = value_list(a), .requests = value_list(a),
			  .bindings = value_map(a) };
	bool is_push = value_get(in, "gitHub") != NULL;
	const char *folder, *text = json_text(a, line, 0);
	struct step_case c;
	struct value *mine;
	struct err e;

	(void)context;
	if (!folder_temporary(a, "gantry-vectors-", &folder, &e))
		give_up("folder", &e);
	p.place = str_format(a, "file://%s", folder);
	text = make_commits(a, str_format(a, "%s%s", folder, name), value_get(in, "commits"), text);
	p.github = (struct fake_github){ .a = a,
					 .path = str_format(a, "%s%s", folder, name),
					 .fail = value_path(in, "gitHub.fail") };
	lead_github_to(a, p.place);
	text = replaced(a, text, git_test, p.place);
	if (!is_push)
		text = replaced(a, text, github_test, p.place);
	if (!json_parse(a, text, strlen(text), &mine, &e))
		give_up("line", &e);
	step_case_open(&c, v, a, mine);
	p.input = c.input;
	c.services.context = &p;
	c.services.forge = play_forge;
	c.services.credentials = play_credentials;
	c.services.mirrors = path_join(a, folder, "mirrors");
	c.subject.started_at = 1767312000000; /* after the line's commits */
	c.subject.alias = value_text(value_get(c.input, "alias"), "step-1");
	c.subject.ui_base_url = value_text(value_get(c.input, "uiBaseURL"), NULL);
	run_before(&c);
	step_case_run(&c);
	judge(v, &c, &p);
	step_case_close(&c);
	if (!folder_remove(folder, &e))
		give_up(folder, &e);
}

void vectors_pr_steps(struct vectors *v)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *home;
	struct err e;

	/* Before libgit2 starts, which remembers where the settings are. */
	if (!folder_temporary(a, "gantry-vectors-", &home, &e) || setenv("HOME", home, 1))
		give_up("HOME", &e);
	vectors_lines(v, "kargo/pr-steps.jsonl", one, NULL);
	if (!folder_remove(home, &e))
		give_up(home, &e);
}
