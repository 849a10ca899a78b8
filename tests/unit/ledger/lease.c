/* SPDX-License-Identifier: Apache-2.0 */
/* One executes at a time. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/lease.h"
#include "ledger/ledger.h"
#include "tap.h"

static void one_of_two(struct arena *a, const char *folder, const char *remote, const char *second)
{
	struct ledger *one = opened(a, folder, "one", remote);
	struct ledger *two = opened(a, folder, second, remote);
	struct lease x;
	struct err e;

	setenv("GANTRY_NOW", "2024-06-01T10:00:00Z", 1);
	ok(ledger_lease(one, a, &x, &e) && x.ours && x.held, "the first takes it");
	ok(ledger_lease(two, a, &x, &e) && !x.ours && x.held, "the second does not get it");
	is_text(x.host, "one", "and is told who has it");
	setenv("GANTRY_NOW", "2024-06-01T10:00:10Z", 1);
	ok(ledger_lease(one, a, &x, &e) && x.ours, "it is renewed");
	setenv("GANTRY_NOW", "2024-06-01T10:00:20Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "and lasts from then");
	setenv("GANTRY_NOW", "2024-06-01T10:25:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "a clock that jumps ahead takes nothing from anybody");
	setenv("GANTRY_NOW", "2024-06-01T09:00:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "nor does one that jumps back");
	ok(ledger_lease(one, a, &x, &e) && x.ours && !x.is_new, "which does not keep it from being renewed");
	ok(x.until > clock_ticks() && x.until < clock_ticks() + 61000, "for as long as it lasts");
	setenv("GANTRY_NOW", "2024-06-01T12:05:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours && x.held, "a clock two hours ahead takes nothing either");
	setenv("GANTRY_NOW", "2024-06-01T08:05:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours && x.held, "nor one two hours behind");
	ok(ledger_lease_look(two, a, &x, &e) && x.held, "and who only looks is told that it is held");
	ledger_lease_drop(one);
	ok(ledger_lease(two, a, &x, &e) && x.ours && x.is_new, "given back, it is free at once");
	ok(ledger_lease(one, a, &x, &e) && !x.ours, "which the first finds out");
	unsetenv("GANTRY_NOW");
	ledger_close(one);
	ledger_close(two);
}

TEST(lease_here)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	one_of_two(a, folder, NULL, "one");
	scrap(folder);
}

TEST(lease_at_a_remote)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = str_format(a, "%s/remote.git", folder);
	struct store *s = NULL;
	struct err e;

	ok(store_open(remote, true, &s, &e), "a remote");
	store_close(s);
	one_of_two(a, folder, remote, "two");
	scrap(folder);
}

static bool takes_lease(const char *folder)
{
	AUTO(arena) struct arena *a = arena_new();
	struct ledger *l = opened(a, folder, "one", NULL);
	struct lease x;
	struct err e;
	bool ours = ledger_lease(l, a, &x, &e) && x.ours;

	ledger_close(l);
	return ours;
}

/* Takes the lease in a process of its own, says so and lives until it is killed. */
static pid_t holder_start(const char *folder)
{
	int told[2];
	char byte;

	fflush(stdout);
	if (pipe(told) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		AUTO(arena) struct arena *a = arena_new();
		struct ledger *l = opened(a, folder, "one", NULL);
		struct lease x;
		struct err e;
		bool ours = ledger_lease(l, a, &x, &e) && x.ours;

		if (write(told[1], ours ? "y" : "n", 1) == 1)
			pause();
		_exit(1);
	}
	close(told[1]);
	ok(read(told[0], &byte, 1) == 1 && byte == 'y', "a process takes the lease");
	close(told[0]);
	return child;
}

static void holder_kill(pid_t holder)
{
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
}

TEST(the_lease_of_a_killed_process_is_free_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	pid_t holder = holder_start(folder);

	ok(!takes_lease(folder), "while it lives nobody else gets it");
	kill(holder, SIGSTOP);
	ok(!takes_lease(folder), "nor while it is stopped");
	holder_kill(holder);
	ok(takes_lease(folder), "once it is killed, another need not wait");
	scrap(folder);
}

TEST(a_lease_that_could_not_be_given_back_is_free_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	ok(takes_lease(folder), "one takes it and ends without a word");
	ok(takes_lease(folder), "the next on this machine need not wait");
	scrap(folder);
}

/* As a container that shares the folder: same kernel, same host name, other process ids. */
TEST(a_container_does_not_take_the_lease_of_another)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	pid_t holder = holder_start(folder);
	int status = 0;

	fflush(stdout);
	pid_t shell = fork();
	if (shell == 0) {
		if (unshare(CLONE_NEWPID) != 0)
			_exit(2);
		pid_t inner = fork();
		if (inner == 0)
			_exit(takes_lease(folder));
		_exit(waitpid(inner, &status, 0) == inner ? WEXITSTATUS(status) : 3);
	}
	ok(waitpid(shell, &status, 0) == shell && WIFEXITED(status), "a process with other process ids looks");
	if (WEXITSTATUS(status) == 2)
		note("not tried: making a PID namespace is not permitted here");
	else
		is_number(WEXITSTATUS(status), 0, "and does not get the lease, whose holder it cannot see");
	holder_kill(holder);
	scrap(folder);
}

TEST(a_lease_that_is_no_note_is_waited_for)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/one", folder);
	char id[STORE_ID];
	struct ledger *l;
	struct store *s;
	struct lease x;
	struct err e;

	ok(store_open(path, true, &s, &e) && store_note_new(s, "{\"token\": 7, \"renewedAt\": [", 1717236000, id, &e) &&
		   store_ref_set(s, "refs/gantry/lease/demo", id, "", &e), "somebody puts rubbish there");
	store_close(s);
	l = opened(a, folder, "one", NULL);
	ok(ledger_lease(l, a, &x, &e) && x.held && !x.ours, "it counts as a lease of somebody unknown");
	ledger_close(l);
	scrap(folder);
}
