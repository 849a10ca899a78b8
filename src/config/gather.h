/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest object and where it was read. */
#ifndef GANTRY_CONFIG_GATHER_H
#define GANTRY_CONFIG_GATHER_H

#include "base/base.h"

struct value;

/* Where Kargo looks for Secrets of the cluster's own objects, unless told otherwise. */
#define CLUSTER_SECRETS_NAMESPACE "kargo-cluster-secrets"

/* One manifest object and the file it was in. */
struct gathered {
	const char *file, *kind, *name, *namespace; /* namespace "" when it has none */
	struct value *object;
	const char *fault;              /* "file:line: what", the first error; NULL: it can be used */
	bool is_guessed;                /* its namespace: it has none, and there is one project */
	bool is_admitted;               /* by Kargo, a newer one perhaps: it is as it must be */
};

#endif
