/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Azure DevOps Services: Git REST API 7.1. Branches are whole refs there; a merge is a request that
 * the service carries out a little later, so it is polled.
 */
#include "forge/forge_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"

enum { LOOKS = 10, LOOK_MS = 1000, SLICE_MS = 50, PAGE = 100 };

static const char azure_site[] = "dev.azure.com", old_site[] = "visualstudio.com";
static const char ssh_site[] = "ssh.dev.azure.com";

static bool azure_is_at(const char *host)
{
	return strcmp(host, azure_site) == 0 || has_suffix(host, old_site);
}

/* dev.azure.com/ORG/PROJECT/_git/REPO, or ORG.visualstudio.com/PROJECT/_git/REPO. */
static bool azure_open(struct forge *f, struct arena *a, struct err *e)
{
	const struct forge_address *at = &f->address;
	size_t first = strcmp(at->host, azure_site) == 0 ? 1 : 0;
	const char *organisation;

	if (!azure_is_at(at->host))
		return err_set(e, ERR_CONFIG,
			       "%s is not at %s: only Azure DevOps Services are known", at->normal,
			       azure_site);
	if (at->count != first + 3 || strcmp(at->segments[first + 1], "_git") != 0)
		return err_set(e, ERR_CONFIG,
			       "%s names no repository: it must end in PROJECT/_git/NAME",
			       at->normal);
	if (!f->options.token)
		return err_set(e, ERR_AUTH, "Azure DevOps needs a token: there is none for %s",
			       at->normal);
	organisation = first ? at->segments[0] : str_copy_n(a, at->host, strcspn(at->host, "."));
	f->owner = forge_segment(a, organisation);
	f->project = forge_segment(a, at->segments[first]);
	f->repo = forge_segment(a, at->segments[first + 2]);
	f->base = str_format(a, "https://%s", azure_site);
	forge_add_header(f, "Accept", "application/json;api-version=7.1-preview.1");
	forge_add_header(f, "X-TFS-FedAuthRedirect", "Suppress");
	const struct str pair = str_of(str_format(a, ":%s", f->options.token));

	forge_add_header(f, "Authorization", str_format(a, "Basic %s", base64_encode(a, pair).at));
	return true;
}

static const char *azure_path(const struct forge *f, struct arena *a, const char *repo,
			      const char *rest)
{
	return str_format(a, "/%s/%s/_apis/git/repositories/%s%s", f->owner, f->project, repo,
			  rest);
}

static const char *azure_pull_path(const struct forge *f, struct arena *a, int64_t number,
				   const char *rest)
{
	return azure_path(f, a, f->repo,
			  str_format(a, "/pullRequests/%lld%s", (long long)number, rest));
}

static const char *azure_branch(const char *ref)
{
	return has_prefix(ref, "refs/heads/") ? ref + strlen("refs/heads/") : ref;
}

static enum forge_ready azure_ready(const char *status)
{
	if (strcmp(status, "succeeded") == 0)
		return FORGE_READY;
	if (strcmp(status, "conflicts") == 0)
		return FORGE_CONFLICT;
	if (strcmp(status, "rejectedByPolicy") == 0 || strcmp(status, "failure") == 0)
		return FORGE_BLOCKED;
	return FORGE_CHECKING;
}

static const char *azure_pull_url(const struct forge *f, struct arena *a, const struct value *pull,
				  int64_t number)
{
	const char *site = forge_text(a, pull, "repository.webUrl");

	if (!*site)
		site = str_format(a, "https://%s/%s/%s/_git/%s", azure_site, f->owner, f->project,
				  f->repo);
	return str_format(a, "%s/pullrequest/%lld", site, (long long)number);
}

static bool azure_read(struct forge *f, struct arena *a, const struct value *pull,
		       struct forge_pull *out, struct err *e)
{
	const char *status = forge_text(a, pull, "status");
	int64_t number;

	if (!forge_number(pull, "pullRequestId", &number, e))
		return false;
	*out = (struct forge_pull){
		.number = number,
		.url = azure_pull_url(f, a, pull, number),
		.is_open = strcmp(status, "active") == 0,
		.is_merged = strcmp(status, "completed") == 0,
		.is_draft = value_truth(value_get(pull, "isDraft"), false),
		.ready = azure_ready(forge_text(a, pull, "mergeStatus")),
		.title = forge_text(a, pull, "title"),
		.source = azure_branch(forge_text(a, pull, "sourceRefName")),
		.target = azure_branch(forge_text(a, pull, "targetRefName")),
		.head = forge_text(a, pull, "lastMergeSourceCommit.commitId"),
		.merge_commit = forge_text(a, pull, "lastMergeCommit.commitId"),
		.created_at = forge_time(pull, "creationDate"),
	};
	return true;
}

static const char *azure_query(struct arena *a, const struct forge_filter *filter)
{
	static const char *const states[] = { "active", "completed", "all" };
	const char *source = "", *target = "";

	if (filter->source)
		source = forge_query(a, str_format(a, "refs/heads/%s", filter->source));
	if (filter->target)
		target = forge_query(a, str_format(a, "refs/heads/%s", filter->target));
	return str_format(a,
			  "?searchCriteria.sourceRefName=%s&searchCriteria.status=%s"
			  "&searchCriteria.targetRefName=%s",
			  source, states[filter->state], target);
}

/* Pages are asked for by what to skip; a page that is not full is the last. */
static bool azure_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
		       struct list *out, struct err *e)
{
	const char *path =
		azure_path(f, a, f->repo, str_format(a, "/pullRequests%s", azure_query(a, filter)));

	for (size_t skip = 0;; skip += PAGE) {
		const struct forge_call call = {
			"GET",
			skip ? str_format(a, "%s&$top=%d&$skip=%zu", path, PAGE, skip) : path, NULL,
			false, VALUE_MAP
		};
		struct forge_answer answer;
		const struct value *list;

		if (skip > FORGE_PULLS_MAX)
			return err_set(e, ERR_LIMIT, "more pull requests than gantry reads");
		if (!forge_ask(f, a, &call, &answer, e))
			return false;
		list = value_get(answer.body, "value");
		for (size_t i = 0; i < value_count(list); i++) {
			struct forge_pull *pull = arena_alloc(a, sizeof(*pull));

			if (!azure_read(f, a, value_at(list, i), pull, e) ||
			    !forge_tells_head(f, pull, e))
				return false;
			if (forge_fits(filter, pull))
				list_add(a, out, pull);
		}
		if (value_count(list) < PAGE)
			return true;
	}
}

static struct value *azure_labels(struct arena *a, const struct forge_request *rq)
{
	struct value *labels = value_list(a);

	for (size_t i = 0; i < rq->nlabels; i++) {
		struct value *label = value_map(a);

		value_set(a, label, "name", value_string(a, rq->labels[i]));
		value_append(a, labels, label);
	}
	return labels;
}

static bool azure_create(struct forge *f, struct arena *a, const struct forge_request *rq,
			 struct value **pull, struct err *e)
{
	const struct forge_call look = { "GET", azure_path(f, a, f->repo, ""), NULL, false,
					 VALUE_MAP };
	struct value *body = value_map(a);
	struct forge_answer answer;
	const char *id;

	if (!forge_ask(f, a, &look, &answer, e))
		return err_wrap(e, "looking up the repository");
	id = forge_text(a, answer.body, "id");
	if (!*id)
		return err_set(e, ERR_NET, "Azure DevOps does not give the repository's id");
	value_set(a, body, "title", value_string(a, rq->title));
	value_set(a, body, "description", value_string(a, rq->description));
	value_set(a, body, "sourceRefName",
		  value_string(a, str_format(a, "refs/heads/%s", rq->source)));
	value_set(a, body, "targetRefName",
		  value_string(a, str_format(a, "refs/heads/%s", rq->target)));
	value_set(a, body, "labels", azure_labels(a, rq));

	const struct forge_call call = { "POST",
					 azure_path(f, a, forge_segment(a, id), "/pullRequests"),
					 body, false, VALUE_MAP };

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool azure_get(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		      struct err *e)
{
	const struct forge_call call = { "GET", azure_pull_path(f, a, number, ""), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	*pull = answer.body;
	return true;
}

static bool azure_pause(const struct forge *f)
{
	/* A test's own transport does not take a second a look. */
	for (int ms = 0; ms < LOOK_MS && !f->options.send; ms += SLICE_MS) {
		if (f->options.cancelled && __atomic_load_n(f->options.cancelled, __ATOMIC_RELAXED))
			return false;
		clock_sleep(SLICE_MS);
	}
	return true;
}

static bool azure_await(struct forge *f, struct arena *a, struct forge_merge *out, struct err *e)
{
	for (int i = 0; i < LOOKS; i++) {
		struct value *record;

		if (i && !azure_pause(f))
			return err_set(e, ERR_CANCELLED,
				       "cancelled while Azure DevOps completes it");
		if (!azure_get(f, a, out->pull.number, &record, e) ||
		    !forge_was_merged(f, a, record, out, e))
			return err_wrap(e, "after asking for the merge");
		if (out->pull.is_merged)
			return true;
	}
	return forge_not_ready(out, "Azure DevOps has not completed it yet");
}

static bool azure_merge(struct forge *f, struct arena *a, const struct value *pull,
			struct forge_merge *out, struct err *e)
{
	const char *status = forge_text(a, pull, "mergeStatus");
	struct value *body = value_map(a);
	struct forge_answer answer;

	if (out->pull.ready != FORGE_READY)
		return forge_not_ready(out, str_format(a, "Azure DevOps says %s",
						       *status ? status : "nothing of it yet"));
	value_set(a, body, "status", value_string(a, "completed"));
	if (*out->pull.head)
		value_set(a, body, "lastMergeSourceCommit",
			  value_copy(a, value_get(pull, "lastMergeSourceCommit")));
	if (out->method) {
		struct value *options = value_map(a);

		value_set(a, options, "mergeStrategy", value_string(a, out->method));
		value_set(a, body, "completionOptions", options);
	}

	const struct forge_call call = { "PATCH", azure_pull_path(f, a, out->pull.number, ""), body,
					 false, 0 };

	return forge_ask(f, a, &call, &answer, e) && azure_await(f, a, out, e);
}

static bool azure_delete_branch(struct forge *f, struct arena *a, const char *branch, struct err *e)
{
	const struct forge_call look = { "GET",
					 azure_path(f, a, f->repo,
						    str_format(a, "/refs?filter=heads/%s",
							       forge_query(a, branch))),
					 NULL, false, VALUE_MAP };
	const char *ref = str_format(a, "refs/heads/%s", branch), *id = NULL;
	struct value *updates = value_list(a), *update = value_map(a);
	struct forge_answer answer;
	const struct value *refs;

	if (!forge_ask(f, a, &look, &answer, e))
		return false;
	refs = value_get(answer.body, "value");
	for (size_t i = 0; i < value_count(refs); i++)
		if (strcmp(value_text(value_get(value_at(refs, i), "name"), ""), ref) == 0)
			id = value_text(value_get(value_at(refs, i), "objectId"), NULL);
	if (!id)
		return true;
	value_set(a, update, "name", value_string(a, ref));
	value_set(a, update, "oldObjectId", value_string(a, id));
	value_set(a, update, "newObjectId",
		  value_string(a, "0000000000000000000000000000000000000000"));
	value_append(a, updates, update);

	const struct forge_call call = { "POST", azure_path(f, a, f->repo, "/refs"), updates, false,
					 VALUE_MAP };
	const struct value *done;

	if (!forge_ask(f, a, &call, &answer, e))
		return false;
	done = value_at(value_get(answer.body, "value"), 0);
	/* Its status is 200, also when a policy or a missing right stands in the way. */
	return value_truth(value_get(done, "success"), true) ||
	       err_set(e, ERR_REFUSED, "Azure DevOps says %s", forge_text(a, done, "updateStatus"));
}

static bool azure_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
			  struct err *e)
{
	struct value *body = value_map(a), *comments = value_list(a), *comment = value_map(a);
	struct forge_answer answer;

	value_set(a, comment, "parentCommentId", value_int(a, 0));
	value_set(a, comment, "content", value_string(a, text));
	value_set(a, comment, "commentType", value_int(a, 1));
	value_append(a, comments, comment);
	value_set(a, body, "comments", comments);
	value_set(a, body, "status", value_int(a, 1));

	const struct forge_call call = { "POST", azure_pull_path(f, a, number, "/threads"), body,
					 false, 0 };

	return forge_ask(f, a, &call, &answer, e);
}

static bool azure_close(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "status", value_string(a, "abandoned"));

	const struct forge_call call = { "PATCH", azure_pull_path(f, a, number, ""), body, false,
					 0 };

	return forge_ask(f, a, &call, &answer, e);
}

static void azure_count_votes(const struct value *reviewers, struct forge_review *out)
{
	out->approvals = out->refusals = 0;
	for (size_t i = 0; i < value_count(reviewers); i++) {
		const struct value *reviewer = value_at(reviewers, i);
		int64_t vote = 0;

		/* A group has the vote of its member, who is in the list, too. */
		if (!value_truth(value_get(reviewer, "isContainer"), false))
			value_integer(value_get(reviewer, "vote"), &vote);
		out->approvals += vote >= 5;
		out->refusals += vote <= -5;
	}
}

/* Of each context the newest counts, which is the last in the list. */
static void azure_count_statuses(struct arena *a, const struct value *list, struct forge_review *out)
{
	struct map seen = { 0 };

	out->checks_passed = out->checks_failed = out->checks_pending = 0;
	for (size_t i = value_count(list); i-- > 0;) {
		const struct value *status = value_at(list, i);
		const char *state = value_text(value_get(status, "state"), "");
		const char *context = str_format(a, "%s\037%s", forge_text(a, status, "context.genre"),
						 forge_text(a, status, "context.name"));

		if (map_get(&seen, context))
			continue;
		map_set(a, &seen, context, status);
		if (strcmp(state, "succeeded") == 0 || strcmp(state, "notApplicable") == 0)
			out->checks_passed++;
		else if (strcmp(state, "pending") == 0 || strcmp(state, "notSet") == 0)
			out->checks_pending++;
		else
			out->checks_failed++;
	}
}

static bool azure_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
			 struct forge_review *out, struct err *e)
{
	const struct forge_call checks = { "GET", azure_pull_path(f, a, pull->number, "/statuses"),
					   NULL, false, VALUE_MAP };
	struct forge_answer answer;
	struct value *record;

	if (!azure_get(f, a, pull->number, &record, e) || !forge_ask(f, a, &checks, &answer, e))
		return false;
	azure_count_votes(value_get(record, "reviewers"), out);
	azure_count_statuses(a, value_get(answer.body, "value"), out);
	return true;
}

/* Also of addresses for ssh, which the API does not take: ssh.dev.azure.com/v3/ORG/PROJECT/NAME. */
static const char *azure_commit_url(const struct forge *f, struct arena *a, const char *commit)
{
	const char *const *at = f->address.segments, *host = f->address.host;
	bool is_ssh = strcmp(host, ssh_site) == 0, is_old = has_suffix(host, old_site);
	const char *organisation, *project, *name;

	if (f->address.count != (is_old ? 3 : 4))
		return NULL;
	if (strcmp(is_ssh ? at[0] : at[is_old ? 1 : 2], is_ssh ? "v3" : "_git") != 0)
		return NULL;
	organisation = is_old ? str_copy_n(a, host, strcspn(host, ".")) : at[is_ssh];
	project = is_old ? at[0] : at[1 + is_ssh];
	name = at[f->address.count - 1];
	return str_format(a, "https://%s/%s/%s/_git/%s/commit/%s", azure_site,
			  forge_segment(a, organisation), forge_segment(a, project),
			  forge_segment(a, name), commit);
}

static const char *const azure_methods[] = { "noFastForward", "squash", "rebase", "rebaseMerge",
					     NULL };

const struct forge_def forge_azure = {
	.name = "azure",
	.is_at = azure_is_at,
	.open = azure_open,
	.find = azure_find,
	.create = azure_create,
	.get = azure_get,
	.read = azure_read,
	.merge = azure_merge,
	.methods = azure_methods,
	.delete_branch = azure_delete_branch,
	.comment = azure_comment,
	.close = azure_close,
	.review = azure_review,
	.commit_url = azure_commit_url,
	.tells_head = true,
};
