/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's Stages, Freight and Promotions become the state that every screen is made of. */
#include "attach/state.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "cluster.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/state.h"
#include "tap.h"

static void take(struct attach_state *s, enum attach_kind kind, const struct value *object)
{
	struct err e = { .message = "" };

	ok(attach_state_put(s, kind, object, &e), "it is taken: %s", e.message);
}

static const struct promotion *promotion_in(const struct state *s)
{
	const struct state_object *o = state_promotion(s, CLUSTER_PROMOTION);

	return o ? o->promotion : NULL;
}

TEST(freight_is_kept_with_what_stages_have_to_do_with_it)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *part = part_new();
	const struct freight *f;
	const struct state *state;

	take(s, ATTACH_FREIGHT, cluster_freight(a));
	state = attach_state_make(s, part);
	f = attach_state_freight(s, CLUSTER_FREIGHT);
	is_number(state->nfreight, 1, "there is one");
	is_text(f->alias, "soft-squirrel", "its alias");
	is_text(f->images[0].tag, "1.29.5", "its image");
	ok(freight_mark(&f->currently_in, "test") && freight_mark(&f->approved_for, "prod"), "its marks");
	ok(!value_path(f->object, "metadata.managedFields"), "what only Kubernetes needs is not kept");
	attach_state_remove(s, ATTACH_FREIGHT, CLUSTER_FREIGHT);
	part_release(part);
	part = part_new();
	is_number(attach_state_make(s, part)->nfreight, 0, "and it goes");
	part_release(part);
	attach_state_free(s);
}

TEST(a_promotion_goes_through_its_life)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *early = part_new(), *late = part_new();
	const struct state *before, *after;

	take(s, ATTACH_PROMOTION, cluster_promotion(a, "{'phase':''}"));
	before = attach_state_make(s, early);
	is_text(promotion_phase_word(promotion_in(before)), "Pending", "no phase yet is pending");
	is_text(promotion_in(before)->actor, "kubernetes:ada", "who asked, as Kargo calls them");
	take(s, ATTACH_PROMOTION, cluster_promotion(a,
		"{'phase':'Failed','message':'push: refused','startedAt':'2026-07-01T10:00:01Z',"
		"'finishedAt':"
		"'2026-07-01T10:00:09Z','currentStep':1,'stepExecutionMetadata':[{'alias':'clone',"
		"'status':"
		"'Succeeded'},{'alias':'push','status':'Failed','message':'refused','errorCount':2}],"
		"'state':{'clone':{'commit':'7d21e08'}}}"));
	after = attach_state_make(s, late);
	is_text(promotion_phase_word(promotion_in(before)), "Pending", "what was read stays as it was");
	is_text(promotion_phase_word(promotion_in(after)), "Failed", "what is read now is new");
	is_text(promotion_in(after)->steps[1].message, "refused", "each step says why");
	is_number(promotion_in(after)->steps[1].error_count, 2, "how often it failed");
	is_text(value_path_text(promotion_in(after)->steps[0].output, "commit", ""), "7d21e08", "outputs");
	is_number(promotion_in(after)->nsteps, 2, "all steps");
	part_release(early);
	part_release(late);
	attach_state_free(s);
}

TEST(what_only_newer_kargos_know_is_shown_as_it_is)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *part = part_new();
	const struct promotion *p;

	take(s, ATTACH_PROMOTION, cluster_promotion(a,
		"{'phase':'Marinating','stepExecutionMetadata':[{'alias':'clone','status':'Resting'}]}"));
	p = promotion_in(attach_state_make(s, part));
	is_text(promotion_phase_word(p), "Marinating", "its phase");
	ok(!promotion_is_over(p), "which is no end as long as there is none");
	is_text(promotion_step_word(&p->steps[0]), "Resting", "the step's");
	part_release(part);
	attach_state_free(s);
}

TEST(a_stage_keeps_its_status)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *part = part_new();
	struct stage stage = { .name = "test" };
	const struct state_stage *kept;

	take(s, ATTACH_STAGE, cluster_stage(a, "test",
		"{'autoPromotionEnabled':true,'health':{'status':'Unhealthy',"
		"'issues':['pod crashes'],'output':{"
		"'x':1}},'lastPromotion':{'name':'" CLUSTER_PROMOTION "',"
		"'freight':{'name':'" CLUSTER_FREIGHT
		"'},'status':{'phase':'Succeeded','state':{'big':1}},"
		"'finishedAt':'2026-07-01T10:00:09Z'},"
		"'freightHistory':[{'id':'c1',"
		"'items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "','origin':{"
		"'kind':'Warehouse','name':'web'},'images':[{'repoURL':'nginx','tag':'1.29.5'}]}},"
		"'verificationHistory':[{'id':'v2','phase':'Successful'},{'id':'v1','phase':'Failed'}]},{"
		"'id':'c0','items':{'Warehouse/web':{'name':'aaaa',"
		"'images':[{'repoURL':'nginx'}]}},'verificationHistory'"
		":[{'id':'v0','phase':'Failed'},{'id':'u','phase':'Failed'}]}]}"));
	kept = state_stage(attach_state_make(s, part), "test");
	stage_read_status(a, &stage, value_get(kept->object, "status"));
	is_text(stage.history[0].items[0].freight, CLUSTER_FREIGHT, "what runs there");
	is_text(stage.history[0].verification, "Successful", "its verification");
	ok(stage.history[0].since == 1782900009000, "since the promotion that brought it ended");
	is_text(stage.history[1].items[0].freight, "aaaa", "what ran before");
	ok(!value_path(stage.history[1].object, "items.Warehouse/web.images"), "of that the name alone");
	is_number(value_count(value_get(stage.history[1].object, "verificationHistory")), 1,
		  "and its last verification");
	is_text(stage.last_promotion, CLUSTER_PROMOTION, "the last promotion");
	ok(!value_path(stage.status, "lastPromotion.status.state"), "whose outputs it has itself");
	ok(!value_get(kept->object, "spec"), "the spec is the manifest's");
	part_release(part);
	attach_state_free(s);
}

TEST(objects_that_do_not_read_cost_only_themselves)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *part = part_new();
	struct err e;

	take(s, ATTACH_FREIGHT, cluster_freight(a));
	ok(!attach_state_put(s, ATTACH_FREIGHT, cluster_json(a, "{'metadata':{'name':'zz'}}"), &e),
	   "a name that is no hash");
	ok(!attach_state_put(s, ATTACH_FREIGHT,
			     cluster_json(a, "{'metadata':{'name':'" CLUSTER_FREIGHT "'},'images':7}"), &e),
	   "images that are a number: %s", e.message);
	ok(!attach_state_put(s, ATTACH_PROMOTION, cluster_json(a, "{'metadata':{'name':'x'}}"), &e),
	   "a promotion into no stage");
	ok(!attach_state_put(s, ATTACH_STAGE, cluster_json(a, "[]"), &e), "a stage that is a list");
	take(s, ATTACH_STAGE, cluster_json(a, "{'metadata':{'name':'odd'},'status':[1]}"));
	is_number(attach_state_make(s, part)->nfreight, 1, "what was known stays");
	is_text(attach_state_freight(s, CLUSTER_FREIGHT)->alias, "soft-squirrel", "as it was");
	part_release(part);
	attach_state_free(s);
}

TEST(a_change_of_one_object_leaves_the_others_where_they_are)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *one = part_new(), *two = part_new();
	const struct state *before, *after;
	struct err e;

	take(s, ATTACH_STAGE, cluster_stage(a, "prod", "{}"));
	take(s, ATTACH_FREIGHT, cluster_freight(a));
	take(s, ATTACH_PROMOTION, cluster_promotion(a, "{'phase':'Running'}"));
	before = attach_state_make(s, one);
	for (int i = 0; i < 1000; i++)
		(void)!attach_state_put(s, ATTACH_PROMOTION,
					cluster_promotion(a, "{'phase':'Running','currentStep':1}"), &e);
	after = attach_state_make(s, two);
	ok(state_stage(before, "prod") == state_stage(after, "prod"), "another stage is the same");
	ok(before->freight[0xd5] == after->freight[0xd5], "freight, too");
	ok(state_stage(before, "test") != state_stage(after, "test"), "its own is new");
	ok(arena_used(part_arena(two)) < 8192, "and a state is small");
	part_release(one);
	part_release(two);
	attach_state_free(s);
}

TEST(a_stage_goes_with_its_last_promotion_and_may_come_again)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *one = part_new(), *two = part_new(), *three = part_new();
	const struct state *state;

	take(s, ATTACH_STAGE, cluster_stage(a, "prod", "{}"));
	take(s, ATTACH_STAGE, cluster_stage(a, "test", "{}"));
	take(s, ATTACH_STAGE, cluster_stage(a, "uat", "{}"));
	take(s, ATTACH_PROMOTION, cluster_promotion(a, "{'phase':'Running'}"));
	attach_state_remove(s, ATTACH_STAGE, "test");
	state = attach_state_make(s, one);
	is_number(state_stage(state, "test")->npromotions, 1, "its promotion is still there");
	ok(!state_stage(state, "test")->object, "without the stage");
	attach_state_remove(s, ATTACH_PROMOTION, CLUSTER_PROMOTION);
	state = attach_state_make(s, two);
	ok(!state_stage(state, "test"), "then nothing is left of it");
	ok(state_stage(state, "prod") && state_stage(state, "uat"), "the others are as they were");
	take(s, ATTACH_STAGE, cluster_stage(a, "test", "{}"));
	is_number(attach_state_make(s, three)->nstages, 3, "one that is made again is there");
	part_release(one);
	part_release(two);
	part_release(three);
	attach_state_free(s);
}

TEST(of_a_stages_promotions_the_oldest_make_room)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_state *s = attach_state_new();
	struct part *part = part_new();
	struct err e;

	for (int i = 0; i < 60; i++) {
		struct value *p = cluster_promotion(a, i ? "{'phase':'Succeeded'}" : "{'phase':'Running'}");

		value_set(a, value_get(p, "metadata"), "name",
			  value_string(a, str_format(a, "test.01jzz00000000000000000%04d.d532e1f", i)));
		(void)!attach_state_put(s, ATTACH_PROMOTION, p, &e);
	}
	is_number(state_stage(attach_state_make(s, part), "test")->npromotions, 31,
		  "thirty that are over, and the one under way, which is the oldest");
	part_release(part);
	attach_state_free(s);
}
