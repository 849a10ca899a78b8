/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures on commits, made and checked by the system's ssh-keygen or gpg as git does it. Blocks. */
#ifndef GANTRY_GIT_SIGNING_H
#define GANTRY_GIT_SIGNING_H

#include "base/base.h"

struct arena;
struct err;

struct signing_key {
	/*
	 * One with a '/' is an SSH key file (namespace "git"; a public one when an agent holds the
	 * private one), any other the name of a GPG key.
	 */
	const char *name;
	const char *home;               /* gpg's folder; NULL: the user's own */
	int64_t at;                     /* what a GPG key of such a folder dates signatures; 0: now */
	const char *folder;             /* of signing_key_open(): goes with it */
	const char *allowed;            /* an SSH key's signers: itself alone; NULL: not made */
};

/*
 * A key at hand as text: an armoured OpenPGP private key, or an OpenSSH one, neither with a pass
 * phrase. It lies in a folder of its own until signing_key_close(). ERR_CONFIG: it is neither.
 */
bool signing_key_open(struct arena *a, const char *text, struct signing_key *out,
		      struct err *e) MUST_USE;

/* Zeroed is fine. */
void signing_key_close(struct signing_key *key);

/* Whether the text looks like a key that signing_key_open() takes. */
bool signing_key_is(const char *text);

/* The armoured signature of text. */
bool signing_sign(struct arena *a, const struct signing_key *key, const char *text, const char **out,
		  struct err *e) MUST_USE;

enum signing { SIGNING_GOOD, SIGNING_UNKNOWN, SIGNING_BAD };

struct signed_text {
	const char *text, *signature;
	const char *allowed;            /* file of allowed signers (ssh-keygen(1)), or NULL */
	const char *home;               /* gpg's folder; NULL: the user's own */
};

/* Whether the opened key made the signature; s names text and signature alone. */
bool signing_is_by(struct arena *a, const struct signing_key *key, const struct signed_text *s, bool *is,
		   struct err *e) MUST_USE;

/*
 * Whether the signature fits the text, and whose it is, for people. SSH keys are looked up in the
 * allowed signers; without, any key is good and told by its fingerprint. UNKNOWN: it fits, by a key
 * that nobody vouches for, or that gpg lacks.
 */
bool signing_check(struct arena *a, const struct signed_text *s, enum signing *out, const char **who,
		   struct err *e) MUST_USE;

#endif
