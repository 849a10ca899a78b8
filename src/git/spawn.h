/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport for libgit2 that talks to git-upload-pack and git-receive-pack through
 * a child: ssh for remote ones, the program itself for local ones. For this folder only.
 */
#ifndef GANTRY_GIT_SPAWN_H
#define GANTRY_GIT_SPAWN_H

#include "base/base.h"

struct arena;
struct err;
struct git_remote;
struct git_transport;
struct session;

/* Where a url leads, when it is one for us. */
struct spawn_url {
	const char *host;               /* "git@host"; NULL: this machine */
	const char *port;               /* NULL: ssh's default */
	const char *path;
};

/* ssh://, file://, [user@]host:path and plain paths. */
bool spawn_fits(const char *url);

/* Takes it apart as git-fetch(1) says; ERR_CONFIG for what a shell or ssh could misread. */
bool spawn_parse(struct arena *a, const char *url, struct spawn_url *out, struct err *e) MUST_USE;

/* For git_remote_callbacks; the session must outlive the transport. */
int spawn_transport(struct git_transport **out, struct git_remote *owner, struct session *t);

#endif
