/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of a small cluster, each with the version in which it was last changed. Any thread. */
#ifndef GANTRY_DEMO_DEMO_CLUSTER_H
#define GANTRY_DEMO_DEMO_CLUSTER_H

#include "base/base.h"

struct cJSON;
struct demo_cluster;

struct demo_cluster *demo_cluster_new(void);
void demo_cluster_free(struct demo_cluster *c);

/* Makes or replaces the object of that name; takes it over. */
void demo_cluster_put(struct demo_cluster *c, const char *plural, struct cJSON *object);
void demo_cluster_remove(struct demo_cluster *c, const char *plural, const char *name);

/* A copy, the caller's; NULL: there is none. */
struct cJSON *demo_cluster_get(struct demo_cluster *c, const char *plural, const char *name);

/* All of them, by age, as an array that is the caller's; *version: the cluster's, for changes. */
struct cJSON *demo_cluster_list(struct demo_cluster *c, const char *plural, int64_t *version);

/* What changed since *after, as an array of watch events; *after moves on. */
struct cJSON *demo_cluster_changes(struct demo_cluster *c, const char *plural, int64_t *after);

#endif
