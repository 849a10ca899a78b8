/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by private keys, for tokens that servers want signed. Any thread. */
#ifndef GANTRY_BASE_SIGN_H
#define GANTRY_BASE_SIGN_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;

/*
 * RS256 (RFC 7518, 3.3): RSASSA-PKCS1-v1_5 with SHA-256 by an RSA key in PEM without a pass
 * phrase. *out is in the arena. ERR_CONFIG: the key can't be read or is not an RSA key.
 */
bool sign_rs256(struct arena *a, const char *pem, struct str bytes, struct str *out,
		struct err *e) MUST_USE;

#endif
