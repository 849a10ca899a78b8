/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events (html.spec.whatwg.org, 9.2.6), fed in whatever pieces arrive. Only data lines
 * matter here; comments are keepalives. Pure. Any thread.
 */
#ifndef GANTRY_NET_SSE_H
#define GANTRY_NET_SSE_H

#include "base/base.h"
#include "base/buf.h"

struct sse {
	struct buf line, data;
	bool has_data;
};

/* One event's data; false ends the feeding. */
typedef bool sse_event(void *context, const char *data, size_t len);

/* max: bytes of a line and of an event's data. */
void sse_init(struct sse *s, size_t max);
void sse_release(struct sse *s);

/*
 * False when event() returned false, or when a line or event was too long (then buf_ok of it is
 * false).
 */
bool sse_feed(struct sse *s, const char *bytes, size_t len, sse_event *event, void *context);

/* Something did not fit. */
bool sse_is_too_big(const struct sse *s);

#endif
