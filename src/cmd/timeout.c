/* SPDX-License-Identifier: Apache-2.0 */
/* One limit for the whole command, whatever it waits for. */
#include "cmd/requests.h"

#include "base/clock.h"
#include "base/err.h"
#include "cmd/command.h"

enum { WAIT_MS = 3600000 };

bool timeout_of(const struct command *c, int64_t *ms, struct err *e)
{
	const char *text = command_option(c, "timeout");
	int64_t ns;

	*ms = WAIT_MS;
	if (!text)
		return true;
	if (!duration_parse(text, &ns) || ns <= 0)
		return err_set(e, ERR_USAGE, "--timeout %s: write a duration such as 90s or 10m",
			       text);
	*ms = ns / 1000000;
	return true;
}

bool time_left(const struct command *c, int64_t *ms, struct err *e)
{
	if (!timeout_of(c, ms, e))
		return false;
	*ms -= clock_ticks() - c->began;
	*ms = *ms > 0 ? *ms : 0;
	return true;
}

int64_t began_at(const struct command *c)
{
	return clock_now() - (clock_ticks() - c->began);
}
