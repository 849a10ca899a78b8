/* SPDX-License-Identifier: Apache-2.0 */
/* Freight collections: what runs in a stage (doc/kargo-rules.md 1.6). Pure. Any thread. */
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

#endif
