/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's health from the health checks that its last promotion registered and
 * the applications as they are (doc/kargo-rules.md 7.5). Pure. Any thread.
 */
#ifndef GANTRY_OBSERVE_HEALTH_H
#define GANTRY_OBSERVE_HEALTH_H

#include "base/base.h"
#include "model/stage.h"

struct application_list;
struct arena;
struct value;
struct world;

/* The worst of the checks, a list of {uses, config}; *issue is one of the worst, NULL when healthy. */
enum health health_of_checks(struct arena *a, const struct value *checks,
			     const struct application_list *applications, const char **issue);

/* Fills health, issues and applications of the stage from its last promotion's checks. */
void health_fill(struct arena *a, const struct world *w, struct stage *s);

#endif
