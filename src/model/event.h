/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger event: an intent or a fact, and the commit message that holds it
 * (product.md, "The ledger"). The message is enough to replay the event. Any thread.
 */
#ifndef GANTRY_MODEL_EVENT_H
#define GANTRY_MODEL_EVENT_H

#include "base/base.h"

struct arena;
struct err;
struct value;

enum event_kind {
#define EVENT(constant, word, data) EVENT_##constant,
#include "model/events.def"
#undef EVENT
	EVENT_KINDS,
	EVENT_UNKNOWN = EVENT_KINDS,    /* one that a newer version recorded: shown, and otherwise skipped */
};

struct event {
	enum event_kind kind;
	const char *word;               /* of EVENT_UNKNOWN: what it is called; NULL for all others */
	bool defers;                    /* its commit leaves the tree as it was, to a later one */
	const char *subject;            /* the commit's first line: a sentence for people */
	const char *reason;             /* the operator's words; NULL when none were given */
	const char *stage, *freight, *promotion, *warehouse; /* NULL when it is not about one */
	const char *actor;              /* "Ada <ada@example.org>"; NULL: gantry itself */
	const char *from;               /* where the actor sat; NULL when not known */
	const char *seen;               /* ledger head the actor was looking at; NULL when not known */
	int64_t at;                     /* ms */
	const struct value *data;       /* see events.def; NULL when there is none */
};

/* "promotion.requested", also of a kind that this version does not know. Lives as long as ev. */
const char *event_word_of(const struct event *ev);

/* And back; false: not one that this version knows. */
bool event_word_parse(const char *word, enum event_kind *kind);

/*
 * The commit message: subject (one that is too long ends with an ellipsis), reason, trailers. Control
 * characters are cleaned, and what a person typed can't be taken for a trailer.
 */
const char *event_message(struct arena *a, const struct event *ev);

/*
 * Reads a commit message back; ERR_CONFIG when it holds no event. Copies into the arena. A kind
 * that this version does not know is read as EVENT_UNKNOWN; what only it has is left out.
 */
bool event_read(struct arena *a, const char *message, size_t len, struct event *out,
		struct err *e) MUST_USE;

/* A copy of everything in the arena. */
struct event *event_copy(struct arena *a, const struct event *ev);

#endif
