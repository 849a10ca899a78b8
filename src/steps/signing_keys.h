/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key signs in which checkout, from the git-clone that made it to the steps that commit there.
 * Kept in memory alone, so that no archive of a checkout, and no program that a step runs, meets a
 * key; a promotion whose process ended begins with its git-clone again. Any thread.
 */
#ifndef GANTRY_STEPS_SIGNING_KEYS_H
#define GANTRY_STEPS_SIGNING_KEYS_H

#include "base/base.h"

struct arena;
struct signing_keys;

struct signing_keys *signing_keys_new(void);
void signing_keys_free(struct signing_keys *k);

/* The checkout at this path signs with this key, as text; NULL: it does not sign. Replaces an earlier one. */
void signing_keys_put(struct signing_keys *k, const char *promotion, const char *path, const char *key);

/* The key, in the arena; NULL: none. */
const char *signing_keys_get(struct signing_keys *k, struct arena *a, const char *promotion,
			     const char *path);

/* All of a promotion that has ended. */
void signing_keys_forget(struct signing_keys *k, const char *promotion);

#endif
