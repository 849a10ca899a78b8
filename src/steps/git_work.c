/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the git steps share. All they know of each other is on disk, in the
 * checkout: where it came from, its branch and its author.
 */
#include "steps/git_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "model/credentials.h"
#include "net/http.h"
#include "steps/signing_keys.h"
#include "steps/step.h"
#include "steps/workdir.h"

enum { KEY_MAX = 1 << 16 };

const struct step_param git_author_params[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Name of the author and committer." },
	{ .name = "email", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Email address of the author and committer." },
	{ .name = "signingKey", .kind = PARAM_STRING,
	  .help = "The key that signs commits and tags: a private GPG or SSH key without a pass phrase.",
	  .otherwise = "nothing" },
	{ 0 },
};

bool git_work_open(struct step_run *r, const char *path, struct repo **out, struct err *e)
{
	const char *absolute, *files;
	struct repo *repo;

	if (!workdir_resolve(r->work, r->arena, path, &absolute, e))
		return false;
	if (!repo_open(absolute, &repo, e))
		return err_wrap(e, "%s is not a checkout: does a git-clone step make it?", path);
	files = repo_work_folder(repo);
	if (!files || !has_prefix(files, absolute) || strcmp(files + strlen(absolute), "/") != 0) {
		repo_close(repo);
		return err_set(e, ERR_REFUSED, "%s: its settings say that its files are elsewhere",
			       path);
	}
	*out = repo;
	return true;
}

const char *git_work_mirrors(struct step_run *r)
{
	const char *cache = r->services->mirrors ? NULL : path_cache(r->arena);

	return cache ? path_join(r->arena, cache, "mirrors") : r->services->mirrors;
}

bool git_work_mirror(struct step_run *r, const char *url, struct mirror **out, struct err *e)
{
	const char *folder = git_work_mirrors(r);

	if (!folder)
		return err_set(e, ERR_CONFIG,
			       "there is no folder for mirrors: set HOME or XDG_CACHE_HOME");
	return mirror_open(r->arena, folder, url, out, e);
}

bool git_work_discard(const char *mirrors, const char *work, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *cache = mirrors ? NULL : path_cache(a);

	if (cache)
		mirrors = path_join(a, cache, "mirrors");
	if (mirrors)
		mirror_keep(mirrors, work);
	return folder_remove(work, e);
}

bool git_work_access(struct step_run *r, const char *url, bool insecure,
		     struct remote_access *out, struct err *e)
{
	const struct step_services *s = r->services;
	const struct credentials_query query = { "git", url, r->subject->project };
	struct credentials c = { 0 };

	*out = (struct remote_access){ .insecure = insecure, .cancelled = r->cancelled,
				       .traffic = http_traffic(s->http) };
	if (s->credentials && !s->credentials(s->context, r->arena, &query, &c, e))
		return err_wrap(e, "credentials for %s", remote_name(r->arena, url));
	out->username = c.username;
	out->password = c.password;
	out->ssh_key = c.ssh_key;
	return true;
}

static const char *git_work_first_of(const char *given, const char *configured,
				     const char *variable, const char *otherwise)
{
	const char *value = given && *given ? given : *configured ? configured : getenv(variable);

	return value && *value ? value : otherwise;
}

static void git_work_person(struct step_run *r, const char *name, const char *email,
			    struct repo_person *out)
{
	const struct value *client = r->services->git_client;

	out->name = git_work_first_of(name, value_text(value_get(client, "name"), ""),
				      "GITCLIENT_NAME", "Kargo");
	out->email = git_work_first_of(email, value_text(value_get(client, "email"), ""),
				       "GITCLIENT_EMAIL", "no-reply@kargo.io");
	out->time = r->subject->started_at;
	out->offset = 0;
}

/* Where no step names an author: the ClusterConfig's key, else the one that Kargo's server would have. */
static bool default_key(struct step_run *r, const char **out, struct err *e)
{
	const struct value *client = r->services->git_client;
	const char *path = getenv("GITCLIENT_SIGNING_KEY_PATH"), *key;
	struct str text;

	key = value_text(value_get(client, "signingKey"), "");
	*out = *key ? key : NULL;
	if (*out)
		return true;
	if (value_get(client, "signingKeySecret"))
		return err_set(e, ERR_CONFIG,
			       "gitClient.signingKeySecret of the ClusterConfig: no Secret \"%s\" with "
			       "signingKey is among the manifests",
			       value_path_text(client, "signingKeySecret.name", ""));
	if (!path || !*path)
		return true;
	if (!file_read(r->arena, path, KEY_MAX, &text, e))
		return err_wrap(e, "GITCLIENT_SIGNING_KEY_PATH");
	*out = str_text(r->arena, text);
	return true;
}

bool git_work_identity(struct step_run *r, const struct value *author, struct git_identity *out,
		       struct err *e)
{
	const char *key = value_text(value_get(author, "signingKey"), "");

	*out = (struct git_identity){ .name = value_text(value_get(author, "name"), NULL),
				      .email = value_text(value_get(author, "email"), NULL),
				      .signing_key = *key ? key : NULL };
	return author || default_key(r, &out->signing_key, e);
}

/* The name under which a checkout's key is kept: its folder without the slash at its end. */
static const char *git_work_place(struct step_run *r, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 1 && folder[len - 1] == '/')
		len--;
	return str_copy_n(r->arena, folder, len);
}

void git_work_sign_with(struct step_run *r, const char *path, const char *key)
{
	if (r->services->keys)
		signing_keys_put(r->services->keys, r->subject->promotion, git_work_place(r, path), key);
}

struct git_identity git_work_identity_in(struct step_run *r, struct repo *repo,
					 const struct work_origin *origin,
					 const struct value *author)
{
	const char *place = git_work_place(r, repo_work_folder(repo));
	struct git_identity who = { origin->author_name, origin->author_email, NULL };
	struct err none;

	if (author && git_work_identity(r, author, &who, &none))
		return who;
	if (r->services->keys)
		who.signing_key = signing_keys_get(r->services->keys, r->arena,
						   r->subject->promotion, place);
	return who;
}

bool git_work_author_open(struct step_run *r, const struct git_identity *who,
			  struct git_author *out, struct err *e)
{
	*out = (struct git_author){ .by.key = NULL };
	git_work_person(r, who->name, who->email, &out->by.who);
	if (!who->signing_key || r->plan)
		return true;
	log_redact(who->signing_key);
	if (!signing_key_open(r->arena, who->signing_key, &out->key, e))
		return false;
	out->key.at = r->subject->started_at;
	out->by.key = &out->key;
	return true;
}

void git_work_author_close(struct git_author *author)
{
	signing_key_close(&author->key);
	author->by.key = NULL;
}

bool git_work_check_author(const struct value *author, struct err *e)
{
	const char *email = value_text(value_get(author, "email"), "");
	const char *key = value_text(value_get(author, "signingKey"), "");
	const char *at = strchr(email, '@');

	if (!author)
		return true;
	if (!at || at == email || !at[1] || strchr(at + 1, '@') || strpbrk(email, " \t\r\n<>"))
		return err_set(e, ERR_CONFIG, "author.email: \"%s\" is not an email address", email);
	if (*key && !strstr(key, "${{") && !signing_key_is(key))
		return err_set(e, ERR_CONFIG,
			       "author.signingKey: neither an armoured OpenPGP private key nor an "
			       "OpenSSH one");
	return true;
}

bool git_work_failed(struct err *e)
{
	e->again = e->code != ERR_CONFIG && e->code != ERR_CANCELLED && e->code != ERR_LIMIT;
	return false;
}
