/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A submodule is a checkout within a checkout. Its commit is what the superproject's
 * index says; one that is in no branch or tag of its remote can't be had.
 */
#include "git/submodule.h"

#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/mirror.h"
#include "git/remote.h"

enum { DEEPEST = 8, MOST = 1000 };

struct found {
	const char *path, *url;
	struct oid commit;
};

struct search {
	struct arena *arena;
	struct list *found;
	struct repo *r;
};

static int see(git_submodule *s, const char *name, void *payload)
{
	struct search *search = payload;
	const git_oid *id = git_submodule_index_id(s);
	struct found *f;
	git_buf url = { 0 };

	(void)name;
	if (!id || !git_submodule_url(s) || search->found->count >= MOST)
		return 0;
	if (git_submodule_resolve_url(&url, search->r->git, git_submodule_url(s)) != 0)
		return -1;
	f = arena_alloc(search->arena, sizeof(*f));
	f->path = str_copy(search->arena, git_submodule_path(s));
	f->url = str_copy(search->arena, url.ptr);
	oid_write(id, &f->commit);
	list_add(search->arena, search->found, f);
	git_buf_dispose(&url);
	return 0;
}

static bool search(struct arena *a, const char *path, struct list *found, struct err *e)
{
	AUTO(repo) struct repo *r = NULL;
	struct search s = { .arena = a, .found = found };
	int code;

	if (!repo_open(path, &r, e))
		return false;
	s.r = r;
	code = git_submodule_foreach(r->git, see, &s);
	return code == 0 || handle_failed(e, code, "reading the submodules of %s", path);
}

static bool checkout_one(struct arena *a, const char *path, const struct found *f,
			 const struct submodules *how, struct err *e)
{
	AUTO(mirror) struct mirror *m = NULL;
	struct remote_access access = { 0 };
	struct checkout c = { .path = str_format(a, "%s/%s", path, f->path), .commit = f->commit,
			      .insecure = how->insecure };
	struct repo_commit commit;

	how->access(how->context, f->url, &access);
	if (!mirror_open(a, how->mirrors, f->url, &m, e))
		return false;
	if (!repo_read_commit(mirror_repo(m), a, &f->commit, &commit, e) &&
	    !mirror_update(m, &access, e))
		return false;
	return mirror_checkout(m, &c, e);
}

static bool checkout_all(struct arena *a, const char *path, const struct submodules *how,
			 unsigned depth, struct err *e)
{
	struct list found = { 0 };

	if (!search(a, path, &found, e))
		return false;
	if (found.count && depth >= DEEPEST)
		return err_set(e, ERR_LIMIT, "submodules within submodules %d deep", DEEPEST);
	for (size_t i = 0; i < found.count; i++) {
		const struct found *f = found.items[i];

		if (!checkout_one(a, path, f, how, e) ||
		    !checkout_all(a, str_format(a, "%s/%s", path, f->path), how, depth + 1, e))
			return err_wrap(e, "the submodule %s", f->path);
	}
	return true;
}

bool submodules_checkout(struct arena *a, const char *path, const struct submodules *how,
			 struct err *e)
{
	return checkout_all(a, path, how, 0, e);
}
