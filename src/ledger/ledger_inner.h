/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ledger share. */
#ifndef GANTRY_LEDGER_LEDGER_INNER_H
#define GANTRY_LEDGER_LEDGER_INNER_H

#include "base/base.h"
#include "git/store.h"
#include "ledger/ledger.h"

struct event;
struct state;
struct value;

struct ledger {
	struct arena *own;              /* for as long as the ledger is open */
	struct part *part;              /* of the state; replaced when it holds much that is old */
	struct arena *arena;            /* the part's */
	size_t live;                    /* bytes that were live when arena was new */
	struct ledger_options options;
	struct store *store;
	const char *ref, *lease_ref;
	struct packing *packing;        /* NULL: nobody packs */
	struct ledger_listener listener;
	int64_t reached_at, reached_kept, failing_since;        /* see contact.h; ms */
	char failing_why[512];
	struct store *local;            /* a reader's own repository, when store lies over it; else NULL */
	const char *overlay;            /* a reader's folder, which goes with it; NULL: none */
	struct arena *login;            /* the credentials in use */
	char last[256];                 /* a sentence about the newest event that was taken in */
	const struct state *state;
	char head[STORE_ID];
	size_t behind;                  /* events that the cache lacks, as far as we know */
	char remote[STORE_ID];          /* where the remote's branch was when we last heard; "" nowhere */
	char token[33];                 /* who we are, in the lease */
	int lease_lock;                 /* file that is locked while we live; -1: not taken yet */
	char note[STORE_ID];            /* the newest note of ours in the lease */
	int64_t renewed_at;
	char seen[STORE_ID];            /* the newest note in the lease, whoever wrote it */
	int64_t seen_at;                /* ticks; since when it has been the same */
};

/* The state of a commit's tree, in the arena. all: every promotion is read. */
bool ledger_load(struct ledger *l, struct arena *a, const char *commit, bool all,
		 const struct state **out, struct err *e) MUST_USE;

/*
 * The state as it was put aside for the next who opens, and its commit; false when
 * there is none that can be used. cache_keep() puts the present aside when what is there
 * has fallen behind; failing costs the next one time and nothing else.
 */
bool cache_take(struct ledger *l, struct arena *a, const struct state **out, char head[STORE_ID])
	MUST_USE;
void cache_keep(struct ledger *l);

/* Takes in the events that lead from the present to the commit new, and tells the listener. */
bool ledger_advance(struct ledger *l, const char *new, struct err *e) MUST_USE;

/* Tells the listener of an event that the present has taken in. */
void ledger_tell(struct ledger *l, const char *commit, const struct event *ev);

/* Packs beside us when it is time; pack_end() waits for the short part of it. */
void pack_tend(struct ledger *l);
void pack_end(struct ledger *l);

/*
 * The store of a ledger that is only read, where one that is missing is empty; and what to do when
 * the store is closed.
 */
bool reader_open(struct ledger *l, struct err *e) MUST_USE;
void reader_close(struct ledger *l);

/* Where the branch is in the repository of this machine; "" nowhere. */
bool ledger_here(struct ledger *l, char id[STORE_ID], struct err *e) MUST_USE;

/* The event that a commit holds. */
bool ledger_event(struct ledger *l, struct arena *a, const char *commit, struct event *out,
		  char parent[STORE_ID], struct err *e) MUST_USE;

/* Makes the commit for the event on top of parent, whose state is before. */
bool ledger_write(struct ledger *l, const char *parent, const struct state *before,
		  const struct state *after, const struct event *ev, char id[STORE_ID],
		  struct err *e) MUST_USE;

/* Moves what is only here on top of what the remote has. */
bool ledger_rebase(struct ledger *l, const char *onto, struct err *e) MUST_USE;

/* The text of an object's file. */
const char *ledger_text(struct arena *a, const struct value *object);

#endif
