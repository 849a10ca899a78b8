/* SPDX-License-Identifier: Apache-2.0 */
/* What libgit2 asks while it talks to a remote. This folder only. */
#ifndef GANTRY_GIT_CALLBACKS_H
#define GANTRY_GIT_CALLBACKS_H

#include "base/base.h"

struct git_remote_callbacks;
struct session;

/* Callbacks that hold a libgit2 remote to this session. */
void session_callbacks(struct session *t, struct git_remote_callbacks *out);

#endif
