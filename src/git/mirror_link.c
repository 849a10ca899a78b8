/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hard links from a checkout's own objects into its mirror. The commit comes last: a
 * mirror that holds a commit is taken to hold all that it names.
 */
#define _GNU_SOURCE
#include "git/mirror.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"

enum { MOST_OBJECTS = 10000, ALTERNATES_MAX = 65536 };

struct object_link {
	struct arena *arena;
	const char *from, *to;          /* two folders of objects */
	size_t count;
};

static bool link_one(struct object_link *l, const char *folder, const char *name)
{
	const char *from = str_format(l->arena, "%s/%s/%s", l->from, folder, name);
	const char *to = str_format(l->arena, "%s/%s/%s", l->to, folder, name);
	struct err e;

	if (l->count++ >= MOST_OBJECTS)
		return false;
	return link(from, to) == 0 || file_exists(to) ||
	       (folder_make(path_folder(l->arena, to), 0755, &e) && link(from, to) == 0);
}

/* A folder's files but the one that is to be last; an index follows its pack. */
static bool link_folder(struct object_link *l, const char *folder, const char *last, const char *suffix)
{
	struct list names = { 0 };
	struct err e;

	if (!folder_list(l->arena, path_join(l->arena, l->from, folder), &names, &e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];

		if (has_suffix(name, suffix) && strcmp(name, last) != 0 &&
		    !link_one(l, folder, name))
			return false;
	}
	return true;
}

static bool link_all(struct object_link *l, const struct oid *tip)
{
	const char *last = str_copy_n(l->arena, tip->hex, 2);
	struct list folders = { 0 };
	struct err e;

	if (!folder_list(l->arena, l->from, &folders, &e))
		return false;
	for (size_t i = 0; i < folders.count; i++) {
		const char *folder = folders.items[i];
		bool has_tip = strcmp(folder, last) == 0;

		if (strcmp(folder, "pack") == 0) {
			if (!link_folder(l, folder, "", ".pack") ||
			    !link_folder(l, folder, "", ".idx"))
				return false;
		} else if (strlen(folder) == 2 &&
			   !link_folder(l, folder, has_tip ? tip->hex + 2 : "", "")) {
			return false;
		}
	}
	return link_one(l, last, tip->hex + 2);
}

void mirror_link_objects(const char *folder, struct repo *checkout, const struct oid *tip)
{
	AUTO(arena) struct arena *a = arena_new();
	struct object_link l = { .arena = a };
	struct str text;
	struct err e;

	l.from = str_format(a, "%sobjects", repo_folder(checkout));
	if (strlen(tip->hex) != 40 ||
	    !file_read(a, path_join(a, l.from, "info/alternates"), ALTERNATES_MAX, &text, &e))
		return;
	l.to = str_text(a, str_trim(text));
	/* Steps can write into .git, too: nothing is linked to anywhere but a mirror. */
	if (!has_prefix(l.to, str_format(a, "%s/", folder)) || strstr(l.to, "/../") ||
	    strchr(l.to, '\n') || !has_suffix(l.to, "/objects"))
		return;
	(void)link_all(&l, tip);
}
