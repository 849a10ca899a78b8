/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivers the messages of all projects on a thread of its own, each at least once: it follows a project's
 * ledger from each channel's cursor on while this process holds the project's lease, and retries, with
 * growing pauses, what was not accepted. What happens while another machine has the lease counts as delivered
 * after two minutes. Deliveries change nothing in the ledger.
 */
#ifndef GANTRY_MESSAGES_OUTBOX_H
#define GANTRY_MESSAGES_OUTBOX_H

#include "base/base.h"

struct arena;
struct err;
struct fleet;
struct message_counts;
struct outbox;
struct traffic;

struct outbox_options {
	const char *ledger;             /* path of the repository; must outlive the outbox */
	const char *host;               /* this machine, as leases name it; the same */
	const char *ui_base_url;        /* of Kargo's pages, for links; NULL: none */
	/* The newest worlds, and giving them back. Any thread. */
	const struct fleet *(*borrow)(void *context);
	void (*give_back)(void *context, const struct fleet *f);
	void *context;
	struct traffic *traffic;        /* where it is counted; NULL: nowhere */
};

/* Begins; nothing is read or sent before the first world that is not loading. */
bool outbox_start(const struct outbox_options *o, struct outbox **out, struct err *e) MUST_USE;

/* Abandons what is under way, within a second or so. Main thread; NULL is fine. */
void outbox_stop(struct outbox *o);

/* The outcome of each channel's messages, copied into the arena. Any thread. */
const struct message_counts *outbox_counts(struct outbox *o, struct arena *a, size_t *count);

#endif
