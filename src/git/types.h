/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers of this folder share. */
#ifndef GANTRY_GIT_TYPES_H
#define GANTRY_GIT_TYPES_H

#include "base/base.h"

struct traffic;

/* The id of an object: 40 lower-case hex digits and a NUL; "" is none. */
struct oid {
	char hex[41];
};

/* Who and when; time in ms since 1970, offset in minutes east of UTC. */
struct repo_person {
	const char *name, *email;
	int64_t time;
	int offset;
};

/* Zero is a good start: what people have set up for git is used (git/access.c). */
struct remote_access {
	const char *username, *password;        /* or token; NULL: as git/access.c finds them */
	const char *ssh_key;                    /* private key, as text; NULL: ssh's own choice */
	bool insecure;                          /* certificates and host keys are not checked */
	int64_t timeout_ms;                     /* of the whole call; 0: 10 minutes */
	int64_t silence_ms;                     /* without a byte; 0: 2 minutes over the network */
	size_t max_bytes;                       /* received; 0: 4 GB */
	const bool *cancelled;                  /* polled; may be NULL */
	struct traffic *traffic;                /* where it is counted; NULL: nowhere */
	bool is_ledger;                         /* counted apart from the rest */
	/* Objects or bytes so far of how many; may be NULL. */
	void (*progress)(void *context, size_t done, size_t total);
	void *context;
};

struct remote_push {
	const char *source;             /* local full ref or id; NULL removes the target */
	const char *target;             /* full ref */
	bool force;                     /* not only forward */
	const struct oid *expected;     /* what it must name there; NULL: any; "": nothing yet */
};

#endif
