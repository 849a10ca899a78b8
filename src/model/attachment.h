/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a project has beyond its record when a running Kargo executes it, and gantry only looks on and asks:
 * lies in the record's part. Any thread.
 */
#ifndef GANTRY_MODEL_ATTACHMENT_H
#define GANTRY_MODEL_ATTACHMENT_H

#include "base/base.h"
#include "model/intent.h"

struct value;

/* What was seen of one warehouse. */
struct warehouse_view {
	const char *name;
	int64_t looked_at, failing_since; /* ms; 0: never */
	const char *error;              /* NULL while it works */
	const struct value *discovered; /* NULL before the first good look */
};

/* Something that the cluster says we may not do. */
struct denial {
	enum intent_kind kind;
	const char *stage;              /* in this one; NULL: in none */
	const char *why;                /* "you may not promote stages/prod" */
};

struct attachment {
	const char *context;            /* what the cluster is called: "staging" */
	const char *server;             /* its address */
	const struct warehouse_view *warehouses;
	size_t nwarehouses;
	const struct denial *denials;
	size_t ndenials;
	const char *ledger;             /* what the ledger of its history is called; NULL: there is none */
	bool is_recorded_here;          /* this process writes that ledger */
	const char *recorder;           /* who does, as leases name a host; NULL: nobody is known */
};

/* Why it may not be done there (stage NULL: anywhere in the project); NULL: nothing is said against it. */
const char *attachment_denies(const struct attachment *at, enum intent_kind kind, const char *stage);

#endif
