/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport for libgit2 that talks to git-upload-pack and git-receive-pack through
 * a child: ssh for remote ones, the program itself for local ones. For this folder only.
 */
#ifndef GANTRY_GIT_SPAWN_H
#define GANTRY_GIT_SPAWN_H

#include "base/base.h"

struct git_remote;
struct git_transport;
struct session;

/* For git_remote_callbacks; the session must outlive the transport. */
int spawn_transport(struct git_transport **out, struct git_remote *owner, struct session *t);

#endif
