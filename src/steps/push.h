/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What git-push and github-push share: which branch they aim at, how they meet what others pushed
 * meanwhile, whose turn it is, and what a plan says of them (doc/kargo-rules.md 6.1). A worker.
 */
#ifndef GANTRY_STEPS_PUSH_H
#define GANTRY_STEPS_PUSH_H

#include "base/base.h"
#include "git/types.h"
#include "git/work.h"
#include "steps/git_work.h"
#include "steps/step.h"

struct err;
struct repo;
struct value;

/* How often a push is tried, at most and without a pause. */
enum { PUSH_ATTEMPTS = 10, PUSH_AT_ONCE = 2 };

/* In the parameter tables of both. */
#define PUSH_PARAMS                                                                                \
	{ .name = "path",                                                                          \
	  .kind = PARAM_PATH,                                                                      \
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,                                               \
	  .help = "The checkout." },                                                               \
	{ .name = "targetBranch",                                                                  \
	  .kind = PARAM_STRING,                                                                    \
	  .help = "The branch to push to.",                                                        \
	  .otherwise = "the current branch" },                                                     \
	{ .name = "generateTargetBranch",                                                          \
	  .kind = PARAM_BOOL,                                                                      \
	  .help = "Push, by force, to kargo/promotion/<promotion>.",                               \
	  .otherwise = "false" },                                                                  \
	{ .name = "force",                                                                         \
	  .kind = PARAM_BOOL,                                                                      \
	  .help = "Replace what the branch holds.",                                                \
	  .otherwise = "false" },                                                                  \
	{ .name = "maxAttempts",                                                                   \
	  .kind = PARAM_INT,                                                                       \
	  .help = "How often to rebase and try again when the remote has moved.",                  \
	  .otherwise = "10" }

/* One run of such a step. */
struct push {
	struct step_run *r;
	struct repo *repo;              /* the checkout */
	struct work_origin origin;      /* its head moves when it is put on top of the remote's */
	struct remote_access access;
	struct git_author author;       /* who puts it on top of the remote's */
	const char *branch;             /* aimed at; of a tag the current one, which may be NULL */
	const char *target;             /* the full ref there */
	bool force;
};

/* A text that is given and not ""; NULL else. */
const char *push_given(const struct value *config, const char *name);

/* targetBranch, generateTargetBranch, tag, force and maxAttempts go together. */
bool push_check(const struct value *config, struct err *e) MUST_USE;

/* Opens the checkout and aims, p->r being set. push_end() afterwards, also of a failure. */
bool push_begin(struct push *p, struct err *e) MUST_USE;
void push_end(struct push *p);

/* Fetches what the remote's branch holds now; "": there is none. */
bool push_look(struct push *p, struct oid *theirs, struct err *e) MUST_USE;

/*
 * Puts the head on top of what others pushed, as the policy says; nothing is done by force. False
 * with result->status STEP_FAILED: no attempt can (both changed the same, signatures would go).
 */
bool push_integrate(struct push *p, struct step_result *result, struct err *e) MUST_USE;

/* Whose turn it is to push there, within this process. False: result says that it waits. */
bool push_is_our_turn(struct push *p, struct step_result *result);

/* Attempts so far, of this run and those before it; and how many there may be. */
int64_t push_attempts(const struct push *p);
int64_t push_most_attempts(const struct push *p);

/* Another process was faster again: the step waits outside the worker, and goes on counting. */
void push_come_back(struct push *p, struct step_result *result, int64_t attempts);

/* Puts out branch, commit and, when the provider (NULL: told by the host) has pages, commitURL. */
void push_report(struct push *p, struct step_result *result, const char *provider);

/*
 * Puts what a push of the branch would bring into the plan, and announces it; how goes behind the
 * sentence, such as " through GitHub's API". *commits is how many are not there yet.
 */
bool push_rehearse(struct push *p, const char *how, size_t *commits, struct step_result *result,
		   struct err *e) MUST_USE;

#endif
