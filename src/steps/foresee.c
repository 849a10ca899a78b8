/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a push would bring. A branch that the remote lacks is compared with where its commits
 * start: with the newest that this promotion did not make.
 */
#include "steps/foresee.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "git/diff.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "git/work.h"
#include "model/plan.h"
#include "steps/git_work.h"

enum { MAX_TEXT = 1 << 20, MAX_FILES = 1000, MAX_COMMITS = 50, MAX_WALK = 20000, MAX_SUBJECT = 200,
       MAX_PUSHES = 50 };

/* Commits met on a walk; the first few are kept. */
struct foresee_walk {
	struct arena *a;
	struct plan_commit *commits;
	size_t count, in_all;
	/* Of a new branch: it ends before the first commit that is somebody else's. */
	const struct oid *known;
	int64_t own_time;               /* s */
	struct oid base;
};

static const char *foresee_subject_of(struct arena *a, const char *message)
{
	size_t len = strcspn(message, "\n");

	return str_clean(a, message, len, MAX_SUBJECT);
}

static void foresee_keep(struct foresee_walk *w, const struct repo_commit *c)
{
	w->in_all++;
	if (w->count == MAX_COMMITS)
		return;
	if (!w->commits)
		w->commits = arena_array(w->a, MAX_COMMITS, sizeof(*w->commits));
	w->commits[w->count++] = (struct plan_commit){
		.id = str_copy(w->a, c->id.hex),
		.subject = foresee_subject_of(w->a, c->message),
		.author = str_clean(w->a, c->author.name, strlen(c->author.name), MAX_SUBJECT),
		.at = c->author.time,
	};
}

static bool each_commit(void *context, const struct repo_commit *c)
{
	struct foresee_walk *w = context;

	foresee_keep(w, c);
	return w->in_all < MAX_WALK;
}

/* A promotion's own commits are dated as it began (git_work_person). */
static bool each_own(void *context, const struct repo_commit *c)
{
	struct foresee_walk *w = context;

	if (strcmp(c->id.hex, w->known->hex) == 0 || c->committer.time / 1000 != w->own_time) {
		w->base = c->id;
		return false;
	}
	foresee_keep(w, c);
	return w->in_all < MAX_WALK;
}

/* Where the commits of a new branch start; "" when with nothing. */
static bool walk_new(struct step_run *r, struct repo *repo, const struct foreseen_push *push,
		     struct foresee_walk *w, struct err *e)
{
	const struct repo_walk mainline = { .from = push->head, .first_parent = true };
	struct work_origin origin;
	struct oid known = { "" };
	struct err none;

	if (!work_origin(repo, r->arena, &origin, e))
		return false;
	if (origin.branch &&
	    !repo_ref(repo, str_format(r->arena, "refs/remotes/origin/%s", origin.branch), &known, &none))
		known.hex[0] = '\0';
	w->known = &known;
	w->own_time = r->subject->started_at / 1000;
	return repo_walk(repo, &mainline, each_own, w, e);
}

static void take_files(struct arena *a, const struct diff *d, struct plan_diff *out)
{
	size_t count = d->file_count < MAX_FILES ? d->file_count : MAX_FILES;

	out->files = arena_array(a, count + 1, sizeof(*out->files));
	out->nfiles = count;
	out->files_in_all = d->file_count;
	for (size_t i = 0; i < count; i++) {
		const struct diff_file *f = &d->files[i];

		out->files[i] = (struct plan_file){
			.path = str_clean(a, f->path, strlen(f->path), MAX_TEXT),
			.old_path = f->old_path ? str_clean(a, f->old_path, strlen(f->old_path), MAX_TEXT)
						: NULL,
			.what = f->what, .added = f->added, .removed = f->removed,
			.is_binary = f->is_binary,
		};
	}
}

bool foresee_push(struct step_run *r, struct repo *repo, const struct foreseen_push *push,
		  size_t *commits, struct err *e)
{
	struct arena *a = r->plan->arena;
	struct foresee_walk w = { .a = a };
	const struct oid *base = push->tip ? push->tip : &w.base;
	const struct repo_walk new = { .from = push->head, .stop = push->tip };
	struct diff_request changes = { .to = push->head, .max = MAX_TEXT };
	struct diff d;

	assert(r->plan && push->head && push->url && push->branch);
	if (r->plan->diffs.count >= MAX_PUSHES)
		return err_set(e, ERR_LIMIT, "a plan of more than %d pushes", MAX_PUSHES);
	if (push->tip ? !repo_walk(repo, &new, each_commit, &w, e) : !walk_new(r, repo, push, &w, e))
		return false;
	changes.from = base->hex[0] ? base : NULL;
	if (!diff_trees(repo, r->arena, &changes, &d, e))
		return false;
	*commits = w.in_all;
	if (!w.in_all && push->tip)
		return true;
	struct plan_diff out = {
		.url = str_copy(a, remote_name(r->arena, push->url)),
		.branch = str_clean(a, push->branch, strlen(push->branch), MAX_SUBJECT),
		.head = str_copy(a, push->head->hex),
		.folder = str_text(a, str_of(repo_work_folder(repo) ? repo_work_folder(repo) : "")),
		.is_new = !push->tip, .is_integrated = push->is_integrated,
		.commits = w.commits, .ncommits = w.count, .commits_in_all = w.in_all,
		.added = d.added, .removed = d.removed, .is_cut = d.is_cut,
	};
	/* Seven digits are what people and expressions shorten an id to. */
	for (size_t i = 0; i < w.count; i++)
		list_add(a, &r->plan->varying, str_format(a, "%.7s", w.commits[i].id));
	take_files(a, &d, &out);
	plan_add_diff(r->plan, &out, log_redacted(r->arena, d.text));
	return true;
}

const struct plan_diff *foresee_pushed(const struct step_run *r, const char *url, const char *branch,
				       const char *into)
{
	const char *name = remote_name(r->arena, url);

	for (size_t i = 0; i < r->plan->diffs.count; i++) {
		const struct plan_diff *d = r->plan->diffs.items[i];

		if (strcmp(d->url, name) == 0 && strcmp(d->branch, branch) == 0 &&
		    (!into || same_text(d->into, into)))
			return d;
	}
	return NULL;
}

bool foresee_pull(struct step_run *r, const struct foreseen_pull *pull, bool *is_same, struct err *e)
{
	struct arena *a = r->plan->arena;
	struct foresee_walk w = { .a = a };
	const struct repo_walk new = { .from = pull->head, .stop = pull->base };
	struct diff_request changes = { .to = pull->head, .max = MAX_TEXT };
	struct oid common;
	struct diff d;

	assert(r->plan && pull->base && pull->head);
	if (r->plan->diffs.count >= MAX_PUSHES)
		return err_set(e, ERR_LIMIT, "a plan of more than %d pushes", MAX_PUSHES);
	if (!repo_merge_base(pull->repo, pull->base, pull->head, &common, e))
		return false;
	changes.from = common.hex[0] ? &common : NULL;
	if (!repo_walk(pull->repo, &new, each_commit, &w, e) ||
	    !diff_trees(pull->repo, r->arena, &changes, &d, e))
		return false;
	*is_same = !d.file_count;
	if (*is_same)
		return true;
	struct plan_diff out = {
		.url = str_copy(a, remote_name(r->arena, pull->url)),
		.branch = str_clean(a, pull->source, strlen(pull->source), MAX_SUBJECT),
		.into = str_clean(a, pull->target, strlen(pull->target), MAX_SUBJECT),
		.head = str_copy(a, pull->head->hex), .folder = pull->folder,
		.commits = w.commits, .ncommits = w.count, .commits_in_all = w.in_all,
		.added = d.added, .removed = d.removed, .is_cut = d.is_cut,
	};
	take_files(a, &d, &out);
	plan_add_diff(r->plan, &out, log_redacted(r->arena, d.text));
	return true;
}

static bool has_commit(struct repo *repo, const char *id)
{
	struct oid commit;
	struct err none;

	return repo_resolve(repo, id, &commit, &none);
}

/* The commits of out->to that out->from lacks; going back, those that are undone. */
static bool foresee_list(struct repo *repo, struct arena *a, struct plan_changelog *out, struct err *e)
{
	struct foresee_walk w = { .a = a };
	struct oid from, to;
	const struct repo_walk new = { .from = &to, .stop = &from };

	if (!repo_resolve(repo, out->is_back ? out->from : out->to, &to, e) ||
	    !repo_resolve(repo, out->is_back ? out->to : out->from, &from, e) ||
	    !repo_walk(repo, &new, each_commit, &w, e))
		return false;
	out->commits = w.commits;
	out->ncommits = w.count;
	out->commits_in_all = w.in_all;
	return true;
}

bool foresee_changelog(struct step_run *r, struct arena *a, struct plan_changelog *out,
		       struct err *e)
{
	AUTO(mirror) struct mirror *m = NULL;
	struct remote_access access;

	assert(out->url && out->from && out->to);
	if (!git_work_mirror(r, out->url, &m, e))
		return false;
	if (!has_commit(mirror_repo(m), out->from) || !has_commit(mirror_repo(m), out->to)) {
		if (!git_work_access(r, out->url, false, &access, e) ||
		    !mirror_update(m, &access, e))
			return false;
	}
	if (!foresee_list(mirror_repo(m), a, out, e))
		return false;
	if (out->commits_in_all)
		return true;
	out->is_back = true;
	return foresee_list(mirror_repo(m), a, out, e);
}

/* The two commits between which it is; false: the mirror lacks one of them. */
static bool find_pull_ends(struct repo *repo, struct step_run *r, const struct plan_pull *pull,
			   struct oid *head, struct oid *base)
{
	struct arena *a = r->arena;
	struct repo_commit merge;
	struct err none;

	if (*pull->merged && repo_resolve(repo, pull->merged, head, &none) &&
	    repo_read_commit(repo, a, head, &merge, &none) && merge.parent_count) {
		*base = merge.parents[0];
		return true;
	}
	return repo_resolve(repo, *pull->head ? pull->head
					      : str_format(a, "refs/heads/%s", pull->source), head, &none) &&
	       repo_ref(repo, str_format(a, "refs/heads/%s", pull->target), base, &none);
}

bool foresee_open_pull(struct step_run *r, const struct plan_pull *pull, struct err *e)
{
	AUTO(mirror) struct mirror *m = NULL;
	struct remote_access access;
	struct oid head, base;
	bool is_same;

	if (!git_work_mirror(r, pull->url, &m, e))
		return false;
	if (!find_pull_ends(mirror_repo(m), r, pull, &head, &base)) {
		if (!git_work_access(r, pull->url, false, &access, e) || !mirror_update(m, &access, e))
			return false;
		if (!find_pull_ends(mirror_repo(m), r, pull, &head, &base))
			return err_set(e, ERR_NOT_FOUND, "%s has no commit %.12s or no branch %s",
				       remote_name(r->arena, pull->url),
				       *pull->head ? pull->head : pull->source, pull->target);
	}

	const struct foreseen_pull ends = { .url = pull->url, .source = pull->source, .target = pull->target,
					    .repo = mirror_repo(m), .head = &head, .base = &base };

	return foresee_pull(r, &ends, &is_same, e);
}
