/* SPDX-License-Identifier: Apache-2.0 */
/* A channel and its secret, from the manifests. Pure. Any thread. */
#ifndef GANTRY_MESSAGES_CHANNEL_H
#define GANTRY_MESSAGES_CHANNEL_H

#include "base/base.h"

struct arena;
struct err;
struct message;
struct project;
struct value;

enum channel_medium {
	CHANNEL_SLACK,                  /* chat.postMessage */
	CHANNEL_SLACK_WEBHOOK,          /* an incoming webhook: no threads, no other channel */
	CHANNEL_SMTP,
	CHANNEL_HTTP,
};

struct channel {
	enum channel_medium medium;
	const char *kind, *name;        /* "MessageChannel", "team" */
	const struct value *spec;       /* of the medium: channelID, or from and host, or url … */
	const struct value *secret;     /* a map of texts; NULL: there is none */
};

/* Names one among a project's channels. */
struct channel_name {
	const char *kind, *name;
};

/* One message on its way. */
struct message_delivery {
	const struct channel *channel;
	const struct message *message;
	const char *thread;             /* Slack's, that is answered; NULL: none */
	int64_t now;                    /* ms */
	const bool *cancelled;          /* polled; may be NULL */
};

/* The outcome of a channel's messages since the process started. */
struct message_counts {
	const char *project, *channel;  /* "demo", "MessageChannel/team" */
	uint64_t sent, retried, failed; /* failed: refused for good, and dropped */
	uint64_t pending;               /* that wait */
};

/* "MessageChannel/team": its name in logs, metrics and files. */
const char *channel_label(struct arena *a, const struct channel_name *name);

/*
 * The channel, copied into the arena. ERR_NOT_FOUND when the project has none of that name that can be
 * used; ERR_CONFIG when its secret is missing or lacks what the channel needs.
 */
bool channel_find(struct arena *a, const struct project *p, const struct channel_name *name,
		  struct channel *out, struct err *e) MUST_USE;

#endif
