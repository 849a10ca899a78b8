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
};

/*
 * Finds the Kargo Secret of this type ("git", "image", "helm") whose repoURL fits
 * url (doc/kargo-rules.md 9.1); the project's own before shared ones. False: none.
 */
bool credentials_find(struct arena *a, const struct value *secrets, const struct value *shared,
		      const char *type, const char *url, struct credentials *out);

#endif
