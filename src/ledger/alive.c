/* SPDX-License-Identifier: Apache-2.0 */
/* A locked file for each process that executes. */
#include "ledger/alive.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

enum { TOKEN = 32 };

const char *alive_kernel(struct arena *a)
{
	struct str boot;
	struct err e;

	if (!file_read(a, "/proc/sys/kernel/random/boot_id", 256, &boot, &e))
		return "";
	return str_text(a, str_trim(boot));
}

/* NULL: this is not a token of ours. */
static const char *alive_path(struct arena *a, const char *ledger, const char *token)
{
	if (strlen(token) != TOKEN || token[strspn(token, "0123456789abcdef")])
		return NULL;
	return str_format(a, "%s/gantry-lease/%s", ledger, token);
}

int alive_lock(struct arena *a, const char *ledger, const char *token)
{
	const char *path = alive_path(a, ledger, token);
	struct err e;
	int lock;

	assert(ledger && token && *token);
	if (!path || !folder_make(path_folder(a, path), 0700, &e))
		return -1;
	lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0)
		return lock;
	close(lock);
	return -1;
}

void alive_unlock(struct arena *a, const char *ledger, const char *token, int lock)
{
	if (lock < 0)
		return;
	unlink(alive_path(a, ledger, token));
	close(lock);
}

bool alive_is_dead(struct arena *a, const struct alive *who)
{
	const char *kernel = alive_kernel(a), *path = alive_path(a, who->ledger, who->token);

	if (!path || !kernel[0] || strcmp(who->kernel, kernel) != 0)
		return false;
	AUTO(fd) int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0;
}
