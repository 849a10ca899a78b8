/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What never changes lies in one arena and one map, dropped whole when the arena has grown too large;
 * each answer that ages lies in an arena of its own.
 */
#include "discover/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "forge/app_token.h"
#include "discover/discover.h"
#include "model/credentials.h"

enum { MAX_BYTES = 16 << 20, MAX_ANSWERS = 20000, LOOK_MS = 50 };

struct discover_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct map values;
	struct app_tokens *app_tokens;
	pthread_cond_t answered;
	struct map answers;             /* struct cache_answer *, in own */
	struct arena *own;
	struct list all;                /* the same */
};

struct cache_answer {
	bool asking;
	int64_t asked_at;               /* ticks; 0: there is no answer */
	int64_t failed_at;              /* ticks; 0: the last one did not fail */
	struct err failure;
	struct arena *arena;
	const struct value *value;
	const char *validator;          /* NULL: the outside can't be asked about it */
};

struct discover_cache *discover_cache_new(void)
{
	struct discover_cache *c = xmalloc(sizeof(*c));

	*c = (struct discover_cache){ .arena = arena_new(), .app_tokens = app_tokens_new(),
				       .own = arena_new() };
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->answered, NULL);
	return c;
}

void discover_cache_free(struct discover_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->all.count; i++)
		arena_free(((struct cache_answer *)c->all.items[i])->arena);
	arena_free(c->own);
	pthread_cond_destroy(&c->answered);
	pthread_mutex_destroy(&c->lock);
	app_tokens_free(c->app_tokens);
	arena_free(c->arena);
	free(c);
}

struct app_tokens *cache_app_tokens(struct discover_cache *c)
{
	return c->app_tokens;
}

struct value *cache_get(struct discover_cache *c, struct arena *a, const char *key)
{
	struct value *v;

	pthread_mutex_lock(&c->lock);
	v = value_copy(a, map_get(&c->values, key));
	pthread_mutex_unlock(&c->lock);
	return v;
}

void cache_put(struct discover_cache *c, const char *key, const struct value *v)
{
	pthread_mutex_lock(&c->lock);
	if (arena_used(c->arena) > MAX_BYTES) {
		arena_reset(c->arena);
		c->values = (struct map){ 0 };
	}
	map_set(c->arena, &c->values, key, value_copy(c->arena, v));
	pthread_mutex_unlock(&c->lock);
}

/* NULL: there are too many. The lock is held. */
static struct cache_answer *cache_answer_of(struct discover_cache *c, const char *key)
{
	struct cache_answer *found = map_get(&c->answers, key);

	if (found || c->all.count == MAX_ANSWERS)
		return found;
	found = arena_alloc(c->own, sizeof(*found));
	*found = (struct cache_answer){ .arena = arena_new() };
	map_set(c->own, &c->answers, key, found);
	list_add(c->own, &c->all, found);
	return found;
}

/* The lock is held. */
static struct value *cache_copy(const struct cache_answer *found, const struct cache_question *q,
				struct arena *a)
{
	struct value *some;

	if (!q->members)
		return value_copy(a, found->value);
	some = value_map(a);
	for (const char *const *name = q->members; *name; name++) {
		const struct value *v = value_get(found->value, *name);

		if (v)
			value_set(a, some, *name, value_copy(a, v));
	}
	return some;
}

enum cache_turn cache_ask(struct discover_cache *c, const struct cache_question *q, struct arena *a,
			  struct value **answer, struct err *e)
{
	int64_t since = clock_ticks();
	enum cache_turn turn = CACHE_ASK;
	struct cache_answer *found;

	pthread_mutex_lock(&c->lock);
	found = cache_answer_of(c, q->key);
	while (found && found->asking && !flag_is_set(q->cancelled))
		condition_wait(&c->answered, &c->lock, LOOK_MS);
	if (found && found->asking) {   /* the answer is still another's to give */
		turn = CACHE_FAILED;
		err_set(e, ERR_CANCELLED, "cancelled");
	} else if (found) {
		if (found->asked_at && since - found->asked_at <= q->max_age) {
			*answer = cache_copy(found, q, a);
			turn = CACHE_KNOWN;
		} else if (found->failed_at && since < found->failed_at) {
			*e = found->failure;
			turn = CACHE_FAILED;
		} else {
			found->asking = true;
		}
	}
	if (turn == CACHE_ASK && q->validator)
		*q->validator = found ? str_copy(a, found->validator) : NULL;
	pthread_mutex_unlock(&c->lock);
	return turn;
}

static void cache_settle(struct discover_cache *c, struct cache_answer *found)
{
	found->asking = false;
	pthread_cond_broadcast(&c->answered);
}

void cache_answer_valid(struct discover_cache *c, const char *key, const struct value *answer,
			const char *validator)
{
	struct cache_answer *found;

	pthread_mutex_lock(&c->lock);
	found = map_get(&c->answers, key);
	if (found) {
		arena_reset(found->arena);
		found->value = value_copy(found->arena, answer);
		found->validator = str_copy(found->arena, validator);
		found->asked_at = clock_ticks();
		found->failed_at = 0;
		cache_settle(c, found);
	}
	pthread_mutex_unlock(&c->lock);
}

struct value *cache_confirm(struct discover_cache *c, const struct cache_question *q, struct arena *a)
{
	struct cache_answer *found;
	struct value *copy = NULL;

	pthread_mutex_lock(&c->lock);
	found = map_get(&c->answers, q->key);
	if (found) {
		copy = cache_copy(found, q, a);
		found->asked_at = clock_ticks();
		found->failed_at = 0;
		cache_settle(c, found);
	}
	pthread_mutex_unlock(&c->lock);
	return copy;
}

/*
 * The answer before stays for cache_confirm(): what was away for a minute need not be sent again. That one
 * gave up says nothing to the others: the next of them asks.
 */
static void cache_failed(struct discover_cache *c, const char *key, const struct err *failure)
{
	struct cache_answer *found;

	pthread_mutex_lock(&c->lock);
	found = map_get(&c->answers, key);
	if (found) {
		if (failure->code != ERR_CANCELLED) {
			found->asked_at = 0;
			found->failed_at = clock_ticks();
			found->failure = *failure;
		}
		cache_settle(c, found);
	}
	pthread_mutex_unlock(&c->lock);
}

void cache_answer(struct discover_cache *c, const char *key, const struct value *answer,
		  const struct err *failure)
{
	if (answer)
		cache_answer_valid(c, key, answer, NULL);
	else
		cache_failed(c, key, failure);
}

const char *cache_asker(struct arena *a, const struct credentials *who)
{
	const char *text = str_format(a, "%s\n%s\n%s", who->username ? who->username : "",
				      who->password ? who->password : "", who->ssh_key ? who->ssh_key : "");
	char hex[65];

	if (!who->username && !who->password && !who->ssh_key)
		return "";
	hash_sha256(text, strlen(text), hex);
	return str_copy(a, hex);
}
