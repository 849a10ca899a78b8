/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to the demonstration's applications as time goes by: compared with git, synced, rolled
 * out, sometimes degraded or refused, and well again. All calls lock; any thread. Objects are as Argo
 * CD's API gives them, and the caller's to free.
 */
#ifndef GANTRY_DEMO_SIMULATION_H
#define GANTRY_DEMO_SIMULATION_H

#include "base/base.h"

struct cJSON;
struct err;
struct seed_place;
struct simulation;

struct simulation_options {
	const char *repository;         /* path of the bare repository */
	const char *url;                /* as the applications' sources name it */
	const char *project;            /* Kargo's */
	const char *const *stages;      /* one application "project-stage" each; NULL-terminated */
	const struct seed_place *others; /* of other projects, on branches stage/PROJECT/STAGE; NULL: none */
	double speed;
};

/* Starts the thread that lets time go by. */
bool simulation_start(struct simulation **out, const struct simulation_options *o,
		      struct err *e) MUST_USE;
void simulation_stop(struct simulation *s);

/* The application, or NULL. */
struct cJSON *simulation_get(struct simulation *s, const char *name);

/* A list of those that changed after version *after, oldest change first; *after becomes the newest's. */
struct cJSON *simulation_changes(struct simulation *s, int64_t *after);

/* Compares with git at once. */
void simulation_refresh(struct simulation *s, const char *name);

/* Starts a sync as asked by the body of POST sync. ERR_CONFLICT when one is under way. */
bool simulation_sync(struct simulation *s, const char *name, const struct cJSON *body,
		     struct err *e) MUST_USE;

/* Ends the sync under way. ERR_NOT_FOUND when there is none. */
bool simulation_terminate(struct simulation *s, const char *name, struct err *e) MUST_USE;

/* Changes spec, labels and annotations: operations of RFC 6902, or a merge patch. */
bool simulation_patch(struct simulation *s, const char *name, const struct cJSON *patch,
		      bool is_merge, struct err *e) MUST_USE;

#endif
