/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EventRouters: which event becomes which message
 * (https://docs.kargo.io/user-guide/reference-docs/events/notifications). Expressions see type, event (its
 * payload), data (the object) and ctx.uiBaseURL, and the functions deref and escape_json_string. Pure.
 */
#ifndef GANTRY_MESSAGES_ROUTER_H
#define GANTRY_MESSAGES_ROUTER_H

#include "base/base.h"

struct arena;
struct err;
struct kargo_event;
struct value;

struct message {
	const char *text;               /* for people; also the fallback of a structured one */
	const struct value *body;       /* a map: the channel's own fields; NULL: text is all there is */
	const char *subject;            /* its first line, for channels that have one */
	const char *group;              /* messages with the same group share a thread; NULL: none */
	const char *id;                 /* always the same for the same event */
};

/* What is known of the surroundings. */
struct router_scene {
	const char *ui_base_url;        /* of Kargo's pages, for links; NULL: none */
	int64_t now;                    /* ms */
};

/* One channel of a router, and the event to report. */
struct router_wish {
	const struct value *router, *target;    /* the EventRouter, and an element of spec.channels */
	const struct kargo_event *event;
	const struct router_scene *scene;
	const char *more;               /* behind the event's message: " (and 41 more: …)"; NULL: nothing */
	bool marks;                     /* the channel knows Slack's marks */
};

/*
 * Whether the router sends the event: by its types and its condition. False with ERR_CONFIG when
 * the condition fails or is neither true nor false.
 */
bool router_matches(struct arena *a, const struct router_wish *wish, bool *matches, struct err *e) MUST_USE;

/* The message for it. ERR_CONFIG when the output or the grouping key cannot be rendered or read. */
bool router_message(struct arena *a, const struct router_wish *wish, struct message *out,
		    struct err *e) MUST_USE;

/*
 * A text read as encoding says: "" (as it is), json or yaml, of which the map becomes body. ERR_CONFIG when
 * the text is not in that encoding.
 */
bool message_decode(struct arena *a, const char *text, const char *encoding, struct message *out,
		    struct err *e) MUST_USE;

#endif
