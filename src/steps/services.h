/* SPDX-License-Identifier: Apache-2.0 */
/* Whose step it is, and what it gets of the outside: filled by whoever runs it (outside.h). */
#ifndef GANTRY_STEPS_SERVICES_H
#define GANTRY_STEPS_SERVICES_H

#include "base/base.h"

struct arena;
struct argocd;
struct channel;
struct channel_name;
struct credentials;
struct credentials_query;
struct err;
struct forge;
struct forge_options;
struct http;
struct signing_keys;
struct turns;
struct value;

/* What a step may ask for; it gets nothing that it did not ask for. */
enum step_needs {
	STEP_NEEDS_CREDENTIALS = 1 << 0,
	STEP_NEEDS_ARGOCD = 1 << 1,
	STEP_NEEDS_HTTP = 1 << 2,
	STEP_NEEDS_STATE = 1 << 3,      /* Freight and Stage metadata, aliases */
	STEP_NEEDS_CHANNELS = 1 << 4,   /* where messages go */
};

/* What somebody wants done with the pull request that a step waits for, as model/promotion.h has it. */
struct pull_request_wish {
	const char *what;               /* NULL: nothing */
	const char *asked, *by, *reason; /* NULL: not told */
};

/* Whose step this is. Strings live as long as the run. */
struct step_subject {
	const char *project, *stage, *promotion, *alias, *actor;
	const char *ui_base_url;        /* of Kargo's pages, for links; NULL: none */
	struct pull_request_wish wish;
	int64_t started_at;             /* of the promotion, ms: fixes commit times across re-runs */
	const struct value *freight;    /* list of the collection's freight references */
	const struct value *target_freight;  /* the Freight object being promoted */
	const struct value *freight_requests, *warehouses; /* the Stage's, with objects or NULL */
};

/* The outside, as far as the step declared that it needs it. NULL members otherwise. */
struct step_services {
	void *context;
	/* Members NULL: there are none. False: there are, but they are not available now. */
	bool (*credentials)(void *context, struct arena *a, const struct credentials_query *q,
			    struct credentials *out, struct err *e);
	struct argocd *argocd;          /* NULL: none is configured */
	struct http *http;              /* this worker's client */
	bool (*forge)(void *context, struct arena *a, const struct forge_options *o,
		      struct forge **out, struct err *e);       /* opens one; NULL: forge_open() */
	/* The project's channel of that name, in the arena; NULL: there are none. */
	bool (*channel)(void *context, struct arena *a, const struct channel_name *name,
			struct channel *out, struct err *e);
	const char *mirrors;            /* folder of git mirrors */
	const char *push_policy;        /* Kargo's word; NULL: as the environment says */
	struct turns *turns;            /* of the promotions of this process; NULL: there are no others */
	const struct value *git_client; /* ClusterConfig's: {name, email, signingKey}; NULL: none */
	struct signing_keys *keys;      /* of the promotions of this process; NULL: nothing is signed */
	/* STEP_NEEDS_STATE: what the step wants recorded, applied when it succeeds. */
	bool (*set_metadata)(void *context, const char *kind, const char *name, const struct value *updates,
			     struct err *e);
	bool (*set_alias)(void *context, const char *freight, const char *alias, struct err *e);
};

#endif
