/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of several agents that share a ledger executes which projects. Each announces in a ref of its
 * own, refs/gantry/agent/<token>, that it lives and which projects it can execute, and each works out
 * from the others' announcements how many leases are its fair share. Agents do not talk to each other,
 * and no wall clock is compared: an agent counts as dead once its ref has not changed for as long as a
 * lease lasts. This also holds what the ledgers of one process have seen of their remote.
 */
#ifndef GANTRY_LEDGER_AGENTS_H
#define GANTRY_LEDGER_AGENTS_H

#include "base/base.h"

struct agents;
struct arena;
struct credentials;
struct err;
struct store_move;
struct store_view;
struct traffic;

/* How long a lease lasts without being renewed, ms; a remote is asked less often. */
enum { LEASE_LASTS_HERE = 15000, LEASE_LASTS_REMOTE = 60000 };

struct agents_options {
	const char *path, *remote, *host; /* as ledger_options has them */
	bool announces;                 /* else it only makes room for those that do */
	/* As ledger_options has it. */
	bool (*credentials)(void *context, struct arena *a, const char *url, struct credentials *out);
	void *context;
	const bool *cancelled;
	struct traffic *traffic;
};

struct agents *agents_new(const struct agents_options *o);

/* We are about to leave: leases that are given back from now on wait for agents_leave(). Any thread. */
void agents_end(struct agents *as);

/*
 * Has agents_leave() move the ref, which is copied. False: we do not leave, or there is no remote, so the
 * caller has to move it. NULL is fine. Any thread.
 */
bool agents_give(struct agents *as, const struct store_move *m) MUST_USE;

/* Takes the announcement back, and what waits, in one push, which blocks; no turn follows. */
void agents_leave(struct agents *as);

/* NULL is fine. */
void agents_free(struct agents *as);

/*
 * Announces us when that is due and looks at the others, which blocks. *moved: shares, or our life
 * (life.h), have changed, so leases should be looked at. Returns the ms until the next turn. One thread
 * at a time.
 */
int64_t agents_turn(struct agents *as, bool *moved);

/* A project that this process can execute comes or goes. Any thread. */
void agents_come(struct agents *as, const char *project);
void agents_go(struct agents *as, const char *project);

enum agents_wish {
	AGENTS_TAKE,            /* take the lease when it is free, renew it when it is ours */
	AGENTS_WAIT,            /* leave it to others */
	AGENTS_GIVE,            /* give it back: others have less than their share */
};

/*
 * What to do about the project's lease. is_free: nobody has it; is_idle: nothing is under way, so it
 * can be given back. agents_held() must follow. Any thread.
 */
struct agents_lease {
	bool ours, is_free, is_idle;
};
enum agents_wish agents_wish(struct agents *as, const char *project, const struct agents_lease *now);
void agents_held(struct agents *as, const char *project, bool ours);

/* Our life (life.h), in which leases need not be renewed. Any thread. */
struct agents_life {
	unsigned number;                /* 0: nobody announces us now */
	int64_t until;                  /* ticks */
	const char *token;              /* the name of our ref */
	bool is_settled;                /* we hold no more than our share, so nothing is to be given back */
};
struct agents_life agents_life(struct agents *as);
int64_t agents_life_until(struct agents *as, unsigned number);

/* For the ledgers of this process; NULL without a remote. */
struct store_view *agents_view(struct agents *as);

#endif
