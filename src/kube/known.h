/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The known objects of a kind with their versions, to compare a list or an event with. Owned by one
 * thread.
 */
#ifndef GANTRY_KUBE_KNOWN_H
#define GANTRY_KUBE_KNOWN_H

#include "base/base.h"
#include "base/map.h"

struct arena;
struct value;

struct kube_name {
	const char *namespace;          /* "" for a kind without */
	const char *name, *version;     /* metadata.resourceVersion; "" when absent */
};

/* Taken from an object's metadata, not copied; false when it has no name. */
bool kube_name_of(const struct value *object, struct kube_name *out);

/* What is reported of a deleted object: {"metadata": {"name", "namespace"}}. */
struct value *kube_name_object(struct arena *a, const struct kube_name *name);

struct kube_known {
	struct arena *a;
	struct map entries;
	size_t live, waste;             /* objects that are there; allocations that are of no use any more */
	unsigned round;                 /* of the list that is being read */
};

void kube_known_init(struct kube_known *k);
void kube_known_release(struct kube_known *k);

enum kube_novelty { KUBE_SAME, KUBE_NEW, KUBE_CHANGED };

/* It is there in this version; says what that is compared with what was known. */
enum kube_novelty kube_known_see(struct kube_known *k, const struct kube_name *name);

/* It is gone; false when it was not known. */
bool kube_known_drop(struct kube_known *k, const struct kube_name *name);

/*
 * A list begins, at its first page; it was read to its end: forgets objects that were not in it,
 * and reports each.
 */
void kube_known_begin(struct kube_known *k);
void kube_known_sweep(struct kube_known *k, void (*gone)(void *context, const struct kube_name *name),
		      void *context);

#endif
