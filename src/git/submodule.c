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
#include "git/work.h"

enum { DEEPEST = 8, MOST = 1000 };

struct submodule_found {
	const char *path, *url;
	struct oid commit;
};

struct submodule_search {
	struct arena *arena;
	struct list *found;
	const char *origin;             /* of the superproject */
};

/* "../other.git" starts from the superproject's own url (gitsubmodules(7)). */
static const char *absolute_url(struct arena *a, const char *origin, const char *url)
{
	const char *base = origin ? origin : "";

	if (!has_prefix(url, "./") && !has_prefix(url, "../"))
		return url;
	while (has_suffix(base, "/"))
		base = str_copy_n(a, base, strlen(base) - 1);
	for (;;) {
		const char *slash = strrchr(base, '/'), *colon = strrchr(base, ':');

		if (has_prefix(url, "./")) {
			url += 2;
		} else if (has_prefix(url, "../") && slash) {
			base = str_copy_n(a, base, (size_t)(slash - base));
			url += 3;
		} else if (has_prefix(url, "../") && colon) {
			return str_format(a, "%.*s:%s", (int)(colon - base), base, url + 3);
		} else {
			return str_format(a, "%s/%s", base, url);
		}
	}
}

static int see(git_submodule *s, const char *name, void *payload)
{
	struct submodule_search *search = payload;
	const git_oid *id = git_submodule_index_id(s);
	struct submodule_found *f;

	(void)name;
	if (!id || !git_submodule_url(s) || search->found->count >= MOST)
		return 0;
	f = arena_alloc(search->arena, sizeof(*f));
	f->path = str_copy(search->arena, git_submodule_path(s));
	f->url = absolute_url(search->arena, search->origin,
			      str_copy(search->arena, git_submodule_url(s)));
	oid_write(id, &f->commit);
	list_add(search->arena, search->found, f);
	return 0;
}

static bool search(struct arena *a, const char *path, struct list *found, struct err *e)
{
	AUTO(repo) struct repo *r = NULL;
	struct submodule_search s = { .arena = a, .found = found };
	struct work_origin origin;
	int code;

	if (!repo_open(path, &r, e) || !work_origin(r, a, &origin, e))
		return false;
	s.origin = origin.url;
	code = git_submodule_foreach(r->git, see, &s);
	return code == 0 || handle_failed(e, code, "reading the submodules of %s", path);
}

static bool checkout_one(struct arena *a, const char *path, const struct submodule_found *f,
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
		const struct submodule_found *f = found.items[i];

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
