/* SPDX-License-Identifier: Apache-2.0 */
/* A chart's dependencies, fetched by the real helm with the project's credentials. A worker. */
#ifndef GANTRY_STEPS_HELM_DEPS_H
#define GANTRY_STEPS_HELM_DEPS_H

#include "base/base.h"

struct err;
struct step_run;
struct yaml_node;

/*
 * helm dependency update (or build) of the chart whose folder is path, beneath the work directory;
 * dependencies are those of its Chart.yaml, NULL when there are none. ERR_REFUSED for a local one
 * that lies outside.
 */
bool helm_deps_fetch(struct step_run *r, const char *verb, const char *path,
		     const struct yaml_node *dependencies, struct err *e) MUST_USE;

/* The text of a map's key, "" when it is absent or no scalar. */
const char *helm_deps_text(const struct yaml_node *map, const char *key);

#endif
