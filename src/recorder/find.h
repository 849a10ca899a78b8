/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts in Kargo's objects that a ledger does not have yet. Between two looks only the ledger
 * remembers, so nothing is recorded twice: neither after a restart, nor by two recorders. Pure.
 */
#ifndef GANTRY_RECORDER_FIND_H
#define GANTRY_RECORDER_FIND_H

#include "base/base.h"
#include "model/event.h"

struct arena;
struct list;
struct record;
struct state;
struct value;

/* Promotions of a stage that stay in the ledger's tree when Kargo has dropped them. */
enum { RECORDER_KEPT = 30 };

struct recorder_sight {
	const struct state *known;      /* the ledger's */
	const struct record *seen;      /* what Kargo's objects tell */
	const struct record *done;      /* one that the ledger has all of; NULL: none */
	int64_t now;                    /* ms */
};

/* Something that happened. Texts are NULL where it is not about one. */
struct recorder_fact {
	enum event_kind kind;
	int64_t at;                     /* ms */
	const char *stage, *freight, *promotion, *warehouse, *actor;
	const struct value *object;     /* the Freight or Promotion; a VerificationInfo; what is set */
	const char *collection;         /* id of the one that is verified */
	const char *follows;            /* of a verification: the promotion that brought the collection */
	const struct value *brought;    /* the collection, as the Promotion says; NULL: it does not */
	const char *note;               /* what is not known of it */
	bool is_rest;                   /* follows from other facts as a rule: told when those are in */
};

/*
 * Whether other objects may still report more of that moment: each kind comes on a stream of its
 * own, and Kargo's clock is not ours.
 */
bool recorder_is_fresh(int64_t now, int64_t at);

/*
 * Adds the facts, struct recorder_fact *, oldest first, in the arena; they point into what is seen. True:
 * some wait for a moment, since who did it may still be told.
 */
bool recorder_find(struct arena *a, const struct recorder_sight *s, struct list *facts);

#endif
