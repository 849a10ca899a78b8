/* SPDX-License-Identifier: Apache-2.0 */
/* Objects, refs and history, checked with the system's git. */
#include "git/repo.h"
#include "git/tree.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "play.h"
#include "tap.h"

TEST(trees_are_edited_without_files)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid base = { "" }, tree = { "" }, again = { "" };

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	ok(repo_open(path, &r, &e) && repo_ref(r, "refs/heads/main", &base, &e), "it opens");
	const struct repo_edit edits[] = {
		{ .path = "x/y/z.json", .content = str_of("{}") },
		{ .path = "README", .remove = true },
		{ .path = "x/a", .content = str_of("a") },
		{ .path = "x-b", .content = str_of("b") },
		{ .path = "gone/with/folders", .remove = true },
	};
	ok(repo_edit(r, &(struct repo_edits){ &base, edits, COUNTOF(edits) }, &tree, &e), "five edits make a tree %s",
	   e.message);
	is_text(play_git(&p, path, str_format(p.a, "ls-tree -r --name-only %s", tree.hex)),
		"x-b\nx/a\nx/y/z.json", "that holds what it should");
	is_text(play_git(&p, path, str_format(p.a, "fsck --strict --no-dangling %s", tree.hex)), "",
		"and that git finds well");
	const struct repo_edit back[] = {
		{ .path = "x/y/z.json", .remove = true },
		{ .path = "x/a", .remove = true },
		{ .path = "x-b", .remove = true },
		{ .path = "README", .content = str_of("hello\n") },
	};
	ok(repo_edit(r, &(struct repo_edits){ &tree, back, COUNTOF(back) }, &again, &e), "edits undone");
	struct repo_commit c;
	ok(repo_read_commit(r, p.a, &base, &c, &e), "give");
	is_text(again.hex, c.tree.hex, "the tree it was: empty folders are gone");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(paths_of_edits_are_checked)
{
	static const char *const bad[] = { "", "/a", "a//b", "../a", "a/..", "./a", ".git/config",
					   "a/.GIT/x", "a/" };
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid tree;

	play_start(&p);
	ok(repo_open(play_remote(&p, "a.git"), &r, &e), "it opens");
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		const struct repo_edit edit = { .path = bad[i], .content = str_of("x") };

		ok(!repo_edit(r, &(struct repo_edits){ NULL, &edit, 1 }, &tree, &e), "\"%s\" is refused: %s", bad[i],
		   e.message);
	}
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(refs_move_by_comparison)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid one = { "" }, two, none = { "" };
	struct list refs = { 0 };

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	ok(repo_open(path, &r, &e) && repo_ref(r, "refs/heads/main", &one, &e), "it opens");
	two = play_commit(&p, path, "main", "b", "2");
	ok(!repo_set_ref(r, "refs/heads/main", &one, &one, &e) && e.code == ERR_CONFLICT,
	   "what moved meanwhile is a conflict");
	ok(!repo_set_ref(r, "refs/heads/main", &one, &none, &e) && e.code == ERR_CONFLICT,
	   "what exists is, too, when it should not");
	ok(repo_set_ref(r, "refs/heads/main", &one, &two, &e), "what is as expected moves");
	ok(repo_set_ref(r, "refs/heads/x/y", &two, NULL, &e), "and whatever it is");
	ok(!repo_set_ref(r, "refs/heads/new", &one, &two, &e) && e.code == ERR_CONFLICT,
	   "what should be there and is not is a conflict");
	ok(repo_refs(r, p.a, "refs/heads/*", &refs, &e) && refs.count == 2, "two branches");
	is_text(((struct repo_ref *)refs.items[1])->name, "refs/heads/x/y", "by name");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

static bool note_message(void *context, const struct repo_commit *c)
{
	struct list *l = context;

	list_add((struct arena *)l->items[0], l, (void *)(uintptr_t)str_copy(l->items[0], c->message));
	return l->count < 4;
}

TEST(history_is_walked_newest_first)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct list seen = { 0 };
	struct oid first = { "" }, last, found;
	bool is = false;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	ok(repo_open(path, &r, &e) && repo_ref(r, "refs/heads/main", &first, &e), "it opens");
	for (int i = 1; i <= 5; i++)
		last = play_commit(&p, path, "main", str_format(p.a, "f/%d", i), "x");
	list_add(p.a, &seen, p.a);
	ok(repo_walk(r, &(struct repo_walk){ &last, NULL, true }, note_message, &seen, &e), "walking");
	is_number(seen.count, 4, "ends when told");
	is_text(seen.items[1], "write f/5\n", "and begins with the newest");
	seen.count = 1;
	ok(repo_resolve(r, "HEAD~2", &found, &e) &&
		   repo_walk(r, &(struct repo_walk){ &last, &found, false }, note_message, &seen, &e),
	   "or at a commit");
	is_number(seen.count, 3, "that it does not show");
	ok(repo_is_ancestor(r, &first, &last, &is, &e) && is, "the first came before the last");
	ok(repo_is_ancestor(r, &last, &first, &is, &e) && !is, "and not the other way");
	ok(!repo_resolve(r, ":/write", &found, &e) && e.code == ERR_CONFIG, "no searches");
	ok(!repo_resolve(r, "nothing", &found, &e) && e.code == ERR_NOT_FOUND, "or what is not");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(a_child_comes_before_its_parent_whatever_their_clocks_said)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct list seen = { 0 };
	struct repo_commit c = { .author = { "Ada", "ada@example.org", 1000, 0 },
				 .committer = { "Ada", "ada@example.org", 1000, 0 },
				 .message = "behind\n" };
	struct oid parent, child;

	play_start(&p);
	ok(repo_open(play_remote(&p, "a.git"), &r, &e) && repo_ref(r, "refs/heads/main", &parent, &e) &&
		   repo_edit(r, &(struct repo_edits){ &parent, NULL, 0 }, &c.tree, &e),
	   "a commit of today");
	c.parents = &parent;
	c.parent_count = 1;
	ok(repo_commit(r, &c, &child, &e), "and one on it by a machine of 1970");
	list_add(p.a, &seen, p.a);
	ok(repo_walk(r, &(struct repo_walk){ &child, NULL, false }, note_message, &seen, &e), "walking");
	is_text(seen.items[1], "behind\n", "the newer one is first");
	play_stop(&p);
}

static bool count_file(void *context, const char *path, const struct repo_entry *entry)
{
	size_t *count = context;

	(void)entry;
	*count += strncmp(path, "f/", 2) == 0;
	return true;
}

TEST(the_files_of_a_folder_are_listed)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct list entries = { 0 };
	struct oid last;
	size_t count = 0;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	play_commit(&p, path, "main", "f/a", "1234567890");
	last = play_commit(&p, path, "main", "f/g/b", "");
	ok(repo_open(path, &r, &e), "it opens");
	ok(repo_list(r, p.a, &(struct repo_place){ &last, "f" }, &entries, &e) && entries.count == 2, "f holds two");
	ok(((struct repo_entry *)entries.items[1])->is_folder, "one a folder");
	ok(repo_files(r, &(struct repo_place){ &last, "f" }, count_file, &count, &e) && count == 2, "and two files in all");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}
