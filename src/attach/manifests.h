/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Projects, Warehouses, Stages and all other kinds with a spec, as manifests: read by config's own reader,
 * and again only when one of them has changed. Pure. One thread at a time.
 */
#ifndef GANTRY_ATTACH_MANIFESTS_H
#define GANTRY_ATTACH_MANIFESTS_H

#include "attach/objects.h"
#include "base/base.h"

struct attach_beside;
struct attach_manifests;
struct manifest_project;
struct value;

struct attach_manifests *attach_manifests_new(void);
void attach_manifests_free(struct attach_manifests *m);

/* Takes over the object's manifest. True when that is another than before. */
bool attach_manifests_put(struct attach_manifests *m, enum attach_kind kind, const struct value *object);

/* The object is gone. True when it was there. */
bool attach_manifests_remove(struct attach_manifests *m, enum attach_kind kind, const char *name);

/* What a project's manifests are read from. */
struct attach_sources {
	const char *project;
	const struct attach_manifests *own;
	const struct attach_manifests *cluster; /* what is the cluster's, and so everybody's */
	const struct value *secrets;            /* a list of Secrets; NULL: none are known */
	const struct attach_beside *beside;     /* NULL: nothing */
};

/* The project as manifests have it, in a part of its own, whose one reference is the caller's. */
struct manifest_project *attach_manifests_read(const struct attach_sources *from);

#endif
