/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repository opened, and its refs. Moving a ref holds the ref's lock file between
 * the comparison and the rename, so that git itself and other processes take part.
 */
#include "git/repo.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "git/git.h"
#include "git/handle.h"

bool repo_init(const char *path, bool bare, const char *branch, struct err *e)
{
	AUTO(git_repository) git_repository *git = NULL;
	git_repository_init_options o;
	int code;

	assert(path && branch);
	if (!git_start(e))
		return false;
	git_repository_init_options_init(&o, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	o.flags = GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_MKPATH;
	if (bare)
		o.flags |= GIT_REPOSITORY_INIT_BARE;
	o.initial_head = branch;
	code = git_repository_init_ext(&git, path, &o);
	return code == 0 || handle_failed(e, code, "making the repository %s", path);
}

bool repo_open(const char *path, struct repo **out, struct err *e)
{
	git_repository *git;
	int code;

	if (!git_start(e))
		return false;
	code = git_repository_open_ext(&git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (code != 0)
		return handle_failed(e, code, "opening the repository %s", path);
	*out = repo_wrap(git);
	return true;
}

void repo_close(struct repo *r)
{
	if (r)
		git_repository_free(r->git);
	free(r);
}

void auto_repo(struct repo **r)
{
	repo_close(*r);
}

const char *repo_folder(const struct repo *r)
{
	return git_repository_path(r->git);
}

const char *repo_work_folder(const struct repo *r)
{
	return git_repository_workdir(r->git);
}

bool repo_ref(struct repo *r, const char *ref, struct oid *id, struct err *e)
{
	git_oid oid;
	int code;

	assert(ref);
	code = git_reference_name_to_id(&oid, r->git, ref);
	if (code != 0)
		return handle_failed(e, code, "reading %s", ref);
	oid_write(&oid, id);
	return true;
}

bool repo_resolve(struct repo *r, const char *name, struct oid *commit, struct err *e)
{
	AUTO(git_object) git_object *object = NULL;
	AUTO(git_object) git_object *peeled = NULL;
	int code;

	assert(name);
	/* ":/text" and "a@{1 day ago}" search histories and reflogs: nobody's branch or tag. */
	if (!*name || strpbrk(name, ":{"))
		return err_set(e, ERR_CONFIG, "\"%s\" is not a branch, tag or commit", name);
	code = git_revparse_single(&object, r->git, name);
	if (code == 0)
		code = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
	if (code != 0)
		return handle_failed(e, code, "looking for the commit \"%s\"", name);
	oid_write(git_object_id(peeled), commit);
	return true;
}

static void add_ref(struct arena *a, struct list *refs, git_reference *ref)
{
	AUTO(git_object) git_object *commit = NULL;
	AUTO(git_reference) git_reference *direct = NULL;
	struct repo_ref *out = arena_alloc(a, sizeof(*out));

	if (git_reference_resolve(&direct, ref) != 0)
		return;                         /* a symbolic ref to nowhere */
	out->name = str_copy(a, git_reference_name(ref));
	oid_write(git_reference_target(direct), &out->id);
	if (git_reference_peel(&commit, direct, GIT_OBJECT_COMMIT) == 0)
		oid_write(git_object_id(commit), &out->commit);
	list_add(a, refs, out);
}

static int repo_by_name(const void *one, const void *two)
{
	const struct repo_ref *const *a = one, *const *b = two;

	return strcmp((*a)->name, (*b)->name);
}

bool repo_refs(struct repo *r, struct arena *a, const char *pattern, struct list *refs,
	       struct err *e)
{
	git_reference_iterator *all;
	git_reference *ref;
	struct list found = { 0 };
	int code;

	assert(pattern && *pattern);
	code = git_reference_iterator_glob_new(&all, r->git, pattern);
	if (code != 0)
		return handle_failed(e, code, "reading refs %s", pattern);
	while ((code = git_reference_next(&ref, all)) == 0) {
		add_ref(a, &found, ref);
		git_reference_free(ref);
	}
	git_reference_iterator_free(all);
	if (code != GIT_ITEROVER)
		return handle_failed(e, code, "reading refs %s", pattern);
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), repo_by_name);
	*refs = found;
	return true;
}

static bool repo_moved(const char *ref, struct err *e)
{
	return err_again(e, ERR_CONFLICT, "%s was moved by somebody else", ref);
}

bool repo_set_ref(struct repo *r, const char *ref, const struct oid *id,
		  const struct oid *expected, struct err *e)
{
	AUTO(git_reference) git_reference *made = NULL;
	git_oid to, from;
	int code;

	assert(ref && id && id->hex[0]);
	if (!oid_read(id, &to, e))
		return false;
	if (!expected || !expected->hex[0]) {
		code = git_reference_create(&made, r->git, ref, &to, !expected, NULL);
	} else {
		if (!oid_read(expected, &from, e))
			return false;
		code = git_reference_create_matching(&made, r->git, ref, &to, 1, &from, NULL);
	}
	if (expected && (code == GIT_EEXISTS || code == GIT_EMODIFIED || code == GIT_ELOCKED ||
			 code == GIT_ENOTFOUND))
		return repo_moved(ref, e);
	return code == 0 || handle_failed(e, code, "moving %s", ref);
}
