/* SPDX-License-Identifier: Apache-2.0 */
/* Large packs, made by git where it is there and by libgit2 where it is not. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/store.h"
#include "play.h"
#include "tap.h"

enum { COMMITS = 60, LINES = 60 };

/* A history of two files that change a line at a time, each commit in a pack of its own. */
static bool pack_history(struct arena *a, struct store *s, char head[STORE_ID])
{
	struct store_change changes[2] = { { .path = "stages/uat.json" }, { .path = "freight/aa/1.json" } };
	struct err e;

	head[0] = '\0';
	for (unsigned i = 0; i < COMMITS; i++) {
		struct store_new n = { .parent = str_copy(a, head), .changes = changes, .nchanges = 1 + i % 2,
				       .message = str_format(a, "change %u", i), .at = 1717236000 + i };
		const char *text = "";

		for (unsigned line = 0; line < LINES; line++)
			text = str_format(a, "%sline %u of the file says %u\n", text, line, line == i % LINES ? i : 7);
		changes[0].content = changes[1].content = str_of(text);
		if (!store_commit_new(s, &n, head, NULL, &e) || !store_save(s, &e))
			return ok(false, "%s", e.message);
	}
	return store_ref_set(s, "refs/heads/gantry/demo", head, "", &e);
}

static size_t pack_count(struct arena *a, const char *path)
{
	struct list names = { 0 };
	struct err e;

	return folder_list(a, path_join(a, path, "objects/pack"), &names, &e) ? names.count / 2 : 0;
}

/* The whole history can be read by a handle that was not there. */
static size_t pack_commits(struct arena *a, const char *path, const char *head)
{
	struct store_commit c;
	struct store *s;
	size_t count = 0;
	struct str blob;
	char file[STORE_ID];
	struct err e;

	if (!store_open(path, false, &s, &e))
		return 0;
	for (const char *id = head; id[0] && store_commit_read(s, a, id, &c, &e); id = str_copy(a, c.parent))
		count += store_file(s, id, "stages/uat.json", file, &e) && store_blob(s, a, file, &blob, &e) &&
			 strstr(blob.at, "line 59") != NULL;
	store_close(s);
	return count;
}

static void pack_large(const char *how)
{
	struct store_packing what = { .packed = "", .is_large = true };
	struct play p;
	struct store *s;
	char head[STORE_ID];
	const char *path;
	struct err e = { .message = "" };

	play_start(&p);
	path = path_join(p.a, p.folder, "store.git");
	ok(store_open(path, true, &s, &e) && pack_history(p.a, s, head), "a history of small packs, to be packed %s", how);
	is_number(pack_count(p.a, path), COMMITS, "one for each commit");
	what.head = head;
	ok(store_pack(s, &what, &e), "it is packed %s", e.message);
	is_number(pack_count(p.a, path), 1, "into one");
	is_number(pack_commits(p.a, path, head), COMMITS, "in which all is");
	store_close(s);
	play_stop(&p);
}

TEST(large_packs_with_and_without_git)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_copy(a, getenv("PATH"));

	pack_large("by git");
	setenv("PATH", "/nowhere", 1);
	pack_large("without git");
	setenv("PATH", path, 1);
}
