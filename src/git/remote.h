/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remotes: https and http, ssh (through the system's ssh, so that ~/.ssh/config,
 * agents and hardware keys work), file and plain paths. Every call is bounded in
 * time and can be cancelled. Messages never hold a password. Blocks: workers.
 */
#ifndef GANTRY_GIT_REMOTE_H
#define GANTRY_GIT_REMOTE_H

#include "base/base.h"
#include "base/list.h"
#include "git/repo.h"
#include "git/transport.h"

struct arena;
struct err;
struct repo;

/* A remote and how it is reached. */
struct remote {
	const char *url;
	const struct remote_access *access;
};

struct remote_listing {
	struct list refs;               /* struct repo_ref * by name, with the commits of annotated tags */
	const char *head;               /* the branch that HEAD names ("refs/heads/main"); NULL: none */
};

/* What the remote has, as ls-remote shows it. */
bool remote_refs(struct arena *a, const struct remote *from, struct remote_listing *out,
		 struct err *e) MUST_USE;

struct remote_fetch {
	struct remote from;
	const char *const *specs;       /* refspecs such as "+refs/heads/main:refs/heads/main" */
	size_t count;                   /* 0 is an error */
	bool prune;                     /* local refs that the specs cover and the remote lacks go */
};

/* Fetches. *head is as in a listing; head may be NULL. */
bool remote_fetch(struct repo *r, struct arena *a, const struct remote_fetch *f, const char **head,
		  struct err *e) MUST_USE;

struct remote_look {
	struct remote from;
	/* Adds the refspecs of what is to be fetched of there (struct repo_ref *); none is fine. */
	void (*choose)(void *context, struct arena *a, const struct list *there, struct list *specs);
	void *context;
};

/* Lists what the remote has, and fetches what is chosen of it, over one connection. */
bool remote_look(struct repo *r, struct arena *a, const struct remote_look *l, struct err *e) MUST_USE;

/*
 * Pushes all of them. ERR_CONFLICT when the remote has moved: not a fast-forward, not what was
 * expected, or moved while we pushed; ERR_REFUSED when it refuses (protected branch, hook), with
 * its words.
 */
bool remote_push(struct repo *r, const struct remote *to, const struct remote_push *pushes, size_t count,
		 struct err *e) MUST_USE;

#endif
