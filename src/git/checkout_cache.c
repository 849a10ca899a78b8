/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MIRROR.trees/LABEL-DICE holds a note and, while nobody uses them, the files. Whoever
 * renames the folder has it. The label is that of the branch; a file whose change time
 * is not before the note's own may have been touched within the same tick of the clock,
 * and does not count as untouched (git calls such an entry racy).
 */
#define _GNU_SOURCE
#include "git/checkout_cache.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "git/mirror.h"
#include "git/mirror_inner.h"

enum { NOTE_MAX = 256 << 20, MARK_MAX = 128, BLOB = 20, LABEL = 16, DICE = 8, SAME_LABEL = 4,
       ALL_LABELS = 8, DEEPEST = 3, FORGOTTEN_S = 2 * 24 * 3600 };

static const char mark_name[] = "gantry-kept";

struct checkout_cache_file {
	const char *path;
	unsigned mode;
	unsigned char blob[BLOB];
	uint64_t device, inode, size;
	struct timespec changed, modified;
};

struct checkout_cache {
	struct checkout_cache_file *files;        /* sorted by path */
	size_t count;
	struct timespec noted;
};

struct checkout_note {
	struct arena *arena;
	struct list files;              /* struct checkout_cache_file * */
};

struct checkout_note *checkout_note_begin(struct arena *a)
{
	struct checkout_note *n = arena_alloc(a, sizeof(*n));

	n->arena = a;
	return n;
}

static void read_stat(struct checkout_cache_file *f, const struct stat *st)
{
	f->device = (uint64_t)st->st_dev;
	f->inode = (uint64_t)st->st_ino;
	f->size = (uint64_t)st->st_size;
	f->changed = st->st_ctim;
	f->modified = st->st_mtim;
}

void checkout_note_file(struct checkout_note *n, const struct checkout_file *f, const struct stat *st)
{
	struct checkout_cache_file *noted = arena_alloc(n->arena, sizeof(*noted));

	noted->path = str_copy(n->arena, f->path);
	noted->mode = f->mode;
	memcpy(noted->blob, f->blob, BLOB);
	read_stat(noted, st);
	list_add(n->arena, &n->files, noted);
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static int checkout_cache_by_path(const void *one, const void *two)
{
	const struct checkout_cache_file *a = one, *b = two;

	return strcmp(a->path, b->path);
}

bool checkout_cache_has(const struct checkout_cache *k, const struct checkout_file *f, struct stat *st)
{
	const struct checkout_cache_file key = { .path = f->path }, *was;
	struct checkout_cache_file is = { .path = f->path };

	was = bsearch(&key, k->files, k->count, sizeof(*k->files), checkout_cache_by_path);
	if (!was || was->mode != f->mode || memcmp(was->blob, f->blob, BLOB) != 0 ||
	    fstatat(f->folder, f->name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	read_stat(&is, st);
	return is.inode == was->inode && is.device == was->device && is.size == was->size &&
	       same_time(is.changed, was->changed) && same_time(is.modified, was->modified) &&
	       is_before(was->changed, k->noted);
}

/* One file a line, its path after a tab and before a NUL: a path may hold anything else. */
static void checkout_cache_write_file(struct buf *b, const struct checkout_cache_file *f)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BLOB; i++) {
		buf_char(b, digits[f->blob[i] >> 4]);
		buf_char(b, digits[f->blob[i] & 15]);
	}
	buf_format(b, " %x %llx %llx %llx %llx %llx %llx %llx\t%s", f->mode,
		   (unsigned long long)f->device, (unsigned long long)f->inode,
		   (unsigned long long)f->size, (unsigned long long)f->changed.tv_sec,
		   (unsigned long long)f->changed.tv_nsec,
		   (unsigned long long)f->modified.tv_sec,
		   (unsigned long long)f->modified.tv_nsec, f->path);
	buf_char(b, '\0');
	buf_char(b, '\n');
}

static bool read_blob(const char **p, unsigned char *blob)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BLOB; i++) {
		const char *high = **p ? strchr(digits, (*p)[0]) : NULL;
		const char *low = high && (*p)[1] ? strchr(digits, (*p)[1]) : NULL;

		if (!low)
			return false;
		blob[i] = (unsigned char)((high - digits) << 4 | (low - digits));
		*p += 2;
	}
	return true;
}

static bool checkout_cache_read_file(const char **p, struct checkout_cache_file *f)
{
	unsigned long long n[8];

	if (!read_blob(p, f->blob))
		return false;
	for (size_t i = 0; i < COUNTOF(n); i++) {
		char *end;

		if (*(*p)++ != ' ')
			return false;
		n[i] = strtoull(*p, &end, 16);
		*p = end;
	}
	if (*(*p)++ != '\t')
		return false;
	f->mode = (unsigned)n[0];
	f->device = n[1];
	f->inode = n[2];
	f->size = n[3];
	f->changed = (struct timespec){ (time_t)n[4], (long)n[5] };
	f->modified = (struct timespec){ (time_t)n[6], (long)n[7] };
	f->path = *p;
	*p += strlen(*p) + 1;
	return *(*p)++ == '\n';
}

static const struct checkout_cache *read_note(struct arena *a, const char *path)
{
	struct checkout_cache *k = arena_alloc(a, sizeof(*k));
	struct checkout_cache_file f;
	struct str text;
	struct stat st;
	struct err e;
	size_t lines = 0;

	if (stat(path, &st) != 0 || !file_read(a, path, NOTE_MAX, &text, &e))
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	k->files = arena_array(a, lines + 1, sizeof(*k->files));
	k->noted = st.st_mtim;
	for (const char *p = text.at; p < text.at + text.len;) {
		if (k->count > lines || !checkout_cache_read_file(&p, &f))
			return NULL;
		k->files[k->count++] = f;
	}
	if (k->count)
		qsort(k->files, k->count, sizeof(*k->files), checkout_cache_by_path);
	return k;
}

static void checkout_cache_drop(const char *path)
{
	struct err e;

	if (!folder_remove(path, &e))
		log_line(LOG_WARN, "git", "%s", e.message);
}

static const char *folder_of(struct mirror *m)
{
	return str_format(m->arena, "%s.trees", m->path);
}

static const char *label_of(struct arena *a, const struct checkout *c)
{
	const char *branch = c->branch ? c->branch : "";
	char hash[65];

	hash_sha256(branch, strlen(branch), hash);
	return str_copy_n(a, hash, LABEL);
}

static const char *checkout_cache_dice(struct arena *a)
{
	unsigned char bytes[DICE];
	const char *out = "";

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		out = str_format(a, "%s%02x", out, bytes[i]);
	return out;
}

void checkout_note_end(const struct checkout_note *n, struct mirror *m, const struct checkout *c)
{
	struct arena *a = n->arena;
	const char *name = str_format(a, "%s-%s", label_of(a, c), checkout_cache_dice(a));
	const char *entry = path_join(a, folder_of(m), name);
	const char *mark = str_format(a, "%s/.git/%s", c->path, mark_name);
	const char *line = str_format(a, "%s/%s\n", path_base(m->path), name);
	AUTO(buf) struct buf b;
	AUTO(fd) int note = -1, marked = -1;
	struct err e;

	buf_init(&b, NOTE_MAX);
	for (size_t i = 0; i < n->files.count; i++)
		checkout_cache_write_file(&b, n->files.items[i]);
	if (!buf_ok(&b) || !folder_make(entry, 0700, &e))
		return;
	note = open(path_join(a, entry, "note"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	marked = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (note < 0 || marked < 0 || !file_write_fd(note, buf_str(&b), b.len, &e) ||
	    !file_write_fd(marked, line, strlen(line), &e))
		checkout_cache_drop(entry);
}

/* From where it is kept to where it is used: only the .git that is there already stays. */
static bool move_in(struct arena *a, const char *files, const char *to, struct err *e)
{
	const char *old = path_join(a, files, ".git"), *git = path_join(a, to, ".git");

	if (!folder_remove(old, e) || rename(git, old) != 0)
		return false;
	if (rmdir(to) != 0) {
		(void)rename(old, git);
		return false;
	}
	return rename(files, to) == 0;
}

bool checkout_cache_take(struct mirror *m, struct arena *a, const struct checkout *c,
	       const struct checkout_cache **out, struct err *e)
{
	const char *folder = folder_of(m), *label = label_of(a, c);
	const struct checkout_cache *k = NULL;
	struct list names = { 0 };
	struct err why;

	*out = NULL;
	if (!folder_exists(folder) || !folder_list(a, folder, &names, &why))
		return true;
	for (size_t i = 0; i < names.count && !k; i++) {
		const char *entry = path_join(a, folder, names.items[i]);
		const char *ours = str_format(a, "%s/taken-%s", folder, checkout_cache_dice(a));

		if (!has_prefix(names.items[i], label) ||
		    !folder_exists(path_join(a, entry, "files")) || rename(entry, ours) != 0)
			continue;
		k = read_note(a, path_join(a, ours, "note"));
		if (k && !move_in(a, path_join(a, ours, "files"), c->path, &why))
			k = NULL;
		checkout_cache_drop(ours);
		if (!folder_exists(path_join(a, c->path, ".git")))
			return err_again(e, ERR_IO, "%s was lost on the way to its files", c->path);
	}
	*out = k;
	return true;
}

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789abcdef") == len;
}

/* Where a checkout's files are to be kept; steps can write the mark, too: it is checked. */
static bool read_mark(struct arena *a, int checkout, const char *mirrors, const char **entry)
{
	AUTO(fd) int git = openat(checkout, ".git", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO(fd) int fd = git < 0 ? -1 : openat(git, mark_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
						O_CLOEXEC);
	char text[MARK_MAX + 1] = "";
	ssize_t n = fd < 0 ? -1 : read(fd, text, MARK_MAX);
	const char *slash = n > 0 ? strchr(text, '/') : NULL;

	if (!slash || slash - text != 40 || !is_hex(text, 40) || !is_hex(slash + 1, LABEL) ||
	    slash[1 + LABEL] != '-' || !is_hex(slash + LABEL + 2, DICE * 2) ||
	    strcmp(slash + LABEL + 2 + DICE * 2, "\n") != 0)
		return false;
	*entry = str_format(a, "%s/%.40s.trees/%.*s", mirrors, text, LABEL + 1 + DICE * 2, slash + 1);
	return true;
}

struct checkout_cache_entry {
	const char *path, *name;
	bool is_idle;
	int64_t at;                     /* s */
};

static int newest_first(const void *x, const void *y)
{
	const struct checkout_cache_entry *a = x, *b = y;

	return a->at < b->at ? 1 : a->at > b->at ? -1 : 0;
}

/* Too many, and what a crash has left. */
static void checkout_cache_prune(struct arena *a, const char *folder)
{
	struct list names = { 0 };
	struct checkout_cache_entry *all;
	struct err e;
	size_t idle = 0;

	if (!folder_list(a, folder, &names, &e))
		return;
	all = arena_array(a, names.count + 1, sizeof(*all));
	for (size_t i = 0; i < names.count; i++) {
		struct stat st = { 0 };

		all[i].name = names.items[i];
		all[i].path = path_join(a, folder, all[i].name);
		all[i].is_idle = folder_exists(path_join(a, all[i].path, "files"));
		if (stat(all[i].path, &st) == 0)
			all[i].at = (int64_t)st.st_mtim.tv_sec;
	}
	if (names.count)
		qsort(all, names.count, sizeof(*all), newest_first);
	for (size_t i = 0; i < names.count; i++) {
		size_t same = 0;

		for (size_t j = 0; j < i; j++)
			same += all[j].is_idle && strncmp(all[j].name, all[i].name, LABEL) == 0;
		idle += all[i].is_idle;
		if (all[i].is_idle ? same >= SAME_LABEL || idle > ALL_LABELS
				   : clock_now() / 1000 - all[i].at > FORGOTTEN_S)
			checkout_cache_drop(all[i].path);
	}
}

static void keep_one(struct arena *a, const char *mirrors, int checkout, const char *path)
{
	const char *entry, *files;
	struct err e;

	if (!read_mark(a, checkout, mirrors, &entry))
		return;
	files = path_join(a, entry, "files");
	if (!file_exists(path_join(a, entry, "note")) || folder_exists(files) ||
	    rename(path, files) != 0)
		return;
	if (!folder_remove(path_join(a, files, ".git"), &e))
		checkout_cache_drop(entry);
	checkout_cache_prune(a, path_folder(a, entry));
}

static void keep_beneath(struct arena *a, const char *mirrors, const char *path, unsigned depth)
{
	AUTO(fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct list names = { 0 };
	struct stat st;
	struct err e;

	if (fd < 0)
		return;
	if (fstatat(fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (depth)                      /* the work folder itself stays where it is */
			keep_one(a, mirrors, fd, path);
		return;
	}
	if (depth >= DEEPEST || !folder_list(a, path, &names, &e))
		return;
	for (size_t i = 0; i < names.count; i++)
		keep_beneath(a, mirrors, path_join(a, path, names.items[i]), depth + 1);
}

void mirror_keep(const char *folder, const char *work)
{
	AUTO(arena) struct arena *a = arena_new();

	assert(folder && work);
	keep_beneath(a, folder, work, 0);
}
