/* SPDX-License-Identifier: Apache-2.0 */
/* A message to the engine. Owned by whoever holds it, with its arena. Any thread. */
#ifndef GANTRY_ENGINE_MESSAGE_H
#define GANTRY_ENGINE_MESSAGE_H

#include "base/base.h"

struct arena;
struct intent;
struct promotion_run;
struct value;
struct verification_look;

enum engine_message_kind {
	MESSAGE_INTENT,
	MESSAGE_FREIGHT,
	MESSAGE_RAN,
	MESSAGE_VERIFIED,
	MESSAGE_WAKE,
	MESSAGE_LEASE,
	MESSAGE_LEASE_MOVED,
	MESSAGE_LEDGER,
	MESSAGE_PLAN,
	MESSAGE_UNPLAN,
	MESSAGE_PLANNED,
};

struct engine_message {
	enum engine_message_kind kind;
	struct arena *arena;
	const struct intent *intent;
	const struct value *freight;
	struct promotion_run *run;
	struct verification_look *check;
	uint64_t id;                    /* of the plan that is not wanted any more */
};

/* An empty message in an arena of its own; whoever takes it frees it. Any thread. */
struct engine_message *engine_message(enum engine_message_kind kind);
void engine_message_free(void *message);

#endif
