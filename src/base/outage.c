/* SPDX-License-Identifier: Apache-2.0 */
/* Words are matched where no status tells: gRPC in Argo CD's sentences, libgit2's, ssh's, kubectl's own. */
#include "base/outage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum { FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 30000, LONGEST_AFTER_MS = 3600 * 1000 };

bool outage_mark(struct err *e, int64_t after_ms)
{
	assert(e->code != ERR_NONE && after_ms >= 0);
	e->again = true;
	e->passes = true;
	e->after_ms = after_ms;
	return false;
}

bool outage_status(int status)
{
	return status == 408 || status == 425 || status == 429 ||
	       (status >= 500 && status <= 599 && status != 501 && status != 505);
}

bool outage_words(const char *words)
{
	static const char *const known[] = {
		"code = Unavailable", "code = DeadlineExceeded", "code = ResourceExhausted",
		"Connection refused", "Connection reset", "Connection timed out",
		"Connection closed by", "Network is unreachable", "No route to host",
		"Could not resolve host", "Temporary failure in name resolution", "Broken pipe",
		"connection refused", "connection reset", "connection error", "context deadline exceeded",
		"early EOF", "ended at an unexpected time", "i/o timeout", "kex_exchange_identification",
		"no such host", "remote end hung up unexpectedly", "transport is closing", "unexpected EOF",
		"unexpected disconnection", "TLS handshake timeout",
		"was refused - did you specify the right host",
		"Error from server (ServiceUnavailable)", "Error from server (TooManyRequests)",
		"Error from server (Timeout)", "Error from server (ServerTimeout)",
		"Error from server (InternalError)", "etcdserver: ",
	};

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strstr(words, known[i]))
			return true;
	return false;
}

int64_t outage_after(const char *retry_after, int64_t now)
{
	int64_t ms = 0;

	if (!retry_after)
		return 0;
	if (is_digit(*retry_after)) {
		char *end;
		long long seconds = strtoll(retry_after, &end, 10);

		ms = *end ? 0 : seconds < LONGEST_AFTER_MS / 1000 ? seconds * 1000 : LONGEST_AFTER_MS;
	} else {
		int64_t at;

		ms = clock_parse_http(retry_after, &at) && at > now ? at - now : 0;
	}
	return ms < LONGEST_AFTER_MS ? ms : LONGEST_AFTER_MS;
}

int64_t backoff_ms(unsigned n, int64_t first_ms, int64_t most_ms)
{
	int64_t pause = first_ms;
	uint32_t chance;

	assert(n > 0 && first_ms > 0);
	while (n-- > 1 && pause < most_ms)
		pause *= 2;
	if (pause > most_ms)
		pause = most_ms;
	random_bytes(&chance, sizeof(chance));
	return pause * 4 / 5 + pause * 2 / 5 * (int64_t)(chance % 1024) / 1024;
}

int64_t outage_pause(unsigned n, const struct err *e)
{
	int64_t pause = backoff_ms(n, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

	return pause > e->after_ms ? pause : e->after_ms;
}

const char *outage_sentence(struct arena *a, const struct err *e)
{
	return str_format(a, "still waiting, because %s", e->message);
}

const char *outage_until(struct arena *a, const char *waiting, int64_t at)
{
	time_t seconds = (time_t)(at / 1000);
	struct tm local;

	localtime_r(&seconds, &local);
	return str_format(a, "%s; looks again at %02d:%02d:%02d", waiting, local.tm_hour, local.tm_min,
			  local.tm_sec);
}
