/* SPDX-License-Identifier: Apache-2.0 */
/* Who we are to a source: the one place where discovery looks up credentials. Workers. */
#ifndef GANTRY_DISCOVER_SOURCE_ACCESS_H
#define GANTRY_DISCOVER_SOURCE_ACCESS_H

#include "base/base.h"

struct arena;
struct credentials;
struct credentials_query;
struct discover_context;
struct err;

/*
 * The project's credentials for a source; members NULL: there are none. A GitHub App's key is
 * exchanged for a token. False: there are some, but they are not available now.
 */
bool source_access_find(struct arena *a, const struct discover_context *c,
		 const struct credentials_query *q, struct credentials *out,
		 struct err *e) MUST_USE;

#endif
