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
#include "base/str.h"
#include "data/value.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "model/credentials.h"
#include "steps/step.h"
#include "steps/workdir.h"

const struct step_param git_author_params[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Name of the author and committer." },
	{ .name = "email", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Email address of the author and committer." },
	{ .name = "signingKey", .kind = PARAM_STRING,
	  .help = "A GPG key; refused, since gantry does not sign commits of checkouts." },
	{ 0 },
};

bool git_work_open(struct step_run *r, const char *path, struct repo **out, struct err *e)
{
	const char *absolute, *files;
	struct repo *repo;

	if (!workdir_resolve(r->work, r->arena, path, &absolute, e))
		return false;
	if (!repo_open(absolute, &repo, e))
		return err_wrap(e, "%s is no checkout: does a git-clone step make it?", path);
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

	*out = (struct remote_access){ .insecure = insecure, .cancelled = r->cancelled };
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

void git_work_person(struct step_run *r, const char *name, const char *email,
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

bool git_work_check_author(const struct value *author, struct err *e)
{
	const char *email = value_text(value_get(author, "email"), "");
	const char *at = strchr(email, '@');

	if (!author)
		return true;
	if (!at || at == email || !at[1] || strchr(at + 1, '@') || strpbrk(email, " \t\r\n<>"))
		return err_set(e, ERR_CONFIG, "author.email: \"%s\" is no email address", email);
	if (*value_text(value_get(author, "signingKey"), ""))
		return err_set(e, ERR_CONFIG,
			       "author.signingKey: commits of checkouts are not signed; "
			       "leave it out");
	return true;
}

bool git_work_failed(struct err *e)
{
	e->again = e->code != ERR_CONFIG && e->code != ERR_CANCELLED && e->code != ERR_LIMIT;
	return false;
}
