/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets one value in a JSON text and keeps every other byte. The path is tidwall/sjson's,
 * which json-update's manifests are written in (doc/kargo-rules.md 6.4): "a.b.0",
 * "\." a dot, ":0" a name, "-1" past a list's end, * and ? for any characters.
 * Any thread.
 */
#ifndef GANTRY_DATA_JSON_EDIT_H
#define GANTRY_DATA_JSON_EDIT_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct value;

/*
 * Keys and list elements that are missing are made; a scalar on the way becomes a map.
 * The text need not be strict JSON: comments pass. v must be a text, number or bool.
 * A path with wildcards or with sjson's # @ | sets only what is there already: without
 * that *out is text, and *changed is false.
 */
bool json_edit_set(struct arena *a, struct str text, const char *path, const struct value *v,
		   struct str *out, bool *changed, struct err *e) MUST_USE;

#endif
