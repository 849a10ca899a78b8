/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion through git, played step by step against a bare repository. */
#ifndef GANTRY_TESTS_UNIT_STEPS_PROMOTION_PLAY_H
#define GANTRY_TESTS_UNIT_STEPS_PROMOTION_PLAY_H

#include "base/err.h"
#include "git/play.h"
#include "steps/step.h"

struct signing_keys;
struct turns;
struct value;
struct workdir;

struct promotion_play {
	struct play p;
	const char *remote, *folder;
	struct workdir *work;
	struct step_result result;
	struct err e;
	const struct value *git_client; /* of the ClusterConfig */
	const char *push_policy;        /* the setting */
	const char *promotion;          /* NULL: one of no importance */
	struct turns *turns;            /* shared with other promotions; NULL: it is alone */
	struct signing_keys *keys;      /* NULL: nothing is signed */
	unsigned waits;                 /* how often it was asked again */
	const struct value *before;     /* what the step put out before it was resumed; NULL: it was not */
};

void play_begin(struct promotion_play *t);
void play_end(struct promotion_play *t);

/* Runs a step; config is JSON with ' for " and REMOTE for the repository. False as run(). */
bool play_step(struct promotion_play *t, const char *kind, const char *config);

/* What the step put out at that path; NULL: nothing. */
const char *play_output(struct promotion_play *t, const char *path);

/* What git says of the remote. */
const char *play_remote_git(struct promotion_play *t, const char *words);

#endif
