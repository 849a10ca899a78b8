/* SPDX-License-Identifier: Apache-2.0 */
/* The messages that a channel has not had yet: those of the events after its cursor. One thread. */
#ifndef GANTRY_MESSAGES_GATHERING_H
#define GANTRY_MESSAGES_GATHERING_H

#include "base/base.h"
#include "base/list.h"
#include "messages/burst.h"
#include "messages/channel.h"
#include "messages/router.h"

struct cursor;
struct err;
struct ledger;
struct project;

/* One message, and what it is made of. */
struct gathered_message {
	struct kargo_event *event;
	const struct value *router, *target;
	int64_t index;                  /* among the messages of its ledger event, from 0 */
};

struct gathering {
	/* given */
	struct arena *arena;
	const struct project *project;
	struct channel_name channel;
	const struct cursor *cursor;
	const struct router_scene *scene;
	size_t most;                    /* how many may be sent now, at least 1 */
	const bool *cancelled;
	/* found */
	struct list messages;           /* struct gathered_message *, oldest first; at most `most` */
	struct burst_rest rest;         /* of those beyond */
	const struct gathered_message *shown; /* of those: the newest bad one, else the newest; NULL: none */
	struct list faults;             /* const char *: routers that could not be evaluated, each once */
	const char *head;               /* the last event that was looked at; "" when there was none */
	int64_t at;                     /* its time, ms; 0 */
	/* its own */
	struct arena *scratch;
	const struct ledger *ledger;
	int64_t index;
};

/* Reads the ledger from the cursor to its head. */
bool gather(struct gathering *g, struct ledger *l, struct err *e) MUST_USE;

#endif
