/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing through ssh-keygen or gpg, so that agents, hardware keys and passphrases work as
 * they do for git itself. Both check a signature only when it lies in a file.
 */
#include "git/signing.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"

enum { PATIENCE = 20000, WHO_MAX = 300 };

static const char ssh_begins[] = "-----BEGIN SSH SIGNATURE-----";
static const char gpg_begins[] = "-----BEGIN PGP SIGNATURE-----";

static bool signing_run(struct arena *a, const char *const *argv, const char *input,
			struct process_result *r, struct err *e)
{
	const struct process p = { .argv = argv, .input = str_of(input), .timeout_ms = PATIENCE };

	return process_run(a, &p, r, e) || err_wrap(e, "%s", argv[0]);
}

bool signing_sign(struct arena *a, const char *key, const char *text, const char **out,
		  struct err *e)
{
	const char *const ssh[] = { "ssh-keygen", "-Y", "sign", "-n", "git", "-f", key, NULL };
	const char *const gpg[] = { "gpg", "--batch", "-bsa", "-u", key, NULL };
	bool is_file = strchr(key, '/') != NULL;
	struct process_result r;

	assert(key && *key && text);
	if (!signing_run(a, is_file ? ssh : gpg, text, &r, e))
		return false;
	if (r.status != 0 || !has_prefix(str_text(a, r.out), is_file ? ssh_begins : gpg_begins))
		return err_set(e, ERR_AUTH, "%s can't sign with %s: %s",
			       is_file ? "ssh-keygen" : "gpg", key, str_text(a, str_trim(r.error)));
	*out = str_text(a, str_trim(r.out));
	return true;
}

/* What programs say is shown to people, and may hold a key owner's words. */
static const char *first_line(struct arena *a, struct str s)
{
	const char *text = str_clean(a, s.at ? s.at : "", s.len, WHO_MAX), *end = strchr(text, '\n');

	return end ? str_copy_n(a, text, (size_t)(end - text)) : text;
}

/* The rest of the line after the words; NULL when they are not there. */
static const char *signing_after(struct arena *a, struct str text, const char *words)
{
	const char *found = strstr(str_text(a, text), words);

	return found ? first_line(a, str_of(found + strlen(words))) : NULL;
}

static bool check_ssh(struct arena *a, const char *text, const char *file, const char *allowed,
		      enum signing *out, const char **who, struct err *e)
{
	const char *const math[] = { "ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", file, NULL };
	const char *const find[] = { "ssh-keygen", "-Y", "find-principals", "-f", allowed, "-s", file, NULL };
	struct process_result r;

	if (!signing_run(a, math, text, &r, e))
		return false;
	const char *key = signing_after(a, r.out, " with ");
	if (r.status != 0 || !key) {
		*out = SIGNING_BAD;
		*who = first_line(a, r.error.len ? r.error : r.out);
		return true;
	}
	*out = SIGNING_GOOD;
	*who = key;
	if (!allowed)
		return true;
	if (!file_exists(allowed))
		return err_set(e, ERR_CONFIG, "there is no file of allowed signers %s", allowed);
	if (!signing_run(a, find, "", &r, e))
		return false;
	const char *name = r.status == 0 ? first_line(a, r.out) : "";
	const char *const verify[] = { "ssh-keygen", "-Y", "verify", "-n", "git", "-f", allowed,
				       "-I", name, "-s", file, NULL };
	*out = SIGNING_UNKNOWN;
	if (!name[0] || !signing_run(a, verify, text, &r, e))
		return !name[0];
	if (r.status == 0) {
		*out = SIGNING_GOOD;
		*who = name;
	}
	return true;
}

static bool check_gpg(struct arena *a, const char *text, const char *file, enum signing *out,
		      const char **who, struct err *e)
{
	const char *const argv[] = { "gpg", "--batch", "--status-fd=1", "--verify", file, "-", NULL };
	struct process_result r;
	const char *name;

	if (!signing_run(a, argv, text, &r, e))
		return false;
	*out = SIGNING_BAD;
	if ((name = signing_after(a, r.out, "[GNUPG:] GOODSIG ")) != NULL)
		*out = SIGNING_GOOD;
	else if ((name = signing_after(a, r.out, "[GNUPG:] NO_PUBKEY ")) != NULL)
		*out = SIGNING_UNKNOWN;
	*who = name ? name : first_line(a, r.error);
	return true;
}

bool signing_check(struct arena *a, const char *text, const char *signature, const char *allowed,
		   enum signing *out, const char **who, struct err *e)
{
	const char *folder, *file;
	struct err ignored;

	if (!folder_temporary(a, "gantry-signature-", &folder, e))
		return false;
	file = path_join(a, folder, "signature");
	const char *all = str_format(a, "%s\n", signature);
	bool done = file_replace(file, all, strlen(all), 0600, e) &&
		    (has_prefix(signature, ssh_begins)
			     ? check_ssh(a, text, file, allowed, out, who, e)
			     : check_gpg(a, text, file, out, who, e));
	if (!folder_remove(folder, &ignored))
		return done;
	return done;
}
