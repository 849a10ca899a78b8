/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the freight of stages comes from, told by all manifests together: what each warehouse
 * watches, and how stages follow one another. Any thread.
 */
#ifndef GANTRY_CONFIG_ORIGINS_H
#define GANTRY_CONFIG_ORIGINS_H

#include "base/base.h"
#include "base/list.h"
#include "base/map.h"

struct arena;
struct value;

struct origins {
	struct map warehouses, stages;  /* "namespace/name", and the bare name, to the object's spec */
};

/* Adds the object, or those of a kind: List, where they are Warehouses or Stages. */
void origins_learn(struct arena *a, const struct value *object, struct origins *out);

/* One stage and the warehouses that its freight may come from. */
struct origins_stage {
	const struct origins *origins;
	const char *project;            /* "" when the manifest does not say */
	const struct value *spec;
	struct list warehouses;         /* const char *, each once */
};

void origins_stage_init(struct arena *a, const struct origins *o, const char *project,
			const struct value *spec, struct origins_stage *out);

/*
 * What spec.subscriptions meant before Kargo 0.8, as requestedFreight (doc/kargo-rules.md 10). NULL
 * where that can't be told; *wrong says why.
 */
struct value *origins_requested(struct arena *a, const struct origins_stage *stage, const char **wrong);

/* One artifact, as a promotion mechanism named it. */
struct origins_artifact {
	const char *kind;               /* "image", "git" or "chart" */
	const char *url;
	const char *name;               /* of a chart; "" otherwise */
	const char *warehouse;          /* the only one that counts; "": any */
};

struct origins_match {
	const struct value *subscription; /* NULL: none of the warehouses watches it */
	const char *warehouse;
	const char *wrong;              /* why it can't be told; NULL: it can */
};

void origins_find(struct arena *a, const struct origins_stage *stage,
		  const struct origins_artifact *wanted, struct origins_match *out);

#endif
