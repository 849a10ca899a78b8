/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets values in a JSON text and keeps every other byte. The path is tidwall/sjson's,
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

struct json_update {
	const char *path;
	const struct value *value;      /* a text, number or bool */
	bool changed;                   /* set: whether there was something to set */
};

struct json_updates {
	struct json_update *items;
	size_t count;
};

/*
 * Makes all updates one after the other, so that a later path can name what an earlier one made.
 * Keys and list elements that are missing are made; a scalar on the way becomes a map.
 * The text need not be strict JSON: comments and commas after the last element pass.
 * A path with wildcards or with sjson's # @ | sets only what is there already. The result was
 * read again: it holds what was asked for, and nothing else differs. ERR_CONFIG otherwise, and for
 * a key on the way that appears twice.
 */
bool json_edit(struct arena *a, struct str text, const struct json_updates *updates, struct str *out,
	       struct err *e) MUST_USE;

#endif
