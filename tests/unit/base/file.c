/* SPDX-License-Identifier: Apache-2.0 */
/* Files are replaced whole, folders removed without following links, paths joined. */
#include "base/file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "tap.h"

struct place {
	struct arena *a;
	const char *folder;
	struct err e;
};

static struct place begin(void)
{
	struct place p = { .a = arena_new() };

	if (!folder_temporary(p.a, "gantry-file-", &p.folder, &p.e))
		abort();
	return p;
}

static void end(struct place *p)
{
	ok(folder_remove(p->folder, &p->e), "the folder can be removed");
	ok(!folder_exists(p->folder), "and is gone");
	arena_free(p->a);
}

static const char *at(struct place *p, const char *name)
{
	return path_join(p->a, p->folder, name);
}

TEST(a_file_is_replaced_whole)
{
	struct place p = begin();
	struct list names;
	struct str text;
	struct stat st;

	ok(file_write(at(&p, "f"), "old", 3, 0600, &p.e), "written");
	ok(file_write(at(&p, "f"), "newer", 5, 0644, &p.e), "replaced");
	ok(file_read(p.a, at(&p, "f"), 5, &text, &p.e) && str_is(text, "newer"), "read back");
	ok(stat(at(&p, "f"), &st) == 0 && (st.st_mode & 0777) == 0644, "with its mode");
	ok(!file_read(p.a, at(&p, "f"), 4, &text, &p.e) && p.e.code == ERR_LIMIT, "a ceiling: %s",
	   p.e.message);
	ok(!file_read(p.a, at(&p, "g"), 4, &text, &p.e) && p.e.code == ERR_NOT_FOUND, "absent: %s",
	   p.e.message);
	ok(!file_write(at(&p, "no/f"), "", 0, 0600, &p.e), "nowhere to write to: %s", p.e.message);
	ok(folder_list(p.a, p.folder, &names, &p.e) && names.count == 1, "nothing is left beside it");
	end(&p);
}

TEST(removing_a_folder_follows_no_link)
{
	struct place p = begin(), other = begin();
	struct list names;

	ok(folder_make(at(&p, "a/b/c"), 0700, &p.e) && folder_make(at(&p, "a/b"), 0700, &p.e),
	   "folders are made once");
	ok(file_write(at(&other, "kept"), "", 0, 0600, &p.e), "a file elsewhere");
	ok(symlink(other.folder, at(&p, "a/link")) == 0, "a link leads there");
	ok(symlink(other.folder, at(&p, "top")) == 0, "another, too");
	ok(!folder_remove(at(&p, "top"), &p.e), "a link is no folder to remove: %s", p.e.message);
	ok(folder_empty(p.folder, &p.e), "emptied");
	ok(folder_list(p.a, p.folder, &names, &p.e) && !names.count, "nothing is left");
	ok(file_exists(at(&other, "kept")), "what the links led to stands");
	ok(folder_remove(at(&p, "absent"), &p.e), "an absent folder is fine");
	end(&other);
	end(&p);
}

struct remover {
	struct thread *thread;
	const char *path;
	bool fine;
	struct err e;
};

static void remove_tree(void *context)
{
	struct remover *r = context;

	r->fine = folder_remove(r->path, &r->e);
}

TEST(several_may_remove_the_same_folder)
{
	struct place p = begin();
	struct remover all[4];

	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 200; i++)
			if (!folder_make(at(&p, str_format(p.a, "tree/%d/%d", i % 20, i)), 0700, &p.e))
				note("%s", p.e.message);
		for (size_t i = 0; i < COUNTOF(all); i++) {
			all[i] = (struct remover){ .path = at(&p, "tree") };
			ok(thread_start(&all[i].thread, "remover", remove_tree, &all[i], &p.e), "a thread");
		}
		for (size_t i = 0; i < COUNTOF(all); i++)
			thread_join(all[i].thread);
		for (size_t i = 0; i < COUNTOF(all); i++)
			ok(all[i].fine, "one of several removes it: %s", all[i].fine ? "" : all[i].e.message);
		ok(!folder_exists(at(&p, "tree")), "and it is gone");
	}
	end(&p);
}

static void *file_write_late(void *context)
{
	FILE *f = fopen(*(const char **)context, "w"); /* waits for the reader */

	clock_sleep(20);
	fputs("late", f);
	fclose(f);
	return NULL;
}

TEST(a_pipe_is_read_once_somebody_writes)
{
	struct place p = begin();
	const char *pipe = at(&p, "pipe");
	struct str text;
	pthread_t writer;

	ok(mkfifo(pipe, 0600) == 0 && !pthread_create(&writer, NULL, file_write_late, &pipe),
	   "a pipe with a slow writer");
	ok(file_read(p.a, pipe, 100, &text, &p.e) && str_is(text, "late"), "is read: %s", p.e.message);
	pthread_join(writer, NULL);
	ok(!file_read(p.a, pipe, 100, &text, &p.e) && p.e.code == ERR_IO, "one without is an error: %s",
	   p.e.message);
	end(&p);
}

TEST(paths)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(path_join(a, "a", "b"), "a/b", "joined");
	is_text(path_join(a, "a/", "b"), "a/b", "with one slash");
	is_text(path_join(a, "a", "/b"), "/b", "absolute stays");
	is_text(path_join(a, "", "b"), "b", "in no folder");
	is_text(path_base("a/b"), "b", "the last part");
	is_text(path_base("b"), "b", "which may be all");
	is_text(path_folder(a, "a/b"), "a", "the rest");
	is_text(path_folder(a, "/b"), "/", "of the root");
	is_text(path_folder(a, "b"), ".", "of nothing");
}
