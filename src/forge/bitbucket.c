/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bitbucket Cloud: API 2.0, which lives at one address; a repository elsewhere is refused, so that
 * its token goes nowhere else. Bitbucket shortens commits to twelve digits.
 */
#include "forge/forge_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"

enum { SHORTEST_COMMIT = 7 };

static bool bitbucket_is_at(const char *host)
{
	static const char site[] = "bitbucket.org";
	size_t len = strlen(site);

	return strncmp(host, site, len) == 0 && (host[len] == '\0' || host[len] == ':');
}

static bool bitbucket_open(struct forge *f, struct arena *a, struct err *e)
{
	if (!forge_owner_and_name(f, a, e))
		return false;
	if (!bitbucket_is_at(f->address.host))
		return err_set(e, ERR_CONFIG,
			       "%s is not at bitbucket.org: only Bitbucket Cloud is known",
			       f->address.normal);
	f->base = "https://api.bitbucket.org/2.0";
	if (f->options.token)
		forge_add_header(f, "Authorization", str_format(a, "Bearer %s", f->options.token));
	return true;
}

static const char *bitbucket_path(const struct forge *f, struct arena *a, const char *rest)
{
	return str_format(a, "/repositories/%s/%s%s", f->owner, f->repo, rest);
}

static const char *bitbucket_pull_path(const struct forge *f, struct arena *a, int64_t number,
				       const char *rest)
{
	return str_format(a, "/repositories/%s/%s/pullrequests/%lld%s", f->owner, f->repo,
			  (long long)number, rest);
}

static bool bitbucket_read(struct forge *f, struct arena *a, const struct value *pull,
			   struct forge_pull *out, struct err *e)
{
	const char *state = forge_text(a, pull, "state");
	int64_t number;

	if (!forge_number(pull, "id", &number, e))
		return false;
	*out = (struct forge_pull){
		.number = number,
		.url = forge_text(a, pull, "links.html.href"),
		.is_open = strcmp(state, "OPEN") == 0,
		.is_merged = strcmp(state, "MERGED") == 0,
		.is_draft = value_truth(value_get(pull, "draft"), false),
		.title = forge_text(a, pull, "title"),
		.source = forge_text(a, pull, "source.branch.name"),
		.target = forge_text(a, pull, "destination.branch.name"),
		.head = forge_text(a, pull, "source.commit.hash"),
		.merge_commit = forge_text(a, pull, "merge_commit.hash"),
		.created_at = forge_time(pull, "created_on"),
	};
	out->ready = out->is_draft ? FORGE_DRAFT : FORGE_READY;
	if (!*out->url)
		out->url =
			str_format(a, "%s/pull-requests/%lld", forge_site(f, a), (long long)number);
	return true;
}

/* The whole commit that a shortened one stands for; what is whole or absent stays as it is. */
static bool bitbucket_whole(struct forge *f, struct arena *a, const char *commit,
			    const char **whole, struct err *e)
{
	const struct forge_call call = {
		"GET", bitbucket_path(f, a, str_format(a, "/commit/%s", forge_segment(a, commit))),
		NULL, false, VALUE_MAP
	};
	struct forge_answer answer;

	if (!*commit || strlen(commit) == 40) {
		*whole = commit;
		return true;
	}
	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*whole = forge_text(a, answer.body, "hash");
	return true;
}

/* Puts the whole merge commit into a record. */
static bool bitbucket_lengthen(struct forge *f, struct arena *a, struct value *pull, struct err *e)
{
	struct value *merge = value_get(pull, "merge_commit");
	const char *whole;

	if (!bitbucket_whole(f, a, forge_text(a, merge, "hash"), &whole, e))
		return false;
	if (*whole)
		value_set(a, merge, "hash", value_string(a, whole));
	return true;
}

static bool one_shortens_the_other(const char *one, const char *other)
{
	size_t n = strlen(one) < strlen(other) ? strlen(one) : strlen(other);

	return n >= SHORTEST_COMMIT && strncmp(one, other, n) == 0;
}

static bool bitbucket_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
			   struct list *out, struct err *e)
{
	static const char *const states[] = {
		"state=OPEN", "state=MERGED&state=DECLINED&state=SUPERSEDED",
		"state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED"
	};
	struct forge_filter branches = *filter;
	const struct forge_listing listing = {
		bitbucket_path(f, a, str_format(a, "/pullrequests?%s", states[filter->state])),
		"values", &branches
	};
	struct list all = { 0 };

	branches.head = NULL;
	if (!forge_pages(f, a, &listing, &all, e))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct forge_pull *pull = all.items[i];

		if (filter->head && !one_shortens_the_other(filter->head, pull->head))
			continue;
		if (!bitbucket_whole(f, a, pull->merge_commit, &pull->merge_commit, e))
			return false;
		list_add(a, out, pull);
	}
	return true;
}

static struct value *bitbucket_branch(struct arena *a, const char *name)
{
	struct value *side = value_map(a), *branch = value_map(a);

	value_set(a, branch, "name", value_string(a, name));
	value_set(a, side, "branch", branch);
	return side;
}

static bool bitbucket_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			     struct value **pull, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "type", value_string(a, "pullrequest"));
	value_set(a, body, "title", value_string(a, rq->title));
	if (*rq->description)
		value_set(a, body, "description", value_string(a, rq->description));
	value_set(a, body, "source", bitbucket_branch(a, rq->source));
	value_set(a, body, "destination", bitbucket_branch(a, rq->target));

	const struct forge_call call = { "POST", bitbucket_path(f, a, "/pullrequests"), body, false,
					 VALUE_MAP };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status != 201)
		return err_set(e, ERR_NET, "Bitbucket answered %d instead of 201 Created",
			       answer.status);
	*pull = answer.body;
	return bitbucket_lengthen(f, a, *pull, e);
}

/* Bitbucket has no labels. */
static bool bitbucket_label(struct forge *f, struct arena *a, int64_t number,
			    const struct forge_request *rq, struct err *e)
{
	(void)f, (void)a, (void)number, (void)rq;
	return err_set(e, ERR_REFUSED, "Bitbucket has no labels");
}

static bool bitbucket_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
			  struct err *e)
{
	const struct forge_call call = { "GET", bitbucket_pull_path(f, a, number, ""), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status != 200)
		return err_set(e, ERR_NET, "Bitbucket answered %d instead of 200", answer.status);
	*pull = answer.body;
	return bitbucket_lengthen(f, a, *pull, e);
}

static bool bitbucket_merge(struct forge *f, struct arena *a, const struct value *pull,
			    struct forge_merge *out, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	(void)pull;
	value_set(a, body, "type", value_string(a, "pullrequestMergeParameters"));
	if (out->method)
		value_set(a, body, "merge_strategy", value_string(a, out->method));

	const struct forge_call call = { "POST",
					 bitbucket_pull_path(f, a, out->pull.number, "/merge"),
					 body, true, 0 };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status == 202) /* the next try sees what came of it */
		return err_again(e, ERR_NET, "Bitbucket is still merging it");
	if (answer.status != 200)
		return forge_refused(f, a, &call, &answer, e);
	if (!value_is(answer.body, VALUE_MAP))
		return err_set(e, ERR_NET, "Bitbucket's answer is not a pull request");
	if (!bitbucket_lengthen(f, a, answer.body, e) ||
	    !forge_was_merged(f, a, answer.body, out, e))
		return false;
	return out->pull.is_merged || err_set(e, ERR_REFUSED, "it is %s after the merge",
					      forge_text(a, answer.body, "state"));
}

static bool bitbucket_delete_branch(struct forge *f, struct arena *a, const char *branch,
				    struct err *e)
{
	const struct forge_call call = {
		"DELETE",
		bitbucket_path(f, a, str_format(a, "/refs/branches/%s", forge_segment(a, branch))),
		NULL, false, 0
	};
	struct forge_answer answer;

	return forge_ask(f, a, &call, &answer, e);
}

static bool bitbucket_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
			      struct err *e)
{
	struct value *body = value_map(a), *content = value_map(a);
	struct forge_answer answer;

	value_set(a, content, "raw", value_string(a, text));
	value_set(a, body, "content", content);

	const struct forge_call call = { "POST", bitbucket_pull_path(f, a, number, "/comments"),
					 body, false, 0 };

	return forge_ask(f, a, &call, &answer, e);
}

static bool bitbucket_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	const struct forge_call call = { "POST", bitbucket_pull_path(f, a, number, "/decline"),
					 NULL, false, 0 };
	struct forge_answer answer;

	return forge_ask(f, a, &call, &answer, e);
}

static void bitbucket_count(const struct value *list, const char *key, const char *const words[2],
			    int counts[2])
{
	for (size_t i = 0; i < value_count(list); i++)
		for (size_t j = 0; j < 2; j++)
			counts[j] += strcmp(value_text(value_get(value_at(list, i), key), ""),
					    words[j]) == 0;
}

static bool bitbucket_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			     struct forge_review *out, struct err *e)
{
	static const char *const said[2] = { "approved", "changes_requested" };
	static const char *const ended[2] = { "SUCCESSFUL", "INPROGRESS" };
	const struct forge_listing statuses = {
		bitbucket_pull_path(f, a, pull->number, "/statuses?pagelen=100"), "values", NULL
	};
	struct value *record, *checks;
	int reviews[2] = { 0 }, states[2] = { 0 };

	if (!bitbucket_get(f, a, pull->number, &record, e) || !forge_list(f, a, &statuses, &checks, e))
		return false;
	bitbucket_count(value_get(record, "participants"), "state", said, reviews);
	bitbucket_count(checks, "state", ended, states);
	out->approvals = reviews[0];
	out->refusals = reviews[1];
	out->checks_passed = states[0];
	out->checks_pending = states[1];
	out->checks_failed = (int)value_count(checks) - states[0] - states[1];
	return true;
}

static const char *bitbucket_commit_url(const struct forge *f, struct arena *a, const char *commit)
{
	return str_format(a, "%s/commits/%s", forge_site(f, a), commit);
}

static const char *const bitbucket_methods[] = {
	"merge_commit", "squash", "fast_forward", "squash_fast_forward", "rebase_fast_forward",
	"rebase_merge", NULL
};

const struct forge_def forge_bitbucket = {
	.name = "bitbucket",
	.is_at = bitbucket_is_at,
	.open = bitbucket_open,
	.find = bitbucket_find,
	.create = bitbucket_create,
	.label = bitbucket_label,
	.get = bitbucket_get,
	.read = bitbucket_read,
	.merge = bitbucket_merge,
	.methods = bitbucket_methods,
	.delete_branch = bitbucket_delete_branch,
	.comment = bitbucket_comment,
	.close = bitbucket_close,
	.review = bitbucket_review,
	.commit_url = bitbucket_commit_url,
};
