/* SPDX-License-Identifier: Apache-2.0 */
/* What was recorded before: events, and the present as it stood. The ledger's thread. */
#ifndef GANTRY_LEDGER_HISTORY_H
#define GANTRY_LEDGER_HISTORY_H

#include "base/base.h"

struct arena;
struct err;
struct event;
struct event_tail;
struct ledger;
struct state;

/* One event of the past. */
struct ledger_entry {
	const char *commit;
	const struct event *event;
};

/* What to look for; NULL members: anything. */
struct ledger_filter {
	const char *before;             /* start at this commit's parent; NULL: at the head */
	const char *until;              /* stop at this commit, which is left out */
	const char *stage, *freight, *promotion;
	int64_t since;                  /* ms; 0: for ever */
	size_t max;                     /* entries wanted */
	size_t max_read;                /* commits read at most; 0: 100,000 */
};

struct ledger_page {
	const struct ledger_entry *entries;     /* newest first */
	size_t count;
	bool more;                      /* the end was not reached */
	bool met;                       /* it ends at the filter's until, or where its since is */
};

/* Reads a page of the past into the arena. */
bool ledger_history(struct ledger *l, struct arena *a, const struct ledger_filter *f,
		    struct ledger_page *out, struct err *e) MUST_USE;

/* Fills an empty tail with the newest events before that commit (NULL: up to the head). */
bool ledger_tail(struct ledger *l, const char *before, struct event_tail *out,
		 struct err *e) MUST_USE;

/* The present as it stood at that commit, in the arena. */
bool ledger_state_at(struct ledger *l, struct arena *a, const char *commit,
		     const struct state **out, struct err *e) MUST_USE;

/* The newest commit not after at (ms); NULL when the ledger is younger. */
bool ledger_commit_at(struct ledger *l, struct arena *a, int64_t at, const char **commit,
		      struct err *e) MUST_USE;

#endif
