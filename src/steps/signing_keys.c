/* SPDX-License-Identifier: Apache-2.0 */
/* A short list: only checkouts that sign are in it. A key that goes is overwritten first. */
#define _GNU_SOURCE
#include "steps/signing_keys.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

struct held_key {
	struct held_key *next;
	char *promotion, *path, *key;
};

struct signing_keys {
	pthread_mutex_t lock;
	struct held_key *first;
};

struct signing_keys *signing_keys_new(void)
{
	struct signing_keys *k = xmalloc(sizeof(*k));

	*k = (struct signing_keys){ .first = NULL };
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

/* Takes out what is of the promotion and, unless path is NULL, at the path. */
static void drop_keys(struct signing_keys *k, const char *promotion, const char *path)
{
	struct held_key **at = &k->first;

	while (*at) {
		struct held_key *held = *at;

		if ((promotion && strcmp(held->promotion, promotion) != 0) ||
		    (path && strcmp(held->path, path) != 0)) {
			at = &held->next;
			continue;
		}
		*at = held->next;
		explicit_bzero(held->key, strlen(held->key));
		free(held->key);
		free(held->path);
		free(held->promotion);
		free(held);
	}
}

void signing_keys_free(struct signing_keys *k)
{
	if (!k)
		return;
	drop_keys(k, NULL, NULL);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

void signing_keys_put(struct signing_keys *k, const char *promotion, const char *path, const char *key)
{
	struct held_key *held;

	assert(promotion && path);
	pthread_mutex_lock(&k->lock);
	drop_keys(k, promotion, path);
	if (key) {
		held = xmalloc(sizeof(*held));
		*held = (struct held_key){ k->first, xstrdup(promotion), xstrdup(path), xstrdup(key) };
		k->first = held;
	}
	pthread_mutex_unlock(&k->lock);
}

const char *signing_keys_get(struct signing_keys *k, struct arena *a, const char *promotion,
			     const char *path)
{
	const char *key = NULL;

	pthread_mutex_lock(&k->lock);
	for (const struct held_key *held = k->first; held && !key; held = held->next)
		if (strcmp(held->promotion, promotion) == 0 && strcmp(held->path, path) == 0)
			key = str_copy(a, held->key);
	pthread_mutex_unlock(&k->lock);
	return key;
}

void signing_keys_forget(struct signing_keys *k, const char *promotion)
{
	pthread_mutex_lock(&k->lock);
	drop_keys(k, promotion, NULL);
	pthread_mutex_unlock(&k->lock);
}
