/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that was written since the last time goes to the disk as one small pack, so that an
 * event costs few files and few flushes.
 */
#include "git/store_inner.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>
#include <git2/sys/odb_backend.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "git/handle.h"
#include "git/store.h"

bool store_put(struct store *s, int type, struct str data, git_oid *id, struct err *e)
{
	int code = git_odb_hash(id, data.at, data.len, (git_object_t)type);

	if (code == 0)
		code = s->memory->write(s->memory, id, data.at, data.len, (git_object_t)type);
	if (code != 0)
		return store_failed(e, code, "writing an object");
	buf_add(&s->fresh, id->id, sizeof(id->id));
	return true;
}

static bool sync_path(const char *path, struct err *e)
{
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return err_errno(e, "flushing %s", path);
	return true;
}

bool store_flush_pack(const struct store *s, const char *name, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = str_format(a, "%sobjects/pack", s->path);

	return sync_path(str_format(a, "%s/pack-%s.pack", folder, name), e) &&
	       sync_path(str_format(a, "%s/pack-%s.idx", folder, name), e) && sync_path(folder, e);
}

bool store_save(struct store *s, struct err *e)
{
	AUTO(git_packbuilder) git_packbuilder *p = NULL;
	int code;

	if (s->fresh.len == 0)
		return true;
	code = git_packbuilder_new(&p, s->repo);
	for (size_t i = 0; code == 0 && i + GIT_OID_RAWSZ <= s->fresh.len; i += GIT_OID_RAWSZ) {
		git_oid id;
		memcpy(id.id, s->fresh.at + i, GIT_OID_RAWSZ);
		code = git_packbuilder_insert(p, &id, NULL);
	}
	if (code == 0)
		code = git_packbuilder_write(p, NULL, 0, NULL, NULL);
	if (code != 0)
		return store_failed(e, code, "writing a pack");
	if (!store_flush_pack(s, git_packbuilder_name(p), e))
		return false;
	buf_clear(&s->fresh);
	s->saved++;
	return true;
}
