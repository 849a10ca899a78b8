/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gitea and Forgejo: API v1, from 1.11 on. Lists are not filtered by branch there, so that is
 * done here; labels are numbers that must be looked up before a pull request is opened.
 */
#include "forge/forge_inner.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"

static bool gitea_is_at(const char *host)
{
	return strstr(host, "gitea") != NULL;
}

static bool gitea_open(struct forge *f, struct arena *a, struct err *e)
{
	if (!forge_owner_and_name(f, a, e))
		return false;
	f->base = str_format(a, "%s://%s/api/v1", f->address.scheme, f->address.host);
	if (f->options.token)
		forge_add_header(f, "Authorization", str_format(a, "token %s", f->options.token));
	return true;
}

/* Checks once that this is Gitea, before anything else is sent to the address. */
static bool gitea_check(struct forge *f, struct arena *a, struct err *e)
{
	const struct forge_call call = { "GET", "/version", NULL, false, VALUE_MAP };
	struct forge_answer answer;
	const char *version;
	int major, minor;

	if (f->is_checked)
		return true;
	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	version = forge_text(a, answer.body, "version");
	if (sscanf(version, "%d.%d.", &major, &minor) != 2)
		return err_set(e, ERR_CONFIG,
			       "%s reports version \"%s\" of Gitea, which is not a version",
			       f->base, version);
	if (major < 1 || (major == 1 && minor < 11))
		return err_set(e, ERR_CONFIG, "%s is Gitea %s; gantry needs 1.11 or newer", f->base,
			       version);
	f->is_checked = true;
	return true;
}

static bool gitea_ask(struct forge *f, struct arena *a, const struct forge_call *c,
		      struct forge_answer *out, struct err *e)
{
	return gitea_check(f, a, e) && forge_ask(f, a, c, out, e);
}

static const char *gitea_path(const struct forge *f, struct arena *a, const char *rest)
{
	return str_format(a, "/repos/%s/%s%s", f->owner, f->repo, rest);
}

static const char *gitea_pull_path(const struct forge *f, struct arena *a, int64_t number,
				   const char *rest)
{
	return str_format(a, "/repos/%s/%s/pulls/%lld%s", f->owner, f->repo, (long long)number,
			  rest);
}

static bool gitea_read(struct forge *f, struct arena *a, const struct value *pull,
		       struct forge_pull *out, struct err *e)
{
	int64_t number;

	if (!forge_number(pull, "number", &number, e))
		return false;
	*out = (struct forge_pull){
		.number = number,
		.url = forge_text(a, pull, "html_url"),
		.is_open = strcmp(forge_text(a, pull, "state"), "open") == 0,
		.is_merged = value_truth(value_get(pull, "merged"), false),
		.is_draft = value_truth(value_get(pull, "draft"), false),
		.title = forge_text(a, pull, "title"),
		.source = forge_text(a, pull, "head.ref"),
		.target = forge_text(a, pull, "base.ref"),
		.head = forge_text(a, pull, "head.sha"),
		.merge_commit = forge_text(a, pull, "merge_commit_sha"),
		.created_at = forge_time(pull, "created_at"),
	};
	out->ready = out->is_draft                                      ? FORGE_DRAFT
		     : value_truth(value_get(pull, "mergeable"), false) ? FORGE_READY
									: FORGE_BLOCKED;
	if (!*out->url)
		out->url = str_format(a, "%s/pulls/%lld", forge_site(f, a), (long long)number);
	return true;
}

static bool gitea_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
		       struct list *out, struct err *e)
{
	static const char *const states[] = { "open", "closed", "all" };

	const struct forge_listing listing = {
		gitea_path(f, a,
			   str_format(a, "/pulls?limit=0&page=1&state=%s", states[filter->state])),
		NULL, filter
	};

	return gitea_check(f, a, e) && forge_pages(f, a, &listing, out, e);
}

/* Adds the numbers of the wanted labels that are among these. */
static void gitea_take_labels(struct arena *a, const struct value *labels,
			      const struct forge_request *rq, bool *found, struct value *ids)
{
	for (size_t i = 0; i < rq->nlabels; i++) {
		for (size_t j = 0; j < value_count(labels) && !found[i]; j++) {
			const struct value *label = value_at(labels, j);
			int64_t id;
			bool is_new = true;

			if (strcmp(value_text(value_get(label, "name"), ""), rq->labels[i]) != 0 ||
			    !value_integer(value_get(label, "id"), &id))
				continue;
			found[i] = true;
			for (size_t k = 0; k < value_count(ids); k++)
				is_new = is_new && value_at(ids, k)->integer != id;
			if (is_new)
				value_append(a, ids, value_int(a, id));
		}
	}
}

/* Gitea takes labels by number only, those of the repository. */
static bool gitea_labels(struct forge *f, struct arena *a, const struct forge_request *rq,
			 struct value **out, struct err *e)
{
	const struct forge_listing listing = { gitea_path(f, a, "/labels?limit=0&page=1"), NULL, NULL };
	bool *found = arena_array(a, rq->nlabels + 1, sizeof(*found));
	struct value *ids = value_list(a), *all;
	const char *missing = "";

	if (rq->nlabels) {
		if (!gitea_check(f, a, e) ||
		    !forge_list(f, a, &listing, &all, e))
			return false;
		gitea_take_labels(a, all, rq, found, ids);
	}
	for (size_t i = 0; i < rq->nlabels; i++)
		if (!found[i])
			missing = str_format(a, "%s%s%s", missing, *missing ? ", " : "",
					     rq->labels[i]);
	if (*missing)
		return err_set(e, ERR_CONFIG, "%s has no such labels: %s", f->address.normal,
			       missing);
	*out = rq->nlabels ? ids : value_null(a);
	return true;
}

static bool gitea_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			 struct value **pull, struct err *e)
{
	static const char *const nulls[] = { "assignees", "reviewers", "team_reviewers",
					     "due_date" };
	struct value *body = value_map(a), *labels;
	struct forge_answer answer;

	if (!gitea_labels(f, a, rq, &labels, e))
		return false;
	value_set(a, body, "head", value_string(a, rq->source));
	value_set(a, body, "base", value_string(a, rq->target));
	value_set(a, body, "title", value_string(a, rq->title));
	value_set(a, body, "body", value_string(a, rq->description));
	value_set(a, body, "assignee", value_string(a, ""));
	value_set(a, body, "milestone", value_int(a, 0));
	value_set(a, body, "labels", labels);
	for (size_t i = 0; i < COUNTOF(nulls); i++)
		value_set(a, body, nulls[i], value_null(a));

	const struct forge_call call = { "POST", gitea_path(f, a, "/pulls"), body, false,
					 VALUE_MAP };

	if (!gitea_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool gitea_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		      struct err *e)
{
	const struct forge_call call = { "GET", gitea_pull_path(f, a, number, ""), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	if (!gitea_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static struct value *gitea_merge_body(struct arena *a, const char *method)
{
	static const char *const texts[] = { "MergeCommitID", "MergeTitleField",
					     "MergeMessageField", "head_commit_id" };
	struct value *body = value_map(a);

	value_set(a, body, "Do", value_string(a, method ? method : "merge"));
	for (size_t i = 0; i < COUNTOF(texts); i++)
		value_set(a, body, texts[i], value_string(a, ""));
	value_set(a, body, "force_merge", value_bool(a, false));
	value_set(a, body, "merge_when_checks_succeed", value_bool(a, false));
	return body;
}

/*
 * 405: approvals, checks or an up-to-date branch are missing, or Gitea is still looking for conflicts: all
 * of that can pass. Who may merge, and how, does not change by itself.
 */
static bool gitea_not_allowed(const struct forge_answer *answer, struct forge_merge *out,
			      struct err *e)
{
	static const char *const final[] = { "not allowed to merge", "merge style", "already merged" };

	for (size_t i = 0; i < COUNTOF(final); i++)
		if (strstr(answer->message, final[i]))
			return err_set(e, ERR_REFUSED, "Gitea refuses it: %s", answer->message);
	return forge_not_ready(out, *answer->message ? answer->message
						     : "Gitea says that it cannot be merged now");
}

static bool gitea_merge(struct forge *f, struct arena *a, const struct value *pull,
			struct forge_merge *out, struct err *e)
{
	const struct forge_call call = { "POST", gitea_pull_path(f, a, out->pull.number, "/merge"),
					 gitea_merge_body(a, out->method), true, 0 };
	struct forge_answer answer;
	struct value *merged;

	(void)pull;
	if (out->pull.ready != FORGE_READY)
		return forge_not_ready(out, "Gitea says that it cannot be merged now: conflicts, "
					    "or checks and reviews are missing");
	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status == 405)
		return gitea_not_allowed(&answer, out, e);
	if (answer.status != 200 && answer.status != 201)
		return forge_refused(f, a, &call, &answer, e);
	return (gitea_get(f, a, out->pull.number, &merged, e) &&
		forge_was_merged(f, a, merged, out, e)) ||
	       err_wrap(e, "it is merged, but");
}

static bool gitea_delete_branch(struct forge *f, struct arena *a, const char *branch, struct err *e)
{
	const struct forge_call call = {
		"DELETE", gitea_path(f, a, str_format(a, "/branches/%s", forge_segment(a, branch))),
		NULL, false, 0
	};
	struct forge_answer answer;

	return gitea_check(f, a, e) && forge_ask(f, a, &call, &answer, e);
}

static bool gitea_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
			  struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "body", value_string(a, text));

	const struct forge_call call = {
		"POST", gitea_path(f, a, str_format(a, "/issues/%lld/comments", (long long)number)),
		body, false, 0
	};

	return gitea_check(f, a, e) && forge_ask(f, a, &call, &answer, e);
}

static bool gitea_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "state", value_string(a, "closed"));

	const struct forge_call call = { "PATCH", gitea_pull_path(f, a, number, ""), body, false,
					 VALUE_MAP };

	return gitea_ask(f, a, &call, &answer, e);
}

static bool gitea_is_verdict(const struct value *review)
{
	const char *state = value_text(value_get(review, "state"), "");

	return strcmp(state, "APPROVED") == 0 || strcmp(state, "REQUEST_CHANGES") == 0;
}

/* As Gitea counts them: official ones (of people who may write), the last one of each person. */
static void gitea_count_reviews(struct arena *a, const struct value *reviews, struct forge_review *out)
{
	struct map seen = { 0 };

	out->approvals = out->refusals = 0;
	for (size_t i = value_count(reviews); i-- > 0;) {
		const struct value *review = value_at(reviews, i);
		const char *person = value_path_text(review, "user.login", "");

		if (!gitea_is_verdict(review) || map_get(&seen, person))
			continue;
		map_set(a, &seen, person, review);
		if (value_truth(value_get(review, "dismissed"), false) ||
		    value_truth(value_get(review, "stale"), false) ||
		    !value_truth(value_get(review, "official"), true))
			continue;
		if (strcmp(value_text(value_get(review, "state"), ""), "APPROVED") == 0)
			out->approvals++;
		else
			out->refusals++;
	}
}

static void gitea_count_checks(const struct value *checks, struct forge_review *out)
{
	out->checks_passed = out->checks_failed = out->checks_pending = 0;
	for (size_t i = 0; i < value_count(checks); i++) {
		const char *status = value_text(value_get(value_at(checks, i), "status"), "");

		if (strcmp(status, "success") == 0 || strcmp(status, "skipped") == 0)
			out->checks_passed++;
		else if (strcmp(status, "pending") == 0)
			out->checks_pending++;
		else
			out->checks_failed++;
	}
}

/* The branch itself tells how many approvals are wanted; its protection is for admins only. */
static bool gitea_wanted(struct forge *f, struct arena *a, const struct forge_pull *pull,
			 struct forge_review *out, struct err *e)
{
	const struct forge_call call = {
		"GET",
		gitea_path(f, a, str_format(a, "/branches/%s", forge_segment(a, pull->target))),
		NULL, true, 0
	};
	struct forge_answer answer;
	int64_t wanted;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (answer.status == 200 &&
	    value_integer(value_get(answer.body, "required_approvals"), &wanted) && wanted >= 0)
		out->approvals_wanted = (int)(wanted < 1000 ? wanted : 1000);
	return true;
}

static bool gitea_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			 struct forge_review *out, struct err *e)
{
	const struct forge_call checks = {
		"GET",
		gitea_path(f, a, str_format(a, "/commits/%s/status", forge_segment(a, pull->head))),
		NULL, false, VALUE_MAP
	};
	const struct forge_listing listing = {
		gitea_pull_path(f, a, pull->number, "/reviews?limit=50"), NULL, NULL
	};
	struct forge_answer answer;
	struct value *reviews;

	if (!gitea_check(f, a, e) ||
	    !forge_list(f, a, &listing, &reviews, e))
		return false;
	gitea_count_reviews(a, reviews, out);
	if (*pull->head) {
		if (!forge_ask(f, a, &checks, &answer, e))
			return false;
		gitea_count_checks(value_get(answer.body, "statuses"), out);
	}
	return gitea_wanted(f, a, pull, out, e);
}

static const char *gitea_commit_url(const struct forge *f, struct arena *a, const char *commit)
{
	return str_format(a, "%s/commit/%s", forge_site(f, a), commit);
}

static const char *const gitea_methods[] = {
	"merge", "rebase", "rebase-merge", "squash", "fast-forward-only", "manually-merged", NULL
};

const struct forge_def forge_gitea = {
	.name = "gitea",
	.is_at = gitea_is_at,
	.open = gitea_open,
	.find = gitea_find,
	.create = gitea_create,
	.get = gitea_get,
	.read = gitea_read,
	.merge = gitea_merge,
	.methods = gitea_methods,
	.delete_branch = gitea_delete_branch,
	.comment = gitea_comment,
	.close = gitea_close,
	.review = gitea_review,
	.commit_url = gitea_commit_url,
};
