/* SPDX-License-Identifier: Apache-2.0 */
/* Children end when they should, or are ended; none outlives its time or its cancel flag. */
#include "base/process.h"

#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "err_name.h"
#include "tap.h"

struct script {
	const char *argv[4];
	struct process process;
	struct process_result result;
	struct err e;
};

static struct process *shell(struct script *s, const char *text)
{
	*s = (struct script){ .argv = { "sh", "-c", text, NULL } };
	s->process.argv = s->argv;
	return &s->process;
}

TEST(a_child_has_its_input_output_and_status)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s;

	shell(&s, "cat; echo trouble >&2; exit 3")->input = str_of("hello");
	ok(process_run(a, &s.process, &s.result, &s.e), "it runs");
	ok(str_is(s.result.out, "hello"), "what it wrote");
	ok(str_is(s.result.error, "trouble\n"), "what it complained of");
	is_number(s.result.status, 3, "its status");
	shell(&s, "kill -9 $$");
	ok(process_run(a, &s.process, &s.result, &s.e), "a killed one ran, too");
	is_number(s.result.status, 128 + 9, "and says by what it was killed");
	signal(SIGPIPE, SIG_IGN);
	shell(&s, "exit 0")->input = (struct str){ arena_alloc(a, 1 << 20), 1 << 20 };
	ok(process_run(a, &s.process, &s.result, &s.e), "one that does not read is no trouble");
}

/* Runs what cannot end by itself; it must be ended with code, and soon. */
static void is_ended(struct script *s, enum err_code code, const char *why)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t begun = clock_ticks();

	ok(!process_run(a, &s->process, &s->result, &s->e), "%s", why);
	is_text(err_code_name(s->e.code), err_code_name(code), "%s: %s", why, s->e.message);
	ok(clock_ticks() - begun < 20000, "%s: at once", why);
}

TEST(a_child_that_goes_on_is_ended)
{
	bool yes = false;
	struct script s;

	shell(&s, "sleep 60")->timeout_ms = 50;
	is_ended(&s, ERR_TIMEOUT, "it says nothing");
	shell(&s, "exec >&- 2>&-; sleep 60")->timeout_ms = 50;
	is_ended(&s, ERR_TIMEOUT, "it closed its output and goes on");
	shell(&s, "sleep 60 & exit 0")->timeout_ms = 50;
	is_ended(&s, ERR_TIMEOUT, "its own child holds its output");
	shell(&s, "yes")->max_output = 1000;
	is_ended(&s, ERR_LIMIT, "it says too much");
	flag_set(&yes);
	shell(&s, "exec >&- 2>&-; sleep 60")->cancelled = &yes;
	is_ended(&s, ERR_CANCELLED, "nobody waits for it any more");
}

TEST(of_two_variables_of_a_name_the_last_counts)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *const more[] = { "EXTRA=no", "EXTRA_TOO=1", "LANG=de", "EXTRA=yes", NULL };
	struct script s;
	const char *all;

	*shell(&s, "") = (struct process){ .argv = (const char *const[]){ "env", NULL }, .env = more };
	ok(process_run(a, &s.process, &s.result, &s.e), "it runs");
	all = str_format(a, "\n%s", str_text(a, s.result.out));
	ok(strstr(all, "\nEXTRA=yes\n") && !strstr(all, "\nEXTRA=no\n"), "the first is not there at all");
	ok(strstr(all, "\nEXTRA_TOO=1\n"), "one whose name only begins so is");
	ok(strstr(all, "\nLANG=de\n") && !strstr(all, "C.UTF-8"), "nor is what the clean environment has");
}

TEST(a_child_has_a_clean_environment)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *const more[] = { "EXTRA=given", NULL };
	struct script s;

	shell(&s, "echo $EXTRA $LANG ${srcdir-absent}; pwd")->env = more;
	s.process.folder = "/";
	ok(process_run(a, &s.process, &s.result, &s.e), "it runs");
	ok(str_is(s.result.out, "given C.UTF-8 absent\n/\n"), "what was given, nothing of ours");
	s.argv[0] = "no-such-program-anywhere";
	ok(!process_run(a, &s.process, &s.result, &s.e) && s.e.code == ERR_NOT_FOUND,
	   "a program that is not there is named: %s", s.e.message);
}
