/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading Kargo objects: a field that is there must be of the right kind, and a
 * complaint names it by its path and place. Used by the readers of this folder. Any thread.
 */
#ifndef GANTRY_MODEL_READ_H
#define GANTRY_MODEL_READ_H

#include "base/base.h"

struct arena;
struct err;
struct value;

/* metadata.name, which every object has; false (ERR_CONFIG) when it is missing. */
bool read_name(const struct value *object, const char **out, struct err *e) MUST_USE;

/* A text at path; otherwise when it is absent or null. */
bool read_text(const struct value *object, const char *path, const char *otherwise,
	       const char **out, struct err *e) MUST_USE;

/* true or false at path. */
bool read_truth(const struct value *object, const char *path, bool otherwise, bool *out,
		struct err *e) MUST_USE;

/* A Go duration at path, in ns. */
bool read_duration(const struct value *object, const char *path, int64_t otherwise, int64_t *out,
		   struct err *e) MUST_USE;

/* An RFC 3339 time at path, in ms; 0 when absent. */
bool read_time(const struct value *object, const char *path, int64_t *out,
	       struct err *e) MUST_USE;

/* A list at path; NULL in *out when absent or null. */
bool read_list(const struct value *object, const char *path, const struct value **out,
	       struct err *e) MUST_USE;

struct read_texts {
	const char **texts;
	size_t count;
};

/* A list of texts at path; empty when absent or null. */
bool read_texts(struct arena *a, const struct value *object, const char *path, struct read_texts *out,
		struct err *e) MUST_USE;

/* A complaint about the value at path: "line 3: spec.interval: …". Returns false. */
bool read_complain(const struct value *v, const char *path, const char *what, struct err *e);

#endif
