/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitLab, hosted and self-managed: REST API v4. A merge request's number is its `iid`. What stands
 * in the way of a merge is `detailed_merge_status`.
 */
#include "forge/forge_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"

static bool gitlab_is_at(const char *host)
{
	return strstr(host, "gitlab") != NULL;
}

static bool gitlab_open(struct forge *f, struct arena *a, struct err *e)
{
	const char *path = "";

	if (!*f->address.path)
		return err_set(e, ERR_CONFIG, "%s names no project", f->address.normal);
	f->base = str_format(a, "%s://%s/api/v4", f->address.scheme, f->address.host);
	for (size_t i = 0; i < f->address.count; i++)
		path = str_format(a, "%s%s%s", path, i ? "%2F" : "",
				  forge_segment(a, f->address.segments[i]));
	f->project = path;
	forge_add_header(f, "Accept", "application/json");
	if (f->options.token)
		forge_add_header(f, "Private-Token", f->options.token);
	return true;
}

static const char *gitlab_path(const struct forge *f, struct arena *a, const char *rest)
{
	return str_format(a, "/projects/%s%s", f->project, rest);
}

static const char *gitlab_pull_path(const struct forge *f, struct arena *a, int64_t number,
				    const char *rest)
{
	return str_format(a, "/projects/%s/merge_requests/%lld%s", f->project, (long long)number,
			  rest);
}

static enum forge_ready gitlab_ready(const char *status, bool draft)
{
	static const char *const checking[] = { "", "checking", "unchecked", "preparing",
						"approvals_syncing" };

	if (draft || strcmp(status, "draft_status") == 0)
		return FORGE_DRAFT;
	if (strcmp(status, "mergeable") == 0)
		return FORGE_READY;
	if (strcmp(status, "conflict") == 0 || strcmp(status, "broken_status") == 0)
		return FORGE_CONFLICT;
	for (size_t i = 0; i < COUNTOF(checking); i++)
		if (strcmp(status, checking[i]) == 0)
			return FORGE_CHECKING;
	return FORGE_BLOCKED;
}

/* A fast-forward leaves no merge commit: then what was merged is the squash, or the head itself. */
static const char *gitlab_merge_commit(struct arena *a, const struct value *pull, bool merged)
{
	static const char *const places[] = { "merge_commit_sha", "squash_commit_sha", "sha" };
	const char *commit = forge_text(a, pull, places[0]);

	for (size_t i = 1; i < COUNTOF(places) && merged && !*commit; i++)
		commit = forge_text(a, pull, places[i]);
	return commit;
}

static bool gitlab_read(struct forge *f, struct arena *a, const struct value *pull,
			struct forge_pull *out, struct err *e)
{
	const char *state = forge_text(a, pull, "state");
	bool draft = value_truth(value_get(pull, "draft"), false);
	int64_t number;

	if (!forge_number(pull, "iid", &number, e))
		return false;
	*out = (struct forge_pull){
		.number = number,
		.url = forge_text(a, pull, "web_url"),
		.is_open = strcmp(state, "opened") == 0 || strcmp(state, "locked") == 0,
		.is_merged = strcmp(state, "merged") == 0,
		.is_draft = draft,
		.ready = gitlab_ready(forge_text(a, pull, "detailed_merge_status"), draft),
		.title = forge_text(a, pull, "title"),
		.source = forge_text(a, pull, "source_branch"),
		.target = forge_text(a, pull, "target_branch"),
		.head = forge_text(a, pull, "sha"),
		.created_at = forge_time(pull, "created_at"),
	};
	out->merge_commit = gitlab_merge_commit(a, pull, out->is_merged);
	if (!*out->url)
		out->url = str_format(a, "%s/-/merge_requests/%lld", forge_site(f, a),
				      (long long)number);
	return true;
}

/* The request does not filter by state: "locked" is open, too, and no single value covers both. */
static bool gitlab_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
			struct list *out, struct err *e)
{
	const char *source = filter->source ? filter->source : "";
	const char *target = filter->target ? filter->target : "";
	const struct forge_filter commit = { .head = filter->head };
	const char *path = gitlab_path(
		f, a,
		str_format(a, "/merge_requests?per_page=100&source_branch=%s&target_branch=%s",
			   forge_query(a, source), forge_query(a, target)));
	const struct forge_listing listing = { path, NULL, &commit };
	struct list all = { 0 };

	if (!forge_pages(f, a, &listing, &all, e))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct forge_pull *pull = all.items[i];

		if (filter->state == FORGE_ANY || pull->is_open == (filter->state == FORGE_OPEN))
			list_add(a, out, pull);
	}
	return true;
}

static struct value *gitlab_labels(struct arena *a, const struct forge_request *rq)
{
	const char *names = "";

	if (!rq->labels)
		return value_null(a);
	for (size_t i = 0; i < rq->nlabels; i++)
		names = str_format(a, "%s%s%s", names, i ? "," : "", rq->labels[i]);
	return value_string(a, names);
}

static bool gitlab_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			  struct value **pull, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "title", value_string(a, rq->title));
	value_set(a, body, "description", value_string(a, rq->description));
	value_set(a, body, "source_branch", value_string(a, rq->source));
	value_set(a, body, "target_branch", value_string(a, rq->target));
	value_set(a, body, "labels", gitlab_labels(a, rq));

	const struct forge_call call = { "POST", gitlab_path(f, a, "/merge_requests"), body, false,
					 VALUE_MAP };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool gitlab_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		       struct err *e)
{
	const struct forge_call call = { "GET", gitlab_pull_path(f, a, number, ""), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool gitlab_merge(struct forge *f, struct arena *a, const struct value *pull,
			 struct forge_merge *out, struct err *e)
{
	const char *status = forge_text(a, pull, "detailed_merge_status");
	struct value *body = value_map(a);
	struct forge_answer answer;

	if (strcmp(forge_text(a, pull, "state"), "locked") == 0)
		return err_set(e, ERR_REFUSED, "it is locked: another merge of it is under way");
	if (out->pull.ready != FORGE_READY)
		return forge_not_ready(out, *status ? str_format(a, "GitLab says %s", status)
						    : "GitLab has not checked it yet");
	if (out->method && strcmp(out->method, "squash") == 0)
		value_set(a, body, "squash", value_bool(a, true));

	const struct forge_call call = { "PUT", gitlab_pull_path(f, a, out->pull.number, "/merge"),
					 body, false, VALUE_MAP };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	if (!forge_was_merged(f, a, answer.body, out, e))
		return false;
	return out->pull.is_merged || forge_not_ready(out, "GitLab has queued the merge");
}

static bool gitlab_delete_branch(struct forge *f, struct arena *a, const char *branch,
				 struct err *e)
{
	const struct forge_call call = { "DELETE",
					 gitlab_path(f, a,
						     str_format(a, "/repository/branches/%s",
								forge_segment(a, branch))),
					 NULL, false, 0 };
	struct forge_answer answer;

	return forge_ask(f, a, &call, &answer, e);
}

static bool gitlab_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
			   struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "body", value_string(a, text));

	const struct forge_call call = { "POST", gitlab_pull_path(f, a, number, "/notes"), body,
					 false, 0 };

	return forge_ask(f, a, &call, &answer, e);
}

static bool gitlab_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "state_event", value_string(a, "close"));

	const struct forge_call call = { "PUT", gitlab_pull_path(f, a, number, ""), body, false,
					 0 };

	return forge_ask(f, a, &call, &answer, e);
}

/* The newest pipeline of the head stands for its checks. */
static void gitlab_count_pipeline(const char *status, struct forge_review *out)
{
	out->checks_passed = out->checks_failed = out->checks_pending = 0;
	if (strcmp(status, "success") == 0 || strcmp(status, "skipped") == 0)
		out->checks_passed = 1;
	else if (strcmp(status, "failed") == 0 || strcmp(status, "canceled") == 0)
		out->checks_failed = 1;
	else
		out->checks_pending = *status != '\0';
}

static bool gitlab_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			  struct forge_review *out, struct err *e)
{
	const struct forge_call approvals = { "GET",
					      gitlab_pull_path(f, a, pull->number, "/approvals"),
					      NULL, true, 0 };
	struct forge_answer answer;
	struct value *record;
	int64_t wanted;

	if (!gitlab_get(f, a, pull->number, &record, e))
		return false;
	gitlab_count_pipeline(value_path_text(record, "head_pipeline.status", ""), out);
	if (!forge_ask(f, a, &approvals, &answer, e))
		return false;
	if (answer.status != 200)
		return true;
	out->approvals = (int)value_count(value_get(answer.body, "approved_by"));
	if (value_integer(value_get(answer.body, "approvals_required"), &wanted) && wanted >= 0)
		out->approvals_wanted = (int)(wanted < 1000 ? wanted : 1000);
	return true;
}

static const char *gitlab_commit_url(const struct forge *f, struct arena *a, const char *commit)
{
	return str_format(a, "%s/-/commit/%s", forge_site(f, a), commit);
}

static const char *const gitlab_methods[] = { "merge", "squash", NULL };

const struct forge_def forge_gitlab = {
	.name = "gitlab",
	.is_at = gitlab_is_at,
	.open = gitlab_open,
	.find = gitlab_find,
	.create = gitlab_create,
	.get = gitlab_get,
	.read = gitlab_read,
	.merge = gitlab_merge,
	.methods = gitlab_methods,
	.delete_branch = gitlab_delete_branch,
	.comment = gitlab_comment,
	.close = gitlab_close,
	.review = gitlab_review,
	.commit_url = gitlab_commit_url,
	.retries = 5,
};
