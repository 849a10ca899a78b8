/* SPDX-License-Identifier: Apache-2.0 */
/* Urls of remotes: for people, and taken apart for ssh and this machine. Any thread. */
#ifndef GANTRY_GIT_REMOTE_URL_H
#define GANTRY_GIT_REMOTE_URL_H

#include "base/base.h"

struct arena;
struct err;

/* The url without user and password, for messages and logs. */
const char *remote_name(struct arena *a, const char *url);

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

#endif
