/* SPDX-License-Identifier: Apache-2.0 */
/* Archives are packed and unpacked, and nothing of a hostile one lands or leads outside. */
#include "steps/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/value.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

static bool run_step(struct arena *a, struct workdir *w, const struct step_def *def,
		     struct value *config, struct err *e)
{
	static const bool cancelled = false;
	struct step_run r = { .arena = a, .config = config, .work = w, .cancelled = &cancelled };
	struct step_result result = { .status = STEP_SUCCEEDED };

	return def->run(&r, &result, e);
}

static struct value *config(struct arena *a, const char *in, const char *out)
{
	struct value *v = value_map(a);

	value_set(a, v, "inPath", value_string(a, in));
	value_set(a, v, "outPath", value_string(a, out));
	return v;
}

TEST(names_are_judged)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(archive_name(a, "./a//b", 0), "a/b", "dots and slashes go");
	is_text(archive_name(a, "a/b/c", 2), "c", "leading folders are stripped");
	ok(!archive_name(a, "a", 1), "with nothing left there is no name");
	ok(!archive_name(a, "a/../../b", 0), "a name with .. is refused");
	ok(!archive_name(a, "/etc/passwd", 0), "so is an absolute one");
	ok(archive_link_is_safe("a/b", "../c"), "a link beside is safe");
	ok(!archive_link_is_safe("a/b", "../../c"), "one above is not");
	ok(!archive_link_is_safe("a", "/etc"), "nor an absolute one");
}

TEST(what_is_packed_is_unpacked)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct workdir *w;
	struct str s = { 0 };
	struct err e = { 0 };
	struct value *packed = config(a, "in", "all.tar");

	ok(folder_temporary(a, "gantry-test-", &folder, &e) && workdir_open(a, folder, &w, &e),
	   "a work directory");
	ok(workdir_write(w, "in/sub/b.txt", "hello", 5, &e) && workdir_write(w, "in/.git/x", "g", 1, &e) &&
		   symlink("sub/b.txt", path_join(a, folder, "in/link")) == 0,
	   "with a file, a link and a .git");
	value_set(a, packed, "gzip", value_bool(a, true));
	ok(run_step(a, w, step_find("tar"), packed, &e), "it is packed: %s", e.message);
	ok(run_step(a, w, step_find("untar"), config(a, "all.tar", "out"), &e), "and unpacked: %s",
	   e.message);
	ok(workdir_read(w, a, &(struct workdir_file){ "out/sub/b.txt", 100 }, &s, &e) && str_is(s, "hello"), "the file is there");
	ok(workdir_read(w, a, &(struct workdir_file){ "out/link", 100 }, &s, &e) && str_is(s, "hello"), "so is the link");
	ok(!workdir_read(w, a, &(struct workdir_file){ "out/.git/x", 100 }, &s, &e), ".git is not");
	workdir_close(w);
	ok(folder_remove(folder, &e), "all is cleaned up");
}

/* One ustar header, with its checksum. */
static void header(char block[512], const char *name, char kind, const char *target, size_t size)
{
	unsigned sum = 0;

	memset(block, 0, 512);
	memcpy(block, name, strlen(name));
	memcpy(block + 100, "0000644", 8);
	memcpy(block + 108, "0000000", 8);
	memcpy(block + 116, "0000000", 8);
	snprintf(block + 124, 12, "%011zo", size);
	memcpy(block + 136, "00000000000", 12);
	memset(block + 148, ' ', 8);
	block[156] = kind;
	memcpy(block + 157, target, strlen(target));
	memcpy(block + 257, "ustar\0" "00", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
}

TEST(a_hostile_archive_does_no_harm)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *outside, *folder;
	struct workdir *w;
	struct err e = { 0 };
	char tar[512 * 8] = "";

	header(tar, "../evil", '0', "", 0);
	header(tar + 512, "/tmp/gantry-evil", '0', "", 0);
	header(tar + 1024, "up", '2', "../..", 0);
	header(tar + 1536, "abs", '2', "/etc", 0);
	header(tar + 2048, "up/evil", '0', "", 0);
	header(tar + 2560, "dev", '3', "", 0);
	ok(folder_temporary(a, "gantry-test-", &outside, &e), "a folder around");
	folder = path_join(a, outside, "work");
	ok(folder_make(folder, 0700, &e) && workdir_open(a, folder, &w, &e), "a work directory");
	ok(workdir_write(w, "x.tar", tar, sizeof(tar), &e), "the archive");
	run_step(a, w, step_find("untar"), config(a, "x.tar", "out"), &e);
	ok(!file_exists(path_join(a, outside, "evil")) && !file_exists("/tmp/gantry-evil"),
	   "nothing lies outside");
	ok(!file_exists(path_join(a, folder, "evil")), "nor beside outPath");
	ok(access(path_join(a, folder, "out/abs"), F_OK) != 0, "no link leads out");
	workdir_close(w);
	ok(folder_remove(outside, &e), "all is cleaned up");
}

TEST(what_is_left_out_costs_something_too)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct workdir *w;
	struct err e = { 0 };
	char tar[512 * 4] = "";

	header(tar, "../evil", '0', "", (size_t)2 << 30);
	ok(folder_temporary(a, "gantry-test-", &folder, &e) && workdir_open(a, folder, &w, &e) &&
		   workdir_write(w, "x.tar", tar, sizeof(tar), &e),
	   "an archive with 2 GB that will be left out");
	ok(!run_step(a, w, step_find("untar"), config(a, "x.tar", "out"), &e) && e.code == ERR_LIMIT,
	   "is refused before they are unpacked: %s", e.message);
	workdir_close(w);
	ok(folder_remove(folder, &e), "all is cleaned up");
}
