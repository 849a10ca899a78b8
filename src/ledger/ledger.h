/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repository of record: append, read back, replay, lease. One handle is one
 * project's branch; only one thread uses it (the engine's; a command's own for reading).
 * May use base data git model.
 *
 * agents.h        who executes which projects, where several share a ledger
 * alive.h         whether another process still lives
 * append.h        races for the ledger's next place
 * contact.h       how it stands with the remote
 * crash.h         points at which tests kill the process
 * forward.h       events from the oldest on
 * history.h       what was recorded before
 * lease.h         who executes
 * ledger.h        this table, and the present
 * ledger_inner.h  what the files of the ledger share
 * ref_watch.h     tells when branches and leases on this machine move
 * life.h          while it lasts, leases need not be renewed
 * turn.h          who appends next on this machine
 */
#ifndef GANTRY_LEDGER_LEDGER_H
#define GANTRY_LEDGER_LEDGER_H

#include "base/base.h"

struct agents;
struct arena;
struct credentials;
struct err;
struct event;
struct ledger;
struct part;
struct state;
struct traffic;
struct value;

struct ledger_options {
	const char *path;               /* of the bare repository; made when missing, but see below */
	const char *project;            /* the branch is gantry/<project> */
	const char *remote;             /* URL; NULL: this machine only */
	const char *host;               /* who we are, for the lease: "bastion-2, pid 311" */
	bool read_only;                 /* appending is refused; nothing is made, no branch moves here */
	bool must_exist;                /* ERR_NOT_FOUND where there is neither repository nor remote */
	const char *signing_key;        /* SSH key file or GPG key; NULL: commits are not signed */
	/* Who we are to the remote, in the arena; false, or NULL: as git/access.c finds it. */
	bool (*credentials)(void *context, struct arena *a, const char *url, struct credentials *out);
	void *context;
	const char *allowed_signers;    /* file for ssh-keygen; NULL: any key may sign */
	struct agents *agents;          /* what this process's ledgers share; outlives it. NULL: nothing */
	struct traffic *traffic;        /* where conversations with the remote are counted; NULL: nowhere */
	const bool *cancelled;          /* ends whatever waits, with ERR_CANCELLED; NULL: never. Polled */
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
 * waits (LEDGER_PUSH_LATER: with the next one). What others record meanwhile is taken in first,
 * and the event put on top again, unless they changed what it was decided on.
 * ERR_CONFLICT that may be tried again: they did, or others were faster for too long; the present
 * is now theirs, look again and decide again. ERR_CONFLICT else: the event can't follow from the
 * present. ERR_NET, ERR_TIMEOUT: not recorded as far as we know; if the remote took it
 * nevertheless, the next sync brings it. ERR_CANCELLED.
 */
bool ledger_append(struct ledger *l, const struct event *ev, enum ledger_push push,
		   struct err *e) MUST_USE;

/*
 * Records the first events of a ledger that has none, all at once: durable together, which takes as long as
 * one. With a remote they wait for the next push. ERR_CONFLICT when there are events already, or when one
 * can't follow from those before it; then nothing is recorded.
 */
bool ledger_begin(struct ledger *l, const struct event *events, size_t count, struct err *e) MUST_USE;

/*
 * Takes in what other processes appended here; with remote set it asks the remote too (and pushes
 * what waits). *moved: there was something. Even when it fails, the listener gets everything that
 * was taken in.
 */
bool ledger_sync(struct ledger *l, bool remote, bool *moved, struct err *e) MUST_USE;

/*
 * For a quiet moment: frees memory that earlier states hold. True: ledger_state() and
 * ledger_part() are new ones, and the old part goes when its last reader releases it.
 */
bool ledger_rest(struct ledger *l);

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
	size_t nunknown;                /* of kinds that this version does not know: taken as they are */
};

/*
 * Replays every event from the first, compares the tree of each commit with what must follow, and
 * checks signatures. False only when the ledger can't be read; tampering is a verdict.
 */
bool ledger_verify(struct ledger *l, struct arena *a, struct ledger_verdict *out,
		   struct err *e) MUST_USE;

/* Packs what was appended since the last time, now. Appending does so by itself, on a thread. */
bool ledger_pack(struct ledger *l, struct err *e) MUST_USE;

#endif
