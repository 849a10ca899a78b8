/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a channel's messages were delivered, in a file beside the ledger: in the ledger every
 * event would cost another event. Only the process that delivers writes it.
 */
#ifndef GANTRY_MESSAGES_CURSOR_H
#define GANTRY_MESSAGES_CURSOR_H

#include "base/base.h"

struct arena;
struct err;
struct value;

enum { CURSOR_THREADS = 200 };          /* newer ones push the oldest out */

struct cursor {
	const char *commit;             /* the last ledger event that is done with; "": none, see at */
	int64_t at;                     /* ms: events before it are done with, too */
	const char *partial;            /* the event after it, of which so many messages were delivered; "" */
	int64_t done;
	struct value *threads;          /* a map: group to Slack's thread, oldest first */
};

/* Which one: a channel of a project, by the ledger. */
struct cursor_place {
	const char *ledger;             /* path of the repository */
	const char *branch;             /* what the project's ledger is called: "shop", "shop@staging" */
	const char *kind, *channel;
};

/* False with ERR_NOT_FOUND: there is none yet; with another code: it cannot be read. */
bool cursor_read(struct arena *a, const struct cursor_place *place, struct cursor *out,
		 struct err *e) MUST_USE;

/* Replaces the file in one step, and waits for the disk. */
bool cursor_write(const struct cursor_place *place, const struct cursor *c, struct err *e) MUST_USE;

/* Remembers a group's thread. */
void cursor_set_thread(struct arena *a, struct cursor *c, const char *group, const char *thread);

/* The thread, or NULL. */
const char *cursor_thread(const struct cursor *c, const char *group);

/* A copy in another arena, so that the old one can go. */
struct cursor cursor_copy(struct arena *a, const struct cursor *c);

#endif
