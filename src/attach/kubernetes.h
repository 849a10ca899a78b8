/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo through the Kubernetes API, as kubectl uses it (doc/kargo-rules.md 1, 3): its admission,
 * its rights and its names of actors apply.
 */
#ifndef GANTRY_ATTACH_KUBERNETES_H
#define GANTRY_ATTACH_KUBERNETES_H

#include "attach/transport.h"
#include "base/base.h"

struct err;

/*
 * The cluster of that kubeconfig context; "": the current one, or the pod's own. Sends nothing yet.
 * ERR_CONFIG, ERR_NOT_FOUND as from kube_access_find(). The caller calls out->free(out->it).
 */
bool attach_kubernetes_open(const char *context, struct attach_transport *out, struct err *e) MUST_USE;

#endif
