/* SPDX-License-Identifier: Apache-2.0 */
/* What the git steps share: checkouts of the work directory, identities, credentials. */
#ifndef GANTRY_STEPS_GIT_WORK_H
#define GANTRY_STEPS_GIT_WORK_H

#include "base/base.h"
#include "steps/step.h"

struct arena;
struct err;
struct remote_access;
struct repo;
struct repo_person;
struct value;

/* name, email and signingKey: who commits. */
extern const struct step_param git_author_params[];

/*
 * Opens the checkout at a path beneath the work directory. Steps can write into
 * .git as well, so one whose settings name files elsewhere is refused.
 */
bool git_work_open(struct step_run *r, const char *path, struct repo **out,
		   struct err *e) MUST_USE;

/* The folder of mirrors; NULL without a home. */
const char *git_work_mirrors(struct step_run *r);

/*
 * What promotions have done with goes, but for files of checkouts that the next ones of the
 * same branches may want (git/mirror.h). mirrors NULL: as git_work_mirrors.
 */
bool git_work_discard(const char *mirrors, const char *work, struct err *e) MUST_USE;

/* Who we are to url: the project's Secret for it, else what git's own settings say. */
bool git_work_access(struct step_run *r, const char *url, bool insecure,
		     struct remote_access *out, struct err *e) MUST_USE;

/*
 * Who commits, when the promotion started: a commit made again after a crash is the
 * same one. NULLs: the ClusterConfig's gitClient, else GITCLIENT_NAME and GITCLIENT_EMAIL, else
 * Kargo's own (6.1).
 */
void git_work_person(struct step_run *r, const char *name, const char *email,
		     struct repo_person *out);

/* A configured author: its email looks like one, and it asks for no signature. */
bool git_work_check_author(const struct value *author, struct err *e) MUST_USE;

/* Marks whether another attempt may help: not when a manifest is wrong. Returns false. */
bool git_work_failed(struct err *e);

#endif
