/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ledger share. */
#ifndef GANTRY_LEDGER_LEDGER_INNER_H
#define GANTRY_LEDGER_LEDGER_INNER_H

#include "base/base.h"
#include "git/store_remote.h"
#include "ledger/ledger.h"
#include "model/event.h"

struct list;
struct state;
struct value;

/*
 * A commit and the present as of it. Events may leave the tree to a later one (see
 * ledger_put()), so the tree may hold the present as it was some events ago.
 */
struct present {
	char head[STORE_ID];            /* the commit; "" when there is none */
	char tree[STORE_ID];            /* its tree */
	const struct state *state;      /* the present */
	const struct state *written;    /* what the tree holds; shares memory with state */
	char written_at[STORE_ID];      /* the commit that wrote the tree */
	int64_t written_time;           /* of its event, ms */
	size_t deferred;                /* events since */
};

/* What others record while we append. */
struct ledger_news {
	struct arena *arena;            /* NULL: we are not appending */
	struct list *events;            /* struct event *, copied into the arena */
	const char *own;                /* our own commit, which is not news */
};

struct ledger {
	struct arena *own;              /* for as long as the ledger is open */
	struct part *part;              /* of the state; replaced when it holds much that is old */
	struct arena *arena;            /* the part's */
	size_t live;                    /* bytes that were live when arena was new; 0: unknown */
	struct ledger_options options;
	struct store *store;
	const char *ref, *lease_ref;
	struct packing *packing;        /* of the newest events; NULL: nobody packs */
	struct packing *packing_large;  /* of what was packed before; the same */
	struct present now;
	bool writes_tree;               /* the next event must write the tree, so that we can compact */
	size_t behind;                  /* events that the cache lacks, as far as we know */
	struct ledger_listener listener;
	int64_t reached_at, reached_kept, failing_since;        /* see contact.h; ms */
	char failing_why[512];
	int64_t unwritten_since, unwritten_at;          /* see contact.h: the first and last failure, ms */
	char unwritten_why[512];
	struct store *local;            /* a reader's own repository, when store lies over it; else NULL */
	const char *overlay;            /* a reader's folder, which goes with it; NULL: none */
	struct arena *login;            /* the credentials in use */
	struct ledger_news news;
	int turn;                       /* turn.h; -1: it is not ours */
	char remote[STORE_ID];          /* where the remote's branch was last seen; "": it had none */
	char token[33];                 /* who we are, in the lease */
	int lease_lock;                 /* file that is locked while we live; -1: not taken yet */
	char note[STORE_ID];            /* the newest note of ours in the lease */
	unsigned note_life;             /* the life that it names (life.h); 0: it stands for itself */
	int64_t renewed_at;
	char watched[STORE_ID];         /* the newest note in the lease, whoever wrote it */
	char watched_agent[STORE_ID];   /* the newest announcement of the life that it names */
	int64_t watched_at;             /* ticks; since when both have been the same */
};

/* The remote, and how it is reached. */
struct store_remote ledger_remote(const struct ledger *l);

/*
 * The present as of a commit, in the arena: from its tree and the events that the tree lacks.
 * Of promotions that are over the newest are read, or all of them.
 */
bool ledger_load(struct ledger *l, struct arena *a, const char *commit, struct present *out,
		 struct err *e) MUST_USE;
bool ledger_load_all(struct ledger *l, struct arena *a, const char *commit, struct present *out,
		     struct err *e) MUST_USE;

/*
 * The tree's state as it was cached for the next process that opens the ledger, with its commit;
 * false when there is no usable one. cache_keep() caches it when the cache has fallen behind;
 * a failure only costs the next process time.
 */
bool cache_take(struct ledger *l, struct arena *a, struct present *out) MUST_USE;
void cache_keep(struct ledger *l);

/* Takes in the events that lead from the present to the commit new, and tells the listener. */
bool ledger_advance(struct ledger *l, const char *new, struct err *e) MUST_USE;

/* Takes in what this machine's other processes recorded. */
bool ledger_catch_up(struct ledger *l, struct err *e) MUST_USE;

/* Takes in what the remote has, and sends what it lacks. */
bool ledger_meet_remote(struct ledger *l, struct err *e) MUST_USE;

/* Tells the listener of an event that the present has taken in; or that commits have new names. */
void ledger_tell(struct ledger *l, const char *commit, const struct event *ev);
void ledger_tell_rewritten(struct ledger *l);

/* One event of the past, while walking. */
struct past_event {
	const char *commit;
	struct event *event;
	char tree[STORE_ID];
};

/* Packs on a thread of its own when it is time; pack_end() waits for the short part of it. */
void pack_tend(struct ledger *l);
void pack_end(struct ledger *l);

/*
 * The store of a ledger that is only read, where one that is missing is empty; and what to do when
 * the store is closed.
 */
bool reader_open(struct ledger *l, struct err *e) MUST_USE;
void reader_close(struct ledger *l);

/* Others that look for our lock file find that we are gone. The lease is given back before, or runs out. */
void lease_end(struct ledger *l);

/* Where the branch is in the repository of this machine; "": there is none. */
bool ledger_here(struct ledger *l, char id[STORE_ID], struct err *e) MUST_USE;

/* What a commit holds. */
struct recorded_event {
	struct event event;
	struct store_commit commit;
};

bool ledger_event(struct ledger *l, struct arena *a, const char *commit, struct recorded_event *out,
		  struct err *e) MUST_USE;

/*
 * Makes a commit for the event on top of p and moves p there. The tree is left to a later event
 * (and the event says so) while a promotion is under way, but not for long: most
 * of a ledger's size is trees. ERR_CONFLICT: the event can't follow.
 */
bool ledger_put(struct ledger *l, struct present *p, const struct event *ev,
		struct err *e) MUST_USE;

/* The text of an object's file. */
const char *ledger_text(struct arena *a, const struct value *object);

#endif
