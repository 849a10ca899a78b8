/* SPDX-License-Identifier: Apache-2.0 */
/* Which process executes: one at a time, while it renews its lease. The ledger's thread. */
#ifndef GANTRY_LEDGER_LEASE_H
#define GANTRY_LEDGER_LEASE_H

#include "base/base.h"

struct arena;
struct err;
struct ledger;

struct lease {
	bool held;                      /* by anyone, as far as this handle has seen */
	bool ours;
	bool is_new;                    /* ours, and was not before */
	const char *host;               /* the holder's; "" when never held */
	int64_t renewed_at;             /* ms */
	int64_t until;                  /* ticks; ours until then, if it can't be renewed; 0: not ours */
	unsigned life;                  /* ours while this lasts, too: ledger_life_until(); 0: none */
	int64_t look_in;                /* ms: it need not be looked at before; 0: as often as usual */
};

/*
 * Takes or renews the right to execute; *out says how it stands afterwards. A lease that this
 * handle has seen unchanged for 15 s (60 s with a remote) may be taken over; that time is
 * measured here, by no wall clock. At once only when its holder gave it back, or ran under this kernel
 * on this very repository and is dead. False: the lease could not be read.
 */
bool ledger_lease(struct ledger *l, struct arena *a, struct lease *out, struct err *e) MUST_USE;

/*
 * The same among several agents (ledger_options): only up to our fair share, and with can_give a
 * lease beyond it is given back.
 */
bool ledger_lease_share(struct ledger *l, struct arena *a, bool can_give, struct lease *out,
			struct err *e) MUST_USE;

/* Until when that life lasts, as far as is known, ticks; 0: it is over. Any thread. */
int64_t ledger_life_until(const struct ledger *l, unsigned life);

/* Looks without taking. */
bool ledger_lease_look(struct ledger *l, struct arena *a, struct lease *out,
		       struct err *e) MUST_USE;

/*
 * Gives it back, so that others need not wait; when an agent ends, with the leases of its other
 * projects. ledger_close() does not do this: whoever executes says when it stops. What could not be
 * given back is free at once for others on this repository, and elsewhere when it runs out.
 */
void ledger_lease_drop(struct ledger *l);

#endif
