/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of Kargo's update steps: "image.tag", "a\.b.0", "ports.:80". Any thread. */
#ifndef GANTRY_DATA_KEY_PATH_H
#define GANTRY_DATA_KEY_PATH_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;

/*
 * Splits at dots into *parts (struct str *). "\." and "\:" stand for themselves; a
 * part that begins with ':' is a name, not an index, and loses the colon. ERR_CONFIG
 * for an empty part, any other escape, and a colon elsewhere (doc/kargo-rules.md 6.4).
 */
bool key_path_split(struct arena *a, const char *key, struct list *parts, struct err *e) MUST_USE;

/* A decimal index with an optional sign, as Go's Atoi; false for anything else. */
bool key_path_index(struct str part, int64_t *out);

#endif
