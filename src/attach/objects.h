/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of Kargo's objects are followed, and what is kept of each: the full object is many times
 * larger than what is shown of it (doc/kargo-rules.md 1). Pure. Any thread.
 */
#ifndef GANTRY_ATTACH_OBJECTS_H
#define GANTRY_ATTACH_OBJECTS_H

#include "base/base.h"

struct arena;
struct value;

enum attach_kind {
	ATTACH_PROJECT,
	ATTACH_PROJECT_CONFIG,
	ATTACH_WAREHOUSE,
	ATTACH_STAGE,
	ATTACH_FREIGHT,
	ATTACH_PROMOTION,
	ATTACH_TASK,
	ATTACH_CLUSTER_TASK,
	ATTACH_EVENT,
	ATTACH_KINDS,
};

struct attach_kind_def {
	const char *kind;               /* "Stage" */
	const char *group, *version, *plural; /* "kargo.akuity.io", "v1alpha1", "stages" */
	bool is_cluster;                /* lies in no project */
	bool is_spec;                   /* it has a spec that becomes a manifest */
	bool is_needed;                 /* without it there is nothing to show */
	const char *without;            /* what is missed when it may not be read: "policies" */
};

const struct attach_kind_def *attach_kind_def(enum attach_kind kind);

/* The object's project: its namespace; a Project's own name; "" for what is the cluster's. */
const char *attach_project_of(enum attach_kind kind, const struct value *object);

/*
 * The manifest of a kind that is_spec, as a user would write it: names, labels, Kargo's own
 * annotations and spec. NULL when the object has no name.
 */
struct value *attach_manifest(struct arena *a, enum attach_kind kind, const struct value *object);

/* What the state keeps of a Stage: its name, what was asked of it, its status. */
struct value *attach_stage_kept(struct arena *a, const struct value *object);

/* Of Freight: everything but what only Kubernetes needs. */
struct value *attach_freight_kept(struct arena *a, const struct value *object);

/* Of a Promotion: its steps without their configuration, its status. Long outputs are cut. */
struct value *attach_promotion_kept(struct arena *a, const struct value *object);

#endif
