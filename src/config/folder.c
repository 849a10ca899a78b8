/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of manifests. Bounded, because it may be somebody's home by mistake. */
#define _GNU_SOURCE
#include "config/folder.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"

enum { MAX_FILES = 10000, MAX_DEPTH = 20, MAX_FINGERPRINT = 16 << 20 };
static const size_t max_bytes = 64 << 20;

static bool is_manifest(const char *name)
{
	return has_suffix(name, ".yaml") || has_suffix(name, ".yml") || has_suffix(name, ".json");
}

/* Folders in which tools keep what nobody wrote by hand; .kargo and the like are people's own. */
static bool is_tools_own(const char *name)
{
	static const char *const names[] = { ".cache", ".git", ".hg", ".npm", ".svn", ".terraform", ".venv",
					     ".yarn", "node_modules" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return has_prefix(name, "..");
}

/* Paths of all manifests below path, in order. */
static bool folder_walk(struct arena *a, const char *path, int depth, struct list *found,
			struct err *e)
{
	struct list names;

	if (depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "%s: more than %d folders deep", path, MAX_DEPTH);
	if (!folder_list(a, path, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i], *full = path_join(a, path, name);
		struct stat st;

		if (lstat(full, &st))
			continue;
		if (S_ISDIR(st.st_mode) && !is_tools_own(name) && !folder_walk(a, full, depth + 1, found, e))
			return false;
		if (!S_ISREG(st.st_mode) || name[0] == '.' || !is_manifest(name))
			continue;
		if (found->count >= MAX_FILES)
			return err_set(e, ERR_LIMIT, "%s: more than %d manifests", path, MAX_FILES);
		list_add(a, found, arena_copy(a, full, strlen(full) + 1));
	}
	return true;
}

static bool list_manifests(struct arena *a, const char *path, struct list *found, struct err *e)
{
	if (!folder_exists(path)) {
		list_add(a, found, arena_copy(a, path, strlen(path) + 1));
		return true;
	}
	return folder_walk(a, path, 0, found, e);
}

/* Broken UTF-16 stays as it is: the YAML parser says at which place. */
static void folder_decode(struct arena *a, struct config_file *f)
{
	struct err ignored;

	f->order = utf16_order_of(f->text);
	if (!utf16_read(a, f->name, f->text, &f->text, &ignored))
		f->order = UTF16_NONE;
}

bool folder_manifests(struct arena *a, const char *path, struct config_file **out, size_t *count,
		      struct err *e)
{
	struct list found = { 0 };
	struct config_file *files;
	size_t left = max_bytes;

	if (!list_manifests(a, path, &found, e))
		return err_wrap(e, "reading manifests");
	files = arena_array(a, found.count, sizeof(*files));
	for (size_t i = 0; i < found.count; i++) {
		files[i].name = found.items[i];
		if (!file_read(a, files[i].name, left, &files[i].text, e))
			return err_wrap(e, "reading manifests");
		left -= files[i].text.len;
		folder_decode(a, &files[i]);
	}
	*out = files;
	*count = found.count;
	return true;
}

const char *folder_fingerprint(struct arena *a, const char *path)
{
	AUTO(arena) struct arena *scratch = arena_new();
	AUTO(buf) struct buf b;
	struct list found = { 0 };
	struct err e;
	char hex[65];

	buf_init(&b, MAX_FINGERPRINT);
	if (!list_manifests(scratch, path, &found, &e))
		return "";
	for (size_t i = 0; i < found.count; i++) {
		struct stat st;

		if (stat(found.items[i], &st))
			return "";
		buf_format(&b, "%s %lld %lld.%ld %llu\n", (const char *)found.items[i],
			   (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
			   (unsigned long long)st.st_ino);
	}
	hash_sha256(buf_str(&b), b.len, hex);
	return str_copy(a, hex);
}

int64_t folder_changed_at(const char *path)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct list found = { 0 };
	struct err e;
	int64_t newest = 0;

	if (!list_manifests(scratch, path, &found, &e))
		return 0;
	for (size_t i = 0; i < found.count; i++) {
		struct stat st;
		int64_t at = stat(found.items[i], &st) ? 0 : (int64_t)st.st_mtim.tv_sec * 1000 +
								     st.st_mtim.tv_nsec / 1000000;

		newest = at > newest ? at : newest;
	}
	return newest;
}
