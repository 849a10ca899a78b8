/* SPDX-License-Identifier: Apache-2.0 */
/* A warehouse: what is watched for new freight (Kargo's Warehouse). */
#ifndef GANTRY_MODEL_WAREHOUSE_H
#define GANTRY_MODEL_WAREHOUSE_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct value;

enum subscription_kind { SUBSCRIPTION_IMAGE, SUBSCRIPTION_GIT, SUBSCRIPTION_CHART,
			 SUBSCRIPTION_OTHER };

struct subscription {
	enum subscription_kind kind;
	const char *name;               /* "" when it has none */
	const char *repo_url;
	const char *chart;              /* of a chart repository; "" else */
	const char *constraint;         /* semver constraint or mutable tag; "" when none */
	const char *strategy;           /* Kargo's word, defaulted: "SemVer", "NewestFromBranch", … */
	const struct value *spec;       /* the object under git:, image: or chart: */
};

struct warehouse {
	const char *name;
	int64_t interval;               /* ns, defaulted to 5 m */
	bool automatic;                 /* freightCreationPolicy */
	const char *criteria;           /* freightCreationCriteria.expression; NULL when none */
	struct subscription *subscriptions;
	size_t nsubscriptions;
	const struct value *object;
	const char *fault;              /* why its manifest can't be used, "file:line: what"; NULL: it can */
	/* What observation adds; zero before the first look. */
	int64_t looked_at;              /* the last look that succeeded, ms */
	int64_t failing_since;          /* 0 while it works */
	const char *error;              /* why it fails, or its fault; NULL while it works */
	const struct value *discovered; /*
	                                 * Kargo's status.discoveredArtifacts, and "freight", the name of
	                                 * what it makes, or "reason", why it makes none; NULL before
	                                 */
};

/* Reads a Kargo Warehouse, with the defaults that Kargo's admission writes. */
bool warehouse_read(struct arena *a, const struct value *object, struct warehouse **out,
		    struct err *e) MUST_USE;

/*
 * Why no freight is made of what was found: const char *, one a subscription that found
 * nothing, or one for the whole. Empty while there is nothing to explain.
 */
void warehouse_reasons(struct arena *a, const struct warehouse *w, struct list *out);

/* The name of the freight that the newest look makes; "" when it makes none. */
const char *warehouse_found(const struct warehouse *w);

#endif
