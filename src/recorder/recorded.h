/* SPDX-License-Identifier: Apache-2.0 */
/* One recorded project: its ledger, its lease. The recorder's thread, except where noted. */
#ifndef GANTRY_RECORDER_RECORDED_H
#define GANTRY_RECORDER_RECORDED_H

#include <pthread.h>

#include "base/base.h"
#include "model/record.h"
#include "recorder/batch.h"
#include "recorder/options.h"

struct arena;
struct err;
struct ledger;

struct recorded {
	pthread_mutex_t *lock;          /* over the last five, which others read */
	const struct recorder_options *o;
	struct arena *arena;            /* of all that lives as long */
	const char *project, *name;     /* "shop", "shop@staging" */
	bool *give_up;                  /* ends what blocks */
	struct ledger *ledger;          /* NULL: not open */
	/* Ticks: what is due when; rest_due 0: there is no memory to be given back. */
	int64_t open_due, lease_due, sync_due, remote_due, rest_due;
	int64_t lease_until;            /* ticks; ours until then */
	bool lease_told, is_failing;    /* what was said already */
	const struct record *done;      /* all of it is in the ledger; NULL: none */
	struct refused refused;
	const struct record *seen;      /* the newest */
	struct event_tail tail;         /* the ledger's newest events */
	char head[41];                  /* "": there are none */
	bool leads;                     /* our lease: we write */
	char leader[128];               /* the host that does; "": nobody is known */
};

/* One look: what is new in the ledger is read, what is new in Kargo written. *more: there is more to do. */
bool recorded_look(struct recorded *p, bool *more, struct err *e) MUST_USE;

/* Gives the lease back and closes everything. */
void recorded_end(struct recorded *p);

/* Says what is known of the project now. The lock is held. */
void recorded_say(struct recorded *p);

#endif
