/* SPDX-License-Identifier: Apache-2.0 */
/* libgit2 is started once, with sockets that can be given up. */
#include <pthread.h>

#include <git2.h>

#include "base/err.h"
#include "git/git.h"
#include "git/handle.h"
#include "git/session.h"
#include "git/transport.h"

enum { CACHE_MAX = 8 << 20 };

/* libgit2 counts its users; ours is the one that stays until the process ends. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int started;

static void start_once(void)
{
	started = git_libgit2_init();
	if (started < 0)
		return;
	/* Its own ceiling of 256 MB is more than the whole program may take. */
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX);
	/*
	 * No limit of open packs (GIT_OPT_SET_MWINDOW_FILE_LIMIT): to keep it, a thread that opens one pack
	 * locks another to close it, and two that do so at once wait for each other.
	 */
	authorities_put_off();
	started = stream_register();
}

bool git_start(struct err *e)
{
	pthread_once(&once, start_once);
	return started >= 0 || handle_failed(e, started, "starting libgit2");
}
