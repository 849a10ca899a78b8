/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and paths. */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"

bool folder_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool folder_make(const char *path, unsigned mode, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char *part = arena_copy(a, path, strlen(path) + 1);

	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(part, (mode_t)mode) && errno != EEXIST)
			return err_errno(e, "making the folder %s", part);
		*p = '/';
	}
	if (mkdir(part, (mode_t)mode) && errno != EEXIST)
		return err_errno(e, "making the folder %s", path);
	if (!folder_exists(path))
		return err_set(e, ERR_IO, "%s is not a folder", path);
	return true;
}

/* Removes what is in the folder behind fd, which it closes. */
static bool remove_contents(int fd, struct err *e)
{
	DIR *dir = fdopendir(fd);
	struct dirent *d;
	bool ok = true;

	if (!dir) {
		err_errno(e, "reading a folder");
		close(fd);
		return false;
	}
	while (ok && (d = readdir(dir))) {
		int sub;

		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, d->d_name, 0) == 0 || errno == ENOENT)
			continue;
		sub = openat(fd, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 && errno == ENOENT) /* somebody else removes it, too */
			continue;
		ok = sub >= 0 ? remove_contents(sub, e) : err_errno(e, "opening %s", d->d_name);
		if (ok && unlinkat(fd, d->d_name, AT_REMOVEDIR) && errno != ENOENT)
			ok = err_errno(e, "removing %s", d->d_name);
	}
	closedir(dir);
	return ok;
}

bool folder_empty(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, "opening %s", path);
	return remove_contents(fd, e);
}

bool folder_remove(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		return err_errno(e, "opening %s", path);
	if (!remove_contents(fd, e))
		return err_wrap(e, "removing %s", path);
	if (rmdir(path) && errno != ENOENT)
		return err_errno(e, "removing %s", path);
	return true;
}

bool folder_temporary(struct arena *a, const char *prefix, const char **path, struct err *e)
{
	const char *base = getenv("TMPDIR");
	char *made = str_format(a, "%s/%sXXXXXX", base && *base ? base : "/tmp", prefix);

	if (!mkdtemp(made))
		return err_errno(e, "making a temporary folder %s", made);
	*path = made;
	return true;
}

static int folder_by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool folder_list(struct arena *a, const char *path, struct list *names, struct err *e)
{
	DIR *dir = opendir(path);
	struct list found = { 0 };
	struct dirent *d;

	if (!dir)
		return err_errno(e, "reading the folder %s", path);
	while ((d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			list_add(a, &found, arena_copy(a, d->d_name, strlen(d->d_name) + 1));
	closedir(dir);
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), folder_by_name);
	*names = found;
	return true;
}

const char *path_join(struct arena *a, const char *folder, const char *name)
{
	size_t len = strlen(folder);

	if (name[0] == '/' || len == 0)
		return str_copy(a, name);
	return str_format(a, "%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *path_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : str_copy_n(a, path, (size_t)(slash - path));
}

static const char *xdg(struct arena *a, const char *variable, const char *below_home)
{
	const char *set = getenv(variable), *home = getenv("HOME");

	if (set && set[0] == '/')
		return path_join(a, set, "gantry");
	return home && *home ? str_format(a, "%s/%s/gantry", home, below_home) : NULL;
}

const char *path_state(struct arena *a)
{
	return xdg(a, "XDG_STATE_HOME", ".local/state");
}

const char *path_cache(struct arena *a)
{
	return xdg(a, "XDG_CACHE_HOME", ".cache");
}

const char *path_config(struct arena *a)
{
	return xdg(a, "XDG_CONFIG_HOME", ".config");
}
