/* SPDX-License-Identifier: Apache-2.0 */
/* A Kargo that the test changes, and what an attached gantry sees of it. */
#ifndef GANTRY_TESTS_UNIT_RECORDER_KARGO_H
#define GANTRY_TESTS_UNIT_RECORDER_KARGO_H

#include "base/base.h"

struct arena;
struct attach_history;
struct attach_state;
struct ledger;
struct recorder;
struct value;

struct kargo {
	struct arena *a;
	struct attach_state *state;
	struct attach_history *history;
	const char *ledger;             /* folder of the repository */
	struct recorder *recorder;      /* NULL: stopped */
	int64_t said, nevents;          /* records that were told; events of the ledger in the newest */
	int64_t leader;                 /* 3: bastion-3 records, as the newest says; 0: nobody is known */
};

/* Freight "soft-squirrel", stages test and prod, nothing promoted. */
void kargo_begin(struct kargo *k, const char *folder);
void kargo_end(struct kargo *k);

/* Promotion number n of the freight into "test"; status as JSON with ' for ". */
void kargo_promote(struct kargo *k, unsigned n, const char *status);

/* One that was asked for then. */
void kargo_promote_at(struct kargo *k, unsigned n, const char *status, const char *at);

void kargo_freight(struct kargo *k, const struct value *object);

/* It has ended well, in that minute. */
void kargo_promoted(struct kargo *k, unsigned n, unsigned minute);

/* Kargo's garbage collection takes it. */
void kargo_drop(struct kargo *k, unsigned n);

/* A stage's status as JSON with ' for ". */
void kargo_stage(struct kargo *k, const char *name, const char *status);

/* Kubernetes' Event of an approval for prod. */
void kargo_approved_by(struct kargo *k, const char *who);

/* A recorder comes and is told all there is; is told again; goes. */
void kargo_record(struct kargo *k, bool writes);
void kargo_tell(struct kargo *k);
void kargo_stop(struct kargo *k);

/* Waits until the ledger has so many events, which is what is tested. */
void kargo_wait(struct kargo *k, size_t count, const char *what);

/* Waits until it is told that this bastion records, which is what is tested. */
void kargo_wait_leader(struct kargo *k, int64_t bastion);

/* The ledger, as that host opens it; the caller closes it. NULL: it is not there. */
struct ledger *kargo_ledger(struct kargo *k, const char *host);

/* How many there are, of that kind (NULL: any), with that text (NULL: any) as subject, actor or reason. */
size_t kargo_count(struct kargo *k, const char *kind, const char *text);

/* Whether each promotion that has ended is verified before another begins. */
bool kargo_is_in_turn(struct kargo *k);

/* Whether the ledger follows from its own events. */
bool kargo_is_sound(struct kargo *k);

#endif
