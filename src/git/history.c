/* SPDX-License-Identifier: Apache-2.0 */
/* Commits: written, read, and walked. Texts in them come from anybody and are cleaned. */
#include "git/repo.h"

#include <assert.h>
#include <string.h>

#include <git2.h>
#include <git2/sys/commit.h>

#include "base/arena.h"
#include "base/err.h"
#include "git/handle.h"

enum { LONGEST_MESSAGE = 1 << 20, LONGEST_NAME = 1000, MOST_PARENTS = 64 };

static const char *history_clean(struct arena *a, const char *text, size_t max)
{
	return text ? str_clean(a, text, strlen(text), max) : "";
}

/* A message as people read it: git keeps what Windows' editors put at the ends of lines. */
static const char *message_of(struct arena *a, const char *text)
{
	char *out = (char *)arena_copy(a, text ? text : "", text ? strlen(text) + 1 : 1);
	size_t n = 0;

	for (const char *p = out; *p; p++)
		if (*p != '\r' || p[1] != '\n')
			out[n++] = *p;
	out[n] = '\0';
	return history_clean(a, out, LONGEST_MESSAGE);
}

static void fill_person(struct arena *a, const git_signature *from, struct repo_person *to)
{
	to->name = history_clean(a, from->name, LONGEST_NAME);
	to->email = history_clean(a, from->email, LONGEST_NAME);
	to->time = (int64_t)from->when.time * 1000;
	to->offset = from->when.offset;
}

static void fill_commit(struct arena *a, const git_commit *from, struct repo_commit *to)
{
	oid_write(git_commit_id(from), &to->id);
	oid_write(git_commit_tree_id(from), &to->tree);
	to->parent_count = git_commit_parentcount(from);
	to->parents = arena_array(a, to->parent_count, sizeof(*to->parents));
	for (unsigned i = 0; i < to->parent_count; i++)
		oid_write(git_commit_parent_id(from, i), &to->parents[i]);
	fill_person(a, git_commit_author(from), &to->author);
	fill_person(a, git_commit_committer(from), &to->committer);
	to->message = message_of(a, git_commit_message(from));
}

bool repo_read_commit(struct repo *r, struct arena *a, const struct oid *id,
		      struct repo_commit *out, struct err *e)
{
	AUTO(git_commit) git_commit *c = NULL;
	git_oid oid;
	int code;

	assert(id);
	if (!oid_read(id, &oid, e))
		return false;
	code = git_commit_lookup(&c, r->git, &oid);
	if (code != 0)
		return handle_failed(e, code, "reading the commit %s", id->hex);
	fill_commit(a, c, out);
	return true;
}

bool repo_commit(struct repo *r, const struct repo_commit *c, struct oid *id, struct err *e)
{
	AUTO(git_signature) git_signature *author = NULL;
	AUTO(git_signature) git_signature *committer = NULL;
	git_oid out, tree, parents[MOST_PARENTS];
	const git_oid *each[MOST_PARENTS];
	int code;

	assert(c->tree.hex[0] && c->message && (c->parents || !c->parent_count));
	if (c->parent_count > MOST_PARENTS)
		return err_set(e, ERR_LIMIT, "a commit with %zu parents", c->parent_count);
	for (size_t i = 0; i < c->parent_count; i++) {
		each[i] = &parents[i];
		if (!oid_read(&c->parents[i], &parents[i], e))
			return false;
	}
	if (!oid_read(&c->tree, &tree, e) || !person_signature(&c->author, &author, e) ||
	    !person_signature(&c->committer, &committer, e))
		return false;
	code = git_commit_create_from_ids(&out, r->git, NULL, author, committer, NULL, c->message,
					  &tree, c->parent_count, each);
	if (code != 0)
		return handle_failed(e, code, "writing a commit");
	oid_write(&out, id);
	return true;
}

static int history_start_walk(git_revwalk *walk, const git_oid *from, const git_oid *stop,
			      bool first_parent)
{
	/* Times alone would put a parent before a child whose clock was behind. */
	int code = git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);

	if (code == 0)
		code = git_revwalk_push(walk, from);
	if (code == 0 && stop)
		code = git_revwalk_hide(walk, stop);
	if (code == 0 && first_parent)
		code = git_revwalk_simplify_first_parent(walk);
	return code;
}

static bool call_each(struct repo *r, git_revwalk *walk,
		      bool (*each)(void *context, const struct repo_commit *c), void *context,
		      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	git_oid id;
	bool more = true;
	int code = 0;

	while (more && (code = git_revwalk_next(&id, walk)) == 0) {
		AUTO(git_commit) git_commit *c = NULL;
		struct repo_commit out;

		code = git_commit_lookup(&c, r->git, &id);
		if (code != 0)
			break;
		arena_reset(a);
		fill_commit(a, c, &out);
		more = each(context, &out);
	}
	return code == 0 || code == GIT_ITEROVER || handle_failed(e, code, "reading the history");
}

bool repo_walk(struct repo *r, const struct repo_walk *w,
	       bool (*each)(void *context, const struct repo_commit *c), void *context, struct err *e)
{
	git_revwalk *walk;
	git_oid start, end;
	bool has_end = w->stop && w->stop->hex[0], done;
	int code;

	assert(w->from && each);
	if (!oid_read(w->from, &start, e) || (has_end && !oid_read(w->stop, &end, e)))
		return false;
	code = git_revwalk_new(&walk, r->git);
	if (code != 0)
		return handle_failed(e, code, "reading the history");
	code = history_start_walk(walk, &start, has_end ? &end : NULL, w->first_parent);
	done = code == 0 ? call_each(r, walk, each, context, e)
			 : handle_failed(e, code, "reading the history from %s", w->from->hex);
	git_revwalk_free(walk);
	return done;
}

bool repo_merge_base(struct repo *r, const struct oid *one, const struct oid *two, struct oid *base,
		     struct err *e)
{
	git_oid a, b, out;
	int code;

	if (!oid_read(one, &a, e) || !oid_read(two, &b, e))
		return false;
	code = git_merge_base(&out, r->git, &a, &b);
	if (code != 0 && code != GIT_ENOTFOUND)
		return handle_failed(e, code, "comparing %s with %s", one->hex, two->hex);
	base->hex[0] = '\0';
	if (code == 0)
		git_oid_tostr(base->hex, sizeof(base->hex), &out);
	return true;
}

bool repo_is_ancestor(struct repo *r, const struct oid *ancestor, const struct oid *descendant,
		      bool *is, struct err *e)
{
	git_oid older, newer;
	int code;

	if (!oid_read(ancestor, &older, e) || !oid_read(descendant, &newer, e))
		return false;
	if (git_oid_equal(&older, &newer)) {
		*is = true;
		return true;
	}
	code = git_graph_descendant_of(r->git, &newer, &older);
	if (code < 0)
		return handle_failed(e, code, "comparing %s with %s", ancestor->hex,
				     descendant->hex);
	*is = code == 1;
	return true;
}
