/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One channel of one project: how far it is, its last failure, and its pauses. The outbox's thread,
 * except sender_counts().
 */
#ifndef GANTRY_MESSAGES_SENDER_H
#define GANTRY_MESSAGES_SENDER_H

#include "base/base.h"
#include "messages/channel.h"
#include "messages/router.h"

struct http;
struct ledger;
struct project;
struct sender;

/* One look at a project whose lease is ours. */
struct sender_round {
	const struct project *project;
	const char *head;               /* of its ledger */
	struct arena *a;                /* scratch */
	struct http *http;
	struct ledger *ledger;          /* opened by whoever needs it first; close it in the end */
	struct router_scene scene;
	/* Whether the lease of the ledger of that name is still ours. */
	bool (*may_send)(void *context, const char *branch);
	void *context;
	const bool *cancelled;
};

/* Whose channel it is. */
struct sender_place {
	const char *ledger;             /* path of the repository, which must outlive the sender */
	const char *branch;             /* what the project's ledger is called: "shop", "shop@staging" */
	const char *project;            /* in logs and counts */
};

/* started_at: ms. */
struct sender *sender_new(const struct sender_place *place, const struct channel_name *name,
			  int64_t started_at);
void sender_free(struct sender *s);

bool sender_is_of(const struct sender *s, const char *branch, const struct channel_name *name);

/* Sends what is due, unless it is pausing. */
void sender_serve(struct sender *s, struct sender_round *r);

/* Another process on this machine has the files now: read them again when it is our turn. */
void sender_forget(struct sender *s);

/* Everything up to that event (its time, ms) was delivered by another process. */
void sender_skip(struct sender *s, const char *head, int64_t at);

/* Its counts, copied into the arena. Any thread. */
struct message_counts sender_counts(struct sender *s, struct arena *a);

#endif
