/* SPDX-License-Identifier: Apache-2.0 */
/* An Argo CD Application, as much of it as gantry needs. */
#ifndef GANTRY_MODEL_APPLICATION_H
#define GANTRY_MODEL_APPLICATION_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct value;

struct application {
	const char *name, *namespace, *project;
	const char *health;             /* Argo CD's word: "Healthy", "Progressing", "Degraded", … */
	const char *health_message;     /* "" when none */
	const char *sync;               /* "Synced", "OutOfSync", "Unknown" */
	const char *revision;           /* of the first source, as synced; "" when never */
	const char *operation_phase;    /* "Running", "Succeeded", "Failed", "Error"; "" when none */
	const char *operation_message;
	const char *authorized_stages;  /* the annotation, raw; "" when absent */
	const char **images;
	size_t nimages;
	int64_t seen_at;                /* when this was true, ms */
	const struct value *object;     /* the Application, as the API gave it */
};

/*
 * The stages ("project:stage", const char *) that an authorized-stage annotation
 * allows to change the application (1.14); ERR_CONFIG when it makes no sense.
 */
bool application_stages(struct arena *a, const char *annotation, struct list *out,
			struct err *e) MUST_USE;

#endif
