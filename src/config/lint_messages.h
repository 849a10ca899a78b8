/* SPDX-License-Identifier: Apache-2.0 */
/* Channels and routers: what they name, and what only shows when a message is sent. One thread. */
#ifndef GANTRY_CONFIG_LINT_MESSAGES_H
#define GANTRY_CONFIG_LINT_MESSAGES_H

struct gathered;
struct lint;
struct value;

/* A MessageChannel or ClusterMessageChannel: its URL, addresses and secret. */
void lint_channel(struct lint *l, const struct gathered *g);

/* An EventRouter: its channels, and whether there is something to say of all its types. */
void lint_router(struct lint *l, const struct gathered *g);

/* A send-message step's channel; subject names the step. */
void lint_message_step(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *config);

#endif
