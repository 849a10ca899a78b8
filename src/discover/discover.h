/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New freight from registries, git and chart repositories; one file a kind of source.
 * May use base data net git model expr forge.
 *
 * cache.h            what a digest names, remembered
 * chart.c            Helm charts
 * chart_fetch.c      asking for the index of a classic chart repository
 * chart_index.h      the index of a classic chart repository
 * commit.c           git commits and tags
 * commit_filter.h    a git subscription's expression
 * discover.h         this table, and the whole
 * fetch.h            where tags, charts and commits come from
 * git_source.c       a mirror, as asked by commit.c
 * git_update.c       brings a mirror up to date, once for everybody
 * image.c            images of OCI registries
 * metadata.h         what a manifest says of an image
 * path_rules.h       which changed paths count
 * registry_source.c  a registry, as asked by image.c and chart.c
 * select.h           what one subscription selects: image, chart, commit
 * source.h           what selection asks of the outside
 * source_access.c    credentials for a source
 * tag_rules.h        which tags count, and their order
 * tally.h            why a subscription found nothing
 * warehouse.c        all subscriptions of a warehouse, and the freight they make
 */
#ifndef GANTRY_DISCOVER_DISCOVER_H
#define GANTRY_DISCOVER_DISCOVER_H

#include "base/base.h"

struct arena;
struct discover_cache;
struct err;
struct http;
struct traffic;
struct value;
struct warehouse;

struct discover_context {
	struct http *http;              /* the calling worker's */
	struct discover_cache *cache;   /* shared by all workers */
	const char *mirrors;            /* folder of git mirrors; NULL: git cannot be looked at */
	const struct value *secrets, *shared_secrets; /* Kargo Secrets by name */
	const char *project;            /* for shared secrets that name projects */
	struct traffic *traffic;        /* where git is counted; NULL: nowhere */
	const bool *cancelled;          /* polled; may be NULL */
	int64_t max_age;                /* ms: how old what another look was told may be */
	const struct value *before;     /* what the last look found, or NULL: kept where this one fails */
};

/* What a digest names never changes: kept for the whole run, bounded. Any thread. */
struct discover_cache *discover_cache_new(void);
void discover_cache_free(struct discover_cache *c);

/*
 * Looks at every subscription. *out is Kargo's status.discoveredArtifacts, each list best first; an
 * empty or incomplete list has a "reason" beside it, which is gantry's own. When a subscription
 * fails, the others are still looked at: false, *e is the first failure, but *out is set, with the
 * previous result and the reason in place of the failed one. Blocks: workers.
 */
bool discover_warehouse(struct arena *a, const struct warehouse *w,
			const struct discover_context *c, struct value **out,
			struct err *e) MUST_USE;

struct freight_basis {
	const struct warehouse *warehouse;
	const struct value *discovered; /* as discover_warehouse() gives it */
	int64_t now;                    /* ms: when that was */
};

struct freight_made {
	/*
	 * The Kargo Freight object; NULL when there is none to make: a subscription found nothing, the
	 * policy is Manual, or the creation criteria are not met.
	 */
	struct value *freight;
	const char *reason;             /* why there is none, where no subscription says so; NULL else */
};

/* What the newest of each subscription makes. Pure. */
bool discover_freight(struct arena *a, const struct freight_basis *b, struct freight_made *out,
		      struct err *e) MUST_USE;

#endif
