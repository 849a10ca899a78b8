/* SPDX-License-Identifier: Apache-2.0 */
/* Agents divide projects by what they see of each other's announcements. */
#include "ledger/agents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "git/store_remote.h"
#include "git/store_view.h"
#include "ledger/lease.h"
#include "ledger/ledger.h"
#include "tap.h"

enum { PROJECTS = 5 };

static struct agents *agent(struct arena *a, const char *folder, const char *host, bool announces)
{
	const struct agents_options o = { .path = folder, .host = host, .announces = announces };
	struct agents *as = agents_new(&o);

	for (int i = 0; i < PROJECTS; i++)
		agents_come(as, str_format(a, "p%d", i));
	return as;
}

static bool turns(struct agents *as)
{
	bool moved;

	agents_turn(as, &moved);
	return moved;
}

/* What it wants of each project; lease: as all of them stand. */
static void wishes(struct arena *a, struct agents *as, const struct agents_lease *lease, int out[3])
{
	out[0] = out[1] = out[2] = 0;
	for (int i = 0; i < PROJECTS; i++)
		out[agents_wish(as, str_format(a, "p%d", i), lease)]++;
}

TEST(agents_divide_what_both_can_do)
{
	static const struct agents_lease ours = { .ours = true, .is_idle = true }, busy = { .ours = true },
					 free_one = { .is_free = true };
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/ledger.git", folder);
	struct agents *one = agent(a, path, "one", true), *two = agent(a, path, "two", true), *board;
	int n[3];

	wishes(a, one, &free_one, n);
	is_number(n[AGENTS_WAIT], PROJECTS, "before it has looked it takes nothing");
	ok(turns(one), "looking is news");
	wishes(a, one, &free_one, n);
	is_number(n[AGENTS_TAKE], PROJECTS, "alone it takes all");
	ok(turns(two) && turns(one), "a newcomer is seen");
	wishes(a, one, &busy, n);
	is_number(n[AGENTS_GIVE], 0, "what is under way is not given away");
	wishes(a, one, &ours, n);
	is_number(n[AGENTS_GIVE], 2, "what is not is, down to its share of two and a half");
	wishes(a, two, &free_one, n);
	is_number(n[AGENTS_TAKE], 3, "the newcomer takes no more than its share");
	is_number(n[AGENTS_WAIT], PROJECTS - 3, "and leaves the rest");
	board = agent(a, path, "board", false);
	ok(turns(board), "a board looks, too");
	ok(!turns(one), "but nobody makes room for it");
	wishes(a, board, &free_one, n);
	is_number(n[AGENTS_WAIT], PROJECTS, "and it leaves all to the agents");
	wishes(a, board, &ours, n);
	is_number(n[AGENTS_GIVE], PROJECTS, "also what it has");
	agents_leave(two);
	agents_free(two);
	ok(turns(one), "one that leaves is missed");
	wishes(a, one, &free_one, n);
	is_number(n[AGENTS_TAKE], PROJECTS, "and the other has all again");
	agents_leave(one);
	agents_free(one);
	agents_leave(board);
	agents_free(board);
	scrap(folder);
}

TEST(a_project_that_only_one_can_do_is_not_given_away)
{
	static const struct agents_lease ours = { .ours = true, .is_idle = true };
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/ledger.git", folder);
	struct agents *one = agent(a, path, "one", true);
	const struct agents_options o = { .path = path, .host = "two", .announces = true };
	struct agents *two = agents_new(&o);
	int n[3];

	agents_come(two, "p0");
	ok(turns(two) && turns(one), "two agents, one of which knows one project only");
	wishes(a, one, &ours, n);
	is_number(n[AGENTS_GIVE], 0, "the other's share is four and a half, so it keeps all");
	agents_come(two, "p1");
	ok(turns(two), "it gets a second one");
	ok(turns(one), "which is seen");
	wishes(a, one, &ours, n);
	is_number(n[AGENTS_GIVE], 1, "and one of the two is given up");
	is_number(agents_wish(one, "p4", &ours), AGENTS_TAKE, "none that only it can do");
	agents_leave(one);
	agents_free(one);
	agents_leave(two);
	agents_free(two);
	scrap(folder);
}

/* How many refs of the remote begin so. */
static size_t refs_there(struct arena *a, struct store *remote, const char *prefix)
{
	struct list heads = { 0 };
	struct err e;

	ok(store_heads(remote, a, prefix, &heads, &e), "the remote is read");
	return heads.count;
}

static struct ledger *shared(struct arena *a, const char *folder, const char *project, struct agents *as)
{
	const struct ledger_options o = { .path = str_format(a, "%s/ledger.git", folder), .project = project,
					  .remote = str_format(a, "%s/remote.git", folder),
					  .host = as ? "one" : "two", .agents = as };
	struct ledger *l = NULL;
	struct err e;

	if (!ledger_open(&o, &l, &e))
		note("%s", e.message);
	return l;
}

TEST(an_agent_that_ends_gives_all_back_in_one_push)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = str_format(a, "%s/remote.git", folder);
	const struct agents_options o = { .path = str_format(a, "%s/ledger.git", folder), .remote = remote,
					  .host = "one", .announces = true };
	struct ledger *mine[PROJECTS], *other;
	struct store *there = NULL;
	struct lease x;
	struct err e;

	ok(store_open(remote, true, &there, &e), "a remote");
	struct agents *as = agents_new(&o);
	for (int i = 0; i < PROJECTS; i++)
		agents_come(as, str_format(a, "p%d", i));
	ok(turns(as), "an agent announces itself");
	is_number(refs_there(a, there, "refs/gantry/agent/"), 1, "there");
	for (int i = 0; i < PROJECTS; i++) {
		mine[i] = shared(a, folder, str_format(a, "p%d", i), as);
		ok(ledger_lease_share(mine[i], a, true, &x, &e) && x.ours, "it has the lease of p%d", i);
	}
	ledger_lease_drop(mine[0]);
	other = shared(a, folder, "p0", NULL);
	ok(ledger_lease(other, a, &x, &e) && x.ours, "one that is given back while it lives is free at once");
	ledger_close(other);
	agents_end(as);
	char before[STORE_ID], id[STORE_ID];
	ok(store_ref(there, "refs/gantry/lease/p1", before, &e), "at its end");
	for (int i = 1; i < PROJECTS; i++)
		ledger_lease_drop(mine[i]);
	ok(store_ref(there, "refs/gantry/lease/p1", id, &e), "what each engine gives back");
	is_text(id, before, "is not pushed by itself");
	agents_leave(as);
	is_number(refs_there(a, there, "refs/gantry/agent/"), 0, "the announcement is taken back");
	for (int i = 1; i < PROJECTS; i++) {
		other = shared(a, folder, str_format(a, "p%d", i), NULL);
		ok(ledger_lease(other, a, &x, &e) && x.ours, "and the lease of p%d is free with it", i);
		ledger_close(other);
	}
	for (int i = 0; i < PROJECTS; i++)
		ledger_close(mine[i]);
	agents_free(as);
	store_close(there);
	scrap(folder);
}

/* Where the lease of p0 is. */
static const char *lease_ref(struct arena *a, struct store *there)
{
	char id[STORE_ID];
	struct err e;

	ok(store_ref(there, "refs/gantry/lease/p0", id, &e), "the lease is looked at");
	return str_copy(a, id);
}

TEST(leases_last_as_long_as_their_agent_is_announced)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/ledger.git", folder), *before, *after;
	const struct ledger_options mine = { .path = path, .project = "p0", .host = "one",
					     .agents = agent(a, path, "one", true) },
				    theirs = { .path = path, .project = "p0", .host = "two" };
	struct ledger *l = NULL, *other = NULL;
	struct store *there = NULL;
	struct lease x;
	struct err e;

	ok(turns(mine.agents), "an agent is announced");
	ok(ledger_open(&mine, &l, &e) && ledger_open(&theirs, &other, &e), "a ledger");
	ok(store_open(path, false, &there, &e), "and its repository");
	ok(ledger_lease_share(l, a, true, &x, &e) && x.ours && x.is_new && x.life,
	   "it takes a lease for its life");
	is_number(x.look_in, 60000, "which need not be looked at soon");
	is_number(ledger_life_until(l, x.life), x.until, "and lasts as the announcement does");
	is_number(ledger_life_until(l, x.life + 1), 0, "not as another life would");
	before = lease_ref(a, there);
	ok(ledger_lease_share(l, a, true, &x, &e) && x.ours && !x.is_new, "it has it");
	after = lease_ref(a, there);
	is_text(after, before, "without another note");
	ok(ledger_lease(other, a, &x, &e) && x.held && !x.ours, "nobody else gets it");
	is_text(x.host, "one", "who is told whose it is");
	agents_go(mine.agents, "p0");
	turns(mine.agents);
	ok(ledger_lease(other, a, &x, &e) && x.held && !x.ours,
	   "nor as soon as the project is not announced");
	agents_come(mine.agents, "p0");
	turns(mine.agents);
	agents_leave(mine.agents);
	ok(ledger_lease(other, a, &x, &e) && x.held && !x.ours, "nor as soon as the announcement is gone");
	ledger_lease_drop(l);
	ok(ledger_lease(other, a, &x, &e) && x.ours, "but when it is given back");
	ok(ledger_lease_share(l, a, true, &x, &e) && !x.ours && !x.life, "which its holder finds out");
	ledger_close(l);
	ledger_close(other);
	store_close(there);
	agents_free(mine.agents);
	scrap(folder);
}

TEST(a_board_is_announced_while_it_holds_a_lease)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/ledger.git", folder);
	const struct ledger_options mine = { .path = path, .project = "p0", .host = "board",
					     .agents = agent(a, path, "board", false) };
	struct agents *one = agent(a, path, "one", true);
	struct ledger *l = NULL;
	struct store *there = NULL;
	const char *before, *after;
	struct lease x;
	struct err e;

	turns(mine.agents);
	ok(ledger_open(&mine, &l, &e), "a ledger");
	ok(ledger_lease_share(l, a, true, &x, &e) && x.ours && !x.life,
	   "a board takes a lease that stands for itself");
	ok(turns(mine.agents), "then it is announced, which is news");
	ok(ledger_lease_share(l, a, true, &x, &e) && x.ours && !x.is_new && x.life,
	   "and the lease lasts as long as that");
	ok(turns(one), "an agent comes");
	ok(!turns(one), "that does not count the board");
	ok(turns(mine.agents), "which sees the agent");
	ok(ledger_lease_share(l, a, true, &x, &e) && !x.ours, "and leaves the project to it");
	ok(store_open(path, false, &there, &e), "the repository");
	before = lease_ref(a, there);
	setenv("GANTRY_NOW", "2024-06-01T10:00:00Z", 1);
	ok(ledger_lease_share(l, a, true, &x, &e) && !x.ours && !x.held, "at another time it still does");
	unsetenv("GANTRY_NOW");
	after = lease_ref(a, there);
	is_text(after, before, "and does not write again that it has given the lease back");
	store_close(there);
	ledger_close(l);
	agents_leave(mine.agents);
	agents_free(mine.agents);
	agents_leave(one);
	agents_free(one);
	scrap(folder);
}

/* Where the only announcement is; "": nowhere. */
static const char *announcement(struct arena *a, struct store *there, const char **ref)
{
	struct list heads = { 0 };
	const struct store_head *h;
	struct err e;

	ok(store_heads(there, a, "refs/gantry/agent/", &heads, &e), "announcements are looked at");
	h = heads.count ? heads.items[0] : NULL;
	*ref = h ? h->ref : "";
	return h ? h->id : "";
}

/* Has something new to announce, so that it is due. */
static void announces_again(struct agents *as, const char *project)
{
	agents_come(as, project);
	turns(as);
}

TEST(an_agent_whose_announcement_went_wrong_announces_itself_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = str_format(a, "%s/ledger.git", folder), *ref, *first, *now;
	struct agents *as = agent(a, path, "one", true);
	struct store *there = NULL;
	struct err e;

	ok(turns(as), "an agent is announced");
	unsigned life = agents_life(as).number;
	ok(store_open(path, false, &there, &e), "the repository");
	first = announcement(a, there, &ref);
	char lock[300];
	snprintf(lock, sizeof(lock), "%s/%s.lock", path, ref);
	FILE *f = fopen(lock, "w");
	ok(f && fclose(f) == 0, "somebody else has its ref locked");
	announces_again(as, "more");
	now = announcement(a, there, &ref);
	is_text(now, first, "so the next announcement fails");
	is_number(agents_life(as).number, life, "which ends nothing");
	ok(remove(lock) == 0, "the lock is gone");
	turns(as);
	now = announcement(a, there, &ref);
	ok(strcmp(now, first) != 0, "and it is announced again");
	is_number(agents_life(as).number, life, "in the same life");

	char lost[STORE_ID];
	ok(store_note_new(there, "{}", 1, lost, &e) && store_ref_set(there, ref, lost, now, &e),
	   "its ref is at an announcement that it does not know of");
	announces_again(as, "still more");
	turns(as);
	now = announcement(a, there, &ref);
	ok(strcmp(now, lost) != 0, "it moves it all the same");
	is_number(agents_life(as).number, life, "in the same life, for there was no gap");

	ok(store_ref_set(there, ref, "", now, &e), "somebody took it for dead");
	announces_again(as, "one more");
	is_number(agents_life(as).number, 0, "its life is over");
	turns(as);
	is_number(agents_life(as).number, life + 1, "and it begins another");
	agents_leave(as);
	agents_free(as);
	store_close(there);
	scrap(folder);
}
