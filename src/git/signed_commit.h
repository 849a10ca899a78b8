/* SPDX-License-Identifier: Apache-2.0 */
/* Commits and tags of a checkout that are signed, and whose signatures they bear. Blocks: workers. */
#ifndef GANTRY_GIT_SIGNED_COMMIT_H
#define GANTRY_GIT_SIGNED_COMMIT_H

#include "base/base.h"

struct err;
struct oid;
struct repo;
struct signing_key;

/* Writes the commit once more, signed; *id becomes that one's. No ref moves. */
bool commit_sign(struct repo *r, const struct signing_key *key, struct oid *id,
		 struct err *e) MUST_USE;

/* As commit_sign, of a tag object. */
bool tag_sign(struct repo *r, const struct signing_key *key, struct oid *id,
	      struct err *e) MUST_USE;

enum commit_trust {
	COMMIT_UNSIGNED,
	COMMIT_OURS,                    /* signed by the key */
	COMMIT_FOREIGN,                 /* signed by another, or the signature does not fit */
};

/* ours NULL: every signature is foreign. */
bool commit_trust(struct repo *r, const struct oid *id, const struct signing_key *ours,
		  enum commit_trust *out, struct err *e) MUST_USE;

#endif
