/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, though the cluster keeps no history: told by what its objects say of themselves. */
#include "attach/history.h"

#include <string.h>

#include "attach/state.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "cluster.h"
#include "data/value.h"
#include "model/record.h"
#include "model/world.h"
#include "tap.h"

static const char approved[] =
	"{'reason':'FreightApproved','lastTimestamp':'2026-07-01T11:00:01Z','metadata':{'annotations':{"
	"'event.kargo.akuity.io/actor':'kubernetes:eve','event.kargo.akuity.io/stage-name':'prod',"
	"'event.kargo.akuity.io/freight-name':'" CLUSTER_FREIGHT "'}}}";

static const struct event_line *line_of(const struct event_tail *t, const char *kind)
{
	static const struct event_line none = { .commit = "", .subject = "none", .actor = "none",
						.phase = "none" };

	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->lines[t->first + i].kind, kind) == 0)
			return &t->lines[t->first + i];
	return &none;
}

static void learn_all(struct arena *a, struct attach_history *h)
{
	attach_history_learn(h, ATTACH_FREIGHT, cluster_freight(a));
	attach_history_learn(h, ATTACH_PROMOTION, cluster_promotion(a,
		"{'phase':'Succeeded','startedAt':'2026-07-01T10:00:01Z',"
		"'finishedAt':'2026-07-01T10:02:00Z'}"));
	attach_history_learn(h, ATTACH_STAGE, cluster_stage(a, "test",
		"{'freightHistory':[{'verificationHistory':[{'id':'v1','phase':'Successful','startTime':"
		"'2026-07-01T10:02:10Z','finishTime':'2026-07-01T10:03:00Z'}]}]}"));
}

TEST(objects_tell_what_happened)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_history *h = attach_history_new();
	struct attach_state *s = attach_state_new();
	const struct event_tail *t;
	struct err e;

	(void)!attach_state_put(s, ATTACH_FREIGHT, cluster_freight(a), &e);
	learn_all(a, h);
	t = attach_history_tail(h, s);
	is_number(t->count, 7, "found, requested, started, finished, verifying, verified, approved");
	is_text(t->lines[t->first].kind, "freight.approved", "the newest is first");
	is_text(line_of(t, "promotion.requested")->subject, "promote test to soft-squirrel (1.29.5)",
		"in the ledger's words");
	is_text(line_of(t, "promotion.requested")->actor, "kubernetes:ada", "who asked");
	is_text(line_of(t, "promotion.finished")->phase, "Succeeded", "how it ended");
	is_text(line_of(t, "stage.verified")->phase, "Successful", "and what came of the verification");
	is_number(strlen(line_of(t, "promotion.finished")->commit), 40, "each has an id");
	attach_history_free(h);
	attach_state_free(s);
}

TEST(the_same_is_told_once_however_it_is_learnt)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_history *h = attach_history_new();
	struct attach_state *s = attach_state_new();

	learn_all(a, h);
	is_text(line_of(attach_history_tail(h, s), "freight.approved")->actor, "", "nobody is known");
	attach_history_learn(h, ATTACH_EVENT, cluster_json(a, approved));
	learn_all(a, h);
	attach_history_learn(h, ATTACH_EVENT, cluster_json(a, approved));
	is_number(attach_history_tail(h, s)->count, 7, "as many as before");
	is_text(line_of(attach_history_tail(h, s), "freight.approved")->actor, "kubernetes:eve",
		"but the Event knows who approved");
	attach_history_free(h);
	attach_state_free(s);
}

TEST(events_of_others_tell_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_history *h = attach_history_new();
	struct attach_state *s = attach_state_new();

	attach_history_learn(h, ATTACH_EVENT, cluster_json(a, "{'reason':'BackOff','metadata':{}}"));
	attach_history_learn(h, ATTACH_EVENT, cluster_json(a, "{'reason':'FreightApproved'}"));
	attach_history_learn(h, ATTACH_STAGE, cluster_json(a, "{'status':7}"));
	is_number(attach_history_tail(h, s)->count, 0, "nothing");
	attach_history_free(h);
	attach_state_free(s);
}

TEST(the_newest_are_kept)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_history *h = attach_history_new();
	struct attach_state *s = attach_state_new();
	const struct event_tail *t;

	for (int i = 0; i < 700; i++)
		attach_history_learn(h, ATTACH_FREIGHT, cluster_json(a, str_format(a,
			"{'metadata':{'name':'%040d','creationTimestamp':'2026-07-01T%02d:%02d:00Z'}}", i,
			i / 60, i % 60)));
	t = attach_history_tail(h, s);
	is_number(t->count, RECORD_EVENTS, "as many as a record holds");
	ok(strstr(t->lines[t->first].freight, "699") != NULL, "the newest first");
	ok(strstr(t->lines[t->first + t->count - 1].freight, "200") != NULL, "the oldest are gone");
	attach_history_free(h);
	attach_state_free(s);
}
