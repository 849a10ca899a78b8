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
#include "base/log.h"
#include "base/process.h"
#include "base/str.h"

enum { PATIENCE = 20000, WHO_MAX = 300 };

static const char ssh_begins[] = "-----BEGIN SSH SIGNATURE-----";
static const char gpg_begins[] = "-----BEGIN PGP SIGNATURE-----";

static const char key_file[] = "key", gpg_key_begins[] = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
static const char ssh_key_begins[] = "-----BEGIN OPENSSH PRIVATE KEY-----";

static bool signing_run(struct arena *a, const char *const *argv, const char *input,
			struct process_result *r, struct err *e)
{
	const struct process p = { .argv = argv, .input = str_of(input), .timeout_ms = PATIENCE };

	return process_run(a, &p, r, e) || err_wrap(e, "%s", argv[0]);
}

bool signing_key_is(const char *text)
{
	text += strspn(text, " \t\r\n");
	return has_prefix(text, gpg_key_begins) || has_prefix(text, ssh_key_begins);
}

/* gpg's own agent of that folder ends at once, and not when it finds the folder gone. */
void signing_key_close(struct signing_key *key)
{
	const char *const end[] = { "gpgconf", "--homedir", key->home, "--kill", "all", NULL };
	AUTO(arena) struct arena *a = arena_new();
	struct process_result r;
	struct err why;

	if (key->home && !signing_run(a, end, "", &r, &why))
		r.status = 0;
	if (key->folder && !folder_remove(key->folder, &why))
		log_line(LOG_WARN, "git", "a signing key stays on the disk: %s", why.message);
	*key = (struct signing_key){ 0 };
}

static bool open_gpg(struct arena *a, const char *text, struct signing_key *key, struct err *e)
{
	const char *const import[] = { "gpg", "--homedir", key->folder, "--batch", "--quiet",
				       "--import", NULL };
	struct process_result r;

	key->name = "";
	key->home = key->folder;
	if (!signing_run(a, import, text, &r, e))
		return false;
	return r.status == 0 || err_set(e, ERR_CONFIG, "gpg does not accept the signing key: %s",
					str_clean(a, r.error.at, r.error.len, WHO_MAX));
}

/* The key is the only one that is allowed to have signed: that is how its own signatures are known. */
static bool open_ssh(struct arena *a, const char *text, struct signing_key *key, struct err *e)
{
	const char *file = path_join(a, key->folder, key_file), *line;
	const char *const public[] = { "ssh-keygen", "-y", "-P", "", "-f", file, NULL };
	struct process_result r;

	key->name = file;
	text = str_format(a, "%s\n", str_text(a, str_trim(str_of(text))));
	if (!file_write(file, text, strlen(text), 0600, e) || !signing_run(a, public, "", &r, e))
		return false;
	if (r.status != 0)
		return err_set(e, ERR_CONFIG, "ssh-keygen does not accept the signing key: %s",
			       str_clean(a, r.error.at, r.error.len, WHO_MAX));
	line = str_format(a, "* %s\n", str_text(a, str_trim(r.out)));
	key->allowed = path_join(a, key->folder, "allowed");
	return file_write(key->allowed, line, strlen(line), 0600, e);
}

bool signing_key_open(struct arena *a, const char *text, struct signing_key *out, struct err *e)
{
	struct signing_key key = { 0 };
	bool is_gpg;

	assert(text);
	text += strspn(text, " \t\r\n");
	is_gpg = has_prefix(text, gpg_key_begins);
	if (!signing_key_is(text))
		return err_set(e, ERR_CONFIG, "the signing key is neither an armoured OpenPGP private "
					      "key nor an OpenSSH one");
	if (!folder_temporary(a, "gantry-key-", &key.folder, e))
		return false;
	if (!(is_gpg ? open_gpg(a, text, &key, e) : open_ssh(a, text, &key, e))) {
		signing_key_close(&key);
		return false;
	}
	*out = key;
	return true;
}

static bool signing_sign_with(struct arena *a, const char *const *argv, const char *begins,
			      const char *text, const char **out)
{
	struct process_result r;
	struct err e;

	if (!signing_run(a, argv, text, &r, &e)) {
		*out = str_copy(a, e.message);
		return false;
	}
	if (r.status != 0 || !has_prefix(str_text(a, r.out), begins)) {
		*out = str_clean(a, r.error.at ? r.error.at : "", r.error.len, WHO_MAX);
		return false;
	}
	*out = str_text(a, str_trim(r.out));
	return true;
}

/* Dated, a commit made again is the same one. A key that is younger than the date signs for now. */
static bool sign_gpg_at_home(struct arena *a, const struct signing_key *key, const char *text,
			     const char **out)
{
	const char *when = str_format(a, "%lld!", (long long)(key->at / 1000));
	const char *const dated[] = { "gpg", "--homedir", key->home, "--batch", "--pinentry-mode",
				      "error", "--faked-system-time", when, "-bsa", NULL };
	const char *const now[] = { "gpg", "--homedir", key->home, "--batch", "--pinentry-mode",
				    "error", "-bsa", NULL };

	return (key->at > 0 && signing_sign_with(a, dated, gpg_begins, text, out)) ||
	       signing_sign_with(a, now, gpg_begins, text, out);
}

bool signing_sign(struct arena *a, const struct signing_key *key, const char *text, const char **out,
		  struct err *e)
{
	const char *const ssh[] = { "ssh-keygen", "-Y", "sign", "-n", "git", "-f", key->name, NULL };
	const char *const gpg[] = { "gpg", "--batch", "-bsa", "-u", key->name, NULL };
	bool is_file = strchr(key->name, '/') != NULL, done;

	assert(text && (*key->name || key->home));
	if (is_file)
		done = signing_sign_with(a, ssh, ssh_begins, text, out);
	else if (key->home)
		done = sign_gpg_at_home(a, key, text, out);
	else
		done = signing_sign_with(a, gpg, gpg_begins, text, out);
	return done || err_set(e, ERR_AUTH, "%s can't sign with %s: %s",
			       is_file ? "ssh-keygen" : "gpg",
			       key->folder ? "the signing key" : key->name, *out);
}

bool signing_is_by(struct arena *a, const struct signing_key *key, const struct signed_text *s, bool *is,
		   struct err *e)
{
	const struct signed_text by_key = { s->text, s->signature, key->allowed, key->home };
	enum signing found;
	const char *who;

	assert(key->folder && !s->allowed && !s->home);
	*is = false;
	/* The other program's signature is not even looked at: its key is another. */
	if (has_prefix(s->signature, ssh_begins) != (key->home == NULL))
		return true;
	if (!signing_check(a, &by_key, &found, &who, e))
		return false;
	*is = found == SIGNING_GOOD;
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

/* What came of a check. */
struct verdict {
	enum signing is;
	const char *who;
};

static bool check_ssh(struct arena *a, const struct signed_text *s, const char *file,
		      struct verdict *out, struct err *e)
{
	const char *text = s->text, *allowed = s->allowed;
	const char *const math[] = { "ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", file, NULL };
	const char *const find[] = { "ssh-keygen", "-Y", "find-principals", "-f", allowed, "-s", file, NULL };
	struct process_result r;

	if (!signing_run(a, math, text, &r, e))
		return false;
	const char *key = signing_after(a, r.out, " with ");
	if (r.status != 0 || !key) {
		*out = (struct verdict){ SIGNING_BAD, first_line(a, r.error.len ? r.error : r.out) };
		return true;
	}
	*out = (struct verdict){ SIGNING_GOOD, key };
	if (!allowed)
		return true;
	if (!file_exists(allowed))
		return err_set(e, ERR_CONFIG, "there is no file of allowed signers %s", allowed);
	if (!signing_run(a, find, "", &r, e))
		return false;
	const char *name = r.status == 0 ? first_line(a, r.out) : "";
	const char *const verify[] = { "ssh-keygen", "-Y", "verify", "-n", "git", "-f", allowed,
				       "-I", name, "-s", file, NULL };
	out->is = SIGNING_UNKNOWN;
	if (!name[0] || !signing_run(a, verify, text, &r, e))
		return !name[0];
	if (r.status == 0)
		*out = (struct verdict){ SIGNING_GOOD, name };
	return true;
}

static bool check_gpg(struct arena *a, const struct signed_text *s, const char *file,
		      struct verdict *out, struct err *e)
{
	const char *const own[] = { "gpg", "--batch", "--status-fd=1", "--verify", file, "-", NULL };
	const char *const other[] = { "gpg", "--homedir", s->home, "--batch", "--status-fd=1",
				      "--verify", file, "-", NULL };
	struct process_result r;
	const char *name;

	if (!signing_run(a, s->home ? other : own, s->text, &r, e))
		return false;
	out->is = SIGNING_BAD;
	if ((name = signing_after(a, r.out, "[GNUPG:] GOODSIG ")) != NULL)
		out->is = SIGNING_GOOD;
	else if ((name = signing_after(a, r.out, "[GNUPG:] NO_PUBKEY ")) != NULL)
		out->is = SIGNING_UNKNOWN;
	out->who = name ? name : first_line(a, r.error);
	return true;
}

bool signing_check(struct arena *a, const struct signed_text *s, enum signing *out, const char **who,
		   struct err *e)
{
	const char *folder, *file, *all = str_format(a, "%s\n", s->signature);
	struct verdict verdict = { SIGNING_BAD, "" };
	struct err ignored;
	bool done;

	assert(s->text && s->signature);
	if (!folder_temporary(a, "gantry-signature-", &folder, e))
		return false;
	file = path_join(a, folder, "signature");
	done = file_replace(file, all, strlen(all), 0600, e) &&
	       (has_prefix(s->signature, ssh_begins) ? check_ssh(a, s, file, &verdict, e)
						     : check_gpg(a, s, file, &verdict, e));
	*out = verdict.is;
	*who = verdict.who;
	if (!folder_remove(folder, &ignored))
		return done;
	return done;
}
