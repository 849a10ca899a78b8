/* SPDX-License-Identifier: Apache-2.0 */
/* A lock on a file beside git's own, polled: whoever waits must hear that it is to stop. */
#include "ledger/turn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/thread.h"
#include "ledger/ledger_inner.h"

/* In ms: the shortest wait after a lost race, and how often the lock is asked. */
enum { YIELD_LEAST = 30, YIELD_DOUBLINGS = 4, POLL = 3 };

static unsigned turn_dice(unsigned below)
{
	unsigned char bytes[sizeof(unsigned)];
	unsigned n;

	random_bytes(bytes, sizeof(bytes));
	memcpy(&n, bytes, sizeof(n));
	return n % below;
}

/* Sleeps in slices; false when it is to end. */
static bool turn_sleep(const struct ledger *l, int64_t ms, struct err *e)
{
	int64_t end = clock_ticks() + ms;

	for (int64_t left = ms; left > 0; left = end - clock_ticks()) {
		if (flag_is_set(l->options.cancelled))
			return err_set(e, ERR_CANCELLED, "stopped while waiting for others");
		clock_sleep(left < 100 ? left : 100);
	}
	return true;
}

bool turn_try(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();

	if (l->turn >= 0)
		return true;
	int fd = open(str_format(a, "%s/gantry-append.lock", l->options.path),
		      O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* A file system without locks leaves it to compare-and-swap. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		close(fd);
		return false;
	}
	l->turn = fd;
	return true;
}

bool turn_wait(struct ledger *l, int64_t end, struct err *e)
{
	assert(end > 0);
	while (!turn_try(l)) {
		if (clock_ticks() > end)
			return err_again(e, ERR_CONFLICT, "others kept writing to the ledger "
							  "the whole time");
		if (!turn_sleep(l, 1 + turn_dice(POLL), e))
			return false;
	}
	return true;
}

void turn_end(struct ledger *l)
{
	if (l->turn >= 0)
		close(l->turn);
	l->turn = -1;
}

bool turn_yield(struct ledger *l, unsigned losses, struct err *e)
{
	const unsigned peak = YIELD_DOUBLINGS, end = 2 * YIELD_DOUBLINGS;
	unsigned doublings = losses <= peak ? losses : losses < end ? end - losses : 0;

	return turn_sleep(l, 1 + turn_dice(YIELD_LEAST << doublings), e);
}
