/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan: what a promotion would do, found by running its steps on a scratch copy. What
 * touches the outside was not done in it but announced. Made by a worker, then handed over
 * whole and never modified again; whoever has it frees it.
 */
#ifndef GANTRY_MODEL_PLAN_H
#define GANTRY_MODEL_PLAN_H

#include "base/base.h"
#include "base/list.h"
#include "model/promotion.h"

struct arena;
struct value;

/* What became of a step. */
enum plan_way {
	PLAN_RAN,               /* for real, in the scratch copy */
	PLAN_ANNOUNCED,         /* touches the outside: message says what it would do */
	PLAN_UNFORESEEN,        /* needs what only the operation itself tells: message says what */
	PLAN_SKIPPED,           /* would not run */
	PLAN_FAILED,            /* would fail, and message says why */
};

struct plan_step {
	const char *alias, *uses;
	enum plan_way way;
	const char *about;              /* in few words, of its configuration; "" when nothing tells */
	const char *message;            /* "" when nothing to say */
};

struct plan_commit {
	const char *id, *subject, *author;
	int64_t at;                     /* ms */
};

struct plan_file {
	const char *path, *old_path;    /* old_path: NULL unless renamed */
	char what;                      /* A added, D deleted, M modified, R renamed, T type */
	size_t added, removed;          /* lines */
	bool is_binary;
};

/* What would be pushed to one branch, or what a pull request from it would bring to another. */
struct plan_diff {
	const char *url;                /* without password */
	const char *branch;
	const char *into;               /* the pull request's target; NULL: it is pushed */
	const char *head;               /* the commit it ends with, 40 hex digits */
	const char *folder;             /* the rehearsal's checkout that holds it */
	bool is_new;                    /* the remote has no such branch yet */
	bool is_integrated;             /* the branch has other commits, too: rebased onto them */
	struct plan_commit *commits;    /* that would be pushed, newest first; the first few */
	size_t ncommits, commits_in_all;
	struct plan_file *files;        /* the first ones */
	size_t nfiles, files_in_all, added, removed;
	const char **lines;             /* of the unified diff, clean for a terminal */
	size_t nlines;
	bool is_cut;                    /* lines end before the diff does */
	bool varies;                    /* holds what will be another one then (struct plan, varying) */
};

/* The commits of an artifact between what runs and what is to run. */
struct plan_changelog {
	const char *url, *from, *to;
	struct plan_commit *commits;    /* newest first; the first few */
	size_t ncommits, commits_in_all;
	bool is_back;                   /* they would be taken back */
};

/* A pull request that a promotion has opened. */
struct plan_pull {
	const char *url;                /* of the repository, without password */
	const char *source, *target;    /* branches */
	const char *head;               /* the source's commit, shortened or whole; "" when not told */
	const char *merged;             /* the merge commit; "" when there is none, or not told */
};

struct plan {
	struct arena *arena;            /* everything lies here, the plan itself too */
	uint64_t id;                    /* chosen by who asked */
	const char *stage, *freight;
	const char *from_freight;       /* what ran there; NULL when nothing */
	bool rollback;
	int64_t made_at, took;          /* ms */
	struct plan_step *steps;
	size_t nsteps;
	struct list diffs;              /* struct plan_diff *, in the order of the pushes */
	struct list changelogs;         /* struct plan_changelog * */
	struct list varying;            /* const char *: ids of its commits, its promotion's name */
	enum promotion_phase phase;     /* what it would come to, were all announced steps to succeed */
	const char *mark;               /* 40 hex digits: the same for plans that would push the same */
	const struct plan_pull *pull;   /* only its diff is wanted, no step is tried; NULL: no */
	const char *error;              /* why there is no plan; NULL when there is one */
	int code;                       /* enum err_code of it */
};

/* An empty one in an arena of its own. */
struct plan *plan_new(uint64_t id);

/* NULL is fine. */
void plan_free(struct plan *p);

/* "ran", "announced", … */
const char *plan_way_word(enum plan_way way);

/* The steps were tried out, and one of them would end the promotion. */
bool plan_would_fail(const struct plan *p);

/* How many of its steps went that way. */
size_t plan_count(const struct plan *p, enum plan_way way);

/*
 * A diff with its text split into lines, in the plan. A push to a branch that the plan has already takes
 * the place of the earlier one; what a pull request brings, that of the push to its source.
 */
void plan_add_diff(struct plan *p, const struct plan_diff *d, const char *text);

/*
 * What a step's configuration is about, in few words: the first of its texts that tell; a URL
 * without what may be a secret.
 */
const char *plan_about(struct arena *a, const struct value *config);

/* Sets the mark, and which diffs vary. To be called once, when all is in it. */
void plan_seal(struct plan *p);

/* The whole as a value, for output. */
struct value *plan_value(struct arena *a, const struct plan *p);

#endif
