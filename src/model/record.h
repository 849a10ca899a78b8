/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reading of the ledger: the state, the commit that it belongs to, and the newest events.
 * Made by the engine (or by whoever reads the past), then immutable; worlds and the engine
 * share it. Any thread.
 */
#ifndef GANTRY_MODEL_RECORD_H
#define GANTRY_MODEL_RECORD_H

#include "base/base.h"
#include "model/intent.h"

struct attachment;
struct event;
struct event_line;
struct part;
struct state;

enum { RECORD_EVENTS = 500 };           /* how many of the newest events a record holds, at most */

struct record {
	const struct state *state;
	const char *head;               /* commit id; "" when the ledger is empty */
	const struct event_line *events; /* newest first */
	size_t nevents;
	const struct attachment *attachment; /* of a running Kargo, whose state it is; NULL: of a ledger */
	struct part *part;              /* what all of it lies in, and the record itself */
};

/* Where to go in the past, and from where. */
struct past_wish {
	enum travel travel;
	const char *from;               /* the commit that is shown; never "" */
	int64_t at;                     /* the moment that is shown, or TRAVEL_TO goes to; ms */
};

/* One more reference to its part; returns r. */
const struct record *record_acquire(const struct record *r);

/* One less; the last one frees it. NULL is fine. */
void record_release(const struct record *r);

/*
 * The newest events as one thread collects them: each is copied once, and records made
 * from it share the copies.
 */
struct event_tail {
	struct part *part;              /* NULL: there have been none */
	struct event_line *lines;       /* room for some; the newest are at first */
	size_t first, count;
};

/* Adds an event that is newer than all others. */
void event_tail_add(struct event_tail *t, const char *commit, const struct event *ev);

/* Drops its reference; records keep theirs. */
void event_tail_release(struct event_tail *t);

/*
 * A record of a running Kargo's state; both lie in the part, of which it takes over the one reference.
 * There is no ledger, and no head.
 */
const struct record *record_of_attached(const struct state *state, const struct attachment *at,
					struct part *part, const struct event_tail *t);

/* What a ledger has of a running Kargo's project. */
struct record_history {
	const char *head;               /* commit id */
	const struct event_tail *events;
	const char *ledger;             /* what it is called: "shop@staging" */
	bool is_ours;                   /* this process writes it */
	const char *host;               /* who does, as its lease says; NULL: nobody is known */
};

/* The record of a running Kargo with the ledger's head and events. The caller has the one reference to it. */
const struct record *record_with_history(const struct record *attached, const struct record_history *h);

/*
 * A record of the state, which lies in the part given; it holds references to both parts.
 * The caller has the one reference to it.
 */
const struct record *record_new(const struct state *state, struct part *part, const char *head,
				const struct event_tail *t);

#endif
