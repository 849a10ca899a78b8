/* SPDX-License-Identifier: Apache-2.0 */
/* What passes by itself, and how long to wait for it. */
#include "base/outage.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "tap.h"

TEST(statuses)
{
	ok(outage_status(429) && outage_status(500) && outage_status(502) && outage_status(503) &&
	   outage_status(504) && outage_status(520) && outage_status(408), "a busy or broken server recovers");
	ok(!outage_status(501) && !outage_status(505) && !outage_status(404) && !outage_status(401) &&
	   !outage_status(200) && !outage_status(409) && !outage_status(600), "a no stays a no");
}

TEST(words_of_servers_about_others)
{
	ok(outage_words("rpc error: code = Unavailable desc = connection error: desc = \"transport: Error "
			"while dialing: dial tcp 10.0.0.1:8081: connect: connection refused\""),
	   "Argo CD's repository server is down");
	ok(outage_words("ssh: connect to host git.example.org port 22: Connection refused"), "sshd is down");
	ok(outage_words("http parser error: stream ended at an unexpected time"), "an answer that was cut");
	ok(outage_words("Could not resolve host: registry.example.org"), "DNS is down");
	ok(outage_words("The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?"),
	   "a cluster is down");
	ok(outage_words("Error from server (ServiceUnavailable): the server is currently unable to handle the request"),
	   "what its API server needs is down");
	ok(!outage_words("Error from server (Forbidden): jobs.batch is forbidden"), "what is forbidden stays so");
	ok(!outage_words("Permission denied (publickey)"), "a key that is refused stays refused");
	ok(!outage_words("app path does not exist"), "a wrong path stays wrong");
}

TEST(servers_say_when_to_come_back)
{
	int64_t now;

	ok(clock_parse("1994-11-06T08:49:07Z", &now), "a moment");
	is_number(outage_after("17", now), 17000, "seconds");
	is_number(outage_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 30000, "a date");
	is_number(outage_after("Sun, 06 Nov 1994 08:49:00 GMT", now), 0, "a date that is over");
	is_number(outage_after("99999999999999999999", now), 3600000, "an hour at most");
	is_number(outage_after("Fri, 31 Dec 2100 23:59:59 GMT", now), 3600000, "also by date");
	is_number(outage_after(NULL, now), 0, "nothing said");
	is_number(outage_after("soon", now), 0, "nonsense");
	is_number(outage_after("-5", now), 0, "a time before now");
	is_number(outage_after("12x", now), 0, "a number with a tail");
	is_number(outage_after("Sun, 06 Foo 1994 08:49:37 GMT", now), 0, "no month");
}

TEST(looks_grow_rare_but_not_too_rare)
{
	struct err e = { .code = ERR_NET };
	bool fine = true;

	for (unsigned n = 1; n < 200; n++) {
		int64_t ms = outage_pause(n, &e);
		fine = fine && ms >= 1600 && ms <= 36000;
	}
	ok(fine, "2 to 30 s, and a fifth more or less");
	e.after_ms = 120000;
	is_number(outage_pause(1, &e), 120000, "not sooner than the server asked");
}

TEST(pauses_grow_and_are_spread)
{
	for (unsigned n = 1; n < 12; n++) {
		int64_t ms = backoff_ms(n, 500, 8000);
		int64_t want = n > 5 ? 8000 : 500 << (n - 1);
		ok(ms >= want * 4 / 5 && ms <= want * 6 / 5, "pause %u is %lld ms", n, (long long)ms);
	}
}

TEST(an_error_carries_the_verdict)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;

	err_set(&e, ERR_NET, "no answer");
	ok(!e.passes, "no failure passes unless somebody said so");
	ok(!outage_mark(&e, 5000) && e.passes && e.again && e.after_ms == 5000, "marked");
	err_wrap(&e, "pushing");
	ok(e.passes, "it stays marked when callers add what they did");
	is_text(outage_sentence(a, &e), "still waiting, because pushing: no answer", "in a sentence");
	ok(has_prefix(outage_until(a, "waiting", 0), "waiting; looks again at "), "%s",
	   outage_until(a, "waiting", 0));
	err_again(&e, ERR_CONFLICT, "other");
	ok(!e.passes && !e.after_ms, "a new failure starts anew");
}
