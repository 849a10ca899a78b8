/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger event as Kargo's event, with its type, its sentence and its payload, flat as Kargo has it
 * (doc/kargo-rules.md 8.1; https://docs.kargo.io/user-guide/reference-docs/events). Pure. Any thread.
 */
#ifndef GANTRY_MESSAGES_KARGO_EVENT_H
#define GANTRY_MESSAGES_KARGO_EVENT_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct event;
struct project;
struct state;
struct value;

struct kargo_event {
	const char *type;               /* "PromotionFailed" */
	const char *message;            /* Kargo's sentence */
	const char *stage;              /* "" when it is not about one */
	const char *promotion;          /* NULL when it is not about one */
	const char *commit;             /* of the ledger event; also the payload's id */
	int64_t at;                     /* ms */
	const struct value *payload;    /* a map: project, message, id, and what the type has */
	const struct value *object;     /* the Promotion or Freight; NULL: it is not kept any more */
};

/* Where it comes from. */
struct kargo_event_source {
	const char *commit;
	const struct event *event;
	const struct state *present;    /* where what the event only names is found */
	const struct project *project;  /* the manifests; stages that are gone are fine */
};

/*
 * Kargo's events of it, one for each piece of freight where Kargo has it so: struct kargo_event *, in
 * the arena. Empty: Kargo has no such event.
 */
struct list kargo_events(struct arena *a, const struct kargo_event_source *source);

/* A copy of everything in the arena. */
struct kargo_event *kargo_event_copy(struct arena *a, const struct kargo_event *ev);

/* Whether it tells of something that went wrong. */
bool kargo_event_is_bad(const struct kargo_event *ev);

#endif
