/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage: a place that freight runs in (Kargo's Stage). The first half is read
 * from its manifest, the second from the ledger and from observation.
 */
#ifndef GANTRY_MODEL_STAGE_H
#define GANTRY_MODEL_STAGE_H

#include "base/base.h"

struct application;
struct arena;
struct err;
struct promotion;
struct value;

/* Kargo's health states, worst last (doc/kargo-rules.md 7.5). */
enum health { HEALTH_NONE, HEALTH_HEALTHY, HEALTH_NOT_APPLICABLE, HEALTH_PROGRESSING,
	      HEALTH_UNKNOWN, HEALTH_UNHEALTHY };

struct freight_request {
	const char *warehouse;
	bool direct;
	const char **stages;            /* upstream */
	size_t nstages;
	int64_t soak;                   /* requiredSoakTime in ns; 0 when none */
	bool has_soak;                  /* one is given, maybe 0s */
	bool all;                       /* availabilityStrategy All */
	bool match_upstream;            /* selectionPolicy MatchUpstream */
	const char *unknown;            /* an availabilityStrategy that nobody knows; else NULL */
};

/* One origin's part of a collection. */
struct collection_item {
	const char *warehouse, *freight; /* names */
};

/* One entry of Kargo's freightHistory. */
struct collection {
	const char *id;                 /* SHA-1 of the sorted freight names */
	struct collection_item *items;  /* one a warehouse, in the order of the stage's requests */
	size_t nitems;
	int64_t since;                  /* when it became current, ms */
	const char *verification;       /* phase of its newest verification; NULL when none */
	const char *verification_message; /* which metric, its condition, what was measured; or NULL */
	const struct value *object;
};

/* The annotation of a Stage that asks for another verification, as Kargo has it (1.14.3). */
#define STAGE_REVERIFY "kargo.akuity.io/reverify"

struct hold {
	const char *warehouse, *freight, *promotion, *actor;
	const char *reason;             /* "" when none is known */
	int64_t created_at;
};

struct stage {
	const char *name;
	const struct value *object;     /* the manifest; NULL: gone from the manifests, kept by the ledger */
	const char *fault;              /* why its manifest can't be used, "file:line: what"; NULL: it can */
	struct freight_request *requests;
	size_t nrequests;
	size_t nsteps;                  /* of the promotion template; 0: control flow */
	bool production;                /* confirming asks for its name: annotation gantry/production,
					   else a stage that nothing is downstream of */
	/* from the ledger */
	struct collection *history;     /* newest first, at most 10 */
	size_t nhistory;
	const char *current_promotion, *last_promotion; /* names; NULL when none */
	const struct promotion *unconfirmed; /* pushed, then ended without success (unconfirmed.h); or NULL */
	bool auto_promotion;            /* by the project's policies */
	struct hold *holds;             /* effective */
	size_t nholds;
	bool reverify;                  /* somebody wants what runs verified again */
	const char *reverify_by;        /* who; NULL when not known */
	const struct value *status;     /* Kargo's Stage status, as the ledger keeps it; NULL when none */
	/* from observation */
	enum health health;
	const char **issues;            /* why it is not healthy */
	size_t nissues;
	const struct application **applications; /* those its promotions update */
	size_t napplications;
};

/* Reads a Kargo Stage manifest. */
bool stage_read(struct arena *a, const struct value *object, struct stage **out,
		struct err *e) MUST_USE;

/* What can be told of a Stage that does not read: its name, and where its freight comes from. */
struct stage *stage_salvage(struct arena *a, const char *name, const struct value *object);

/* The name of the freight of this warehouse that runs here; NULL when none does. */
const char *stage_freight(const struct stage *s, const char *warehouse);

/* What runs here now, one item a warehouse; NULL when nothing was promoted yet. */
const struct collection *stage_runs(const struct stage *s);

/* Whether no freight at all runs here. */
bool stage_is_empty(const struct stage *s);

/* The request for this origin, or NULL. */
const struct freight_request *stage_request(const struct stage *s, const char *warehouse);

bool stage_is_control_flow(const struct stage *s);

/* Fills what the stage's Kargo status says: history, promotions. Not the holds in effect. */
void stage_read_status(struct arena *a, struct stage *s, const struct value *status);

/* Fills reverify by the annotations of the Stage in the ledger; after stage_read_status(). */
void stage_read_reverify(struct arena *a, struct stage *s, const struct value *annotations);

/* The holds that s->status keeps, with room for one more a request. Returns how many. */
size_t stage_durable_holds(struct arena *a, const struct stage *s, struct hold **out);

/* Kargo's word: "Healthy", "Unhealthy", …; "" for HEALTH_NONE. */
const char *health_name(enum health h);

/* The worse of two, as Kargo merges the results of checks (7.5). */
enum health health_merge(enum health a, enum health b);

#endif
