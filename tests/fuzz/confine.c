/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No step changes or reads anything outside its work directory, whatever its configuration and the files in
 * it are. An input is a text of lines; each makes a file, a link or an archive's entry in a work directory, or
 * runs a step there:
 *
 *   d PATH            a folder                    f PATH TEXT      a file
 *   l PATH TARGET     a symbolic link             h PATH TARGET    a hard link of a file inside
 *   p PATH            a named pipe                r PATH           this folder is from now on a link outside
 *                                                                  at every other instant
 *   a KIND NAME TEXT  an entry of a.tar: f d l h c (file, folder, links, device); TEXT: content or target
 *   s STEP CONFIG     runs the step with this JSON
 *
 * "@" stands for the folder above the work directory, where a canary lies whose text nobody can guess.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"

enum { MAX_LINES = 60, MAX_FILE = 8 << 20, SECRET = 32, RACES = 8 };

struct world {
	struct arena *a;
	const char *above, *inside;
	char secret[SECRET + 1];        /* what the canary says */
	struct archive *tar;            /* NULL: no entry yet */
	const char *race;               /* NULL: none */
	bool stop;
};

static NORETURN void fail(const char *what, const char *detail)
{
	fprintf(stderr, "confine: %s: %s\n", what, detail);
	abort();
}

static void put(const char *path, const char *text)
{
	struct err e;

	if (!file_write(path, text, strlen(text), 0644, &e))
		fail("setting up", e.message);
}

static void set_up(struct world *w)
{
	unsigned char chance[SECRET / 2];
	struct err e;

	*w = (struct world){ .a = arena_new() };
	if (!folder_temporary(w->a, "gantry-confine-", &w->above, &e))
		fail("setting up", e.message);
	random_bytes(chance, sizeof(chance));
	for (size_t i = 0; i < sizeof(chance); i++)
		snprintf(w->secret + 2 * i, 3, "%02x", chance[i]);
	w->inside = path_join(w->a, w->above, "work");
	mkdir(w->inside, 0755);
	mkdir(path_join(w->a, w->above, "other"), 0755);
	put(path_join(w->a, w->above, "canary"), w->secret);
	put(path_join(w->a, w->above, "other/canary.yaml"), str_format(w->a, "k: %s\n", w->secret));
}

static void check_canary(struct world *w, const char *name, const char *text)
{
	struct str found;
	struct err e;

	if (!file_read(w->a, path_join(w->a, w->above, name), MAX_FILE, &found, &e) ||
	    !str_is(found, text))
		fail("a file outside was changed", name);
}

static void check_names(struct world *w, const char *folder, const char *wanted)
{
	struct list names = { 0 };
	const char *all = "";
	struct err e;

	if (!folder_list(w->a, path_join(w->a, w->above, folder), &names, &e))
		fail("a folder outside was removed", folder);
	for (size_t i = 0; i < names.count; i++)
		all = str_format(w->a, "%s%s ", all, (const char *)names.items[i]);
	if (strcmp(all, wanted) != 0)
		fail("what is outside was changed", all);
}

/* nftw() takes no context; inputs are run one at a time. */
static const char *wanted_secret;

static int look_into(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str text;
	struct err e;

	(void)at;
	if (kind == FTW_F && S_ISREG(st->st_mode) && st->st_nlink == 1 &&
	    file_read(a, path, MAX_FILE, &text, &e) &&
	    memmem(text.at, text.len, wanted_secret, SECRET))
		fail("what is outside came into a file", path);
	return 0;
}

static void check(struct world *w)
{
	check_names(w, ".", "canary other work ");
	check_names(w, "other", "canary.yaml ");
	check_canary(w, "canary", w->secret);
	check_canary(w, "other/canary.yaml", str_format(w->a, "k: %s\n", w->secret));
	wanted_secret = w->secret;
	nftw(w->inside, look_into, 16, FTW_PHYS);
}

/* With "@" replaced, and only within the work directory unless it is a link's target. */
static const char *expand(struct world *w, const char *text)
{
	const char *out = "";

	for (size_t n; *text; text += n + (text[n] == '@')) {
		n = strcspn(text, "@");
		out = str_format(w->a, "%s%.*s%s", out, (int)n, text, text[n] ? w->above : "");
	}
	return out;
}

/* The set-up itself must stay inside: plain names only, and no links on the way. */
static bool place(struct world *w, const char *path, int *folder, const char **name)
{
	const char *above = path_folder(w->a, path);
	AUTO(arena) struct arena *a = arena_new();
	struct workdir *work;
	struct err e;
	bool fine;

	if (!*path || path[0] == '/' || strstr(path, "..") || strlen(path) > 3000 ||
	    !workdir_open(a, w->inside, &work, &e))
		return false;
	fine = (strcmp(above, ".") == 0 || workdir_make_folder(work, above, &e)) &&
	       workdir_open_file(work, above, O_RDONLY | O_DIRECTORY, folder, &e);
	workdir_close(work);
	*name = path_base(path);
	return fine && **name;
}

static void make_file(int folder, const char *name, const char *text)
{
	AUTO(fd) int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0644);
	struct stat st;
	struct err e;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    !file_write_fd(fd, text, strlen(text), &e))
		fail("setting up", e.message);
}

/* What is there already, or has a name that cannot be, is left out. */
static void was_made(int status)
{
	(void)status;
}

static void make(struct world *w, char kind, const char *path, const char *text)
{
	AUTO(fd) int folder = -1;
	const char *name;

	if (!place(w, path, &folder, &name))
		return;
	if (kind == 'd' || kind == 'r')
		mkdirat(folder, name, 0755);
	else if (kind == 'f')
		make_file(folder, name, text);
	else if (kind == 'l' && *text)
		was_made(symlinkat(expand(w, text), folder, name));
	else if (kind == 'h' && !strchr(text, '/'))
		was_made(linkat(folder, text, folder, name, 0));
	else if (kind == 'p')
		was_made(mkfifoat(folder, name, 0644));
	if (kind == 'r' && !strchr(path, '/'))
		w->race = path;
}

static void add_entry(struct world *w, char kind, const char *name, const char *text)
{
	struct archive_entry *entry = archive_entry_new();

	if (!w->tar) {
		w->tar = archive_write_new();
		archive_write_set_format_gnutar(w->tar);
		archive_write_open_filename(w->tar, path_join(w->a, w->inside, "a.tar"));
	}
	archive_entry_set_pathname(entry, expand(w, name));
	archive_entry_set_mode(entry, (kind == 'd' ? S_IFDIR : kind == 'l' ? S_IFLNK :
				       kind == 'c' ? S_IFCHR : S_IFREG) | 0755);
	if (kind == 'l')
		archive_entry_set_symlink(entry, expand(w, text));
	else if (kind == 'h')
		archive_entry_set_hardlink(entry, expand(w, text));
	else if (kind == 'f')
		archive_entry_set_size(entry, (la_int64_t)strlen(text));
	if (archive_write_header(w->tar, entry) >= ARCHIVE_WARN && kind == 'f')
		archive_write_data(w->tar, text, strlen(text));
	archive_entry_free(entry);
}

static void close_tar(struct world *w)
{
	if (w->tar)
		archive_write_free(w->tar);
	w->tar = NULL;
}

/* Swaps a folder and a link to the outside, as fast as it can. */
static void race(void *world)
{
	struct world *w = world;
	const char *folder = path_join(w->a, w->inside, w->race);
	const char *other = path_join(w->a, w->inside, "..race");

	while (!flag_is_set(&w->stop))
		renameat2(AT_FDCWD, folder, AT_FDCWD, other, RENAME_EXCHANGE);
}

/* The link stays for the next step. */
static bool start_racing(struct world *w, struct arena *a)
{
	const char *link = path_join(a, w->inside, "..race");

	return symlink(path_join(a, w->above, "other"), link) == 0 || file_exists(link) ||
	       folder_exists(link);
}

static const char *run_step(struct world *w, struct arena *a, const struct step_def *def,
			    const struct value *config)
{
	static const bool never;
	const struct step_services services = { .context = NULL };
	const struct step_subject subject = { .project = "demo", .stage = "s", .alias = "a", .actor = "" };
	struct step_run r = { .arena = a, .config = config, .subject = &subject,
			      .services = &services, .cancelled = &never };
	struct step_result result = { .status = STEP_SUCCEEDED };
	struct err e = { .message = "" };

	if (!workdir_open(a, w->inside, &r.work, &e))
		return "";
	if (def->run(&r, &result, &e))
		e.message[0] = '\0';
	workdir_close(r.work);
	return str_format(a, "%s %s %s", e.message, result.message ? result.message : "",
			  result.output ? json_text(a, result.output, 0) : "");
}

static void step(struct world *w, const char *kind, const char *config)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct step_def *def = step_find(kind);
	const char *text = expand(w, config), *said;
	struct thread *racing = NULL;
	struct value *v;
	struct err e;

	close_tar(w);
	if (!def || def->reach != STEP_REACH_WORK || def->needs || def->tools ||
	    !json_parse(a, text, strlen(text), &v, &e) || !params_check(def, v, &e))
		return;
	w->stop = false;
	if (w->race && start_racing(w, a) && !thread_start(&racing, "race", race, w, &e))
		fail("setting up", e.message);
	for (int i = 0; i < (racing ? RACES : 1); i++) {
		said = run_step(w, a, def, v);
		if (strstr(said, w->secret))
			fail("what is outside was told", said);
	}
	flag_set(&w->stop);
	thread_join(racing);
	check(w);
}

static void obey(struct world *w, const char *line)
{
	size_t first, second;
	const char *name, *rest;

	if (strlen(line) < 3 || line[1] != ' ')
		return;
	rest = line + 2;
	if (line[0] == 'a') {
		first = strcspn(rest, " ");
		if (first != 1 || !rest[1])
			return;
		second = strcspn(rest + 2, " ");
		name = str_copy_n(w->a, rest + 2, second);
		add_entry(w, rest[0], name, rest[2 + second] ? rest + 3 + second : "");
		return;
	}
	first = strcspn(rest, " ");
	name = str_copy_n(w->a, rest, first);
	rest += first + (rest[first] == ' ');
	if (line[0] == 's')
		step(w, name, rest);
	else
		make(w, line[0], name, rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct world w;
	struct err e;
	const char *text;

	if (memchr(bytes, 0, len) || len > 65536)
		return 0;
	set_up(&w);
	text = str_copy_n(w.a, (const char *)bytes, len);
	for (int i = 0; *text && i < MAX_LINES; i++) {
		size_t n = strcspn(text, "\n");

		obey(&w, str_copy_n(w.a, text, n));
		text += n + (text[n] == '\n');
	}
	close_tar(&w);
	if (!folder_remove(w.above, &e))
		fail("cleaning up", e.message);
	arena_free(w.a);
	return 0;
}
