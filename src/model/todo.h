/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What needs a person, oldest first: the screen behind "!", the count in the header, the fleet's
 * "waits for" and gantry get todo are this one list. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_TODO_H
#define GANTRY_MODEL_TODO_H

#include "base/base.h"

struct arena;
struct freight;
struct promotion;
struct stage;
struct world;

/* The most urgent first. */
enum todo_kind {
	NEED_FAILED,            /* the newest promotion failed; nothing tries it again by itself */
	NEED_UNHEALTHY,         /* the stage's applications are not healthy */
	NEED_UNVERIFIED,        /* verification of what runs in the stage did not succeed */
	NEED_STUCK,             /* a promotion runs for two hours, and waits for no pull request */
	NEED_MANIFESTS,         /* a manifest has errors */
	NEED_SOURCE,            /* a source of facts fails: a warehouse's, Argo CD, the ledger's remote */
	NEED_APPROVE,           /* freight that was not verified upstream: only an approval lets it in */
	NEED_MERGE,             /* the pull request that a promotion waits for is open for an hour */
	NEED_HELD,              /* auto-promotion waits until somebody lets it go on */
	NEED_PROMOTE,           /* freight may enter, and only a person promotes it there */
	NEED_WINDOW,            /* the same, once the window opens, which is within the hour */
	NEED_KINDS
};

struct todo {
	enum todo_kind kind;
	const struct world *world;      /* the one that it was made of */
	const struct stage *stage;      /* NULL: of the manifests, or of a source */
	const struct freight *freight;  /* or NULL */
	const struct promotion *promotion; /* that failed, or waits; or NULL */
	int64_t since;                  /* ms: since when it waits; when the window opens; 0: unknown */
	int64_t alerts_at;              /* ms: when it becomes an alert; 0: never */
	const char *text;               /* what, in half a sentence; its age is not in it */
};

struct todos {
	struct todo *items;             /* oldest first; what began at an unknown time before all */
	size_t count;
	int64_t until;                  /* ms: right until then, unless the world changes; INT64_MAX: for
					   good */
};

/*
 * "failed", "unhealthy", "unverified", "stuck", "manifests", "source", "approve", "merge", "held", "promote",
 * "window"
 */
const char *todo_word(enum todo_kind kind);

/*
 * Whether it alerts at now (ms): the rules of doc/observability/alerts.yaml about promotions, stages and
 * sources, but for as long as it stands and not for half an hour. Who is to be paged is Prometheus' to say;
 * this is for who looks at the screen.
 */
bool todo_alerts(const struct todo *todo, int64_t now);

#endif
