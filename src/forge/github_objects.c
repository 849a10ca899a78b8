/* SPDX-License-Identifier: Apache-2.0 */
/* What GitHub answers goes into paths of further requests, so ids are checked to be ids. */
#include "forge/github_objects.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge_inner.h"

static const char *git_path(const struct forge *f, struct arena *a, const char *rest)
{
	assert(strcmp(f->def->name, "github") == 0);
	return str_format(a, "/repos/%s/%s%s", f->owner, f->repo, rest);
}

/* A ref is part of a path: its slashes stay. */
static const char *ref_path(const struct forge *f, struct arena *a, const char *before,
			    const char *ref)
{
	const char *out = git_path(f, a, before);

	while (*ref) {
		size_t len = strcspn(ref, "/");

		out = str_format(a, "%s/%s", out, forge_segment(a, str_copy_n(a, ref, len)));
		ref += len + (ref[len] == '/');
	}
	return out;
}

static bool is_id(const char *text)
{
	return strlen(text) == 40 && strspn(text, "0123456789abcdef") == 40;
}

static bool read_id(struct arena *a, const struct value *v, const char *path, const char **out,
		    struct err *e)
{
	*out = forge_text(a, v, path);
	return is_id(*out) || err_set(e, ERR_NET, "GitHub's answer has no commit id at %s", path);
}

bool github_ref(struct forge *f, struct arena *a, const char *ref, const char **commit,
		struct err *e)
{
	const struct forge_call call = { "GET", ref_path(f, a, "/git/ref", ref), NULL, false,
					 VALUE_MAP };
	struct forge_answer answer;

	return (forge_ask(f, a, &call, &answer, e) &&
		read_id(a, answer.body, "object.sha", commit, e)) ||
	       err_wrap(e, "reading the ref %s", ref);
}

static bool read_order(const char *status, enum github_order *out, struct err *e)
{
	static const char *const names[] = { [GITHUB_IDENTICAL] = "identical",
					     [GITHUB_AHEAD] = "ahead",
					     [GITHUB_BEHIND] = "behind",
					     [GITHUB_DIVERGED] = "diverged" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(status, names[i]) == 0) {
			*out = (enum github_order)i;
			return true;
		}
	return err_set(e, ERR_NET, "GitHub answers with an unknown status, \"%s\"", status);
}

static bool read_comparison(struct arena *a, const struct value *body,
			    struct github_comparison *out, struct err *e)
{
	int64_t total = 0;

	out->commits = value_get(body, "commits");
	value_integer(value_get(body, "total_commits"), &total);
	out->total = value_count(out->commits);
	if (total > 0 && (uint64_t)total > out->total)
		out->total = (size_t)total;
	for (size_t i = 0; i < value_count(out->commits); i++) {
		const struct value *c = value_at(out->commits, i);
		const char *id;

		if (!read_id(a, c, "sha", &id, e) || !read_id(a, c, "commit.tree.sha", &id, e))
			return false;
	}
	return read_order(forge_text(a, body, "status"), &out->order, e) &&
	       (out->order == GITHUB_IDENTICAL ||
		read_id(a, body, "merge_base_commit.sha", &out->merge_base, e));
}

bool github_compare(struct forge *f, struct arena *a, struct github_comparison *c, struct err *e)
{
	const struct forge_call call = {
		"GET",
		git_path(f, a, str_format(a, "/compare/%s...%s?per_page=250", c->base, c->head)), NULL,
		false, VALUE_MAP
	};
	struct github_comparison found = { c->base, c->head, .merge_base = c->head };
	struct forge_answer answer;

	assert(is_id(c->base) && is_id(c->head));
	if (!forge_ask(f, a, &call, &answer, e) || !read_comparison(a, answer.body, &found, e))
		return err_wrap(e, "comparing %.7s with %.7s", c->base, c->head);
	*c = found;
	return true;
}

bool github_make_commit(struct forge *f, struct arena *a, const struct github_commit *c,
			const char **commit, struct err *e)
{
	struct value *body = value_map(a), *parents = value_list(a);
	struct forge_answer answer;

	for (size_t i = 0; i < c->nparents; i++)
		value_append(a, parents, value_string(a, c->parents[i]));
	value_set(a, body, "message", value_string(a, c->message));
	value_set(a, body, "tree", value_string(a, c->tree));
	value_set(a, body, "parents", parents);
	if (c->author)
		value_set(a, body, "author", value_copy(a, c->author));
	if (c->committer)
		value_set(a, body, "committer", value_copy(a, c->committer));

	const struct forge_call call = { "POST", git_path(f, a, "/git/commits"), body, false,
					 VALUE_MAP };

	return (forge_ask(f, a, &call, &answer, e) && read_id(a, answer.body, "sha", commit, e)) ||
	       err_wrap(e, "making a commit through GitHub's API");
}

bool github_make_ref(struct forge *f, struct arena *a, const char *ref, const char *commit,
		     struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "ref", value_string(a, str_format(a, "refs/%s", ref)));
	value_set(a, body, "sha", value_string(a, commit));

	const struct forge_call call = { "POST", git_path(f, a, "/git/refs"), body, false, 0 };

	return forge_ask(f, a, &call, &answer, e) || err_wrap(e, "making the ref %s", ref);
}

bool github_move_ref(struct forge *f, struct arena *a, const struct github_move *move,
		     struct err *e)
{
	struct value *body = value_map(a);
	struct forge_answer answer;

	value_set(a, body, "sha", value_string(a, move->commit));
	value_set(a, body, "force", value_bool(a, move->force));

	const struct forge_call call = { "PATCH", ref_path(f, a, "/git/refs", move->ref), body,
					 true, 0 };

	if (!forge_ask(f, a, &call, &answer, e))
		return err_wrap(e, "moving the ref %s", move->ref);
	if (answer.status >= 200 && answer.status < 300)
		return true;
	forge_refused(f, a, &call, &answer, e);
	if (answer.status == 422)
		e->code = ERR_CONFLICT;
	return err_wrap(e, "moving the ref %s", move->ref);
}

bool github_delete_ref(struct forge *f, struct arena *a, const char *ref, struct err *e)
{
	const struct forge_call call = { "DELETE", ref_path(f, a, "/git/refs", ref), NULL, true, 0 };
	struct forge_answer answer;

	if (!forge_ask(f, a, &call, &answer, e))
		return err_wrap(e, "deleting the ref %s", ref);
	if (answer.status == 404 ||
	    (answer.status == 422 && strstr(answer.message, "does not exist")))
		return true;
	return answer.status < 300 || forge_refused(f, a, &call, &answer, e) ||
	       err_wrap(e, "deleting the ref %s", ref);
}
