/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkout's files and what is done with them: clear, commit, tag, rebase. Files
 * outside the checkout are never touched: a link is a link. Blocks: workers.
 */
#ifndef GANTRY_GIT_WORK_H
#define GANTRY_GIT_WORK_H

#include "base/base.h"
#include "git/repo.h"

struct arena;
struct err;
struct signing_key;

/* Where a checkout came from. */
struct work_origin {
	const char *url;                /* NULL when it has none */
	const char *branch;             /* current, "main"; NULL when detached */
	const char *author_name, *author_email; /* as configured there; NULL when not */
	bool insecure;
	struct oid head;                /* "" when there is no commit yet */
};

bool work_origin(struct repo *r, struct arena *a, struct work_origin *out,
		 struct err *e) MUST_USE;

/* Removes all files but .git, ignored ones excepted, as git add . && git rm -r . do. */
bool work_clear(struct repo *r, struct err *e) MUST_USE;

/* Who commits, and what signs it. */
struct work_author {
	struct repo_person who;
	const struct signing_key *key;  /* of signing_key_open(); NULL: nothing */
};

/*
 * Commits all changes (git add --all, ignored files excepted) onto HEAD and moves its
 * branch. *made is false when there was nothing to commit; *id is HEAD in both cases.
 */
struct work_commit {
	const struct work_author *by;
	const char *message;
};

bool work_commit(struct repo *r, const struct work_commit *c, struct oid *id, bool *made,
		 struct err *e) MUST_USE;

/*
 * An annotated tag on HEAD. ERR_CONFLICT when there is another of that name and not
 * force; the very same one is fine.
 */
struct work_tag {
	const struct work_author *by;
	const char *name, *message;
	bool force;
};

bool work_tag(struct repo *r, const struct work_tag *t, struct err *e) MUST_USE;

/*
 * Puts HEAD's commits that onto does not reach on top of it, keeping authors, dates and
 * messages, dropping those that change nothing any more, and checks the result
 * out. With a key they are all signed by it, and committed by by->who.
 * ERR_REFUSED names the files that conflict, and nothing has changed then.
 */
bool work_rebase(struct repo *r, const struct oid *onto, const struct work_author *by,
		 struct oid *head, struct err *e) MUST_USE;

/*
 * Whether work_rebase() would tell nothing wrong about who signed: without a key none of the commits
 * that it would make again is signed, with one all are by it (NULL: there is none).
 */
bool work_may_rebase(struct repo *r, const struct oid *onto, const struct signing_key *key,
		     bool *may, struct err *e) MUST_USE;

/* Makes HEAD this commit, which is here, and the files its files. ERR_CONFLICT: one was changed by hand. */
bool work_move(struct repo *r, const struct oid *to, struct err *e) MUST_USE;

/* Makes HEAD a merge of itself and other (or other itself, when that is ahead). Errors of work_rebase. */
struct work_merge {
	struct oid other;
	const struct work_author *by;
	const char *message;
};

bool work_merge(struct repo *r, const struct work_merge *m, struct oid *head,
		struct err *e) MUST_USE;

#endif
