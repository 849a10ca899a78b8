/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run remembers: what digests name (bounded: when full it starts again), and the
 * tokens of GitHub Apps. Any thread.
 */
#ifndef GANTRY_DISCOVER_CACHE_H
#define GANTRY_DISCOVER_CACHE_H

#include "base/base.h"

struct app_tokens;
struct arena;
struct discover_cache;
struct err;
struct value;

/* A copy of what was kept under the key, or NULL. */
struct value *cache_get(struct discover_cache *c, struct arena *a, const char *key);

/* Keeps a copy. */
void cache_put(struct discover_cache *c, const char *key, const struct value *v);

/* What the outside is asked, by any number of looks at once. */
struct cache_question {
	const char *key;                /* what is asked, whom, and who asks */
	int64_t max_age;                /* ms: how old an answer may be */
	const bool *cancelled;          /* ends the wait for somebody else's answer; polled; may be NULL */
	const char *const *members;     /* of a map only these are copied; ended by NULL; NULL: all */
	/*
	 * Set by CACHE_ASK: the earlier answer given to cache_answer(), so that the outside need
	 * only say whether it still holds; NULL: there is none. May be NULL.
	 */
	const char **validator;
};

enum cache_turn {
	CACHE_KNOWN,            /* *answer is a copy of what another was told, or of what is new enough */
	CACHE_ASK,              /* it is the caller's turn to ask, and cache_answer() must follow */
	CACHE_FAILED,           /* whoever asked while we waited failed with *e, or the wait was cancelled */
};

/* Waits while another asks. */
enum cache_turn cache_ask(struct discover_cache *c, const struct cache_question *q, struct arena *a,
			  struct value **answer, struct err *e);

/* answer NULL: *failure says why there is none. ERR_CANCELLED is the caller's own: others ask again. */
void cache_answer(struct discover_cache *c, const char *key, const struct value *answer,
		  const struct err *failure);

/* The same with an answer that the outside can be asked about by this validator; NULL: it can't. */
void cache_answer_valid(struct discover_cache *c, const char *key, const struct value *answer,
			const char *validator);

/* The answer before still holds, which is copied as cache_ask() does. */
struct value *cache_confirm(struct discover_cache *c, const struct cache_question *q, struct arena *a);

/* Who asks, for a key: a digest of the credentials, "" without any. */
struct credentials;
const char *cache_asker(struct arena *a, const struct credentials *who);

/* Tokens made of GitHub Apps' keys. */
struct app_tokens *cache_app_tokens(struct discover_cache *c);

#endif
