/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An intent: what an operator or a policy wants done. It carries what the user
 * saw, so that the engine can refuse when that is no longer so.
 */
#ifndef GANTRY_MODEL_INTENT_H
#define GANTRY_MODEL_INTENT_H

#include "base/base.h"

struct arena;
struct err;

/* Of a reason, in bytes: it is a sentence for people, kept for ever. */
enum { INTENT_REASON_MAX = 4000 };

enum intent_kind {
	INTENT_PROMOTE,         /* stage, freight */
	INTENT_ROLLBACK,        /* stage, freight (NULL: the last one verified here before; of this
				   warehouse, when one is named) */
	INTENT_APPROVE,         /* stage, freight */
	INTENT_ABORT,           /* promotion */
	INTENT_MERGE,           /* promotion: merge the pull request that it waits for */
	INTENT_CLOSE,           /* promotion: close it without a merge, which fails the promotion */
	INTENT_REFRESH,         /* warehouse, stage or nothing: look again now */
	INTENT_HOLD,            /* stage: hold auto-promotion (of this warehouse, when one is named) */
	INTENT_RESUME,          /* stage: let auto-promotion go on (drops holds) */
	INTENT_VERIFY,          /* stage: verify what runs there once more */
	INTENT_LOOK,            /* application: look at all of it; changes nothing */
	INTENT_TRAVEL,          /* travel: show the world as it stood; changes nothing */
};

/* From the moment that is shown. */
enum travel {
	TRAVEL_PRESENT,
	TRAVEL_EARLIER, TRAVEL_LATER,           /* by an event */
	TRAVEL_HOUR_EARLIER, TRAVEL_HOUR_LATER,
	TRAVEL_DAY_EARLIER, TRAVEL_DAY_LATER,
	TRAVEL_TO,                              /* travel_to */
};

struct intent {
	enum intent_kind kind;
	enum travel travel;
	int64_t travel_to;              /* ms */
	uint64_t id;                    /* chosen by the sender; the reply carries it */
	const char *project;            /* NULL: the only one, or the one that is shown */
	const char *stage, *freight, *promotion, *warehouse; /* NULL where not meant */
	const char *application;        /* "namespace/name"; INTENT_LOOK */
	const char *reason;             /* NULL when none was given */
	const char *actor;              /* "Ada <ada@example.org>" */
	const char *from;               /* "ssh 198.51.100.7 on bastion-2" */
	size_t step;                    /* for the plan of INTENT_MERGE: the promotion's step */
	bool close_pull_request;        /* INTENT_ABORT: that which it waits for, before it ends */
	const char *seen_context;       /* the cluster the user was looking at; NULL: does not matter */
	const char *seen_head;          /* ledger head the user was looking at; NULL: does not matter */
	const char *seen_freight;       /* what the stage ran then of the freight's warehouse; NULL:
					   nothing, or does not matter */
	const char *seen_plan;          /* mark of the plan the user was looking at; NULL: of none */
};

/* What became of it. */
struct reply {
	uint64_t id;
	bool done;                      /* recorded; false: refused or failed */
	int code;                       /* enum err_code when not done */
	const char *message;            /* a sentence for the status line */
	const char *promotion;          /* the promotion made, when one was */
};

/* A copy of everything in the arena. */
struct intent *intent_copy(struct arena *a, const struct intent *i);

/* ERR_USAGE: its reason is longer than INTENT_REASON_MAX. */
bool intent_check(const struct intent *i, struct err *e) MUST_USE;

/* "promote", "roll back", "approve", … */
const char *intent_verb(enum intent_kind kind);

/* What a person is called: "Ada" of "Ada <ada@example.org>"; "" for NULL and for gantry itself. */
const char *actor_name(struct arena *a, const char *actor);

#endif
