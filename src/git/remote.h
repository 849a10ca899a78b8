/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remotes: https and http, ssh (through the system's ssh, so that ~/.ssh/config,
 * agents and hardware keys work), file and plain paths. Every call is bounded in
 * time and can be cancelled. Messages never hold a password. Blocks: workers.
 */
#ifndef GANTRY_GIT_REMOTE_H
#define GANTRY_GIT_REMOTE_H

#include "base/base.h"
#include "git/remote_url.h"
#include "git/repo.h"

struct arena;
struct err;
struct list;
struct repo;

/*
 * What the remote has (ls-remote): struct repo_ref * by name; with the commits
 * of annotated tags. *head (may be NULL) is the branch HEAD names ("refs/heads/main"),
 * NULL when it says none.
 */
bool remote_refs(struct arena *a, const char *url, const struct remote_access *access,
		 struct list *refs, const char **head, struct err *e) MUST_USE;

/*
 * Fetches by refspecs such as "+refs/heads/main:refs/heads/main"; with prune, local
 * refs that the specs cover and the remote lacks go. count 0 is an error.
 * *head as above, or NULL.
 */
bool remote_fetch(struct repo *r, struct arena *a, const char *url,
		  const struct remote_access *access, const char *const *specs, size_t count,
		  bool prune, const char **head, struct err *e) MUST_USE;

/*
 * Pushes all of them. ERR_CONFLICT when the remote has moved: not a fast-forward, not
 * what was expected, or moved while we pushed; ERR_REFUSED when it says no
 * (protected branch, hook), with its words.
 */
bool remote_push(struct repo *r, const char *url, const struct remote_access *access,
		 const struct remote_push *pushes, size_t count, struct err *e) MUST_USE;

#endif
