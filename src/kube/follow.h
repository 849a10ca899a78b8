/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All objects of a kind, and their changes: listed in pages, then watched. A watch that is cut
 * resumes where it was, and when the cluster no longer knows that place everything is listed again
 * (kubernetes.io/docs/reference/using-api/api-concepts, "Efficient detection of changes"). Each
 * change is reported once, even then. Blocks: a thread of its own.
 */
#ifndef GANTRY_KUBE_FOLLOW_H
#define GANTRY_KUBE_FOLLOW_H

#include "base/base.h"
#include "kube/client.h"

struct err;
struct value;

enum kube_change { KUBE_ADDED, KUBE_MODIFIED, KUBE_DELETED };

enum kube_phase {
	KUBE_LISTING,                   /* not all are known yet */
	KUBE_FOLLOWING,                 /* changes come as they happen */
	KUBE_POLLING,                   /* we may list but not watch: changes come late */
	KUBE_WAITING,                   /* the cluster does not answer; it is asked again by itself */
	KUBE_FORBIDDEN,                 /* we may not read these; asked again now and then */
	KUBE_ABSENT,                    /* the cluster has no such kind; asked again now and then */
};

struct kube_state {
	enum kube_phase phase;
	int64_t since;                  /* wall clock, ms: when this phase began */
	int64_t heard;                  /* when the cluster last said anything; 0: never */
	const struct err *error;        /* in the last three phases; else NULL */
};

/*
 * Callbacks, on the following thread. Objects live until the call returns; a deleted one has at
 * least metadata.name, and metadata.namespace if it had one.
 */
struct kube_follower {
	void *context;
	void (*changed)(void *context, enum kube_change change, const struct value *object);
	/* What was told up to here is all that there is to know now: a good moment to publish it. */
	void (*settled)(void *context);
	/* Told when the phase or the error changes, and with each bookmark (about one a minute). */
	void (*state)(void *context, const struct kube_state *state);
};

struct kube_follow_options {
	const struct kube_resource *resource;
	const char *namespace;          /* NULL: of all namespaces, or a kind without */
	const char *labels;             /* a label selector; NULL: all */
	const char *fields;             /* a field selector, such as Events have; NULL: all */
	/* For tests; 0: what is said. */
	unsigned page;                  /* objects a page: 500 */
	int64_t poll_ms;                /* between lists while polling: 15,000 */
	int64_t refused_ms;             /* between questions while forbidden or absent: 300,000 */
	int64_t first_pause_ms;         /* after a failure, doubled each time up to 30,000: 800 */
};

/* Follows until the client's cancelled flag is set. Failures are states, so it returns nothing. */
void kube_follow(struct kube_client *c, const struct kube_follow_options *o,
		 const struct kube_follower *follower);

#endif
