/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a remote: its limits, its credentials and why it ended. For
 * this folder only. libgit2 tells its callers that a callback said no, but not why:
 * the reason is kept here and wins over libgit2's words.
 */
#ifndef GANTRY_GIT_TALK_H
#define GANTRY_GIT_TALK_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct arena;
struct git_remote_callbacks;
struct remote_access;
struct remote_push;

struct talk {
	struct arena *arena;
	const struct remote_access *access;
	const char *name;               /* the url, for messages */
	const char *url;                /* where the user's settings make it lead */
	int64_t end;                    /* in clock_ticks() */
	size_t max_bytes;
	unsigned asked;                 /* how often the remote asked who we are */
	struct buf words;               /* what the other side said to people */
	bool is_over;                   /* failure says why */
	struct err failure;
	const struct remote_push *pushes;
	size_t push_count;
};

/* The access must outlive the talk; url may hold a password. */
void talk_start(struct talk *t, struct arena *a, const char *url,
		const struct remote_access *access);
void talk_end(struct talk *t);
void auto_talk(struct talk *t);

/* False once it was cancelled or its time is over. Cheap: called for every packet. */
bool talk_goes_on(struct talk *t);

/* Ends the talk for this reason; the first reason stays. Returns -1, for libgit2. */
int talk_stop(struct talk *t, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* As talk_stop, for what may go well later. */
int talk_stop_again(struct talk *t, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* Callbacks that hold a libgit2 remote to this talk. */
void talk_callbacks(struct talk *t, struct git_remote_callbacks *out);

/* Sets *e to why libgit2's call failed with code. Returns false. */
bool talk_failed(struct talk *t, int code, const char *doing, struct err *e);

/* The talk of the calling thread that sockets are to obey; NULL: none. */
struct talk *talk_current(void);

#endif
