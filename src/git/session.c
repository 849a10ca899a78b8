/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2's callbacks may only say yes or no, so the session keeps the reason; and libgit2
 * opens sockets without saying for whom, so the thread remembers which session it is in.
 */
#include "git/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "git/handle.h"
#include "git/transport.h"
#include "git/types.h"

enum { TEN_MINUTES = 600000, MOST_WORDS = 4096, FOUR_GB = 4 };

static _Thread_local struct session *current;

struct session *session_current(void)
{
	return current;
}

void session_start(struct session *t, struct arena *a, const char *url,
		const struct remote_access *access, enum traffic_kind kind)
{
	const int apart = access->is_ledger ? TRAFFIC_LEDGER_LIST - TRAFFIC_GIT_LIST : 0;

	*t = (struct session){ .arena = a, .access = access, .name = remote_name(a, url), .url = url,
			       .kind = kind + apart, .begun = clock_ticks(), .result = TRAFFIC_FAILED };
	t->end = t->begun + (access->timeout_ms ? access->timeout_ms : TEN_MINUTES);
	t->max_bytes = access->max_bytes ? access->max_bytes : (size_t)FOUR_GB << 30;
	buf_init(&t->words, MOST_WORDS);
	current = t;
}

void auto_session(struct session *t)
{
	traffic_add(t->access->traffic, t->kind, t->result, clock_ticks() - t->begun);
	buf_release(&t->words);
	current = NULL;
}

bool session_done(struct session *t)
{
	t->result = TRAFFIC_OK;
	return true;
}

/* The first reason stays; true when this one is it. */
static PRINTF(3, 0) bool keep_reason(struct session *t, enum err_code code, const char *format, va_list ap)
{
	char text[512];
	bool is_first = !t->is_over;

	if (is_first && vsnprintf(text, sizeof(text), format, ap) >= 0)
		err_set(&t->failure, code, "%s", text);
	t->is_over = true;
	return is_first;
}

int session_stop(struct session *t, enum err_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	keep_reason(t, code, format, ap);
	va_end(ap);
	return -1;
}

int session_stop_again(struct session *t, enum err_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (keep_reason(t, code, format, ap))
		t->failure.again = true;
	va_end(ap);
	return -1;
}

int session_stop_outage(struct session *t, enum err_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (keep_reason(t, code, format, ap))
		outage_mark(&t->failure, 0);
	va_end(ap);
	return -1;
}

bool session_goes_on(struct session *t)
{
	if (t->is_over)
		return false;
	if (t->access->cancelled && flag_is_set(t->access->cancelled))
		session_stop(t, ERR_CANCELLED, "cancelled");
	else if (clock_ticks() > t->end)
		session_stop_outage(t, ERR_TIMEOUT, "the remote took too long");
	return !t->is_over;
}

/* libgit2 has one class for all of HTTP; the status is in its words. */
static void stop_for_http(struct session *t, const char *why)
{
	const char *status = strstr(why, "http status code: ");
	long code = status ? strtol(status + strlen("http status code: "), NULL, 10) : 0;

	if (code == 401 || code == 403 || strstr(why, "authentication replays"))
		session_stop(t, ERR_AUTH, "%s", why);
	else if (code == 404 || code == 410)
		session_stop(t, ERR_NOT_FOUND, "%s", why);
	else if (outage_status((int)code) || outage_words(why))
		session_stop_outage(t, ERR_NET, "%s", why);
	else
		session_stop_again(t, ERR_NET, "%s", why);
}

bool session_failed(struct session *t, int code, const char *doing, struct err *e)
{
	const git_error *last = git_error_last();

	if (!t->is_over && last && t->headers.count && strstr(last->message, "redirect"))
		session_stop(t, ERR_CONFIG, "it redirects, but git's setting http.extraHeader "
					    "is for this address only: use the address that it "
					    "redirects to");
	if (!t->is_over && last && last->klass == GIT_ERROR_HTTP)
		stop_for_http(t, str_clean(t->arena, last->message, strlen(last->message), 300));
	if (code == GIT_ENONFASTFORWARD || (t->is_over && t->failure.code == ERR_CONFLICT))
		t->result = TRAFFIC_LOST_RACE;
	if (t->is_over) {
		*e = t->failure;
		return err_wrap(e, "%s %s", doing, t->name);
	}
	if (code == GIT_ENONFASTFORWARD)
		return err_again(e, ERR_CONFLICT, "%s %s: it has moved", doing, t->name);
	if (code == GIT_EEOF || !last || !last->message) {
		/* libgit2 says nothing of a server that hangs up in the middle of its answer. */
		err_again(e, ERR_NET, "%s %s: the server hung up", doing, t->name);
		return outage_mark(e, 0);
	}
	handle_failed(e, code, "%s %s", doing, t->name);
	/* No connection, or one that broke: certificates and answers were judged above. */
	return e->code == ERR_NET ? outage_mark(e, 0) : false;
}
