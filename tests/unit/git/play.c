/* SPDX-License-Identifier: Apache-2.0 */
/* The system's git is the other side: what we write it reads, and what it writes we read. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/process.h"
#include "git/tree.h"
#include "tap.h"

/* libgit2 1.5 leaks when a line of .gitmodules is not the one that it looks for. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2-8.so\n";
}

void play_start(struct play *p)
{
	struct err e = { 0 };

	p->a = arena_new();
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	ok(folder_temporary(p->a, "gantry-test-", &p->folder, &e),
	   "a folder to play in");
}

void play_stop(struct play *p)
{
	struct err e = { 0 };

	ok(folder_remove(p->folder, &e), "all is cleaned up");
	arena_free(p->a);
}

const char *play_git(struct play *p, const char *folder, const char *words)
{
	static const char *const env[] = { "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
					   "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b",
					   "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b", NULL };
	struct list argv = { 0 };
	struct process_result result = { 0 };
	struct err e = { 0 };

	list_add(p->a, &argv, str_format(p->a, "git"));
	while (*words) {
		size_t len = strcspn(words, " ");

		list_add(p->a, &argv, str_format(p->a, "%.*s", (int)len, words));
		words += len + (words[len] == ' ');
	}
	list_add(p->a, &argv, NULL);
	const struct process run = { .argv = (const char *const *)argv.items, .env = env,
				     .folder = folder };
	if (!process_run(p->a, &run, &result, &e))
		return str_copy(p->a, e.message);
	if (result.status)
		note("git: %s", str_text(p->a, result.error));
	return str_text(p->a, str_trim(result.status ? result.error : result.out));
}

struct oid play_commit(struct play *p, const char *path, const char *branch, const char *file,
		       const char *content)
{
	AUTO(repo) struct repo *r = NULL;
	const char *ref = str_format(p->a, "refs/heads/%s", branch);
	const struct repo_edit edit = { .path = file, .content = str_of(content) };
	struct repo_commit c = { .message = str_format(p->a, "write %s\n", file) };
	struct oid parent = { "" }, id = { "" };
	struct err e = { 0 };

	c.author = c.committer = (struct repo_person){ "Ada", "ada@example.org", 1700000000000, 0 };
	if (!repo_open(path, &r, &e)) {
		ok(false, "opening %s: %s", path, e.message);
		return id;
	}
	if (repo_ref(r, ref, &parent, &e)) {
		c.parents = &parent;
		c.parent_count = 1;
	}
	if (!repo_edit(r, &(struct repo_edits){ &parent, &edit, 1 }, &c.tree, &e) || !repo_commit(r, &c, &id, &e) ||
	    !repo_set_ref(r, ref, &id, &parent, &e))
		ok(false, "committing to %s: %s", path, e.message);
	return id;
}

const char *play_remote(struct play *p, const char *name)
{
	const char *path = path_join(p->a, p->folder, name);
	struct err e = { 0 };

	ok(repo_init(path, true, "main", &e), "a bare repository %s %s", name, e.message);
	play_commit(p, path, "main", "README", "hello\n");
	return path;
}

void play_write(struct play *p, const char *folder, const char *file, const char *content)
{
	const char *path = path_join(p->a, folder, file);
	struct err e = { 0 };

	if (!folder_make(path_folder(p->a, path), 0755, &e) ||
	    !file_write(path, content, strlen(content), 0644, &e))
		ok(false, "writing %s: %s", path, e.message);
}

const char *play_read(struct play *p, const char *folder, const char *file)
{
	struct str s = { 0 };
	struct err e = { 0 };

	return file_read(p->a, path_join(p->a, folder, file), 1 << 20, &s, &e)
		       ? str_text(p->a, s) : "";
}
