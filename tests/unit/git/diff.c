/* SPDX-License-Identifier: Apache-2.0 */
/* Differences as people and screens see them. */
#include "git/diff.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "play.h"
#include "tap.h"

TEST(trees_are_compared)
{
	struct play p;
	struct err e = { 0 };
	struct diff d = { 0 };
	struct oid one, two;
	AUTO(repo) struct repo *r = NULL;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	one = play_commit(&p, path, "main", "x/a", "1\n2\n3\n");
	play_commit(&p, path, "main", "b\x1b", "\x1b[31mred\n");
	two = play_commit(&p, path, "main", "x/a", "1\n2\n4\n");
	ok(repo_open(path, &r, &e) && diff_trees(r, p.a, &(struct diff_request){ &one, &two, NULL, 10000 }, &d, &e), "compared %s",
	   e.message);
	is_number(d.file_count, 2, "two files");
	is_number(d.added, 2, "two lines more");
	is_number(d.removed, 1, "one less");
	is_text(d.files[1].path, "x/a", "by name");
	ok(d.files[0].what == 'A' && d.files[1].what == 'M', "and what happened to them");
	ok(strstr(d.text, "-3\n+4\n") != NULL, "as text");
	ok(!strchr(d.text, '\x1b') && !strchr(d.files[0].path, '\x1b'), "that no terminal obeys");
	ok(!d.is_cut, "whole");
	ok(diff_trees(r, p.a, &(struct diff_request){ &one, &two, "x", 10000 }, &d, &e) && d.file_count == 1, "or of a folder");
	ok(diff_trees(r, p.a, &(struct diff_request){ NULL, &two, NULL, 10000 }, &d, &e) && d.file_count == 3, "or from nothing");
	ok(diff_trees(r, p.a, &(struct diff_request){ &one, &two, NULL, 150 }, &d, &e) && d.is_cut && strlen(d.text) <= 150,
	   "as long as there is room");
	is_number(d.added, 2, "with all counted");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}
