/* SPDX-License-Identifier: Apache-2.0 */
/* Servers that hang up or fall silent in the middle of a pack; a disk that is full. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "play.h"
#include "tap.h"

enum { LARGE = 60000 };

/* An "ssh" that runs the command here, with its output through a filter of the shell. */
static void set_ssh(struct play *p, const char *filter)
{
	const char *path = path_join(p->a, p->folder, "ssh");
	const char *text = str_format(p->a, "#!/bin/sh\nfor last; do :; done\neval \"$last\" | %s\n", filter);
	struct err e;

	ok(file_write(path, text, strlen(text), 0755, &e), "a server that does: %s", filter);
	setenv("GIT_SSH_COMMAND", path, 1);
}

/* What no compression makes small. */
static void commit_large(struct play *p, const char *remote)
{
	char *text = arena_alloc(p->a, LARGE + 1);
	uint32_t dice = 1;

	for (size_t i = 0; i < LARGE; i++) {
		dice = dice * 1664525 + 1013904223;
		text[i] = (char)('!' + (dice >> 24) % 90);
	}
	play_commit(p, remote, "main", "large", text);
}

static bool is_whole(struct play *p, struct mirror *m)
{
	return strcmp(play_git(p, repo_folder(mirror_repo(m)), "fsck"), "") == 0;
}

TEST(a_server_that_fails_in_the_middle)
{
	struct play p;
	struct err e = { 0 };
	struct mirror *m = NULL;
	struct remote_access access = { .timeout_ms = 20000 };
	int64_t start;

	play_start(&p);
	const char *remote = play_remote(&p, "a.git");
	const char *url = str_format(p.a, "ssh://host%s", remote);
	set_ssh(&p, "cat");
	ok(mirror_open(p.a, path_join(p.a, p.folder, "mirrors"), url, &m, &e) &&
		   mirror_update(m, &access, &e), "all is well at first %s", e.message);
	commit_large(&p, remote);
	set_ssh(&p, "dd bs=1 count=9000 2>/dev/null");
	start = clock_ticks();
	ok(!mirror_update(m, &access, &e) && e.again && e.code == ERR_NET, "it hangs up: %s", e.message);
	ok(clock_ticks() - start < 15000, "which is seen at once");
	ok(is_whole(&p, m), "the mirror is whole");
	set_ssh(&p, "(dd bs=1 count=9000 2>/dev/null; exec sleep 60)");
	access.timeout_ms = 1500;
	start = clock_ticks();
	ok(!mirror_update(m, &access, &e) && e.again && e.code == ERR_TIMEOUT, "it falls silent: %s",
	   e.message);
	ok(clock_ticks() - start < 15000, "nobody waits for ever");
	ok(is_whole(&p, m), "the mirror is whole");
	set_ssh(&p, "cat");
	access.timeout_ms = 20000;
	ok(mirror_update(m, &access, &e), "well again, all is fetched");
	ok(is_whole(&p, m), "the mirror is whole");
	mirror_close(m);
	unsetenv("GIT_SSH_COMMAND");
	play_stop(&p);
}

static void limit(rlim_t bytes)
{
	struct rlimit r = { 0 };

	fflush(stdout);
	signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &r) == 0) {
		r.rlim_cur = bytes;
		setrlimit(RLIMIT_FSIZE, &r);
	}
}

TEST(a_full_disk_in_a_checkout)
{
	struct play p;
	struct err e = { 0 };
	struct mirror *m = NULL;
	struct remote_access access = { .timeout_ms = 20000 };
	struct checkout c = { .branch = "main", .is_kept = true };

	play_start(&p);
	const char *remote = play_remote(&p, "a.git");
	ok(mirror_open(p.a, path_join(p.a, p.folder, "mirrors"), remote, &m, &e) &&
		   mirror_update(m, &access, &e), "a mirror %s", e.message);
	commit_large(&p, remote);
	limit(9000);
	bool updated = mirror_update(m, &access, &e);
	limit(RLIM_INFINITY);
	ok(!updated, "a fetch that does not fit fails: %s", e.message);
	ok(is_whole(&p, m), "the mirror is whole");
	ok(mirror_update(m, &access, &e), "with room it succeeds %s", e.message);
	c.path = path_join(p.a, p.folder, "work/src");
	ok(repo_resolve(mirror_repo(m), "main", &c.commit, &e) &&
		   folder_make(path_join(p.a, c.path, ".git"), 0755, &e), "to be checked out");
	limit(9000);
	bool made = mirror_checkout(m, &c, &e);
	limit(RLIM_INFINITY);
	ok(!made && strstr(e.message, "large"), "the file that does not fit is named: %s", e.message);
	mirror_keep(path_join(p.a, p.folder, "mirrors"), path_join(p.a, p.folder, "work"));
	ok(folder_remove(path_join(p.a, p.folder, "work"), &e) &&
		   folder_make(path_join(p.a, c.path, ".git"), 0755, &e) && mirror_checkout(m, &c, &e),
	   "with room it is made %s", e.message);
	is_number(strlen(play_read(&p, c.path, "large")), LARGE, "whole");
	mirror_close(m);
	play_stop(&p);
}
