/* SPDX-License-Identifier: Apache-2.0 */
/* What the git steps share: checkouts of the work directory, identities, credentials. */
#ifndef GANTRY_STEPS_GIT_WORK_H
#define GANTRY_STEPS_GIT_WORK_H

#include "base/base.h"
#include "git/signing.h"
#include "git/work.h"
#include "steps/step.h"

struct arena;
struct err;
struct mirror;
struct remote_access;
struct repo;
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

/* The mirror of url in that folder, as it is. ERR_CONFIG: there is no folder. */
bool git_work_mirror(struct step_run *r, const char *url, struct mirror **out, struct err *e) MUST_USE;

/*
 * What promotions have done with goes, except for files of checkouts that the next ones of the
 * same branches may want (git/mirror.h). mirrors NULL: as git_work_mirrors.
 */
bool git_work_discard(const char *mirrors, const char *work, struct err *e) MUST_USE;

/* Who we are to url: the project's Secret for it, else what git's own settings say. */
bool git_work_access(struct step_run *r, const char *url, bool insecure,
		     struct remote_access *out, struct err *e) MUST_USE;

/* Who commits, as far as it is said: NULL members are not. */
struct git_identity {
	const char *name, *email;
	const char *signing_key;        /* the private key as text; NULL: nothing is signed */
};

/* The author that a step's configuration names, or who commits where none does. ERR_CONFIG. */
bool git_work_identity(struct step_run *r, const struct value *author, struct git_identity *out,
		       struct err *e) MUST_USE;

/* Who commits in that checkout: its author, or the step's own (NULL: there is none). */
struct git_identity git_work_identity_in(struct step_run *r, struct repo *repo,
					 const struct work_origin *origin,
					 const struct value *author);

/* An identity with its key at hand. by.key points into it. */
struct git_author {
	struct work_author by;
	struct signing_key key;
};

/*
 * At the time when the promotion started: a commit made again after a crash is the
 * same one. What is not said: the ClusterConfig's gitClient, else GITCLIENT_NAME and
 * GITCLIENT_EMAIL, else Kargo's own (6.1). A plan signs nothing.
 */
bool git_work_author_open(struct step_run *r, const struct git_identity *who,
			  struct git_author *out, struct err *e) MUST_USE;

/* Zeroed is fine. */
void git_work_author_close(struct git_author *author);

/* The checkout at this absolute path signs with this key from now on; NULL: it does not. */
void git_work_sign_with(struct step_run *r, const char *path, const char *key);

/* A configured author: its email looks like one, and its key like a key. */
bool git_work_check_author(const struct value *author, struct err *e) MUST_USE;

/* Marks whether another attempt may help: not when a manifest is wrong. Returns false. */
bool git_work_failed(struct err *e);

#endif
