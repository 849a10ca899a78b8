/* SPDX-License-Identifier: Apache-2.0 */
/* Pauses are jittered, so that many operators' gantries do not knock together. */
#include "net/retry.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/thread.h"
#include "net/http.h"

#define MOST_RETRY_AFTER 60000
#define SLICE 100

static bool may_pass(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
	       status == 504;
}

/* The beginning of a text reply, on one line; markup says nothing to an operator. */
static const char *retry_said(struct arena *a, const struct http_reply *reply)
{
	struct str body = str_trim(reply->body);
	const char *text;

	if (!body.len || body.at[0] == '<')
		return "";
	text = str_clean(a, body.at, body.len, 300);
	char *line = str_format(a, ": %s", text);
	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return line;
}

bool http_refused(struct arena *a, const struct http_request *rq, const struct http_reply *reply,
		  struct err *e)
{
	enum err_code code = ERR_NET;

	if (reply->status == 401 || reply->status == 403)
		code = ERR_AUTH;
	else if (reply->status == 404 || reply->status == 410)
		code = ERR_NOT_FOUND;
	else if (reply->status == 409 || reply->status == 412)
		code = ERR_CONFLICT;
	err_set(e, code, "%s: HTTP status %d%s", http_request_name(a, rq), reply->status,
		retry_said(a, reply));
	e->again = may_pass(reply->status) || reply->status > 500;
	return false;
}

int64_t backoff_ms(unsigned n, int64_t first_ms, int64_t most_ms)
{
	int64_t pause = first_ms;
	uint32_t chance;

	while (n-- > 1 && pause < most_ms)
		pause *= 2;
	if (pause > most_ms)
		pause = most_ms;
	random_bytes(&chance, sizeof(chance));
	return pause * 4 / 5 + pause * 2 / 5 * (int64_t)(chance % 1024) / 1024;
}

static int64_t pause_before(unsigned n, const struct http_reply *reply)
{
	const char *after = reply ? http_header(reply, "retry-after") : NULL;
	char *end;

	if (after && *after >= '0' && *after <= '9') {
		long long seconds = strtoll(after, &end, 10);
		if (!*end && seconds >= 0)
			return seconds < MOST_RETRY_AFTER / 1000 ? seconds * 1000 : MOST_RETRY_AFTER;
	}
	return backoff_ms(n, 500, 15000);
}

/* False when cancelled meanwhile. */
static bool retry_wait_for(int64_t ms, const bool *cancelled)
{
	for (int64_t end = clock_ticks() + ms, left; (left = end - clock_ticks()) > 0;) {
		if (flag_is_set(cancelled))
			return false;
		clock_sleep(left < SLICE ? left : SLICE);
	}
	return true;
}

bool http_persist(struct http *h, struct arena *a, const struct http_request *rq, unsigned tries,
		  struct http_reply *reply, struct err *e)
{
	bool once = rq->method && (strcmp(rq->method, "POST") == 0 || strcmp(rq->method, "PATCH") == 0);

	for (unsigned n = 1;; n++) {
		struct http_reply got;
		bool ok = http_send(h, a, rq, &got, e);
		bool again = ok ? may_pass(got.status) : e->again;
		if (!again || once || n >= tries) {
			if (ok)
				*reply = got;
			return ok;
		}
		if (!retry_wait_for(pause_before(n, ok ? &got : NULL), rq->cancelled))
			return err_set(e, ERR_CANCELLED, "cancelled");
	}
}
