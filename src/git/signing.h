/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures on commits, made by the system's ssh-keygen as git does it. Blocks. */
#ifndef GANTRY_GIT_SIGNING_H
#define GANTRY_GIT_SIGNING_H

#include "base/base.h"

struct arena;
struct err;

/* The armoured SSH signature (namespace "git") of text by the private key in the file. */
bool signing_sign(struct arena *a, const char *key, const char *text, const char **out,
		  struct err *e) MUST_USE;

#endif
