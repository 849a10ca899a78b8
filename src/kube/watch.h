/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a watch, fed in whatever pieces arrive: a JSON object each. Pure. Any thread. */
#ifndef GANTRY_KUBE_WATCH_H
#define GANTRY_KUBE_WATCH_H

#include "base/base.h"
#include "base/buf.h"

struct arena;
struct err;
struct value;

enum kube_event_kind {
	KUBE_EVENT_ADDED,
	KUBE_EVENT_MODIFIED,
	KUBE_EVENT_DELETED,
	KUBE_EVENT_BOOKMARK,
	KUBE_EVENT_ERROR,
	KUBE_EVENT_OTHER,               /* of a kind that newer clusters may send */
};

struct kube_event {
	enum kube_event_kind kind;
	const struct value *object;     /* never NULL */
	const char *version;            /* its metadata.resourceVersion; "" when absent */
};

/* One event; false ends the feeding. What it points to lives until it returns. */
typedef bool kube_heard(void *context, const struct kube_event *event);

struct kube_lines {
	struct arena *a;                /* of one event */
	struct buf line;
	kube_heard *heard;
	void *context;
};

/* max: bytes of a line. */
void kube_lines_init(struct kube_lines *l, size_t max, kube_heard *heard, void *context);
void kube_lines_release(struct kube_lines *l);

/*
 * False with *e: a line is not an event (ERR_NET) or too long (ERR_LIMIT); *ended: the heard
 * callback ended it.
 */
bool kube_lines_feed(struct kube_lines *l, const char *bytes, size_t len, bool *ended,
		     struct err *e) MUST_USE;

#endif
