/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing: a pack is on the disk before the loose copies of what it holds are
 * dropped, so that a crash in between costs room and nothing else.
 */
#include "git/store.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>
#include <git2/odb_backend.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/store_inner.h"

static void auto_walk(git_revwalk **w)
{
	git_revwalk_free(*w);
}

static void auto_packer(git_packbuilder **p)
{
	git_packbuilder_free(*p);
}

static void auto_odb(git_odb **o)
{
	git_odb_free(*o);
}

static int choose(struct store *s, git_packbuilder *p, const char *head, const char *packed)
{
	AUTO(walk) git_revwalk *walk = NULL;
	git_oid id;
	int code = git_revwalk_new(&walk, s->repo);

	if (code == 0)
		code = git_oid_fromstr(&id, head);
	if (code == 0)
		code = git_revwalk_push(walk, &id);
	if (code == 0 && packed[0] && git_oid_fromstr(&id, packed) == 0)
		code = git_revwalk_hide(walk, &id);
	return code == 0 ? git_packbuilder_insert_walk(p, walk) : code;
}

static bool sync_path(const char *path, struct err *e)
{
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return err_errno(e, "flushing %s", path);
	return true;
}

/* Every loose object that the new pack holds goes. */
static bool drop_loose(struct store *s, const char *index, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(odb) git_odb *odb = NULL;
	git_odb_backend *backend = NULL;
	int code = git_odb_new(&odb);

	if (code == 0)
		code = git_odb_backend_one_pack(&backend, index);
	if (code == 0)
		code = git_odb_add_backend(odb, backend, 1);
	if (code != 0)
		return store_failed(e, code, "opening the pack just written");
	for (unsigned folder = 0; folder < 256; folder++) {
		struct list names = { 0 };
		const char *path = str_format(a, "%sobjects/%02x", s->path, folder);
		if (!folder_exists(path) || !folder_list(a, path, &names, e))
			continue;
		for (size_t i = 0; i < names.count; i++) {
			git_oid id;
			const char *name = names.items[i];
			const char *hex = str_format(a, "%02x%s", folder, name);
			if (strlen(hex) == 40 && git_oid_fromstr(&id, hex) == 0 &&
			    git_odb_exists(odb, &id))
				unlink(str_format(a, "%s/%s", path, name));
		}
	}
	return true;
}

bool store_pack(struct store *s, const char *head, const char *packed, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(packer) git_packbuilder *p = NULL;
	const char *folder = str_format(a, "%sobjects/pack", s->path);
	int code = git_packbuilder_new(&p, s->repo);

	if (code == 0)
		code = choose(s, p, head, packed);
	if (code != 0)
		return store_failed(e, code, "choosing what to pack");
	if (git_packbuilder_object_count(p) == 0)
		return true;
	code = git_packbuilder_write(p, NULL, 0, NULL, NULL);
	if (code != 0)
		return store_failed(e, code, "writing a pack");
	const char *name = str_format(a, "%s/pack-%s", folder, git_packbuilder_name(p));
	const char *index = str_format(a, "%s.idx", name);
	if (!sync_path(str_format(a, "%s.pack", name), e) || !sync_path(index, e) ||
	    !sync_path(folder, e))
		return false;
	if (!drop_loose(s, index, e))
		return false;
	s->loose = 0;
	return true;
}
