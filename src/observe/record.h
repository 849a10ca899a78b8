/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest reading of the ledger as a part: the state, its head, and the newest
 * events. Made where the ledger is (the engine's thread, or at the start), then immutable.
 */
#ifndef GANTRY_OBSERVE_RECORD_H
#define GANTRY_OBSERVE_RECORD_H

#include "base/base.h"
#include "model/intent.h"

struct err;
struct event;
struct event_line;
struct part;
struct settings;
struct state;

struct record {
	struct part *part;
	const struct state *state;
	const char *head;
	struct event_line *events;      /* newest first */
	size_t nevents;
};

/* Reads the ledger of the project as it is now. */
bool record_read(const struct settings *s, const char *project, struct record **out,
		 struct err *e) MUST_USE;

/* Where to go in the past, and from where. */
struct past_wish {
	enum travel travel;
	const char *from;               /* the commit that is shown */
	int64_t at;                     /* the moment that is shown, ms */
};

/*
 * Reads the ledger as it stood there; *at is the moment. Before the first event there is
 * nothing, so that one is gone to instead; after the last is the present: NULL in *out.
 */
bool record_read_past(const struct settings *s, const char *project, const struct past_wish *wish,
		      struct record **out, int64_t *at, struct err *e) MUST_USE;

/* The record after one more event; before (may be NULL) is not changed. */
struct record *record_next(const struct record *before, const char *head, const struct event *ev,
			   const struct state *now);

/* Drops the reference to the part and frees the record; NULL is fine. */
void record_free(struct record *r);

#endif
