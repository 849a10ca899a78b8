/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the ledger can be relied on: its remote answers, and events are recorded. The ledger's
 * thread.
 */
#ifndef GANTRY_LEDGER_CONTACT_H
#define GANTRY_LEDGER_CONTACT_H

#include "base/base.h"

struct err;
struct ledger;

struct ledger_contact {
	int64_t reached_at;             /* when it last answered this machine, ms; 0: never */
	int64_t failing_since;          /* ms; 0: its last answer was good, and events are recorded */
	const char *error;              /* why it fails, NULL while it works; until the next append or sync */
	bool unwritten;                 /* nothing can be recorded, though the remote, if any, answers */
};

/*
 * While the remote fails, what is here may be as old as reached_at. A failure to record is reported
 * until an event is recorded, or until nobody has tried for ten minutes.
 */
void ledger_contact(const struct ledger *l, struct ledger_contact *out);

/*
 * For the ledger's own files: it has answered (e NULL), or why it has not. The moment of the
 * last answer is kept beside the repository for the next process: once a minute, and at the end.
 */
void contact_note(struct ledger *l, const struct err *e);
void contact_end(struct ledger *l);

/* An event was recorded (e NULL), or why it was not: neither a lost race nor an end is a reason. */
void contact_note_append(struct ledger *l, const struct err *e);

/* Has what this process's ledgers have seen of the remote hold our refs, too. */
void contact_follow(struct ledger *l);

/* Logs in with what the newest manifests say, before the remote is asked. */
void contact_log_in(struct ledger *l);

/* Reads when it last answered an earlier process. */
void contact_recall(struct ledger *l);

#endif
