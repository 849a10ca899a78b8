/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs in a stage, as Kargo writes it down: freight collections, their summary
 * and the Ready condition (doc/kargo-rules.md 1.6, 3.12). Pure. Any thread.
 */
#ifndef GANTRY_MODEL_COLLECTION_H
#define GANTRY_MODEL_COLLECTION_H

#include "base/base.h"

struct arena;
struct value;

/*
 * {id, items} of freight references {name, origin{kind, name}, …}, a list; a later
 * one of the same origin replaces. The id is the SHA-1 of the sorted names.
 */
struct value *collection_make(struct arena *a, const struct value *references);

/* "f1", "1/2 Fulfilled": what of the requested origins is there. collection may be NULL. */
const char *collection_summary(struct arena *a, size_t requested,
			       const struct value *collection);

struct ready {
	const char *status;             /* "True", "False" */
	const char *reason, *message;
};

/* The Ready condition that follows from a Stage status; error: why it could not be looked at. */
struct ready status_ready(struct arena *a, const struct value *status, const char *error);

#endif
