/* SPDX-License-Identifier: Apache-2.0 */
/* A git subscription's expressionFilter (doc/kargo-rules.md 2.3). Any thread. */
#ifndef GANTRY_DISCOVER_COMMIT_FILTER_H
#define GANTRY_DISCOVER_COMMIT_FILTER_H

#include "base/base.h"

struct arena;
struct commit_filter;
struct err;
struct source_commit;
struct source_tag;
struct value;

/* Compiles it; NULL in *out when there is none. */
bool commit_filter_read(struct arena *a, const struct value *spec, int64_t now_ms,
			struct commit_filter **out, struct err *e) MUST_USE;

/*
 * Whether the commit passes. A result that is not a bool is read as Go reads one;
 * ERR_CONFIG when it cannot be. f may be NULL: everything passes.
 */
bool commit_filter_branch(struct arena *a, const struct commit_filter *f,
			  const struct source_commit *c, bool *out, struct err *e) MUST_USE;
bool commit_filter_tag(struct arena *a, const struct commit_filter *f, const struct source_tag *t,
		       bool *out, struct err *e) MUST_USE;

/* The first paragraph of a message as one line. */
const char *commit_subject(struct arena *a, const char *message);

#endif
