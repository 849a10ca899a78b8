/* SPDX-License-Identifier: Apache-2.0 */
/* bcrypt is slow on purpose, and a scraper comes every few seconds: what was right is remembered, hashed. */
#include "net/door.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"

enum { REMEMBERED = 16, LONGEST = 1000 };

/* A hash to compare with when there is no such name. */
static const char nobody[] = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

struct door {
	struct arena *arena;
	const struct value *users;
	pthread_mutex_t lock;           /* over what follows */
	char known[REMEMBERED][65];     /* SHA-256 of what was right */
	size_t next;
};

struct door *door_new(const struct value *users)
{
	struct door *d = xmalloc(sizeof(*d));

	*d = (struct door){ .arena = arena_new() };
	d->users = value_copy(d->arena, users);
	pthread_mutex_init(&d->lock, NULL);
	return d;
}

void door_free(struct door *d)
{
	if (!d)
		return;
	pthread_mutex_destroy(&d->lock);
	arena_free(d->arena);
	free(d);
}

bool door_is_hash(const char *text)
{
	return strlen(text) == 60 && text[0] == '$' && text[1] == '2' && strchr("aby", text[2]) &&
	       text[3] == '$' && is_digit(text[4]) && is_digit(text[5]) && text[6] == '$';
}

/* As long for texts that differ early as for those that differ late. */
static bool door_same(const char *a, const char *b)
{
	size_t len = strlen(a);
	unsigned char differs = len != strlen(b);

	for (size_t i = 0; i < len && b[i]; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return !differs;
}

static bool door_fits(const char *password, const char *hash)
{
	struct crypt_data *data = xmalloc(sizeof(*data));
	const char *got;
	bool fits;

	memset(data, 0, sizeof(*data));
	got = crypt_r(password, hash, data);
	fits = got && door_same(got, hash);
	memset(data, 0, sizeof(*data));
	free(data);
	return fits;
}

static bool door_remembers(struct door *d, const char *digest)
{
	bool found = false;

	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < REMEMBERED; i++)
		found = door_same(digest, d->known[i]) || found;
	pthread_mutex_unlock(&d->lock);
	return found;
}

static void door_remember(struct door *d, const char *digest)
{
	pthread_mutex_lock(&d->lock);
	memcpy(d->known[d->next], digest, sizeof(d->known[0]));
	d->next = (d->next + 1) % REMEMBERED;
	pthread_mutex_unlock(&d->lock);
}

bool door_opens(struct door *d, struct arena *a, const char *authorization)
{
	const char *name, *password, *hash;
	char digest[65], *colon;
	struct str text;

	if (!authorization || !same_but_case_n(authorization, "Basic ", 6) ||
	    !base64_decode(a, authorization + 6, strlen(authorization + 6), &text) ||
	    text.len > LONGEST || strlen(text.at) != text.len)
		return false;
	name = str_copy_n(a, text.at, text.len);
	colon = strchr(name, ':');
	if (!colon)
		return false;
	hash_sha256(text.at, text.len, digest);
	if (door_remembers(d, digest))
		return true;
	*colon = '\0';
	password = colon + 1;
	hash = value_text(value_get(d->users, name), NULL);
	if (!door_fits(password, hash ? hash : nobody) || !hash)
		return false;
	log_redact(password);
	door_remember(d, digest);
	return true;
}
