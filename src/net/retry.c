/* SPDX-License-Identifier: Apache-2.0 */
/* Pauses are jittered, so that many operators' gantries do not knock together. */
#include "net/retry.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/thread.h"
#include "net/http.h"

/* Longer than that nobody waits in a call: the caller has more to do, and more patience. */
#define LONGEST_PAUSE_MS 2000

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

	assert(reply->status);
	if (reply->status == 401 || reply->status == 403)
		code = ERR_AUTH;
	else if (reply->status == 404 || reply->status == 410)
		code = ERR_NOT_FOUND;
	else if (reply->status == 409 || reply->status == 412)
		code = ERR_CONFLICT;
	err_set(e, code, "%s: HTTP status %d%s", http_request_name(a, rq), reply->status,
		retry_said(a, reply));
	if (outage_status(reply->status))
		outage_mark(e, http_retry_after(reply));
	return false;
}

int64_t http_retry_after(const struct http_reply *reply)
{
	return outage_after(http_header(reply, "retry-after"), clock_now());
}

static int64_t pause_before(unsigned n, const struct http_reply *reply)
{
	int64_t asked = reply ? http_retry_after(reply) : 0;

	return asked ? asked : backoff_ms(n, 300, LONGEST_PAUSE_MS);
}

bool http_persist(struct http *h, struct arena *a, const struct http_request *rq,
		  struct http_reply *reply, struct err *e)
{
	bool once = rq->method && (strcmp(rq->method, "POST") == 0 || strcmp(rq->method, "PATCH") == 0);

	assert(rq->tries > 0);
	for (unsigned n = 1;; n++) {
		struct http_reply got;
		bool ok = http_send(h, a, rq, &got, e);
		bool again = ok ? outage_status(got.status) : e->passes;
		int64_t pause = again ? pause_before(n, ok ? &got : NULL) : 0;
		if (!again || once || n >= rq->tries || pause > LONGEST_PAUSE_MS * 6 / 5) {
			if (ok)
				*reply = got;
			return ok;
		}
		if (flag_wait(rq->cancelled, pause))
			return err_set(e, ERR_CANCELLED, "cancelled");
	}
}
