/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Installation tokens of GitHub Apps: issued by GitHub for the App's private key, valid for one
 * repository and an hour, and cached until five minutes before they expire (doc/kargo-rules.md 9.1).
 */
#ifndef GANTRY_FORGE_APP_TOKEN_H
#define GANTRY_FORGE_APP_TOKEN_H

#include "base/base.h"

struct arena;
struct err;
struct forge_options;

struct app_key {
	const struct forge_options *at; /* the repository, and how GitHub is asked */
	const char *app;                /* the App's client ID, or its number */
	const char *installation;       /* digits */
	const char *private_key;        /* PEM, or base64 of it */
};

struct app_tokens;

struct app_tokens *app_tokens_new(void);

/* Frees it, once no thread uses it. NULL is fine. */
void app_tokens_free(struct app_tokens *t);

/*
 * A token for the repository at key->at->url, in the arena: a cached one, or a new one. One thread
 * at a time asks GitHub; others wait for it. ERR_CONFIG: the key or the installation is wrong; errors of
 * the network pass. Any thread.
 */
bool app_tokens_get(struct app_tokens *t, struct arena *a, const struct app_key *key,
		    const char **token, struct err *e) MUST_USE;

#endif
