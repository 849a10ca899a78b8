/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits and refs made through GitHub's API instead of by a push: a commit made so, without people
 * named, is signed by GitHub. REST API version 2022-11-28, "Git database". Each forge given must be
 * a GitHub: forge_open() with provider "github". Blocks: workers.
 */
#ifndef GANTRY_FORGE_GITHUB_OBJECTS_H
#define GANTRY_FORGE_GITHUB_OBJECTS_H

#include "base/base.h"

struct arena;
struct err;
struct forge;
struct value;

/* The commit that a ref such as "heads/main" names. ERR_NOT_FOUND: there is none. */
bool github_ref(struct forge *f, struct arena *a, const char *ref, const char **commit,
		struct err *e) MUST_USE;

enum github_order { GITHUB_IDENTICAL, GITHUB_AHEAD, GITHUB_BEHIND, GITHUB_DIVERGED };

struct github_comparison {
	const char *base, *head;        /* asked for: ids of two commits */
	enum github_order order;        /* of the head, as seen from the base */
	const char *merge_base;
	size_t total;                   /* commits that the base lacks; may be more than were given */
	const struct value *commits;    /* those, oldest first: {sha, commit: {tree, message, author, …}} */
};

/* Sets what is not asked for in *c. */
bool github_compare(struct forge *f, struct arena *a, struct github_comparison *c,
		    struct err *e) MUST_USE;

struct github_commit {
	const char *tree, *message;
	const char *const *parents;
	size_t nparents;
	/* {name, email, date}; NULL both: who asks, and GitHub signs. */
	const struct value *author, *committer;
};

bool github_make_commit(struct forge *f, struct arena *a, const struct github_commit *c,
			const char **commit, struct err *e) MUST_USE;

/* A new ref, "heads/main". */
bool github_make_ref(struct forge *f, struct arena *a, const char *ref, const char *commit,
		     struct err *e) MUST_USE;

struct github_move {
	const char *ref, *commit;
	bool force;                     /* also to what does not descend from what it names */
};

/* ERR_CONFLICT: it has moved meanwhile. */
bool github_move_ref(struct forge *f, struct arena *a, const struct github_move *move,
		     struct err *e) MUST_USE;

/* One that is gone already is fine. */
bool github_delete_ref(struct forge *f, struct arena *a, const char *ref,
		       struct err *e) MUST_USE;

#endif
