/* SPDX-License-Identifier: Apache-2.0 */
/* What Kargo does is recorded once, whatever happens to who records it. */
#include "recorder/recorder.h"

#include <string.h>

#include "attach/runs.h"
#include "attach/state.h"
#include "base/arena.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "cluster.h"
#include "fixture.h"
#include "kargo.h"
#include "ledger/lease.h"
#include "ledger/ledger.h"
#include "recorder/name.h"
#include "tap.h"

/* Freight is found, approved for prod, and test let it pass; a promotion is asked for, begins and ends. */
enum { FREIGHT = 3, PROMOTION = 3, LONG_MS = 60000, SOON_MS = 1000 };
/* Kargo's clock may be so far ahead of ours, which leaves the tests time. */
enum { AHEAD_MS = 40000 };

static void wait_for(struct kargo *k, const char *kind, size_t count)
{
	for (int64_t end = clock_ticks() + LONG_MS; clock_ticks() < end && kargo_count(k, kind, NULL) < count;)
		clock_sleep(20);
}

TEST(a_promotion_is_recorded_from_its_request_to_its_end)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_approved_by(&k, "kubernetes:grace");
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT, "the freight, its approval, its verification");
	ok(kargo_count(&k, "freight.approved", "kubernetes:grace") == 1, "with who approved");
	kargo_promote(&k, 1, "{}");
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + 1, "a request comes when it is made");
	ok(kargo_count(&k, "promotion.requested", "kubernetes:ada") == 1, "with who made it");
	kargo_promote(&k, 1, "{'phase':'Running','startedAt':'2026-07-01T12:01:00Z'}");
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + 2, "its beginning");
	kargo_promoted(&k, 1, 1);
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + PROMOTION, "and its end");
	ok(kargo_count(&k, "promotion.finished", "test runs soft-squirrel") == 1, "in words");
	ok(kargo_is_sound(&k), "the ledger follows from its events");
	kargo_end(&k);
	scrap(folder);
}

TEST(restarted_it_catches_up_and_records_nothing_twice)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_promoted(&k, 1, 1);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + PROMOTION, "what was there before it came");
	kargo_stop(&k);
	kargo_promoted(&k, 2, 2);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + 2 * PROMOTION, "what happened meanwhile");
	kargo_tell(&k);
	kargo_stop(&k);
	kargo_record(&k, true);
	kargo_promoted(&k, 3, 3);
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + 3 * PROMOTION, "nothing is doubled");
	ok(kargo_is_sound(&k), "the ledger follows from its events");
	kargo_end(&k);
	scrap(folder);
}

TEST(what_kargo_drops_stays_in_the_history)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k;

	kargo_begin(&k, folder);
	for (unsigned n = 1; n <= 20; n++)
		kargo_promoted(&k, n, n);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + 20 * PROMOTION, "twenty promotions");
	for (unsigned n = 21; n <= 58; n++) {
		kargo_promoted(&k, n, n);
		kargo_drop(&k, n - 20);
		kargo_tell(&k);
		wait_for(&k, "promotion.finished", n);
	}
	wait_for(&k, "ledger.pruned", 1);
	kargo_stop(&k);
	ok(kargo_count(&k, "ledger.pruned", NULL) == 1, "the present is tidied, too");
	/* A list of before, as of a cluster that was restored: what was dropped is there again. */
	for (unsigned n = 20; n <= 38; n++)
		kargo_promoted(&k, n, n);
	kargo_record(&k, true);
	kargo_promoted(&k, 59, 59);
	kargo_tell(&k);
	wait_for(&k, "promotion.finished", 59);
	ok(kargo_count(&k, "promotion.requested", NULL) == 59, "none is missing, and none comes twice: %zu",
	   kargo_count(&k, "promotion.requested", NULL));
	ok(kargo_is_sound(&k), "the ledger follows from its events");
	kargo_end(&k);
	scrap(folder);
}

TEST(a_gap_is_said)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_promoted(&k, 1, 1);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + PROMOTION, "one promotion");
	kargo_stop(&k);
	kargo_drop(&k, 1);
	kargo_stage(&k, "test", "{'lastPromotion':{'name':'test.01jzz000000000000000000004.d532e1f','freight':"
		    "{'name':'" CLUSTER_FREIGHT "'},'status':{'phase':'Failed','message':'no',"
		    "'finishedAt':'2026-07-01T12:04:30Z'}}}");
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + 2 * PROMOTION, "another, of which only the stage tells");
	ok(kargo_count(&k, "promotion.requested", "Kargo no longer has the promotion") == 1, "which is said");
	kargo_promoted(&k, 9, 9);
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + 3 * PROMOTION, "and a third");
	ok(kargo_count(&k, "promotion.requested", "promotions before this one may be missing") == 1,
	   "before which there may have been more");
	ok(kargo_is_sound(&k), "the ledger follows from its events");
	kargo_end(&k);
	scrap(folder);
}

/* As seen of Kargo 1.11: short promotions and what verifies them, all in one second. */
TEST(a_verification_is_recorded_before_the_next_promotion_of_the_same_second)
{
	static const char ended[] = "{'phase':'Succeeded','startedAt':'2026-07-01T12:00:00Z','finishedAt':"
				    "'2026-07-01T12:00:00Z','freightCollection':{'id':'%s','items':"
				    "{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}}}}";
	static const char verified[] = "{'id':'%s','items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}},"
				       "'verificationHistory':[{'id':'%s','phase':'Successful','startTime':"
				       "'2026-07-01T12:00:00Z','finishTime':'2026-07-01T12:00:00Z'}]}";
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_promote(&k, 1, str_format(a, ended, "old"));
	kargo_promote(&k, 2, str_format(a, ended, "new"));
	kargo_promote(&k, 3, str_format(a, ended, "old"));
	kargo_stage(&k, "test", str_format(a, "{'freightHistory':[%s,%s,%s]}",
					   str_format(a, verified, "old", "third"),
					   str_format(a, verified, "new", "second"),
					   str_format(a, verified, "old", "first")));
	kargo_record(&k, true);
	/* That test let the freight pass follows from the first of them. */
	kargo_wait(&k, FREIGHT - 1 + 3 * PROMOTION + 3 * 2, "three promotions, each of them verified");
	ok(kargo_is_in_turn(&k), "each before the next promotion begins");
	ok(kargo_is_sound(&k), "the ledger follows from its events");
	kargo_end(&k);
	scrap(folder);
}

/* Promotion n of the same freight, which brought the collection "c<n>". */
static void promoted_with(struct kargo *k, unsigned n)
{
	kargo_promote(k, n, str_format(k->a, "{'phase':'Succeeded','startedAt':'2026-07-01T12:%02u:00Z',"
				       "'finishedAt':'2026-07-01T12:%02u:10Z','freightCollection':{'id':'c%u',"
				       "'items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}}}}", n, n, n));
}

/* The stage ran the ten collections up to "c<n>", each of them verified. */
static void ran_ten(struct kargo *k, unsigned n)
{
	const char *list = "";

	for (unsigned i = n - 9; i <= n; i++)
		list = str_format(k->a, "{'id':'c%u','items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}},"
				  "'verificationHistory':[{'id':'v%u','phase':'Successful','startTime':"
				  "'2026-07-01T12:%02u:20Z','finishTime':'2026-07-01T12:%02u:30Z'}]}%s%s", i, i,
				  i, i, *list ? "," : "", list);
	kargo_stage(k, "test", str_format(k->a, "{'freightHistory':[%s]}", list));
}

static size_t said_of_order(struct arena *a)
{
	struct log_said lines[64];
	size_t count = log_recent(a, lines, COUNTOF(lines)), said = 0;

	for (size_t i = 0; i < count; i++)
		said += strstr(lines[i].text, "can't be put in order") != NULL;
	return said;
}

TEST(what_leaves_a_full_history_is_not_recorded_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	size_t before = said_of_order(a);
	struct kargo k;

	kargo_begin(&k, folder);
	for (unsigned n = 1; n <= 10; n++)
		promoted_with(&k, n);
	ran_ten(&k, 10);
	kargo_record(&k, true);
	wait_for(&k, "stage.verified", 10);
	promoted_with(&k, 11);
	kargo_tell(&k);
	wait_for(&k, "promotion.finished", 11);
	kargo_tell(&k);
	ran_ten(&k, 11);
	kargo_tell(&k);
	wait_for(&k, "stage.verified", 11);
	ok(kargo_count(&k, "stage.verified", NULL) == 11, "each verification is recorded once");
	is_number(said_of_order(a), before, "and none is said to have no place");
	ok(kargo_is_in_turn(&k) && kargo_is_sound(&k), "in their order");
	kargo_end(&k);
	scrap(folder);
}

/* Stages, Promotions and Freight come on streams of their own. */
TEST(what_is_told_before_what_it_follows_from_is_not_lost)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *now = clock_rfc3339(a, clock_now() + AHEAD_MS);
	const char *collection = "{'id':'c1','items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}}";
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_promote(&k, 1, str_format(a, "{'phase':'Running','startedAt':'%s'}", now));
	kargo_stage(&k, "test", str_format(a, "{'freightHistory':[%s,'verificationHistory':[{'id':'v1','phase':"
					   "'Successful','startTime':'%s','finishTime':'%s'}]}]}", collection,
					   now, now));
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT + 2, "a verification came before the end of what it verifies");
	kargo_promote(&k, 1, str_format(a, "{'phase':'Succeeded','startedAt':'%s','finishedAt':'%s',"
					   "'freightCollection':%s}}", now, now, collection));
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + PROMOTION + 2, "it is recorded behind it");
	ok(kargo_is_in_turn(&k) && kargo_is_sound(&k), "in their order");
	kargo_end(&k);
	scrap(folder);
}

TEST(freight_that_comes_after_its_promotion_is_not_called_lost)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct value *freight = cluster_freight(a);
	struct kargo k;

	kargo_begin(&k, folder);
	attach_state_remove(k.state, ATTACH_FREIGHT, CLUSTER_FREIGHT);
	kargo_promote_at(&k, 1, "{}", clock_rfc3339(a, clock_now() + AHEAD_MS));
	kargo_record(&k, true);
	clock_sleep(SOON_MS);
	ok(kargo_count(&k, NULL, "find freight") == 0, "nothing is told of freight that may come");
	kargo_freight(&k, freight);
	kargo_tell(&k);
	wait_for(&k, "promotion.requested", 1);
	ok(kargo_count(&k, "freight.discovered", "soft-squirrel") == 1, "it is found as what it is");
	ok(kargo_count(&k, NULL, "no longer has it") == 0, "and not called lost");
	kargo_end(&k);
	scrap(folder);
}

/* Argo Rollouts' clock is behind Kargo's. */
TEST(a_failed_verification_is_recorded_with_what_it_measured)
{
	static const char verified[] = "{'freightHistory':[{'id':'c1','items':{'Warehouse/web':{'name':'"
		CLUSTER_FREIGHT "'}},'verificationHistory':[{'id':'v1','phase':'Failed','message':'Kargo says so',"
		"'startTime':'2026-07-01T12:01:40Z','finishTime':'2026-07-01T12:01:38Z',"
		"'analysisRun':{'name':'test.run','namespace':'shop','phase':'Failed'}}]}]}";
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	const struct attach_run run = { .object = cluster_json(a, "{'spec':{'metrics':[{'name':'errors',"
		"'successCondition':'result[0] < 0.01'}]},'status':{'phase':'Failed','metricResults':[{'name':"
		"'errors','phase':'Failed','failed':1,'count':1,'measurements':[{'phase':'Failed','value':'[0.5]'"
		"}]}]}}") };
	struct kargo k;

	kargo_begin(&k, folder);
	kargo_promote(&k, 1, "{'phase':'Succeeded','startedAt':'2026-07-01T12:00:00Z','finishedAt':"
			     "'2026-07-01T12:01:00Z','freightCollection':{'id':'c1','items':"
			     "{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}}}}");
	kargo_stage(&k, "test", verified);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT, "the stage waits until the run is read");
	ok(attach_state_tell_run(k.state, "test.run", &run), "which it is");
	kargo_tell(&k);
	kargo_wait(&k, FREIGHT + PROMOTION + 2, "then all is told");
	ok(kargo_count(&k, "stage.verified", "metric errors is Failed (failed (1) > failureLimit (0)): measured "
		       "[0.5]; successCondition: result[0] < 0.01") == 1, "with metric, value and condition");
	ok(kargo_is_in_turn(&k) && kargo_is_sound(&k), "in their order");
	kargo_end(&k);
	scrap(folder);
}

TEST(of_two_recorders_one_leads)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo one, two;

	kargo_begin(&one, folder);
	kargo_begin(&two, folder);
	kargo_record(&one, true);
	kargo_wait(&one, FREIGHT, "the first records");
	kargo_promoted(&one, 1, 1);
	kargo_promoted(&two, 1, 1);
	kargo_record(&two, true);
	kargo_tell(&one);
	kargo_wait(&two, FREIGHT + PROMOTION, "both see a promotion");
	kargo_stop(&one);
	kargo_promoted(&two, 2, 2);
	kargo_tell(&two);
	kargo_wait(&two, FREIGHT + 2 * PROMOTION, "the other takes over and adds only what is new");
	ok(kargo_is_sound(&two), "the ledger follows from its events");
	kargo_end(&one);
	kargo_end(&two);
	scrap(folder);
}

TEST(who_only_reads_makes_no_ledger)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct kargo k, board;

	kargo_begin(&k, folder);
	kargo_begin(&board, folder);
	kargo_record(&board, false);
	ok(moment_get(&board.said) == 1, "the cluster is shown at once");
	clock_sleep(500);
	ok(kargo_count(&board, NULL, NULL) == 0, "without a ledger");
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT, "once somebody records");
	for (int64_t end = clock_ticks() + LONG_MS; clock_ticks() < end && moment_get(&board.nevents) < FREIGHT;)
		clock_sleep(20);
	ok(moment_get(&board.nevents) == FREIGHT, "its history is shown, too");
	kargo_end(&board);
	kargo_end(&k);
	scrap(folder);
}

TEST(ledgers_are_called_by_project_and_context)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(recorder_name(a, "shop", "staging"), "shop@staging", "as both");
	is_text(recorder_name(a, "shop", "arn:aws:eks:eu-west-1:1234:cluster/prod"),
		"shop@arn-aws-eks-eu-west-1-1234-cluster-prod-bd62c9f", "what git takes in no name is spelt anew");
	ok(!same_text(recorder_name(a, "shop", "a/b"), recorder_name(a, "shop", "a:b")), "and differs as before");
}

/* Nothing else happens: no record of Kargo's comes, and nothing is recorded. */
TEST(who_records_is_told_when_another_takes_over)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *one, *three;
	struct lease lease;
	struct kargo k;
	struct err e;

	kargo_begin(&k, folder);
	kargo_record(&k, true);
	kargo_wait(&k, FREIGHT, "there is a ledger");
	kargo_stop(&k);
	one = kargo_ledger(&k, "bastion-1");
	three = kargo_ledger(&k, "bastion-3");
	ok(ledger_lease(one, a, &lease, &e) && lease.ours, "one of three hosts records");
	kargo_record(&k, true);
	kargo_wait_leader(&k, 1);
	ledger_lease_drop(one);
	ok(ledger_lease(three, a, &lease, &e) && lease.ours, "then another of them");
	kargo_wait_leader(&k, 3);
	ledger_close(one);
	ledger_close(three);
	kargo_end(&k);
	scrap(folder);
}
