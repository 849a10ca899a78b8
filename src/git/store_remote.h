/* SPDX-License-Identifier: Apache-2.0 */
/* A store's exchange with a repository elsewhere. One thread at a time, as the store itself. */
#ifndef GANTRY_GIT_STORE_REMOTE_H
#define GANTRY_GIT_STORE_REMOTE_H

#include "git/store.h"

/* Who we are to remotes; NULL members: as git's own settings say (git/access.h). */
struct store_login {
	const char *username, *password;        /* or token */
	const char *ssh_key;                    /* private key, as text */
};

/* From now on; it must live as long as the store, or until the next one. */
void store_log_in(struct store *s, const struct store_login *login);

struct store_remote {
	const char *url;
	const bool *cancelled;          /* ends what waits, with ERR_CANCELLED; NULL: never. Polled */
};

/* *id is what ref points to there, "" if there is none. ERR_NET, ERR_AUTH, ERR_TIMEOUT (silent for 10 s). */
bool store_fetch(struct store *s, const struct store_remote *r, const char *ref, char id[STORE_ID],
		 struct err *e) MUST_USE;

/* What a push changes: the ref points to id afterwards ("": it is gone) if it pointed to old. */
struct store_move {
	const char *ref, *id, *old;
};

/* ERR_CONFLICT when the ref points elsewhere there; others as store_fetch. Blocks. */
bool store_push(struct store *s, const struct store_remote *r, const struct store_move *m,
		struct err *e) MUST_USE;

#endif
