/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a cluster is and our credentials there, found as kubectl finds them: kubeconfig files
 * (kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig), or the service
 * account of the pod we run in. Any thread; reads files.
 */
#ifndef GANTRY_KUBE_CONFIG_H
#define GANTRY_KUBE_CONFIG_H

#include "base/base.h"
#include "kube/access.h"

struct arena;
struct err;
struct list;

struct kube_search {
	const char *paths;              /* files, separated by ':'; NULL: $KUBECONFIG or ~/.kube/config */
	const char *context;            /* NULL: the current one, or the pod's own without any file */
};

/*
 * ERR_CONFIG names file, line, field and the fix; ERR_NOT_FOUND: there is neither a kubeconfig nor a service
 * account. Texts live in the arena. Tokens, passwords and keys are registered with log_redact.
 */
bool kube_access_find(struct arena *a, const struct kube_search *search, struct kube_access *out,
		      struct err *e) MUST_USE;

/* The names of all contexts (const char *), and the current one, "" when there is none. */
bool kube_contexts(struct arena *a, const char *paths, struct list *names, const char **current,
		   struct err *e) MUST_USE;

#endif
