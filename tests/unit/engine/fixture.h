/* SPDX-License-Identifier: Apache-2.0 */
/* A project of two or three stages, and an engine that runs it in a temporary folder. */
#ifndef GANTRY_TESTS_UNIT_ENGINE_FIXTURE_H
#define GANTRY_TESTS_UNIT_ENGINE_FIXTURE_H

#include <pthread.h>

#include "base/base.h"
#include "model/project.h"

struct arena;
struct engine;
struct engine_options;
struct intent;
struct ledger;
struct plan;
struct record;
struct state;
struct value;

struct value *json(struct arena *a, const char *text);

/* Stages as JSON texts, NULL-terminated; autos: names that promote by themselves, or NULL. */
const struct project *project_of(struct arena *a, const char *const *stages, const char *autos);

/* What an engine said so far; guarded by the mutex. */
struct heard {
	pthread_mutex_t lock;
	const struct project *project;
	const struct record *record;    /* the newest; release it in the end */
	const struct state *state;      /* the record's */
	unsigned events, replies;
	int code;                       /* of the newest reply */
	char message[1024], promotion[256], kinds[8192];
	struct plan *plan;              /* the newest */
	unsigned plans;
};

/* A running engine on folder/ledger, telling h. */
struct engine *running(struct heard *h, const char *folder, const struct project *p, bool execute);

/*
 * The same, with the test's own execute, find_step, verify and record, which get h as their context. With
 * record there is no ledger.
 */
struct engine *running_with(struct heard *h, const char *folder, const struct project *p,
			    const struct engine_options *own);

/* From now on these are the manifests; NULL: there are no good ones. */
void other_manifests(struct heard *h, const struct project *p);

/* Polls until test() holds of what was heard, at most 10 s. */
bool await(struct heard *h, bool (*test)(const struct heard *h, const char *text), const char *text);

/* Sends the intent and waits for its reply; returns its code. */
int ask(struct engine *en, struct heard *h, const struct intent *i);

/* "stage=phase" of the newest promotion in the stage. */
bool stage_reached(const struct heard *h, const char *text);

#endif
