/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a remote: its limits, its credentials and why it ended. For
 * this folder only. libgit2 tells its callers that a callback said no, but not why:
 * the reason is kept here and wins over libgit2's words.
 */
#ifndef GANTRY_GIT_SESSION_H
#define GANTRY_GIT_SESSION_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/traffic.h"

struct arena;
struct git_remote_callbacks;
struct remote_access;
struct remote_push;

struct session {
	struct arena *arena;
	const struct remote_access *access;
	const char *name;               /* the url, for messages */
	const char *url;                /* where the user's settings make it lead */
	enum traffic_kind kind;         /* of git's, or of the ledger's */
	int64_t begun, end;             /* in clock_ticks() */
	enum traffic_result result;     /* TRAFFIC_FAILED until session_done() */
	size_t max_bytes;
	unsigned asked;                 /* how often the remote asked who we are */
	struct buf words;               /* what the other side said to people */
	bool sends;                     /* a push has begun to send; before that nothing can have changed */
	bool is_over;                   /* failure says why */
	struct err failure;
	struct list headers;            /* of git's settings, for url: "Name: value", char * */
	const struct remote_push *pushes;
	size_t push_count;
};

/* The access must outlive the session; url may hold a password; kind is one of git's. */
void session_start(struct session *t, struct arena *a, const char *url,
		const struct remote_access *access, enum traffic_kind kind);
void auto_session(struct session *t);

/* It went as it was to go. Returns true. */
bool session_done(struct session *t);

/* False once it was cancelled or its time is over. Cheap: called for every packet. */
bool session_goes_on(struct session *t);

/* Ends the session for this reason; the first reason stays. Returns -1, for libgit2. */
int session_stop(struct session *t, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* As session_stop, for what may go well later. */
int session_stop_again(struct session *t, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* As session_stop, for an outage, which passes by itself (base/outage.h). */
int session_stop_outage(struct session *t, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* Sets *e to why libgit2's call failed with code. Returns false. */
bool session_failed(struct session *t, int code, const char *doing, struct err *e);

/* The session of the calling thread that sockets are to obey; NULL: none. */
struct session *session_current(void);

/* callbacks.c: callbacks that hold a libgit2 remote to this session. */
void session_callbacks(struct session *t, struct git_remote_callbacks *out);

/*
 * stream.c: from now on libgit2's sockets for http and https, beneath TLS as well, obey the session
 * of their thread. Once, while libgit2 is started.
 */
int stream_register(void);

#endif
