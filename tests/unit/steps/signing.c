/* SPDX-License-Identifier: Apache-2.0 */
/* Commits and tags of checkouts that are signed: the system's git verifies them. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "promotion_play.h"
#include "steps/signing_keys.h"
#include "tap.h"

/* What a program prints; "" when it fails. */
static const char *printed(struct promotion_play *t, const char *const *argv)
{
	const struct process p = { .argv = argv };
	struct process_result r;

	if (!process_run(t->p.a, &p, &r, &t->e) || r.status != 0)
		return "";
	return str_text(t->p.a, r.out);
}

/* A GPG key of Ada's as text; git itself finds its public half by GNUPGHOME. */
static const char *gpg_key(struct promotion_play *t)
{
	const char *home = path_join(t->p.a, t->p.folder, "gpg");
	const char *const make[] = { "gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "",
				     "--faked-system-time", "1600000000", "--quick-generate-key",
				     "Ada <ada@example.org>", "rsa2048", "sign", "never", NULL };
	const char *const take[] = { "gpg", "--homedir", home, "--batch", "--armor",
				     "--export-secret-keys", NULL };
	const char *const end[] = { "gpgconf", "--homedir", home, "--kill", "all", NULL };
	const char *text;

	ok(folder_make(home, 0700, &t->e), "a folder for gpg");
	printed(t, make);
	text = printed(t, take);
	printed(t, end);
	setenv("GNUPGHOME", home, 1);
	return text;
}

/* The same of ssh-keygen; git finds who may sign by a setting. */
static const char *ssh_key(struct promotion_play *t)
{
	const char *file = path_join(t->p.a, t->p.folder, "id");
	const char *const make[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file, NULL };

	printed(t, make);
	play_write(&t->p, t->p.folder, "allowed",
		   str_format(t->p.a, "* %s", play_read(&t->p, t->p.folder, "id.pub")));
	return play_read(&t->p, t->p.folder, "id");
}

/* The key as JSON has it, in the quotes that play_step() replaces. */
static const char *in_json(struct promotion_play *t, const char *key)
{
	const char *text = json_text(t->p.a, value_string(t->p.a, key), 0);

	return str_format(t->p.a, "'%.*s'", (int)strlen(text) - 2, text + 1);
}

/* "good" when the system's git finds a good signature on what the ref names. */
static const char *verified(struct promotion_play *t, const char *what, const char *ref)
{
	const char *allowed = path_join(t->p.a, t->p.folder, "allowed");
	const char *const argv[] = { "git", "-C", t->remote, "-c",
				     str_format(t->p.a, "gpg.ssh.allowedSignersFile=%s", allowed), what,
				     ref, NULL };
	const struct process p = { .argv = argv,
				   .env = (const char *const[]){ str_format(t->p.a, "GNUPGHOME=%s/gpg",
									    t->p.folder), NULL } };
	struct process_result r;

	if (!process_run(t->p.a, &p, &r, &t->e))
		return t->e.message;
	return r.status == 0 ? "good" : "none";
}

static void start_signing(struct promotion_play *t)
{
	play_begin(t);
	t->keys = signing_keys_new();
}

static void stop_signing(struct promotion_play *t)
{
	signing_keys_free(t->keys);
	play_end(t);
}

static void clone_signing(struct promotion_play *t, const char *path, const char *key)
{
	ok(play_step(t, "git-clone",
	       str_format(t->p.a, "{'repoURL':'REMOTE','checkout':[{'path':'%s'}],'author':{'name':'Ada',"
			  "'email':'ada@example.org','signingKey':%s}}", path, in_json(t, key))),
	   "git-clone %s", t->e.message);
}

static void commit_file(struct promotion_play *t, const char *checkout, const char *file)
{
	play_write(&t->p, t->folder, path_join(t->p.a, checkout, file), "1");
	ok(play_step(t, "git-commit", str_format(t->p.a, "{'path':'%s','message':'%s'}", checkout, file)),
	   "git-commit %s", t->e.message);
}

/* What the key signs: commits, tags, and what is put on top of others' pushes. */
static void sign_all(const char *(*make)(struct promotion_play *t))
{
	struct promotion_play t;

	start_signing(&t);
	clone_signing(&t, "src", make(&t));
	commit_file(&t, "src", "a");
	ok(play_step(&t, "git-tag", "{'path':'src','tag':'v1','message':'one'}"), "git-tag %s", t.e.message);
	ok(play_step(&t, "git-push", "{'path':'src','tag':'v1'}"), "the tag is pushed %s", t.e.message);
	is_text(verified(&t, "verify-tag", "v1"), "good", "git verifies the tag");
	play_commit(&t.p, t.remote, "main", "theirs", "1");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(play_remote_git(&t, "log --format=%s main"), "a\nwrite theirs\nwrite README", "on top of theirs");
	is_text(verified(&t, "verify-commit", "main"), "good", "git verifies the commit");
	is_text(verified(&t, "verify-commit", "main~1"), "none", "which does not sign theirs");
	is_text(printed(&t, (const char *const[]){ "grep", "-rl", "PRIVATE KEY", t.folder, NULL }), "",
		"the key is nowhere in the work directory");
	stop_signing(&t);
}

TEST(a_gpg_key_signs_what_is_committed)
{
	AUTO(arena) struct arena *a = arena_new();

	if (!process_find(a, "gpg")) {
		note("no gpg");
		return;
	}
	sign_all(gpg_key);
	unsetenv("GNUPGHOME");
}

TEST(an_ssh_key_signs_what_is_committed)
{
	sign_all(ssh_key);
}

TEST(a_commit_signed_again_is_the_same)
{
	struct promotion_play t;
	const char *key, *first;

	start_signing(&t);
	key = process_find(t.p.a, "gpg") ? gpg_key(&t) : ssh_key(&t);
	clone_signing(&t, "one", key);
	commit_file(&t, "one", "a");
	first = play_output(&t, "commit");
	clone_signing(&t, "two", key);
	commit_file(&t, "two", "a");
	is_text(play_output(&t, "commit"), first, "dated as its promotion");
	unsetenv("GNUPGHOME");
	stop_signing(&t);
}

TEST(what_a_rebase_would_unsign_or_sign_is_merged)
{
	struct promotion_play t;
	const char *key;

	start_signing(&t);
	t.push_policy = "RebaseOrMerge";
	key = ssh_key(&t);
	clone_signing(&t, "src", key);
	commit_file(&t, "src", "ours");
	play_commit(&t.p, t.remote, "main", "theirs", "1");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(play_remote_git(&t, "log --format=%s main"), "ours\nwrite theirs\nwrite README",
		"what our key signed is rebased, and signed again");
	is_text(verified(&t, "verify-commit", "main"), "good", "so that git verifies it");
	/* A commit that somebody else made, unsigned, among ours. */
	play_write(&t.p, t.folder, "src/other", "1");
	play_git(&t.p, path_join(t.p.a, t.folder, "src"), "add other");
	play_git(&t.p, path_join(t.p.a, t.folder, "src"),
		 "-c user.name=Bob -c user.email=bob@example.org commit -q -m other");
	play_commit(&t.p, t.remote, "main", "theirs", "2");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(play_remote_git(&t, "log -1 --format=%s main"), "Merge branch 'main'", "is not given our signature");
	is_text(verified(&t, "verify-commit", "main"), "good", "the merge has it");
	is_text(verified(&t, "verify-commit", "main^1"), "none", "and the commit none");
	stop_signing(&t);
}

TEST(the_cluster_says_what_signs)
{
	struct promotion_play t;
	struct value *client;

	start_signing(&t);
	client = value_map(t.p.a);
	value_set(t.p.a, client, "name", value_string(t.p.a, "Robot"));
	value_set(t.p.a, client, "email", value_string(t.p.a, "robot@example.org"));
	value_set(t.p.a, client, "signingKeySecret", value_map(t.p.a));
	t.git_client = client;
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'none'}]}") &&
		   strstr(t.e.message, "signingKeySecret"), "a Secret that is not there: %s", t.e.message);
	value_set(t.p.a, client, "signingKey", value_string(t.p.a, ssh_key(&t)));
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "git-clone %s",
	   t.e.message);
	commit_file(&t, "src", "x");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(verified(&t, "verify-commit", "main"), "good", "signed by its key");
	play_write(&t.p, t.folder, "src/y", "1");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'y','author':{'name':'Ada','email':'ada@example.org'}}"),
	   "git-commit %s", t.e.message);
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(verified(&t, "verify-commit", "main"), "none", "an author of the step's own has its own or none");
	stop_signing(&t);
}
