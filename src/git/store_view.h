/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one remote has, seen by all stores of a process: one of them asks, the others read the
 * answer. Holds refs only; asking is store_remote.c's. Any thread.
 */
#ifndef GANTRY_GIT_STORE_VIEW_H
#define GANTRY_GIT_STORE_VIEW_H

#include "git/store.h"

struct err;

struct store_view;

struct store_view *store_view_new(void);
void store_view_free(struct store_view *v);

/* What is fetched when it has moved: a ref, or all that begin so, with a slash at the end. */
void store_view_follow(struct store_view *v, const char *ref);
bool store_view_follows(struct store_view *v, const char *ref);

enum store_view_turn {
	STORE_VIEW_KNOWN,       /* the answer is new enough */
	STORE_VIEW_ASK,         /* it is the caller's turn to ask; store_view_answer() ends it */
	STORE_VIEW_FAILED,      /* somebody has just asked and failed, or the wait was cancelled; *e */
};

/*
 * Waits while somebody else asks. max_age: how old the answer may be, ms; cancelled is polled, NULL:
 * never.
 */
enum store_view_turn store_view_begin(struct store_view *v, int64_t max_age, const bool *cancelled,
				      struct err *e);

/*
 * The answer: struct repo_ref *, which are copied; NULL: *failure says why there is none. One that the caller
 * cancelled is not an answer for the others: the next of them asks.
 */
void store_view_answer(struct store_view *v, const struct list *refs, const struct err *failure);

/* What the ref points to there, as far as is known; "": nothing. */
void store_view_find(struct store_view *v, const char *ref, char id[STORE_ID]);

/* Those that begin so, into the arena: struct store_head *, by name. */
struct store_head {
	const char *ref;
	char id[STORE_ID];
};
void store_view_list(struct store_view *v, struct arena *a, const char *prefix, struct list *out);

/* We have moved it there ourselves ("": it is gone). */
void store_view_moved(struct store_view *v, const char *ref, const char *id);

/* One change that a store wants to push; it lies with the caller until it is done. */
struct store_move;
struct store_view_push {
	const struct store_move *move;
	bool is_done, is_fine;
	bool is_again;                  /* it may be there already: whoever pushed it before gave up */
	struct err *e;                  /* why not, when it is done and not fine */
	struct store_view_push *next;
};

/*
 * Pushes that are wanted at the same time go together. True: the caller has to push all of *group
 * (its own among them), set is_fine and *e of each, and call store_view_pushed(). False: another has
 * done it, or the wait was cancelled (*push->e). A caller that gives up does so for itself (own) only:
 * what else was cancelled with it is pushed by another of those that wait.
 */
bool store_view_join(struct store_view *v, struct store_view_push *push, const bool *cancelled,
		     struct store_view_push **group);
void store_view_pushed(struct store_view *v, const struct store_view_push *own,
		       struct store_view_push *group);

/* The answer has proved to be old: the next one asks. */
void store_view_forget(struct store_view *v);

#endif
