/* SPDX-License-Identifier: Apache-2.0 */
/* Who we are to a repository. Registered with log_redact() by whoever reads them. */
#ifndef GANTRY_MODEL_CREDENTIALS_H
#define GANTRY_MODEL_CREDENTIALS_H

#include "base/base.h"

struct arena;
struct value;

struct credentials {
	const char *username, *password;        /* NULL when not given */
	const char *ssh_key;                    /* private key, PEM; NULL when not given */
	/* A GitHub App, of which a token must be made (forge/app_token.h); NULL when none is. */
	const char *app, *app_installation, *app_key;
};

/* For what they are wanted. */
struct credentials_query {
	const char *type; /* "git", "image" or "helm" */
	const char *url;
	const char *project;            /* whose use of a shared App is asked for; NULL: any */
};

/*
 * Finds the Kargo Secret of the type whose repoURL fits the
 * url (doc/kargo-rules.md 9.1); the project's own before shared ones. False: none.
 */
bool credentials_find(struct arena *a, const struct value *secrets, const struct value *shared,
		      const struct credentials_query *q, struct credentials *out);

#endif
