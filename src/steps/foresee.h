/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a push would bring to a branch, and a pull request to its target, put into the plan: the
 * checkout of a rehearsal holds the very commits that would be sent. Blocks on the disk: workers.
 */
#ifndef GANTRY_STEPS_FORESEE_H
#define GANTRY_STEPS_FORESEE_H

#include "base/base.h"

struct arena;
struct err;
struct oid;
struct plan_changelog;
struct plan_commit;
struct plan_diff;
struct plan_pull;
struct remote_access;
struct repo;
struct step_run;

struct foreseen_push {
	const char *url, *branch;
	struct oid *tip;                /* what the branch holds at the remote; NULL: there is none */
	struct oid *head;               /* what would be pushed */
	bool is_integrated;             /* the head was put on top of what others pushed */
};

/* Adds it to r->plan; *commits is how many would be pushed, 0: nothing is new. */
bool foresee_push(struct step_run *r, struct repo *repo, const struct foreseen_push *push,
		  size_t *commits, struct err *e) MUST_USE;

/* The branches of a pull request as they would be then. */
struct foreseen_pull {
	const char *url, *source, *target;
	const char *folder;             /* the rehearsal's checkout that repo is; NULL: it is none */
	struct repo *repo;              /* holds both commits */
	struct oid *head, *base;        /* of the source and of the target */
};

/*
 * Adds what the pull request would bring to its target to r->plan, in place of the push to its source.
 * *is_same: nothing, since both hold the same files.
 */
bool foresee_pull(struct step_run *r, const struct foreseen_pull *pull, bool *is_same,
		  struct err *e) MUST_USE;

/*
 * Adds what a pull request that was opened brings to its target to r->plan, or brought when it is merged.
 * Of the mirror, which is fetched only when it lacks the commits. Nothing is added when both hold the same.
 */
bool foresee_open_pull(struct step_run *r, const struct plan_pull *pull, struct err *e) MUST_USE;

/*
 * What the plan would push to that branch, or what it would bring to another with a pull request; with into
 * only what it would bring to that one. NULL: nothing.
 */
const struct plan_diff *foresee_pushed(const struct step_run *r, const char *url, const char *branch,
				       const char *into);

/*
 * The commits that to has and from has not, or the other way round when to is the older.
 * Of the mirror, which is fetched only when it lacks one of them. The access and
 * the folder of mirrors are the run's; url, from and to of *out are set already. In a.
 */
bool foresee_changelog(struct step_run *r, struct arena *a, struct plan_changelog *out,
		       struct err *e) MUST_USE;

#endif
