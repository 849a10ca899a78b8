/* SPDX-License-Identifier: Apache-2.0 */
/* Git: which commits or tags of a repository are best (doc/kargo-rules.md 2.3). A worker. */
#ifndef GANTRY_DISCOVER_COMMIT_H
#define GANTRY_DISCOVER_COMMIT_H

#include "base/base.h"

struct arena;
struct commit_source;
struct discover_context;
struct err;
struct selection;
struct subscription;
struct value;

/* The chosen commits: {id, tag, branch, subject, author, committer, creatorDate}. */
bool commit_select(struct arena *a, const struct subscription *s, const struct commit_source *source,
		   struct selection *out, struct err *e) MUST_USE;

/* Looks at the remote; *out is an element of discoveredArtifacts.git. */
bool discover_commit(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct value **out,
		     struct err *e) MUST_USE;

#endif
