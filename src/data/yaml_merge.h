/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One YAML document merged onto another, with kyaml's merge2 results and the
 * bytes of the target that do not change (doc/kargo-rules.md 6.4, yaml-merge). Any thread.
 */
#ifndef GANTRY_DATA_YAML_MERGE_H
#define GANTRY_DATA_YAML_MERGE_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct err;

struct yaml_file {
	const char *name;               /* for messages */
	struct str text;
};

struct yaml_merged {
	struct str text;
	struct list lost;               /* const char *: a sentence for each thing that a merge drops */
};

/*
 * Maps are merged, lists replaced except for Kubernetes's own that have a key, null
 * deletes, "$patch: delete" and "$patch: replace" are obeyed in maps. A merge
 * loses aliases, "<<" and empty values, as Kargo's does. The target's other documents stay.
 * Of a patch only the first document is merged, and lost says so when there are more.
 * ERR_CONFIG for a change of kind, a key that appears twice, and for what would not read as the
 * two together.
 */
bool yaml_merge(struct arena *a, const struct yaml_file *target, const struct yaml_file *patch,
		struct yaml_merged *out, struct err *e) MUST_USE;

/* The first document's bytes. ERR_CONFIG when it cannot be read. */
bool yaml_first_document(struct arena *a, const struct yaml_file *file, struct str *out,
			 struct err *e) MUST_USE;

#endif
