/* SPDX-License-Identifier: Apache-2.0 */
/* Brings a mirror up to date, once for everybody who looks at the remote at about the same time. A worker. */
#ifndef GANTRY_DISCOVER_GIT_UPDATE_H
#define GANTRY_DISCOVER_GIT_UPDATE_H

#include "base/base.h"

struct arena;
struct credentials;
struct discover_context;
struct err;
struct mirror;
struct remote_access;

struct git_update {
	const struct discover_context *look;
	const struct remote_access *access;
	const char *url;
	const struct credentials *who;
};

bool git_update_mirror(struct arena *a, struct mirror *m, const struct git_update *u,
		       struct err *e) MUST_USE;

#endif
