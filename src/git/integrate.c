/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rebase and merge, made from objects alone: files change once, at the end, when it is
 * certain that nothing conflicts. A commit put on another base keeps its people
 * and dates, so that doing it again gives the same commit.
 */
#include "git/work.h"

#include <assert.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "git/handle.h"
#include "git/mirror_inner.h"
#include "git/signed_commit.h"

enum { MOST_COMMITS = 10000, NAMED_CONFLICTS = 5, WORDS_MAX = 800 };

/* A commit that is to be put on another base. */
struct carrying {
	git_commit *commit;
	git_commit *base;               /* valid during integrate_carry() */
	const struct work_author *by;
};

static bool integrate_conflicts(git_index *index, const char *doing, struct err *e)
{
	git_index_conflict_iterator *all;
	const git_index_entry *base, *ours, *theirs;
	AUTO(buf) struct buf names;
	size_t count = 0;

	buf_init(&names, WORDS_MAX);
	if (git_index_conflict_iterator_new(&all, index) == 0) {
		while (git_index_conflict_next(&base, &ours, &theirs, all) == 0) {
			const git_index_entry *any = ours ? ours : theirs ? theirs : base;

			if (count++ < NAMED_CONFLICTS)
				buf_format(&names, "%s%.120s", count > 1 ? ", " : "", any->path);
		}
		git_index_conflict_iterator_free(all);
	}
	return err_set(e, ERR_REFUSED, "%s: both sides changed %s%s", doing, buf_str(&names),
		       count > NAMED_CONFLICTS ? " and more" : "");
}

/* Where HEAD is, and what its commits are to follow. */
struct integrate_move {
	git_oid head, onto;
};

/* The commits of the head that onto does not reach, oldest first; git_oid *. */
static bool integrate_gather(struct repo *r, struct arena *a, const struct integrate_move *m,
			     struct list *commits, struct err *e)
{
	git_revwalk *walk;
	git_oid id;
	int code = git_revwalk_new(&walk, r->git);

	if (code != 0)
		return handle_failed(e, code, "reading the history");
	git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
	code = git_revwalk_push(walk, &m->head);
	if (code == 0)
		code = git_revwalk_hide(walk, &m->onto);
	while (code == 0 && (code = git_revwalk_next(&id, walk)) == 0 &&
	       commits->count < MOST_COMMITS)
		list_add(a, commits, arena_copy(a, &id, sizeof(id)));
	git_revwalk_free(walk);
	if (commits->count >= MOST_COMMITS)
		return err_set(e, ERR_LIMIT, "more than %d commits to put on a new base",
			       MOST_COMMITS);
	return code == GIT_ITEROVER || handle_failed(e, code, "reading the history");
}

/* The tree as a commit on the base by the original's author, committed by whoever signs; *onto becomes it. */
static bool carry_tree(struct repo *r, const struct carrying *c, git_tree *tree, git_oid *onto, struct err *e)
{
	AUTO(git_signature) git_signature *self = NULL;
	const git_commit *parents[1] = { c->base };
	struct oid id;
	int code;

	if (c->by->key && !person_signature(&c->by->who, &self, e))
		return false;
	code = git_commit_create(onto, r->git, NULL, git_commit_author(c->commit),
				 self ? self : git_commit_committer(c->commit),
				 git_commit_message_encoding(c->commit),
				 git_commit_message(c->commit), tree, 1, parents);
	if (code != 0)
		return handle_failed(e, code, "putting a commit on a new base");
	oid_write(onto, &id);
	return !c->by->key || (commit_sign(r, c->by->key, &id, e) && oid_read(&id, onto, e));
}

/* One commit on top of *onto, which becomes it; nothing is made when it changes nothing. */
static bool integrate_carry(struct repo *r, struct carrying *c, git_oid *onto, struct err *e)
{
	AUTO(git_commit) git_commit *base = NULL;
	AUTO(git_index) git_index *index = NULL;
	AUTO(git_tree) git_tree *tree = NULL;
	git_merge_options o;
	git_oid id;
	int code = git_commit_lookup(&base, r->git, onto);

	git_merge_options_init(&o, GIT_MERGE_OPTIONS_VERSION);
	c->base = base;
	if (code == 0)
		code = git_cherrypick_commit(&index, r->git, c->commit, base, 0, &o);
	if (code == 0 && git_index_has_conflicts(index))
		return integrate_conflicts(index, "the remote has moved and rebasing fails", e);
	if (code == 0)
		code = git_index_write_tree_to(&id, index, r->git);
	if (code == 0 && git_oid_equal(&id, git_commit_tree_id(base)))
		return true;
	if (code == 0)
		code = git_tree_lookup(&tree, r->git, &id);
	if (code != 0)
		return handle_failed(e, code, "putting a commit on a new base");
	return carry_tree(r, c, tree, onto, e);
}

static bool carry_all(struct repo *r, const struct list *commits, const struct work_author *by,
		      git_oid *onto, struct err *e)
{
	for (size_t i = 0; i < commits->count; i++) {
		AUTO(git_commit) git_commit *commit = NULL;
		int code = git_commit_lookup(&commit, r->git, commits->items[i]);

		if (code != 0)
			return handle_failed(e, code, "reading a commit");
		struct carrying c = { .commit = commit, .by = by };

		if (git_commit_parentcount(commit) < 2 && !integrate_carry(r, &c, onto, e))
			return false;
	}
	return true;
}

bool work_may_rebase(struct repo *r, const struct oid *onto, const struct signing_key *key,
		     bool *may, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const enum commit_trust wanted = key ? COMMIT_OURS : COMMIT_UNSIGNED;
	struct list commits = { 0 };
	struct integrate_move move;
	struct oid from;

	if (!repo_ref(r, "HEAD", &from, e) || !oid_read(&from, &move.head, e) ||
	    !oid_read(onto, &move.onto, e) || !integrate_gather(r, a, &move, &commits, e))
		return false;
	*may = true;
	for (size_t i = 0; i < commits.count && *may; i++) {
		enum commit_trust is;
		struct oid id;

		oid_write(commits.items[i], &id);
		if (!commit_trust(r, &id, key, &is, e))
			return false;
		*may = is == wanted;
	}
	return true;
}

bool work_rebase(struct repo *r, const struct oid *onto, const struct work_author *by,
		 struct oid *head, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list commits = { 0 };
	struct integrate_move move;
	struct oid from, to;
	int behind;

	assert(by && onto);
	if (!repo_ref(r, "HEAD", &from, e) || !oid_read(&from, &move.head, e) ||
	    !oid_read(onto, &move.onto, e))
		return false;
	behind = git_oid_equal(&move.head, &move.onto)
			 ? 1
			 : git_graph_descendant_of(r->git, &move.head, &move.onto);
	if (behind < 0)
		return handle_failed(e, behind, "comparing with the remote");
	if (behind) {                           /* nothing there that is not here */
		*head = from;
		return true;
	}
	if (!integrate_gather(r, a, &move, &commits, e) || !carry_all(r, &commits, by, &move.onto, e))
		return false;
	oid_write(&move.onto, &to);
	if (!work_put(r, &from, &to, e))
		return false;
	*head = to;
	return true;
}

bool repo_merge(struct repo *r, const struct repo_merge *m, struct oid *id, struct err *e)
{
	AUTO(git_commit) git_commit *ours = NULL;
	AUTO(git_commit) git_commit *theirs = NULL;
	AUTO(git_index) git_index *index = NULL;
	git_merge_options o;
	struct oid parents[] = { m->ours, m->theirs };
	struct repo_commit c = { .parents = parents, .parent_count = 2, .author = m->by,
				 .committer = m->by, .message = m->message };
	git_oid one, two, tree;
	int code;

	assert(m->message);
	git_merge_options_init(&o, GIT_MERGE_OPTIONS_VERSION);
	if (!oid_read(&m->ours, &one, e) || !oid_read(&m->theirs, &two, e))
		return false;
	code = git_commit_lookup(&ours, r->git, &one);
	if (code == 0)
		code = git_commit_lookup(&theirs, r->git, &two);
	if (code == 0)
		code = git_merge_commits(&index, r->git, ours, theirs, &o);
	if (code == 0 && git_index_has_conflicts(index))
		return integrate_conflicts(index, "merging", e);
	if (code == 0)
		code = git_index_write_tree_to(&tree, index, r->git);
	if (code != 0)
		return handle_failed(e, code, "merging");
	oid_write(&tree, &c.tree);
	return repo_commit(r, &c, id, e);
}

bool work_merge(struct repo *r, const struct work_merge *m, struct oid *head, struct err *e)
{
	struct repo_merge merge = { .theirs = m->other, .by = m->by->who, .message = m->message };
	struct oid to = m->other;
	bool ahead, behind;

	if (!repo_ref(r, "HEAD", &merge.ours, e) ||
	    !repo_is_ancestor(r, &m->other, &merge.ours, &behind, e) ||
	    !repo_is_ancestor(r, &merge.ours, &m->other, &ahead, e))
		return false;
	if (behind) {
		*head = merge.ours;
		return true;
	}
	if (!ahead && !repo_merge(r, &merge, &to, e))
		return err_wrap(e, "the remote has moved");
	if (!ahead && m->by->key && !commit_sign(r, m->by->key, &to, e))
		return false;
	if (!work_put(r, &merge.ours, &to, e))
		return false;
	*head = to;
	return true;
}
