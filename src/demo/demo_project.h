/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Argo CD project of all simulated applications: its sync windows, which people close and open.
 * Schedules are not reckoned: a window of "* * * * *" is active, any other is not. All calls lock;
 * any thread. Objects are the caller's to free.
 */
#ifndef GANTRY_DEMO_DEMO_PROJECT_H
#define GANTRY_DEMO_DEMO_PROJECT_H

#include "base/base.h"

struct cJSON;
struct demo_project;

struct demo_project *demo_project_new(void);
void demo_project_free(struct demo_project *p);

/* The AppProject as GET /api/v1/projects/default gives it. */
struct cJSON *demo_project_get(struct demo_project *p);

/* Takes the windows of the body of PUT; false when it holds no project. */
bool demo_project_put(struct demo_project *p, const struct cJSON *body) MUST_USE;

/* What GET …/syncwindows says of each application. */
struct cJSON *demo_project_windows(struct demo_project *p);

/* Whether a sync that somebody asks for is let through now. */
bool demo_project_can_sync(struct demo_project *p);

#endif
