/* SPDX-License-Identifier: Apache-2.0 */
/* A mirror of a remote as a source of commits and tags. A worker. */
#ifndef GANTRY_DISCOVER_GIT_SOURCE_H
#define GANTRY_DISCOVER_GIT_SOURCE_H

#include "base/base.h"

struct arena;
struct commit_source;
struct discover_context;
struct err;
struct git_source;
struct subscription;

/* Brings the mirror of the subscription's repository up to date and opens it. */
bool git_source_open(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct git_source **out,
		     struct err *e) MUST_USE;
void git_source_close(struct git_source *g);

const struct commit_source *git_source_commits(const struct git_source *g);

#endif
