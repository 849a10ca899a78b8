/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing through ssh-keygen, so that agents, hardware keys and passphrases work as
 * they do for git itself.
 */
#include "git/signing.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/process.h"
#include "base/str.h"

bool signing_sign(struct arena *a, const char *key, const char *text, const char **out,
		  struct err *e)
{
	const char *const argv[] = { "ssh-keygen", "-Y", "sign", "-n", "git", "-f", key, NULL };
	struct process p = { .argv = argv, .input = str_of(text), .timeout_ms = 20000 };
	struct process_result r;

	if (!process_run(a, &p, &r, e))
		return err_wrap(e, "ssh-keygen");
	if (r.status != 0 || !has_prefix(str_text(a, r.out), "-----BEGIN SSH SIGNATURE-----"))
		return err_set(e, ERR_AUTH, "ssh-keygen can't sign with %s: %s", key,
			       str_text(a, str_trim(r.error)));
	*out = str_text(a, str_trim(r.out));
	return true;
}
