/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls as requests to the Kubernetes API (doc/kargo-rules.md 1, 3), and what its refusals say. Pure.
 * Any thread.
 */
#ifndef GANTRY_ATTACH_KUBERNETES_CALLS_H
#define GANTRY_ATTACH_KUBERNETES_CALLS_H

#include "attach/objects.h"
#include "kube/client.h"

struct arena;
struct attach_call;

/* Fills *out and returns it. */
const struct kube_resource *kubernetes_resource_of(enum attach_kind kind, struct kube_resource *out);

struct kube_request kubernetes_request(struct arena *a, const struct attach_call *call);

/* A refusal without what only tells which part of the cluster spoke it; a part of message. */
const char *kubernetes_words(const char *message);

#endif
