/* SPDX-License-Identifier: Apache-2.0 */
/* A store's exchange with a repository elsewhere. One thread at a time, as the store itself. */
#ifndef GANTRY_GIT_STORE_REMOTE_H
#define GANTRY_GIT_STORE_REMOTE_H

#include "git/store.h"

struct store_view;
struct traffic;

/* Who we are to remotes; NULL members: as git's own settings say (git/access.c). */
struct store_login {
	const char *username, *password;        /* or token */
	const char *ssh_key;                    /* private key, as text */
};

/* From now on; it must live as long as the store, or until the next one. */
void store_log_in(struct store *s, const struct store_login *login);

struct store_remote {
	const char *url;
	const bool *cancelled;          /* ends what waits, with ERR_CANCELLED; NULL: never. Polled */
	struct traffic *traffic;        /* where it is counted; NULL: nowhere */
	struct store_view *view;        /* what others of this process have seen of it; NULL: nobody has */
};

/*
 * With a view the answer may be STORE_VIEW_AGE ms old, unless it proved to be old; everything that is
 * followed comes with it.
 */
enum { STORE_VIEW_AGE = 2000 };

/* *id is what ref points to there, "" if there is none. ERR_NET, ERR_AUTH, ERR_TIMEOUT (silent for 10 s). */
bool store_fetch(struct store *s, const struct store_remote *r, const char *ref, char id[STORE_ID],
		 struct err *e) MUST_USE;

/* Brings the remote's view up to date, with all that it follows. */
bool store_look(struct store *s, const struct store_remote *r, struct err *e) MUST_USE;

/* What store_view_list() is for a remote: of the repository here. */
bool store_heads(struct store *s, struct arena *a, const char *prefix, struct list *out,
		 struct err *e) MUST_USE;

/* What a push changes: the ref points to id afterwards ("": it is gone) if it pointed to old. */
struct store_move {
	const char *ref, *id, *old;
};

/* ERR_CONFLICT when the ref points elsewhere there; others as store_fetch. Blocks. */
bool store_push(struct store *s, const struct store_remote *r, const struct store_move *m,
		struct err *e) MUST_USE;

/*
 * Several at once (struct store_move *); where the remote refuses one, each by itself. False: *e says why of
 * one that failed; others may have been moved. It waits for no other push of this process.
 */
bool store_push_many(struct store *s, const struct store_remote *r, const struct list *moves,
		     struct err *e) MUST_USE;

#endif
