/* SPDX-License-Identifier: Apache-2.0 */
/* Speaking to a remote: its URL, our credentials, the child or library that connects. This folder only. */
#ifndef GANTRY_GIT_TRANSPORT_H
#define GANTRY_GIT_TRANSPORT_H

#include "base/base.h"

struct arena;
struct err;
struct git_remote;
struct git_transport;
struct session;

/* remote_url.c: URLs for people to read, and taken apart for ssh and this machine. Any thread. */

/* The url without user and password, for messages and logs. */
const char *remote_name(struct arena *a, const char *url);

/* Where a URL leads that spawn_fits(). */
struct spawn_url {
	const char *host;               /* "git@host"; NULL: this machine */
	const char *port;               /* NULL: ssh's default */
	const char *path;
};

/* ssh://, file://, [user@]host:path and plain paths. */
bool spawn_fits(const char *url);

/* Takes it apart as git-fetch(1) says; ERR_CONFIG for what a shell or ssh could misread. */
bool spawn_parse(struct arena *a, const char *url, struct spawn_url *out, struct err *e) MUST_USE;

/*
 * settings.c: what people have set up for git, in git's own order: the system's file, the user's,
 * then GIT_CONFIG_COUNT with GIT_CONFIG_KEY_<n> and GIT_CONFIG_VALUE_<n> (git-config(1)). Settings
 * of a repository do not count: a work directory may hold any. Any thread.
 */

/*
 * Calls each setting with its name, section and key in lower case ("url.X.insteadof"), and its value,
 * "" when it has none. Both are valid during the call only. What cannot be read is left out.
 */
void git_settings_each(void (*each)(void *context, const char *name, const char *value),
		       void *context);

/*
 * access.c: who we are to a remote when the caller does not say: ~/.netrc, then git's credential
 * helpers (gitcredentials(7)), which must answer in time and without asking a person, then
 * GITHUB_TOKEN and GITLAB_TOKEN for those two hosts. Blocks: workers.
 */

/*
 * A name and password for the host of an http(s) url. user (may be NULL) is one that the
 * url names already. False: none is known. The password is registered with log_redact().
 */
bool access_find(struct arena *a, const char *url, const char *user, const char **username,
		 const char **password);

/* authorities.c: which certificate authorities libgit2 trusts. */

/* Once libgit2 has started, which reads the system's: frees them. */
void authorities_put_off(void);

/* To be called before each conversation by TLS: reads them the first time. Any thread. */
void authorities_read(void);

/*
 * spawn.c: a transport for libgit2 that talks to git-upload-pack and git-receive-pack through a
 * child: ssh for remote ones, the program itself for local ones.
 */

/* For git_remote_callbacks; the session must outlive the transport. */
int spawn_transport(struct git_transport **out, struct git_remote *owner, struct session *t);

#endif
