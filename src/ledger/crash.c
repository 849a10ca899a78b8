/* SPDX-License-Identifier: Apache-2.0 */
/* Points counted over all threads, so that a number names one moment of a run. */
#include "ledger/crash.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long passed;

void crash_point(const char *where)
{
	const char *text = getenv("GANTRY_CRASH_AT");
	long limit = text ? strtol(text, NULL, 10) : 0;

	if (limit <= 0)
		return;
	pthread_mutex_lock(&lock);
	bool now = ++passed == limit;
	pthread_mutex_unlock(&lock);
	if (now) {
		log_line(LOG_WARN, "crash", "GANTRY_CRASH_AT=%ld reached: %s", limit, where);
		kill(getpid(), SIGKILL);
		pause();
	}
}
