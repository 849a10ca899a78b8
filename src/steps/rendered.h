/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kustomize and helm print: many Kubernetes objects in one text, written to one file
 * or to a file each. The bytes of each object are kept. A worker.
 */
#ifndef GANTRY_STEPS_RENDERED_H
#define GANTRY_STEPS_RENDERED_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct value;
struct workdir;

struct rendered {
	struct str text;                /* of one document, without its separator */
	const struct value *object;
};

/* The documents that hold something: struct rendered * in *out. ERR_CONFIG when it is not YAML. */
bool rendered_split(struct arena *a, struct str text, struct list *out, struct err *e) MUST_USE;

/* Whether outPath means one file: it ends in .yaml or .yml. */
bool rendered_is_file(const char *path);

struct rendered_target {
	struct workdir *work;
	const char *folder;
	const char *(*name_of)(struct arena *a, const struct value *object);
};

/*
 * Writes each into the folder under the name that name_of gives it, all lower-case. A name with a
 * "/" in it is an error; two objects of one name go into one file, one after the other.
 */
bool rendered_write(struct arena *a, const struct rendered_target *to, const struct list *documents,
		    struct err *e) MUST_USE;

#endif
