/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-clone: one or more checkouts of a repository (doc/kargo-rules.md 6.1). The remote is
 * mirrored once for all promotions of this user, and a checkout borrows the mirror's
 * objects; hence "blobless" asks for nothing more.
 */
#include "steps/step.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/signed_commit.h"
#include "git/submodule.h"
#include "git/tree.h"
#include "steps/git_work.h"
#include "steps/workdir.h"

static const struct step_param checkout_params[] = {
	{ .name = "path",
	  .kind = PARAM_PATH,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where it is put." },
	{ .name = "branch",
	  .kind = PARAM_STRING,
	  .help = "A branch.",
	  .otherwise = "the remote's default branch" },
	{ .name = "commit", .kind = PARAM_STRING, .help = "A commit instead of a branch." },
	{ .name = "tag", .kind = PARAM_STRING, .help = "A tag instead of a branch." },
	{ .name = "create",
	  .kind = PARAM_BOOL,
	  .help = "Make the branch, empty, when it is missing.",
	  .otherwise = "false" },
	{ .name = "as",
	  .kind = PARAM_STRING,
	  .help = "Its name among the outputs.",
	  .otherwise = "its path" },
	{ .name = "sparse",
	  .kind = PARAM_LIST,
	  .help = "Only these folders and the files beside them." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "repoURL",
	  .kind = PARAM_STRING,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The repository: https, ssh or file." },
	{ .name = "checkout",
	  .kind = PARAM_LIST,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .of = checkout_params,
	  .help = "What is checked out, and where." },
	{ .name = "author",
	  .kind = PARAM_MAP,
	  .of = git_author_params,
	  .help = "The author and committer in these checkouts.",
	  .otherwise = "ClusterConfig's gitClient, GITCLIENT_NAME and _EMAIL" },
	{ .name = "insecureSkipTLSVerify",
	  .kind = PARAM_BOOL,
	  .help = "Do not check the server's certificate or host key.",
	  .otherwise = "false" },
	{ .name = "recurseSubmodules",
	  .kind = PARAM_BOOL,
	  .help = "Check out submodules, too.",
	  .otherwise = "false" },
	{ .name = "blobless",
	  .kind = PARAM_BOOL,
	  .help = "Accepted but not needed: gantry keeps a mirror.",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commits", "IDs of what was checked out, by \"as\" or path." },
	{ 0 },
};

/* A checkout's field; "" counts as absent. */
static const char *git_clone_field(const struct value *checkout, const char *name)
{
	const char *text = value_text(value_get(checkout, name), "");

	return *text ? text : NULL;
}

static const char *git_clone_key_of(const struct value *checkout)
{
	const char *as = git_clone_field(checkout, "as");

	return as ? as : value_text(value_get(checkout, "path"), "");
}

static bool git_clone_check(const struct value *config, struct err *e)
{
	const struct value *all = value_get(config, "checkout");

	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *c = value_at(all, i);
		int named = !!git_clone_field(c, "branch") + !!git_clone_field(c, "commit") +
			    !!git_clone_field(c, "tag");

		if (named > 1)
			return err_set(e, ERR_CONFIG,
				       "checkout[%zu]: only one of branch, commit and tag can "
				       "be given",
				       i);
		for (size_t j = 0; j < i; j++)
			if (git_clone_field(c, "as") &&
			    same_text(git_clone_field(c, "as"),
				      git_clone_field(value_at(all, j), "as")))
				return err_set(e, ERR_CONFIG,
					       "checkout[%zu].as: \"%s\" is used twice", i,
					       git_clone_field(c, "as"));
	}
	return git_work_check_author(value_get(config, "author"), e);
}

/* One run of the step. */
struct clone {
	struct step_run *r;
	struct mirror *mirror;
	const char *url;
	struct remote_access access;
	struct git_identity who;
	struct git_author author;
	bool insecure;
	bool pretends;                  /* a branch to be made is made here only */
	const char *made;               /* branches that were, or would be; NULL: none */
};

/* Git keeps branches as files: where "a" is one, there can be no "a/b". */
static bool git_clone_has_room(struct clone *c, const char *branch, struct err *e)
{
	struct arena *a = c->r->arena;
	struct oid id;
	struct err none;

	for (const char *at = branch; (at = strchr(at, '/')); at++) {
		const char *above = str_copy_n(a, branch, (size_t)(at - branch));

		if (repo_ref(mirror_repo(c->mirror), str_format(a, "refs/heads/%s", above), &id, &none))
			return err_set(e, ERR_CONFIG,
				       "there can be no branch %s in %s, since %s is one: give one of them "
				       "another name", branch, remote_name(a, c->url), above);
	}
	return true;
}

/* Pushes the new branch, unless somebody else was first; *made is what the remote has then. */
static bool git_clone_push_new(struct clone *c, const char *branch, struct oid *made, struct err *e)
{
	const char *ref = str_format(c->r->arena, "refs/heads/%s", branch);
	struct repo *repo = mirror_repo(c->mirror);
	struct oid none = { "" };
	const struct remote_push push = { .source = made->hex, .target = ref, .expected = &none };
	const struct remote to = { c->url, &c->access };
	struct err refused;
	bool pushed;

	step_report(c->r, "creating the branch %s", branch);
	pushed = remote_push(repo, &to, &push, 1, &refused);
	if (pushed || refused.code == ERR_CONFLICT) {
		if (!mirror_update(c->mirror, &c->access, e))
			return false;
		if (repo_ref(repo, ref, made, e))
			return true;
		if (pushed)
			return false;
	}
	*e = refused;
	return err_wrap(e, "creating the branch %s", branch);
}

/* An empty commit without history; the same one however often it is made. */
static bool create_branch(struct clone *c, const char *branch, struct oid *made, struct err *e)
{
	struct repo *repo = mirror_repo(c->mirror);
	struct repo_commit first = { .author = c->author.by.who, .committer = c->author.by.who,
				     .message = "Initial commit\n" };
	const struct repo_edits nothing = { 0 };
	struct oid id;

	if (!git_clone_has_room(c, branch, e) ||
	    !repo_edit(repo, &nothing, &first.tree, e) || !repo_commit(repo, &first, &id, e) ||
	    (c->author.by.key && !commit_sign(repo, c->author.by.key, &id, e)))
		return false;
	c->made = str_format(c->r->arena, "%s%s%s", c->made ? c->made : "", c->made ? ", " : "", branch);
	*made = id;
	return c->pretends || git_clone_push_new(c, branch, made, e);
}

static bool find_branch(struct clone *c, const char *branch, bool create, struct oid *id,
			struct err *e)
{
	const char *ref = str_format(c->r->arena, "refs/heads/%s", branch);

	if (repo_ref(mirror_repo(c->mirror), ref, id, e))
		return true;
	if (e->code != ERR_NOT_FOUND)
		return false;
	if (!create)
		return err_set(e, ERR_NOT_FOUND, "%s has no branch %s; \"create: true\" makes one",
			       remote_name(c->r->arena, c->url), branch);
	return create_branch(c, branch, id, e);
}

static bool is_commit_id(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");

	return !text[len] && len >= 4 && len <= 40;
}

/* A commit of a branch or tag; or, when the server gives it by its full id, any other. */
static bool git_clone_find_commit(struct clone *c, const char *commit, struct oid *id,
				  struct err *e)
{
	struct repo *repo = mirror_repo(c->mirror);
	struct arena *a = c->r->arena;
	struct err why;

	if (!is_commit_id(commit))
		return err_set(e, ERR_CONFIG, "commit: \"%s\" is not a commit id", commit);
	if (repo_resolve(repo, commit, id, e))
		return true;
	if (strlen(commit) == 40) {
		const char *spec = str_format(a, "%s:refs/gantry/wanted/%s", commit, commit);
		const struct remote_fetch one = { { c->url, &c->access }, &spec, 1, .prune = false };

		if (remote_fetch(repo, a, &one, NULL, &why) &&
		    repo_resolve(repo, commit, id, &why))
			return true;
	}
	return err_wrap(e, "no branch or tag of %s holds it", remote_name(a, c->url));
}

/* What is to be checked out. */
static bool git_clone_resolve(struct clone *c, const struct value *v, struct checkout *out,
			      struct err *e)
{
	struct repo *repo = mirror_repo(c->mirror);
	const char *commit = git_clone_field(v, "commit"), *tag = git_clone_field(v, "tag");
	const char *where = remote_name(c->r->arena, c->url);

	if (commit)
		return git_clone_find_commit(c, commit, &out->commit, e);
	if (tag)
		return repo_resolve(repo, str_format(c->r->arena, "refs/tags/%s", tag),
				    &out->commit, e) ||
		       err_wrap(e, "%s has no tag %s", where, tag);
	out->branch = git_clone_field(v, "branch");
	if (!out->branch)
		out->branch = mirror_default(c->mirror);
	if (!out->branch)
		return err_set(e, ERR_NOT_FOUND,
			       "%s is empty or has no default branch; name a branch", where);
	return find_branch(c, out->branch, value_truth(value_get(v, "create"), false), &out->commit,
			   e);
}

/* "./a//b/" is a/b. */
static const char *plain_folder(struct arena *a, const char *path)
{
	const char *out = "";

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len && !(len == 1 && *path == '.'))
			out = str_format(a, "%s%s%.*s", out, *out ? "/" : "", (int)len, path);
		path += len + (path[len] == '/');
	}
	return out;
}

static void read_sparse(struct clone *c, const struct value *v, struct checkout *out)
{
	const struct value *all = value_get(v, "sparse");
	struct list folders = { 0 };

	for (size_t i = 0; i < value_count(all); i++) {
		const char *folder = plain_folder(c->r->arena, value_text(value_at(all, i), ""));

		if (!*folder || strchr(folder, '\n'))
			return;                 /* the root: everything */
		list_add(c->r->arena, &folders, str_format(c->r->arena, "%s", folder));
	}
	out->sparse = (const char *const *)folders.items;
	out->sparse_count = folders.count;
}

/* The run that made a checkout; it alone may make it again. */
static const char *owner_of(struct step_run *r)
{
	return str_format(r->arena, "%s %s\n", r->subject->promotion ? r->subject->promotion : "",
			  r->subject->alias ? r->subject->alias : "");
}

/* After a crash the path holds what an earlier attempt of this very step made: it goes. */
static bool git_clone_make_room(struct step_run *r, const char *path, struct err *e)
{
	const char *mark = path_join(r->arena, path, ".git/gantry-owner"), *absolute;
	struct str owner = { 0 };
	struct list names = { 0 };
	struct err none;

	if (workdir_read(r->work, r->arena, &(struct workdir_file){ mark, 4096 }, &owner, &none) &&
	    str_is(owner, owner_of(r)) && *plain_folder(r->arena, path) &&
	    !workdir_remove(r->work, path, e))
		return false;
	if (!owner.len && workdir_resolve(r->work, r->arena, path, &absolute, &none) &&
	    *plain_folder(r->arena, path)) {
		if (!folder_list(r->arena, absolute, &names, e))
			return false;
		if (names.count)
			return err_set(e, ERR_REFUSED, "%s: there is something already", path);
	}
	return workdir_make_folder(r->work, path_join(r->arena, path, ".git"), e) &&
	       workdir_write(r->work, mark, owner_of(r), strlen(owner_of(r)), e);
}

static void submodule_access(void *context, const char *url, struct remote_access *out)
{
	struct clone *c = context;
	struct err e;

	/* Without them the submodule's server says what is missing. */
	if (!git_work_access(c->r, url, c->insecure, out, &e))
		step_report(c->r, "%s", e.message);
}

static bool check_out(struct clone *c, const struct value *v, struct oid *id, struct err *e)
{
	const char *path = value_text(value_get(v, "path"), "");
	struct checkout out = { .author_name = c->author.by.who.name,
				.author_email = c->author.by.who.email,
				.insecure = c->insecure, .is_kept = true,
				.is_over = !*plain_folder(c->r->arena, path) };
	const struct submodules how = { .mirrors = git_work_mirrors(c->r), .insecure = c->insecure,
					.access = submodule_access, .context = c };

	if (!git_clone_resolve(c, v, &out, e) || !git_clone_make_room(c->r, path, e) ||
	    !workdir_resolve(c->r->work, c->r->arena, path, &out.path, e))
		return false;
	read_sparse(c, v, &out);
	*id = out.commit;
	if (!mirror_checkout(c->mirror, &out, e)) {
		/* Damage that a fetch did not meet: once more, with a mirror made again. */
		if (e->code != ERR_IO && e->code != ERR_NOT_FOUND)
			return false;
		if (!mirror_rebuild(c->mirror, &c->access, e) ||
		    !git_clone_make_room(c->r, path, e) || !mirror_checkout(c->mirror, &out, e))
			return false;
	}
	git_work_sign_with(c->r, out.path, c->who.signing_key);
	return !step_truth(c->r, "recurseSubmodules", false) ||
	       submodules_checkout(c->r->arena, out.path, &how, e);
}

static bool git_clone_checkouts(struct clone *c, struct value *commits, struct err *e)
{
	const struct value *all = value_get(c->r->config, "checkout");

	if (!git_work_access(c->r, c->url, c->insecure, &c->access, e) ||
	    !git_work_identity(c->r, value_get(c->r->config, "author"), &c->who, e) ||
	    !git_work_author_open(c->r, &c->who, &c->author, e))
		return false;
	step_report(c->r, "fetching %s", remote_name(c->r->arena, c->url));
	if (!mirror_update(c->mirror, &c->access, e))
		return false;
	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *v = value_at(all, i);
		struct oid id;

		if (!check_out(c, v, &id, e))
			return err_wrap(e, "checkout[%zu]", i);
		value_set(c->r->arena, commits, git_clone_key_of(v),
			  value_string(c->r->arena, id.hex));
	}
	return true;
}

static bool git_clone_perform(struct clone *c, struct step_result *result, struct err *e)
{
	struct step_run *r = c->r;
	struct value *commits = value_map(r->arena);
	bool done;

	c->url = step_text(r, "repoURL", "");
	c->insecure = step_truth(r, "insecureSkipTLSVerify", false);
	if (!git_work_mirror(r, c->url, &c->mirror, e))
		return git_work_failed(e);
	done = git_clone_checkouts(c, commits, e);
	git_work_author_close(&c->author);
	mirror_close(c->mirror);
	if (!done)
		return git_work_failed(e);
	step_output(r, result, "commits", commits);
	return true;
}

static bool git_clone_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct clone c = { .r = r };

	return git_clone_perform(&c, result, e);
}

static bool git_clone_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct clone c = { .r = r, .pretends = true };

	if (!git_clone_perform(&c, result, e))
		return false;
	if (c.made)
		result->message = str_format(r->arena, "would create the branch %s", c.made);
	return true;
}

const struct step_def step_git_clone = {
	.kind = "git-clone",
	.summary = "Check out branches, tags or commits of a repository.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS,
	.check = git_clone_check,
	.reach = STEP_REACH_READS,
	.rehearse = git_clone_rehearse,
	.run = git_clone_run,
};
