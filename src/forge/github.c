/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitHub and GitHub Enterprise: REST API version 2022-11-28. `mergeable_state` decides whether a
 * merge is tried; where branch protection stands in the way the answer is 405 with a sentence.
 */
#include "forge/forge_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/github_objects.h"

static bool github_is_at(const char *host)
{
	return strstr(host, "github") || has_suffix(host, ".ghe.com");
}

/* Enterprise servers have the API below /api/v3, but at a host that is the API's own. */
static bool github_open(struct forge *f, struct arena *a, struct err *e)
{
	const char *host = f->address.host;

	if (!forge_owner_and_name(f, a, e))
		return false;
	if (strcmp(host, "github.com") == 0)
		f->base = "https://api.github.com";
	else if (has_prefix(host, "api.") || strstr(host, ".api."))
		f->base = str_format(a, "%s://%s", f->address.scheme, host);
	else
		f->base = str_format(a, "%s://%s/api/v3", f->address.scheme, host);
	forge_add_header(f, "Accept", "application/vnd.github.v3+json");
	forge_add_header(f, "X-GitHub-Api-Version", "2022-11-28");
	if (f->options.token)
		forge_add_header(f, "Authorization", str_format(a, "Bearer %s", f->options.token));
	return true;
}

static const char *github_path(const struct forge *f, struct arena *a, const char *rest)
{
	return str_format(a, "/repos/%s/%s%s", f->owner, f->repo, rest);
}

static const char *github_pull_path(const struct forge *f, struct arena *a, int64_t number,
				    const char *rest)
{
	return str_format(a, "/repos/%s/%s/pulls/%lld%s", f->owner, f->repo, (long long)number,
			  rest);
}

static enum forge_ready github_ready(const struct value *pull)
{
	const char *state = value_text(value_get(pull, "mergeable_state"), "");

	if (value_truth(value_get(pull, "draft"), false) || strcmp(state, "draft") == 0)
		return FORGE_DRAFT;
	if (strcmp(state, "dirty") == 0)
		return FORGE_CONFLICT;
	if (strcmp(state, "blocked") == 0 || strcmp(state, "behind") == 0)
		return FORGE_BLOCKED;
	if (strcmp(state, "clean") == 0 || strcmp(state, "unstable") == 0 ||
	    strcmp(state, "has_hooks") == 0)
		return FORGE_READY;
	if (strcmp(state, "unknown") != 0 && value_truth(value_get(pull, "mergeable"), false))
		return FORGE_READY;
	return FORGE_CHECKING;
}

static bool github_read(struct forge *f, struct arena *a, const struct value *pull,
			struct forge_pull *out, struct err *e)
{
	int64_t number;

	if (!forge_number(pull, "number", &number, e))
		return false;
	*out = (struct forge_pull){
		.number = number,
		.url = forge_text(a, pull, "html_url"),
		.is_open = strcmp(forge_text(a, pull, "state"), "open") == 0,
		.is_merged = *forge_text(a, pull, "merged_at") != '\0',
		.is_draft = value_truth(value_get(pull, "draft"), false),
		.ready = github_ready(pull),
		.title = forge_text(a, pull, "title"),
		.source = forge_text(a, pull, "head.ref"),
		.target = forge_text(a, pull, "base.ref"),
		.head = forge_text(a, pull, "head.sha"),
		.merge_commit = forge_text(a, pull, "merge_commit_sha"),
		.created_at = forge_time(pull, "created_at"),
	};
	if (!*out->url)
		out->url = str_format(a, "%s/pull/%lld", forge_site(f, a), (long long)number);
	return true;
}

/* `head` is looked at only with its owner; without one GitHub gives the pulls of all branches. */
static bool github_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
			struct list *out, struct err *e)
{
	static const char *const states[] = { "open", "closed", "all" };
	const char *query = "";

	if (filter->target)
		query = str_format(a, "base=%s&", forge_query(a, filter->target));
	if (filter->source)
		query = str_format(a, "%shead=%s&", query,
				   forge_query(a, str_format(a, "%s:%s", f->address.segments[0],
							     filter->source)));
	const struct forge_listing listing = {
		github_path(f, a,
			    str_format(a, "/pulls?%sper_page=100&state=%s", query,
				       states[filter->state])),
		NULL, filter
	};

	return forge_pages(f, a, &listing, out, e);
}

static bool github_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			  struct value **pull, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "title", value_string(a, rq->title));
	value_set(a, body, "head", value_string(a, rq->source));
	value_set(a, body, "base", value_string(a, rq->target));
	value_set(a, body, "body", value_string(a, rq->description));
	value_set(a, body, "maintainer_can_modify", value_bool(a, false));

	const struct forge_call call = { "POST", github_path(f, a, "/pulls"), body, false,
					 VALUE_MAP };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool github_label(struct forge *f, struct arena *a, int64_t number,
			 const struct forge_request *rq, struct err *e)
{
	struct value *names = value_list(a);
	struct forge_answer answer;

	for (size_t i = 0; i < rq->nlabels; i++)
		value_append(a, names, value_string(a, rq->labels[i]));

	const struct forge_call call = {
		"POST", github_path(f, a, str_format(a, "/issues/%lld/labels", (long long)number)),
		names, false, 0
	};

	return forge_ask(f, a, &call, &answer, e);
}

static bool github_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		       struct err *e)
{
	const struct forge_call call = { "GET", github_pull_path(f, a, number, ""), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

/* 405 stands for what can pass (checks, a base that moved) and for what cannot (the method). */
static bool github_not_allowed(const struct forge_answer *answer, bool blocked,
			       struct forge_merge *out, struct err *e)
{
	if (!strstr(answer->message, "not allowed") &&
	    (blocked || strstr(answer->message, "Base branch was modified") ||
	     strstr(answer->message, "Pull Request is not mergeable")))
		return forge_not_ready(out, answer->message);
	return err_set(e, ERR_REFUSED, "%s", *answer->message ? answer->message : "not allowed");
}

static bool github_merge(struct forge *f, struct arena *a, const struct value *pull,
			 struct forge_merge *out, struct err *e)
{
	struct value *body = value_map(a), *merged;
	struct forge_answer answer;
	int64_t number = out->pull.number;

	if (out->pull.ready == FORGE_CONFLICT)
		return err_set(e, ERR_REFUSED, "it has conflicts with %s", out->pull.target);
	if (out->pull.ready == FORGE_DRAFT)
		return forge_not_ready(out, "it is a draft");
	if (out->pull.ready == FORGE_CHECKING)
		return forge_not_ready(out, "GitHub is still working out whether it can be merged");
	(void)pull;
	if (out->method)
		value_set(a, body, "merge_method", value_string(a, out->method));

	const struct forge_call call = { "PUT", github_pull_path(f, a, number, "/merge"), body,
					 true, 0 };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status == 405)
		return github_not_allowed(&answer, out->pull.ready == FORGE_BLOCKED, out, e);
	if (answer.status < 200 || answer.status >= 300)
		return forge_refused(f, a, &call, &answer, e);
	if (!value_truth(value_get(answer.body, "merged"), false))
		return err_set(e, ERR_REFUSED, "GitHub did not merge it%s%s",
			       *answer.message ? ": " : "", answer.message);
	return (github_get(f, a, number, &merged, e) && forge_was_merged(f, a, merged, out, e)) ||
	       err_wrap(e, "it is merged, but");
}

static bool github_delete_branch(struct forge *f, struct arena *a, const char *branch,
				 struct err *e)
{
	return github_delete_ref(f, a, str_format(a, "heads/%s", branch), e);
}

static bool github_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
			   struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "body", value_string(a, text));

	const struct forge_call call = {
		"POST",
		github_path(f, a, str_format(a, "/issues/%lld/comments", (long long)number)), body,
		false, 0
	};

	return forge_ask(f, a, &call, &answer, e);
}

static bool github_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "state", value_string(a, "closed"));

	const struct forge_call call = { "PATCH", github_pull_path(f, a, number, ""), body, false,
					 0 };

	return forge_ask(f, a, &call, &answer, e);
}

/* The newest review of each person counts. */
static void github_count_reviews(struct arena *a, const struct value *reviews, struct forge_review *out)
{
	struct map seen = { 0 };

	out->approvals = out->refusals = 0;
	for (size_t i = value_count(reviews); i-- > 0;) {
		const struct value *review = value_at(reviews, i);
		const char *person = value_path_text(review, "user.login", "");
		const char *state = value_text(value_get(review, "state"), "");

		if (strcmp(state, "COMMENTED") == 0 || map_get(&seen, person))
			continue;
		map_set(a, &seen, person, review);
		out->approvals += strcmp(state, "APPROVED") == 0;
		out->refusals += strcmp(state, "CHANGES_REQUESTED") == 0;
	}
}

static void github_count_checks(const struct value *runs, struct forge_review *out)
{
	for (size_t i = 0; i < value_count(runs); i++) {
		const char *status = value_text(value_get(value_at(runs, i), "status"), "");
		const char *end = value_text(value_get(value_at(runs, i), "conclusion"), "");

		if (strcmp(status, "completed") != 0)
			out->checks_pending++;
		else if (strcmp(end, "success") == 0 || strcmp(end, "neutral") == 0 ||
			 strcmp(end, "skipped") == 0)
			out->checks_passed++;
		else
			out->checks_failed++;
	}
}

/* The newest of each context, as GitHub combines them. */
static void github_count_statuses(const struct value *statuses, struct forge_review *out)
{
	for (size_t i = 0; i < value_count(statuses); i++) {
		const char *state = value_text(value_get(value_at(statuses, i), "state"), "");

		if (strcmp(state, "success") == 0)
			out->checks_passed++;
		else if (strcmp(state, "pending") == 0)
			out->checks_pending++;
		else
			out->checks_failed++;
	}
}

static const char *github_commit_path(const struct forge *f, struct arena *a, const char *commit,
				      const char *rest)
{
	return github_path(f, a, str_format(a, "/commits/%s%s", forge_segment(a, commit), rest));
}

/*
 * Apps report check runs, older tools commit statuses. Those are asked for only where there are no check
 * runs: each request counts for the rate limit. A token may lack the right to read them.
 */
static void github_checks(struct forge *f, struct arena *a, const char *head, struct forge_review *out)
{
	const struct forge_listing of_apps = {
		github_commit_path(f, a, head, "/check-runs?per_page=100"), "check_runs", NULL
	};
	const struct forge_listing of_others = {
		github_commit_path(f, a, head, "/status?per_page=100"), "statuses", NULL
	};
	struct value *runs, *statuses;
	struct err ignored;

	if (!forge_list(f, a, &of_apps, &runs, &ignored))
		return;
	out->checks_passed = out->checks_failed = out->checks_pending = 0;
	github_count_checks(runs, out);
	if (!value_count(runs) && forge_list(f, a, &of_others, &statuses, &ignored))
		github_count_statuses(statuses, out);
}

static bool github_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			  struct forge_review *out, struct err *e)
{
	const struct forge_listing listing = {
		github_pull_path(f, a, pull->number, "/reviews?per_page=100"), NULL, NULL
	};
	struct value *reviews;

	if (!forge_list(f, a, &listing, &reviews, e))
		return false;
	github_count_reviews(a, reviews, out);
	if (*pull->head)
		github_checks(f, a, pull->head, out);
	return true;
}

static const char *github_commit_url(const struct forge *f, struct arena *a, const char *commit)
{
	return str_format(a, "%s/commit/%s", forge_site(f, a), commit);
}

const struct forge_def forge_github = {
	.name = "github",
	.is_at = github_is_at,
	.open = github_open,
	.find = github_find,
	.create = github_create,
	.label = github_label,
	.get = github_get,
	.read = github_read,
	.merge = github_merge,
	.delete_branch = github_delete_branch,
	.comment = github_comment,
	.close = github_close,
	.review = github_review,
	.commit_url = github_commit_url,
};
