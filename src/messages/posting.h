/* SPDX-License-Identifier: Apache-2.0 */
/* What Slack's requests and those of any other server share. Pure. Any thread. */
#ifndef GANTRY_MESSAGES_POSTING_H
#define GANTRY_MESSAGES_POSTING_H

#include "base/base.h"

struct arena;
struct channel;
struct message_delivery;
struct err;
struct http_reply;
struct http_request;
struct list;
struct message;

/* What came back for a message. */
struct posting_answer {
	const struct message_delivery *delivery;
	const struct http_request *request;
	const struct http_reply *reply;
};

/* A POST without redirects: its credentials are for the channel's host alone. */
void posting_begin(struct http_request *rq);

/* The text of the message's own field, else the channel's, else otherwise. */
const char *posting_field(const struct channel *c, const struct message *m, const char *name,
			  const char *otherwise);

/* Adds a header (struct http_header *), or replaces the value of the one that has this name. */
void posting_header(struct arena *a, struct list *headers, const char *name, const char *value);
void posting_set_headers(struct arena *a, const struct list *headers, struct http_request *rq);

/* ERR_CONFIG where a token would cross the network in plain text; on this machine it may. */
bool posting_is_safe(struct arena *a, const char *url, struct err *e) MUST_USE;

#endif
