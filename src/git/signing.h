/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures on commits, made and checked by the system's ssh-keygen or gpg as git does it. Blocks. */
#ifndef GANTRY_GIT_SIGNING_H
#define GANTRY_GIT_SIGNING_H

#include "base/base.h"

struct arena;
struct err;

/*
 * The armoured signature of text. A key with a '/' is an SSH key file (namespace "git"; a
 * public one when an agent holds the private one), any other the name of a GPG key.
 */
bool signing_sign(struct arena *a, const char *key, const char *text, const char **out,
		  struct err *e) MUST_USE;

enum signing { SIGNING_GOOD, SIGNING_UNKNOWN, SIGNING_BAD };

/*
 * Whether the signature fits the text, and whose it is, for people. SSH keys are looked up
 * in the file of allowed signers (ssh-keygen(1)); NULL: any key is good and told by its
 * fingerprint. UNKNOWN: it fits, by a key that nobody vouches for, or that gpg lacks.
 */
bool signing_check(struct arena *a, const char *text, const char *signature, const char *allowed,
		   enum signing *out, const char **who, struct err *e) MUST_USE;

#endif
