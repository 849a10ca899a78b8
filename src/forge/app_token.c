/* SPDX-License-Identifier: Apache-2.0 */
/* The cache is keyed by a hash of the key and the repository, so that no key lies in it. */
#include "forge/app_token.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/sign.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge_inner.h"

enum { KEPT = 64, EARLIER_MS = 5 * 60000, UNKNOWN_MS = 40 * 60000 };
enum { CLAIM_BEFORE_S = 60, CLAIM_AFTER_S = 540 };

struct kept_token {
	char key[65];
	char *token;   /* from xstrdup */
	int64_t until; /* wall clock, ms */
};

struct app_tokens {
	pthread_mutex_t lock;
	struct kept_token kept[KEPT];
	size_t next; /* the place that the next one takes */
};

struct app_tokens *app_tokens_new(void)
{
	struct app_tokens *t = xmalloc(sizeof(*t));

	*t = (struct app_tokens){ .next = 0 };
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void app_tokens_free(struct app_tokens *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < KEPT; i++)
		free(t->kept[i].token);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* base64url without padding (RFC 7515). */
static const char *url_safe(struct arena *a, struct str bytes)
{
	const struct str coded = base64_encode(a, bytes);
	char *out = arena_alloc(a, coded.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < coded.len && coded.at[i] != '='; i++)
		out[n++] = coded.at[i] == '+' ? '-' : coded.at[i] == '/' ? '_' : coded.at[i];
	return out;
}

/* Secrets hold the PEM, or the base64 of it. */
static bool app_token_pem(struct arena *a, const char *key, const char **out, struct err *e)
{
	struct str plain;

	if (strstr(key, "-----BEGIN")) {
		*out = key;
		return true;
	}
	if (!base64_decode(a, key, strlen(key), &plain))
		return err_set(e, ERR_CONFIG,
			       "githubAppPrivateKey is neither PEM nor base64 of it");
	*out = plain.at;
	return true;
}

/* The signed claim of being the App, good for nine minutes from now (ms). RFC 7519. */
static bool app_claim(struct arena *a, const struct app_key *key, int64_t now, const char **out,
		      struct err *e)
{
	static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
	struct value *claims = value_map(a);
	struct str signature;
	const char *pem = NULL, *text;

	assert(key->app && key->private_key);
	if (!app_token_pem(a, key->private_key, &pem, e))
		return false;
	value_set(a, claims, "iat", value_int(a, now / 1000 - CLAIM_BEFORE_S));
	value_set(a, claims, "exp", value_int(a, now / 1000 + CLAIM_AFTER_S));
	value_set(a, claims, "iss", value_string(a, key->app));
	text = str_format(a, "%s.%s", url_safe(a, str_of(header)),
			  url_safe(a, str_of(json_text(a, claims, 0))));
	if (!sign_rs256(a, pem, str_of(text), &signature, e))
		return err_wrap(e, "githubAppPrivateKey");
	*out = str_format(a, "%s.%s", text, url_safe(a, signature));
	return true;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool ask_for_token(struct arena *a, const struct app_key *key, struct forge_answer *answer,
			  struct err *e)
{
	struct value *body = value_map(a), *names = value_list(a);
	struct forge_options as_app = *key->at;
	struct forge *f;

	if (!is_number(key->installation))
		return err_set(e, ERR_CONFIG, "githubAppInstallationID: \"%s\" is not a number",
			       key->installation);
	as_app.provider = "github";
	if (!app_claim(a, key, clock_now(), &as_app.token, e) || !forge_open(a, &as_app, &f, e))
		return false;
	value_append(a, names, value_string(a, f->address.segments[1]));
	value_set(a, body, "repositories", names);

	const struct forge_call call = {
		"POST", str_format(a, "/app/installations/%s/access_tokens", key->installation),
		body, false, VALUE_MAP
	};

	return forge_ask(f, a, &call, answer, e);
}

/* A new token, and until when it may be kept. */
struct minted {
	const char *token;
	int64_t until; /* wall clock, ms */
};

static bool app_token_mint(struct arena *a, const struct app_key *key, struct minted *out,
			   struct err *e)
{
	struct forge_answer answer;
	const char *token;
	int64_t end;

	if (!ask_for_token(a, key, &answer, e))
		return err_wrap(e, "asking GitHub for a token of the App's installation");
	token = forge_text(a, answer.body, "token");
	if (!*token)
		return err_set(e, ERR_NET,
			       "GitHub's answer holds no token of the App's installation");
	log_redact(token);
	end = forge_time(answer.body, "expires_at");
	*out = (struct minted){ token, end ? end - EARLIER_MS : clock_now() + UNKNOWN_MS };
	return true;
}

static const struct kept_token *find_kept(const struct app_tokens *t, const char *key, int64_t now)
{
	for (size_t i = 0; i < KEPT; i++)
		if (t->kept[i].token && strcmp(t->kept[i].key, key) == 0 && t->kept[i].until > now)
			return &t->kept[i];
	return NULL;
}

static void app_token_keep(struct app_tokens *t, const char *key, const struct minted *m)
{
	struct kept_token *place = &t->kept[t->next++ % KEPT];

	free(place->token);
	memcpy(place->key, key, sizeof(place->key));
	place->token = xstrdup(m->token);
	place->until = m->until;
}

bool app_tokens_get(struct app_tokens *t, struct arena *a, const struct app_key *key,
		    const char **token, struct err *e)
{
	const char *name = str_format(a, "%s:%s:%s:%s", key->app, key->installation,
				      key->private_key, key->at->url);
	const struct kept_token *kept;
	struct minted made = { 0 };
	bool fine = true;
	char hash[65];

	hash_sha256(name, strlen(name), hash);
	pthread_mutex_lock(&t->lock);
	kept = find_kept(t, hash, clock_now());
	if (kept) {
		*token = str_copy(a, kept->token);
	} else {
		fine = app_token_mint(a, key, &made, e);
		if (fine) {
			*token = made.token;
			if (made.until > clock_now())
				app_token_keep(t, hash, &made);
		}
	}
	pthread_mutex_unlock(&t->lock);
	return fine;
}
