/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inotify on the folders that hold the refs, and on those above, in which they may come and go; and on
 * the repository's own, for packed-refs. A file that ends with .lock is a ref that is being written.
 */
#define _GNU_SOURCE
#include "ledger/ref_watch.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"

enum { AGAIN_MS = 2000 };

/* Folders of the repository that are watched whenever they are there, those above first. */
static const struct ref_watch_place {
	const char *path;               /* "": the repository's own */
	enum ref_kind kind;             /* of the refs that lie in it; REF_KINDS: none do */
} places[] = {
	{ "", REF_KINDS },
	{ "refs", REF_KINDS },
	{ "refs/heads", REF_KINDS },
	{ "refs/heads/gantry", REF_BRANCH },
	{ "refs/gantry", REF_KINDS },
	{ "refs/gantry/lease", REF_LEASE },
};

struct ref_watch {
	struct ref_watch_options o;
	char *path;
	int fd;                         /* -1: nothing is watched */
	int watched[COUNTOF(places)];   /* inotify's numbers; -1: it is not there */
	int wake[2];
	int64_t sees;                   /* as a moment of base/thread.h: 1 or 0 */
	bool stopping;                  /* a flag */
	bool complained;
	struct thread *thread;
};

static void ref_watch_tell_all(struct ref_watch *w)
{
	for (enum ref_kind kind = 0; kind < REF_KINDS; kind++)
		w->o.moved(w->o.context, kind, NULL);
}

static void ref_watch_set_sees(struct ref_watch *w, bool sees)
{
	if (moment_get(&w->sees) == sees)
		return;
	moment_set(&w->sees, sees);
	ref_watch_tell_all(w);
}

/* Magic numbers of statfs(2): where every change passes this kernel. */
static bool ref_watch_is_local(const char *path)
{
	static const unsigned local[] = {
		0xef53 /* ext2 to ext4 */, 0x58465342 /* xfs */, 0x9123683e /* btrfs */,
		0x01021994 /* tmpfs */, 0x794c7630 /* overlayfs */, 0x2fc12fc1 /* zfs */,
		0xf2f52010 /* f2fs */, 0xca451a4e /* bcachefs */, 0x3153464a /* jfs */,
		0x858458f6 /* ramfs */, 0xf15f /* ecryptfs */,
	};
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return false;
	for (size_t i = 0; i < COUNTOF(local); i++)
		if ((unsigned)fs.f_type == local[i])
			return true;
	return false;
}

/* Those that are there and were not. False: it can't be known what happens there. */
static bool ref_watch_add(struct ref_watch *w)
{
	static const uint32_t mask = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE |
				     IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(places); i++) {
		const char *path = str_format(a, "%s/%s", w->path, places[i].path);

		if (w->watched[i] >= 0)
			continue;
		w->watched[i] = inotify_add_watch(w->fd, path, mask);
		if (w->watched[i] < 0 && (errno != ENOENT || i == 0))
			return false;
	}
	return true;
}

static void ref_watch_close(struct ref_watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	for (size_t i = 0; i < COUNTOF(places); i++)
		w->watched[i] = -1;
	ref_watch_set_sees(w, false);
}

static void ref_watch_open(struct ref_watch *w)
{
	bool is_local = ref_watch_is_local(w->path);

	w->fd = is_local ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	if (w->fd >= 0 && ref_watch_add(w)) {
		ref_watch_set_sees(w, true);
		return;
	}
	int why = is_local ? errno : 0;
	ref_watch_close(w);
	if (w->complained || (why != ENOSPC && why != EMFILE))
		return;
	w->complained = true;
	log_line(LOG_INFO, "ledger", "the kernel will not watch more files for this user (%s): "
				     "checking the ledger twice a second instead", strerror(why));
}

static bool ref_watch_is_ref(const char *name)
{
	return *name && !has_suffix(name, ".lock");
}

/* One change in a folder. False: what to watch must be worked out again. */
static bool ref_watch_take(struct ref_watch *w, const struct inotify_event *ev)
{
	const char *name = ev->len ? ev->name : "";
	size_t at = 0;

	if (ev->mask & IN_Q_OVERFLOW)
		return false;
	while (at < COUNTOF(places) && w->watched[at] != ev->wd)
		at++;
	if (at == COUNTOF(places))
		return true;
	if (ev->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF))
		return false;
	if (places[at].kind != REF_KINDS && ref_watch_is_ref(name))
		w->o.moved(w->o.context, places[at].kind, name);
	if (at == 0 && strcmp(name, "packed-refs") == 0)
		ref_watch_tell_all(w);
	if (places[at].kind == REF_KINDS && (ev->mask & IN_ISDIR) &&
	    (ev->mask & (IN_CREATE | IN_MOVED_TO))) {
		/* What was written into it before it was watched is not told. */
		if (!ref_watch_add(w))
			return false;
		ref_watch_tell_all(w);
	}
	return true;
}

static void ref_watch_read(struct ref_watch *w)
{
	alignas(struct inotify_event) char bytes[8192];
	bool good = true;
	ssize_t n;

	while (good && (n = read(w->fd, bytes, sizeof(bytes))) > 0)
		for (const char *at = bytes; good && at < bytes + n;) {
			const struct inotify_event *ev = (const struct inotify_event *)(const void *)at;

			good = ref_watch_take(w, ev);
			at += sizeof(*ev) + ev->len;
		}
	if (good)
		return;
	ref_watch_close(w);
	ref_watch_open(w);
}

static void ref_watch_run(void *context)
{
	struct ref_watch *w = context;

	while (!flag_is_set(&w->stopping)) {
		struct pollfd fds[2] = { { .fd = w->wake[0], .events = POLLIN }, { .events = POLLIN } };

		if (w->fd < 0)
			ref_watch_open(w);
		fds[1].fd = w->fd;      /* -1 is left out */
		if (poll(fds, 2, w->fd < 0 ? AGAIN_MS : -1) > 0 && fds[1].revents)
			ref_watch_read(w);
	}
}

bool ref_watch_start(const struct ref_watch_options *o, struct ref_watch **out, struct err *e)
{
	struct ref_watch *w = xmalloc(sizeof(*w));

	assert(o->path && o->moved);
	*w = (struct ref_watch){ .o = *o, .path = xstrdup(o->path), .fd = -1, .wake = { -1, -1 } };
	for (size_t i = 0; i < COUNTOF(places); i++)
		w->watched[i] = -1;
	if (pipe2(w->wake, O_CLOEXEC | O_NONBLOCK) != 0)
		err_errno(e, "making a pipe");
	else if (thread_start(&w->thread, "refs", ref_watch_run, w, e)) {
		*out = w;
		return true;
	}
	ref_watch_stop(w);
	return false;
}

bool ref_watch_sees(const struct ref_watch *w)
{
	return w && moment_get(&w->sees);
}

void ref_watch_stop(struct ref_watch *w)
{
	if (!w)
		return;
	flag_set(&w->stopping);
	if (w->wake[1] >= 0 && write(w->wake[1], "", 1) < 0)
		log_line(LOG_WARN, "ledger", "%s", strerror(errno));
	thread_join(w->thread);
	for (int i = 0; i < 2; i++)
		if (w->wake[i] >= 0)
			close(w->wake[i]);
	if (w->fd >= 0)
		close(w->fd);
	free(w->path);
	free(w);
}
