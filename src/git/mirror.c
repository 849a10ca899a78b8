/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mirrors. One process at a time fetches (flock on a file beside the mirror, since the
 * mirror itself may be replaced); anybody reads meanwhile, because nothing that was
 * there ever goes away but with the whole mirror.
 */
#include "git/mirror.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <git2.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/process.h"
#include "base/thread.h"
#include "git/handle.h"
#include "git/mirror_inner.h"
#include "git/remote.h"

enum { NAME_LEN = 40, LOCK_POLL_MS = 20, LOCK_MS = 600000, MANY_PACKS = 50, REPACK_MS = 600000 };

/* Where the remote's default branch is kept: HEAD, once a fetch has set it. */
static const char unknown_head[] = "refs/heads/.unknown";

static bool open_repo(struct mirror *m, struct err *e)
{
	AUTO(git_reference) git_reference *head = NULL;
	const char *target;

	if (!repo_open(m->path, &m->repo, e))
		return false;
	if (git_reference_lookup(&head, m->repo->git, "HEAD") != 0)
		return err_set(e, ERR_IO, "the mirror %s has no HEAD", m->path);
	target = git_reference_symbolic_target(head);
	if (target && has_prefix(target, "refs/heads/") && strcmp(target, unknown_head) != 0)
		m->head = str_copy(m->arena, target + strlen("refs/heads/"));
	return true;
}

static bool make_repo(struct mirror *m, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *head = str_format(a, "ref: %s\n", unknown_head);

	return folder_make(m->path, 0700, e) && repo_init(m->path, true, "main", e) &&
	       file_write(path_join(a, m->path, "HEAD"), head, strlen(head), 0600, e) &&
	       open_repo(m, e);
}

/* Renamed first: whoever reads it still has it, and nobody finds half of it. */
static bool throw_away(struct mirror *m, struct err *e)
{
	unsigned char dice[4];
	const char *old;

	repo_close(m->repo);
	m->repo = NULL;
	m->head = NULL;
	random_bytes(dice, sizeof(dice));
	old = str_format(m->arena, "%s.old-%02x%02x%02x%02x", m->path, dice[0], dice[1], dice[2],
			 dice[3]);
	if (rename(m->path, old) != 0)
		return folder_remove(m->path, e);
	return folder_remove(old, e);
}

static bool mirror_lock(struct mirror *m, const struct remote_access *access, int *fd,
			struct err *e)
{
	const char *path = str_format(m->arena, "%s.lock", m->path);
	int64_t end = clock_ticks() + (access && access->timeout_ms ? access->timeout_ms : LOCK_MS);

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return err_errno(e, "opening %s", path);
	while (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		if (access && access->cancelled && flag_is_set(access->cancelled))
			return err_set(e, ERR_CANCELLED,
				       "cancelled while another process fetches %s", m->name);
		if (clock_ticks() > end)
			return err_again(e, ERR_TIMEOUT,
					 "another process has been fetching %s for too "
					 "long", m->name);
		clock_sleep(LOCK_POLL_MS);
	}
	return true;
}

bool mirror_open(struct arena *a, const char *folder, const char *url, struct mirror **out,
		 struct err *e)
{
	struct mirror *m = arena_alloc(a, sizeof(*m));
	AUTO(fd) int locked = -1;
	char hash[65];
	struct err why = { 0 };

	assert(folder && url && out);
	m->arena = a;
	m->url = str_copy(a, url);
	m->name = remote_name(a, url);
	hash_sha256(m->name, strlen(m->name), hash);
	hash[NAME_LEN] = '\0';
	m->path = path_join(a, folder, hash);
	if (!folder_make(folder, 0700, e))
		return err_wrap(e, "making the folder of mirrors");
	if (!folder_exists(m->path) || !open_repo(m, &why)) {
		if (!mirror_lock(m, NULL, &locked, e))
			return false;
		repo_close(m->repo);
		m->repo = NULL;
		if (folder_exists(m->path) && !open_repo(m, &why)) {
			log_line(LOG_WARN, "git", "rebuilding the mirror of %s: %s", m->name,
				 why.message);
			if (!throw_away(m, e))
				return false;
		}
		if (!m->repo && !make_repo(m, e))
			return err_wrap(e, "making a mirror of %s", m->name);
	}
	*out = m;
	return true;
}

void mirror_close(struct mirror *m)
{
	if (!m)
		return;
	repo_close(m->repo);
	m->repo = NULL;
}

void auto_mirror(struct mirror **m)
{
	mirror_close(*m);
}

struct repo *mirror_repo(struct mirror *m)
{
	return m->repo;
}

const char *mirror_default(const struct mirror *m)
{
	return m->head;
}

static bool set_head(struct mirror *m, const char *head, struct err *e)
{
	AUTO(git_reference) git_reference *ref = NULL;
	int code;

	if (!head || !has_prefix(head, "refs/heads/") ||
	    same_text(head + strlen("refs/heads/"), m->head))
		return true;
	code = git_reference_symbolic_create(&ref, m->repo->git, "HEAD", head, 1, NULL);
	if (code != 0)
		return handle_failed(e, code, "noting the default branch of %s", m->name);
	m->head = str_copy(m->arena, head + strlen("refs/heads/"));
	return true;
}

/* Each fetch adds a pack; git merges them without dropping what no ref reaches. */
static void mirror_repack(struct mirror *m)
{
	static const char *const argv[] = { "git", "repack", "-a", "-d", "-k", "-q", NULL };
	const struct process run = { .argv = argv, .folder = m->path, .timeout_ms = REPACK_MS };
	struct process_result result = { 0 };
	struct list names = { 0 };
	struct err e = { 0 };
	size_t packs = 0;

	if (!folder_list(m->arena, path_join(m->arena, m->path, "objects/pack"), &names, &e))
		return;
	for (size_t i = 0; i < names.count; i++)
		packs += has_suffix(names.items[i], ".pack");
	if (packs < MANY_PACKS)
		return;
	if (!process_run(m->arena, &run, &result, &e) || result.status != 0)
		log_line(LOG_WARN, "git", "packing the mirror of %s: %s", m->name,
			 e.message[0] ? e.message : "git repack failed");
}

static bool mirror_fetch(struct mirror *m, const struct remote_access *access, struct err *e)
{
	static const char *const specs[] = { "+refs/heads/*:refs/heads/*",
					     "+refs/tags/*:refs/tags/*" };
	const struct remote_fetch all = { { m->url, access }, specs, COUNTOF(specs), .prune = true };
	AUTO(arena) struct arena *a = arena_new();
	const char *head = NULL;

	if (!remote_fetch(m->repo, a, &all, &head, e) ||
	    !set_head(m, head, e))
		return false;
	mirror_repack(m);
	return true;
}

/* A ref whose commit is not there: what a crash of the machine can leave. */
static bool mirror_is_broken(struct mirror *m)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list refs = { 0 };
	struct err e;
	struct repo_commit c;

	if (!repo_refs(m->repo, a, "refs/*", &refs, &e))
		return true;
	for (size_t i = 0; i < refs.count; i++) {
		const struct repo_ref *ref = refs.items[i];

		if (has_prefix(ref->name, "refs/heads/") &&
		    !repo_read_commit(m->repo, a, &ref->id, &c, &e))
			return true;
	}
	return false;
}

bool mirror_update(struct mirror *m, const struct remote_access *access, struct err *e)
{
	AUTO(fd) int locked = -1;
	struct err why = { 0 };

	assert(access);
	if (!mirror_lock(m, access, &locked, e))
		return false;
	if (mirror_fetch(m, access, &why))
		return true;
	if (!mirror_is_broken(m)) {
		*e = why;
		return false;
	}
	log_line(LOG_WARN, "git", "rebuilding the mirror of %s: %s", m->name, why.message);
	return throw_away(m, e) && make_repo(m, e) && mirror_fetch(m, access, e);
}

bool mirror_rebuild(struct mirror *m, const struct remote_access *access, struct err *e)
{
	AUTO(fd) int locked = -1;

	return mirror_lock(m, access, &locked, e) && throw_away(m, e) && make_repo(m, e) &&
	       mirror_fetch(m, access, e);
}
