/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repository's objects and refs. Everything is bounded and copied into the
 * caller's arena. Each handle belongs to the thread that opened it; any number of
 * threads and processes may have handles of the same repository. Blocks on the
 * disk: not for the ui thread. The ledger, which must be durable, stands on store.h.
 */
#ifndef GANTRY_GIT_REPO_H
#define GANTRY_GIT_REPO_H

#include "base/base.h"
#include "base/str.h"
#include "git/types.h"

struct arena;
struct err;
struct list;
struct repo;

struct repo_ref {
	const char *name;               /* full: "refs/heads/main" */
	struct oid id;                  /* of what it names; of the tag object for annotated tags */
	struct oid commit;              /* what that peels to; "" when not known or no commit */
};

struct repo_commit {
	struct oid id, tree;
	struct oid *parents;
	size_t parent_count;
	struct repo_person author, committer;
	const char *message;            /* whole; UTF-8 or cleaned to it when read */
};

/* Makes an empty repository at path (parents too) with HEAD on branch; existing is fine. */
bool repo_init(const char *path, bool bare, const char *branch, struct err *e) MUST_USE;

/* Opens exactly this folder (bare, or one with .git); ERR_NOT_FOUND when there is none. */
bool repo_open(const char *path, struct repo **out, struct err *e) MUST_USE;
void repo_close(struct repo *r);
void auto_repo(struct repo **r);

/* Its .git folder, or the bare repository's own; ends with "/". */
const char *repo_folder(const struct repo *r);

/* The folder of its files, ending with "/"; NULL for a bare one. Its settings may say any folder. */
const char *repo_work_folder(const struct repo *r);

/* What this full ref names ("refs/heads/main"); ERR_NOT_FOUND. */
bool repo_ref(struct repo *r, const char *ref, struct oid *id, struct err *e) MUST_USE;

/* The commit behind a name as people write it: branch, tag, HEAD, HEAD~1, id of 4 to 40 digits. */
bool repo_resolve(struct repo *r, const char *name, struct oid *commit, struct err *e) MUST_USE;

/* Refs that match a pattern such as "refs/heads/" followed by "*", by name; struct repo_ref *. */
bool repo_refs(struct repo *r, struct arena *a, const char *pattern, struct list *refs,
	       struct err *e) MUST_USE;

/* One commit by id. */
bool repo_read_commit(struct repo *r, struct arena *a, const struct oid *id,
		      struct repo_commit *out, struct err *e) MUST_USE;

/*
 * Writes a commit object of c's tree, parents, people and message; moves no ref. The
 * id depends on nothing else, so that a commit made again is the same commit.
 */
bool repo_commit(struct repo *r, const struct repo_commit *c, struct oid *id,
		 struct err *e) MUST_USE;

struct repo_merge {
	struct oid ours, theirs;
	struct repo_person by;
	const char *message;
};

/*
 * Writes a commit that merges theirs into ours; moves no ref and needs no files. ERR_REFUSED names
 * the files that both changed.
 */
bool repo_merge(struct repo *r, const struct repo_merge *m, struct oid *id, struct err *e) MUST_USE;

/*
 * Points a full ref at id, atomically, if it now names expected: NULL means
 * whatever it names, "" that it must not exist. ERR_CONFLICT when it names something else.
 */
bool repo_set_ref(struct repo *r, const char *ref, const struct oid *id,
		  const struct oid *expected, struct err *e) MUST_USE;

struct repo_walk {
	const struct oid *from;         /* the newest commit */
	const struct oid *stop;         /* it and what it reaches are left out; NULL or "": nothing */
	bool first_parent;              /* of merges only the first parent is followed */
};

/*
 * Calls each commit, newest first (children before parents), until each returns false. The
 * commit is valid during the call only.
 */
bool repo_walk(struct repo *r, const struct repo_walk *w,
	       bool (*each)(void *context, const struct repo_commit *c), void *context,
	       struct err *e) MUST_USE;

/* The newest commit that both have; "" when their histories have nothing in common. */
bool repo_merge_base(struct repo *r, const struct oid *one, const struct oid *two, struct oid *base,
		     struct err *e) MUST_USE;

/* True in *is when ancestor is descendant or one of its ancestors. */
bool repo_is_ancestor(struct repo *r, const struct oid *ancestor, const struct oid *descendant,
		      bool *is, struct err *e) MUST_USE;

#endif
