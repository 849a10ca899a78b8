/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git+https://git.example.org/acme/kargo.git#main:projects: through the same mirror
 * that promotions use, so following a branch costs one ls-remote.
 */
#include "observe/git_manifests.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "git/tree.h"

enum { PATIENCE_MS = 60000, MAX_FILES = 10000, MAX_BYTES = 64 << 20 };

static const char prefix[] = "git+";

struct address {
	const char *url, *ref, *path;   /* ref NULL: the default branch; path "" or "a/b" */
};

bool git_manifests_named(const char *manifests)
{
	return has_prefix(manifests, prefix);
}

static void git_manifests_parse(struct arena *a, const char *manifests, struct address *out)
{
	const char *url = manifests + strlen(prefix), *hash = strchr(url, '#'), *colon;

	*out = (struct address){ .url = url, .path = "" };
	if (!hash)
		return;
	out->url = str_copy_n(a, url, (size_t)(hash - url));
	colon = strchr(hash, ':');
	out->path = colon ? colon + 1 : "";
	out->ref = str_copy_n(a, hash + 1, colon ? (size_t)(colon - hash - 1) : strlen(hash + 1));
	if (!*out->ref)
		out->ref = NULL;
}

static bool open_mirror(struct arena *a, const struct address *at, struct mirror **m,
			struct err *e)
{
	const struct remote_access access = { .timeout_ms = PATIENCE_MS };
	const char *cache = path_cache(a);

	if (!cache)
		return err_set(e, ERR_IO, "no cache folder: neither XDG_CACHE_HOME nor HOME is set");
	if (!mirror_open(a, path_join(a, cache, "mirrors"), at->url, m, e))
		return false;
	if (mirror_update(*m, &access, e))
		return true;
	mirror_close(*m);
	return false;
}

static bool git_manifests_commit_of(struct mirror *m, const struct address *at, struct oid *commit,
				    struct err *e)
{
	const char *ref = at->ref ? at->ref : mirror_default(m);

	if (!ref)
		return err_set(e, ERR_NOT_FOUND, "%s has no default branch; name one after #", at->url);
	return repo_resolve(mirror_repo(m), ref, commit, e);
}

struct git_gathering {
	struct arena *a;
	struct repo *repo;
	const char *url;
	struct list files;              /* struct config_file * */
	size_t left;
	bool failed;
	struct err *e;
};

static bool take_file(void *context, const char *path, const struct repo_entry *entry)
{
	struct git_gathering *g = context;
	const struct repo_blob content = { .id = &entry->id, .max = g->left };
	struct config_file *f;

	if (entry->is_folder || (entry->mode & 0170000) != 0100000 ||
	    (!has_suffix(path, ".yaml") && !has_suffix(path, ".yml") && !has_suffix(path, ".json")))
		return true;
	f = arena_alloc(g->a, sizeof(*f));
	f->name = str_copy(g->a, path);
	if (g->files.count >= MAX_FILES)
		g->failed = !err_set(g->e, ERR_LIMIT, "more than %d manifests", MAX_FILES);
	else
		g->failed = !repo_read_blob(g->repo, g->a, &content, &f->text, g->e);
	if (g->failed)
		return false;
	g->left -= f->text.len;
	list_add(g->a, &g->files, f);
	return true;
}

static bool git_manifests_gather(struct git_gathering *g, const struct oid *commit, const char *path)
{
	if (!repo_files(g->repo, &(struct repo_place){ commit, path }, take_file, g, g->e))
		return false;
	return !g->failed;
}

bool git_manifests_read(struct arena *a, const char *manifests, struct git_manifests *out,
			struct err *e)
{
	struct git_gathering g = { .a = a, .left = MAX_BYTES, .e = e };
	struct address at;
	struct mirror *m;
	struct oid id;
	bool fine;

	git_manifests_parse(a, manifests, &at);
	if (!open_mirror(a, &at, &m, e))
		return err_wrap(e, "reading manifests of %s", remote_name(a, at.url));
	g.repo = mirror_repo(m);
	fine = git_manifests_commit_of(m, &at, &id, e) && git_manifests_gather(&g, &id, at.path);
	mirror_close(m);
	if (!fine)
		return err_wrap(e, "reading manifests of %s", remote_name(a, at.url));
	out->files = arena_array(a, g.files.count, sizeof(*out->files));
	for (size_t i = 0; i < g.files.count; i++)
		out->files[i] = *(const struct config_file *)g.files.items[i];
	out->count = g.files.count;
	out->commit = str_copy(a, id.hex);
	return true;
}

bool git_manifests_changed(const char *manifests, const char *commit)
{
	AUTO(arena) struct arena *a = arena_new();
	struct address at;
	struct mirror *m;
	struct oid id;
	struct err e;
	bool same;

	git_manifests_parse(a, manifests, &at);
	if (!open_mirror(a, &at, &m, &e))
		return true;
	same = git_manifests_commit_of(m, &at, &id, &e) && strcmp(id.hex, commit) == 0;
	mirror_close(m);
	return !same;
}
