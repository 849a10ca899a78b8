/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates: what stands between a piece of freight and a stage, until when, and who
 * can unblock it. Pure functions of the world and the clock; the engine decides
 * with the same ones that the screens explain with (doc/kargo-rules.md 3).
 */
#ifndef GANTRY_MODEL_GATE_H
#define GANTRY_MODEL_GATE_H

#include "base/base.h"
#include "model/available.h"

struct arena;
struct err;
struct freight;
struct freight_request;
struct stage;
struct world;

enum gate_kind {
	GATE_ORIGIN,            /* does the stage ask for this warehouse's freight at all */
	GATE_VERIFIED,          /* verified upstream */
	GATE_SOAKED,
	GATE_APPROVED,          /* a manual approval, which stands in for the two above */
	GATE_WINDOW,            /* do promotion windows let it start */
	GATE_FREE,              /* nothing else is promoting here */
	GATE_HELD,              /* auto-promotion is held; does not bind a person */
	GATE_MANIFEST,          /* the stage's manifest can be used; only there when it can't */
};

enum gate_state { GATE_PASSED, GATE_WAITING, GATE_CLOSED };

/* "passed", "waiting", "closed" */
const char *gate_state_word(enum gate_state state);

struct gate {
	enum gate_kind kind;
	enum gate_state state;
	bool binding;           /* an intent is refused while it is not passed */
	bool needed;            /* false: the others have passed, so that nobody misses this approval */
	const char *word;       /* "verified", "soaked": the row's name on screen */
	const char *sentence;   /* "2d of 30m, in uat" */
	int64_t opens_at;       /* ms; 0 when unknown */
	const char *who;        /* who can unblock it; NULL when nobody needs to */
	const char *key;        /* with which key of the board: "a approves"; NULL: with none */
	const char *verb;       /* with which command: "gantry approve uat --freight …"; NULL: with none */
};

/* On a command line, what opens it: a command, else who can; NULL when it has passed or nobody needs to. */
const char *gate_opener(const struct gate *gate);

struct gates {
	struct gate *items;
	size_t count;
	int64_t now;            /* ms: when this was so */
	bool open;              /* every binding gate is passed */
	int64_t opens_at;       /* when all are open, windows then included; 0 when unknown, or open */
	int64_t not_before;     /* at least until then one is not; 0: open, or not even that is known */
	const char *summary;    /* one sentence for the line above the keys */
};

struct gate_question {
	const struct world *w;
	const struct stage *s;
	const struct freight *f;
	int64_t now;            /* ms */
};

/* Every gate between the freight and the stage. */
void gates_of(struct arena *a, const struct gate_question *q, struct gates *out);

/*
 * Why an intent would be refused; NULL: it would not. Windows do not hold going back: it is
 * no new risk, and what a freeze must not prevent at night.
 */
const char *gates_refusal(struct arena *a, const struct gates *g, bool rollback);

#endif
