/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world: everything about one project at one moment. Built by observe from
 * manifests, ledger and observations; never modified once published. Screens
 * draw it, gates and decisions are functions of it.
 */
#ifndef GANTRY_MODEL_WORLD_H
#define GANTRY_MODEL_WORLD_H

#include "base/base.h"
#include "base/err.h"
#include "model/application.h"

struct application_detail;
struct arena;
struct attachment;
struct freight;
struct project;
struct promotion;
struct stage;
struct warehouse;

enum source_kind { SOURCE_LEDGER, SOURCE_MANIFESTS, SOURCE_REGISTRY, SOURCE_GIT, SOURCE_CHARTS,
		   SOURCE_ARGOCD };

/* Where facts come from, and how old they are. */
struct source {
	enum source_kind kind;
	const char *name;               /* "argocd", "registry", "git": the header's word */
	const char *address;            /* host, for the detail */
	int64_t seen_at;                /* last good answer, ms; 0: none yet */
	int64_t failing_since;          /* 0 while it works */
	const char *error;              /* why it fails, short: "refused"; NULL while it works */
	bool unwritten;                 /* a ledger that fails: it can be read, but nothing recorded */
};

/* Something wrong in the manifests, or worth a warning. */
struct complaint {
	const char *file;
	unsigned line, column;          /* from 1; line 0: it is about the file or folder as a whole */
	bool is_error;                  /* else a warning */
	const char *message;            /* what, and the fix */
	const char *project;            /* the one that it is about; NULL: all of the manifests' */
	bool is_homeless;               /* project is NULL since the object's project is unknown */
};

/* "shop/prod.yaml:7: …", or without a line. */
const char *complaint_text(struct arena *a, const struct complaint *c);

/* One ledger event, for history and audit. */
struct event_line {
	const char *commit;             /* id, 40 hex digits */
	const char *kind;               /* "promotion.requested" */
	const char *subject;            /* the sentence */
	const char *reason;             /* "" when none */
	const char *actor, *from;       /* "" when none */
	const char *stage, *freight, *promotion; /* "" when not about one */
	const char *phase;              /* how a promotion or verification ended; "" when not about an end */
	int64_t at;                     /* ms */
};

enum engine_place { ENGINE_HERE, ENGINE_ELSEWHERE, ENGINE_NONE, ENGINE_UNKNOWN }; /* not looked yet */

struct world {
	int64_t built_at;               /* ms */
	int64_t past_at;                /* ms: as the ledger had it then; 0: the present */
	uint64_t serial;                /* grows by one with each world */
	bool loading;                   /* the ledger or manifests have not been read yet */
	bool read_only;
	const struct project *project;  /* never NULL */
	const char *name;               /* in the fleet: "staging/shop"; NULL: as the project's own */
	struct warehouse **warehouses;
	size_t nwarehouses;
	struct stage **stages;          /* upstream before downstream */
	size_t nstages;
	struct freight **freight;       /* newest first */
	size_t nfreight;
	struct promotion **promotions;  /* newest first */
	size_t npromotions;
	struct application_list applications;
	const struct application_detail *detail; /* of the application that was looked at last; or NULL */
	struct source *sources;
	size_t nsources;
	struct complaint *complaints;   /* of the newest manifests; errors first */
	size_t ncomplaints;
	const char *manifests_fault;    /* why no project of the newest manifests can run; NULL: one can */
	enum err_code manifests_fault_code; /* its kind: ERR_USAGE, ERR_NAME: not the manifests' */
	bool stale_manifests;           /* the newest give no project: this is the last good configuration */
	const struct event_line *events; /* newest first, at most 1,000 */
	size_t nevents;
	const char *ledger_head;        /* commit id; "" when empty */
	enum engine_place engine;
	const char *engine_host;        /* who executes, when elsewhere; NULL else */
	const struct attachment *attachment; /* NULL: there is a ledger, not a running Kargo */
};

/* What the fleet calls the project: by its own name, where two clusters may have it "staging/shop". */
const char *world_name(const struct world *w);

/* What its ledger is called: as the project, but of a running Kargo "shop@staging". */
const char *world_ledger(const struct world *w);

/* Whether what happened is kept: not of a running Kargo that nobody records. */
bool world_has_ledger(const struct world *w);

/* Whether this process writes the ledger: it executes the project, or records what a running Kargo does. */
bool world_is_led_here(const struct world *w);

/* Who writes it instead, as leases name a host; NULL: nobody that is known, or this process. */
const char *world_leader(const struct world *w);

/* By name; NULL when there is none, or name is NULL. */
const struct stage *world_stage(const struct world *w, const char *name);
const struct freight *world_freight(const struct world *w, const char *name);
const struct promotion *world_promotion(const struct world *w, const char *name);
const struct warehouse *world_warehouse(const struct world *w, const char *name);

/* By name, alias or a unique beginning of the name (4 digits at least). */
const struct freight *world_find_freight(const struct world *w, const char *text);

/* The stage's running promotion, else its oldest pending one; NULL when idle. */
const struct promotion *world_promotion_in(const struct world *w, const char *stage);

/*
 * The freight to roll back to: the newest that was verified here before what its warehouse
 * runs here now. warehouse NULL: of whichever warehouse was changed last. NULL: there is none.
 */
const struct freight *world_rollback_target(const struct world *w, const struct stage *s,
					    const char *warehouse);

#endif
