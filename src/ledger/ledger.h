/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repository of record: append, read back, replay, lease. One handle is one
 * project's branch; only one thread uses it (the engine's; a command's own for reading).
 * May use base data git model.
 *
 * contact.h       how it stands with the remote
 * crash.h         points at which tests kill the process
 * history.h       what was recorded before
 * ledger.h        this table, and all that others use
 * ledger_inner.h  what the files of the ledger share
 */
#ifndef GANTRY_LEDGER_LEDGER_H
#define GANTRY_LEDGER_LEDGER_H

#include "base/base.h"

struct arena;
struct credentials;
struct err;
struct event;
struct ledger;
struct part;
struct state;
struct value;

struct ledger_options {
	const char *path;               /* of the bare repository; made when missing, but see below */
	const char *project;            /* the branch is gantry/<project> */
	const char *remote;             /* URL; NULL: this machine only */
	const char *host;               /* who we are, for the lease: "bastion-2, pid 311" */
	bool read_only;                 /* appending is refused; nothing is made, no branch moves here */
	bool must_exist;                /* ERR_NOT_FOUND where there is neither repository nor remote */
	const char *signing_key;        /* SSH key file or GPG key; NULL: commits are not signed */
	/* Who we are to the remote, in the arena; false, or NULL: as git/access.h finds it. */
	bool (*credentials)(void *context, struct arena *a, const char *url, struct credentials *out);
	void *context;
	const char *allowed_signers;    /* file for ssh-keygen; NULL: any key may sign */
};

/* Starts what reading and writing need, which takes some 25 ms once; opening does it, too. Any thread. */
bool ledger_prepare(struct err *e) MUST_USE;

/*
 * Opens the branch and reads the present. ERR_CONFIG: the tree is not a ledger;
 * ERR_IO; ERR_NET only when nothing is here yet and the remote does not answer.
 */
bool ledger_open(const struct ledger_options *o, struct ledger **out, struct err *e) MUST_USE;
void ledger_close(struct ledger *l);

/* The newest commit, 40 hex digits; "" when there is none. Valid until the next change. */
const char *ledger_head(const struct ledger *l);

/* The present. Valid until the next append or sync, or for as long as ledger_part() is held. */
const struct state *ledger_state(const struct ledger *l);

/* What the present lies in: whoever acquires it may go on reading, on any thread. */
struct part *ledger_part(const struct ledger *l);

/* Who wants to know what is recorded; called within ledger_append() and ledger_sync(). */
struct ledger_listener {
	void *context;
	/* Each event that became part of the present, ours and others', oldest first. */
	void (*recorded)(void *context, const char *commit, const struct event *ev);
	/* Events of ours that waited follow others' now: commits that were told have new names. */
	void (*rewritten)(void *context);
};

void ledger_listen(struct ledger *l, const struct ledger_listener *listener);

/* Whether it has a remote. */
bool ledger_is_shared(const struct ledger *l);

enum ledger_push { LEDGER_PUSH_NOW, LEDGER_PUSH_LATER };

/*
 * Records the event and makes it durable; with a remote, pushes it and all that
 * waits (LEDGER_PUSH_LATER: with the next one). ERR_CONFLICT that may be tried again: somebody
 * else was first and the event is not recorded; the present is now theirs, look again and
 * decide again. ERR_CONFLICT else: the event can't follow from the present. ERR_NET: not recorded
 * as far as we know; if the remote took it nevertheless, the next sync brings it.
 */
bool ledger_append(struct ledger *l, const struct event *ev, enum ledger_push push,
		   struct err *e) MUST_USE;

/*
 * Takes in what other processes appended here, and with remote set asks the remote too
 * (and pushes what waits). *moved: there was something. Also when it fails the listener is
 * told of all that was taken in.
 */
bool ledger_sync(struct ledger *l, bool remote, bool *moved, struct err *e) MUST_USE;

struct ledger_signer {
	const char *who;                /* "ada@example.org", or the key's fingerprint */
	size_t events;
};

struct ledger_verdict {
	bool sound;
	size_t events;                  /* checked */
	const char *commit;             /* the first that does not follow; NULL when sound */
	const char *reason;             /* what is wrong with it */
	const struct ledger_signer *signers;    /* who signed, and how many */
	size_t nsigners, nsigned;
};

/*
 * Replays every event from the first and compares the tree of each commit with
 * what must follow; signatures must fit. False only when it can't be read; tampering is a verdict.
 */
bool ledger_verify(struct ledger *l, struct arena *a, struct ledger_verdict *out,
		   struct err *e) MUST_USE;

/* Who executes. */
struct lease {
	bool held;                      /* by anyone, as far as this handle has seen */
	bool ours;
	bool is_new;                    /* ours, and was not before */
	const char *host;               /* the holder's; "" when never held */
	int64_t renewed_at;             /* ms */
	int64_t until;                  /* ticks; ours until then, if it can't be renewed; 0: not ours */
};

/*
 * Takes or renews the right to execute; *out says how it stands afterwards. A lease that this
 * handle has seen unchanged for 15 s (60 s with a remote) may be taken over, by our own count:
 * no wall clock is asked. At once only when its holder gave it back, or ran under this kernel
 * on this very repository and is dead. False: it can't be known.
 */
bool ledger_lease(struct ledger *l, struct arena *a, struct lease *out, struct err *e) MUST_USE;

/* Only looks. */
bool ledger_lease_look(struct ledger *l, struct arena *a, struct lease *out,
		       struct err *e) MUST_USE;

/* Gives it back, so that another need not wait. */
void ledger_lease_drop(struct ledger *l);

/* Packs what was appended since the last time, now. Appending does so by itself, on a thread. */
bool ledger_pack(struct ledger *l, struct err *e) MUST_USE;

#endif
