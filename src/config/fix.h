/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests for older Kargos, rewritten to mean the same today (doc/kargo-rules.md 10).
 * Every byte that is not part of a removed construct stays, comments included. Any thread.
 */
#ifndef GANTRY_CONFIG_FIX_H
#define GANTRY_CONFIG_FIX_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct config_file;
struct err;
struct list;

/*
 * *out is the new text, the old one itself when there is nothing to do. What was done
 * is told in *done (struct complaint *, warnings at their old places). ERR_CONFIG when
 * the file does not read, or would not afterwards; then nothing is to be written.
 */
bool fix_file(struct arena *a, const struct config_file *file, struct str *out, struct list *done,
	      struct err *e) MUST_USE;

#endif
