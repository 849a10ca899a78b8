/* SPDX-License-Identifier: Apache-2.0 */
/* The service account of our own pod (kubernetes.io/docs/tasks/run-application/access-api-from-pod). */
#ifndef GANTRY_KUBE_IN_CLUSTER_H
#define GANTRY_KUBE_IN_CLUSTER_H

#include "base/base.h"

struct arena;
struct err;
struct kube_access;

#define KUBE_IN_CLUSTER "in-cluster"

/* Whether the environment says that this is a pod: KUBERNETES_SERVICE_HOST and _PORT. */
bool kube_is_in_cluster(void);

/* folder: where the account's files are; NULL: where Kubernetes mounts them. */
bool kube_in_cluster(struct arena *a, const char *folder, struct kube_access *out, struct err *e) MUST_USE;

#endif
