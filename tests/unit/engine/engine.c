/* SPDX-License-Identifier: Apache-2.0 */
/* A whole engine: intents, queues, auto-promotion, aborting, read-only, going on after an end. */
#include "engine/engine.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "fixture.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define F2 "2222222222222222222222222222222222222222"
#define ADA "Ada <ada@example.org>"

#define STAGE(name, sources, steps) "{\"metadata\":{\"name\":\"" name "\"},\"spec\":{\"requestedFreight\":[{" \
	"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":" sources "}],\"promotionTemplate\":" \
	"{\"spec\":{\"steps\":" steps "}}}}"
#define COMPOSE "[{\"uses\":\"compose-output\",\"as\":\"out\",\"config\":{\"a\":\"b\"}}]"
#define FAIL "[{\"uses\":\"fail\",\"config\":{\"message\":\"no luck\"}}]"

static const char *const stages[] = {
	STAGE("test", "{\"direct\":true}", COMPOSE),
	STAGE("uat", "{\"stages\":[\"test\"]}", COMPOSE),
	STAGE("bad", "{\"direct\":true}", FAIL), NULL,
};

static const char *folder_of(struct arena *a)
{
	const char *path = NULL;
	struct err e;

	if (!folder_temporary(a, "gantry-engine-", &path, &e))
		note("%s", e.message);
	return path;
}

static void find(struct engine *en, struct arena *a, const char *name, const char *at)
{
	engine_found(en, json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"alias\":\"%.4s\",\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}],"
		"\"discoveredAt\":\"%s\"}", name, name, at)));
}

static bool knows(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static bool is_verified(const struct heard *h, const char *stage)
{
	return value_get(value_path(state_freight(h->state, F1), "status.verifiedIn"), stage) != NULL;
}

static void finish(struct engine *en, struct heard *h, const char *folder)
{
	struct err e;

	engine_stop(en);
	record_release(h->record);
	if (folder && !folder_remove(folder, &e))
		note("%s", e.message);
}

TEST(promote_by_hand)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, NULL), true);
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = "1111", .actor = ADA };

	find(en, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&h, knows, F1), "freight that was found is recorded");
	is_number(ask(en, &h, &i), ERR_NONE, "an intent is accepted: %s", h.message);
	ok(has_prefix(h.promotion, "test.") && has_suffix(h.promotion, ".1111111"), "the promotion has a name");
	ok(await(&h, stage_reached, "test=Succeeded"), "it succeeds");
	ok(await(&h, is_verified, "test"), "and the freight is verified");
	i.stage = "nope";
	is_number(ask(en, &h, &i), ERR_NOT_FOUND, "an unknown stage: %s", h.message);
	i.stage = "uat";
	is_number(ask(en, &h, &i), ERR_NONE, "verified upstream it may go on");
	ok(await(&h, stage_reached, "uat=Succeeded"), "and arrives");
	find(en, a, F2, "2024-06-01T11:00:00Z");
	ok(await(&h, knows, F2), "other freight");
	i.freight = F2;
	is_number(ask(en, &h, &i), ERR_REFUSED, "not verified upstream it may not: %s", h.message);
	i.kind = INTENT_APPROVE;
	is_number(ask(en, &h, &i), ERR_NONE, "but can be approved");
	is_number(ask(en, &h, &i), ERR_CONFLICT, "once: %s", h.message);
	i.kind = INTENT_PROMOTE;
	is_number(ask(en, &h, &i), ERR_NONE, "and then promoted");
	ok(await(&h, stage_reached, "uat=Succeeded"), "and arrives");
	finish(en, &h, folder);
}

TEST(what_was_seen_must_still_be_so)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, NULL), true);
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1, .actor = ADA };

	find(en, a, F1, "2024-06-01T10:00:00Z");
	find(en, a, F2, "2024-06-01T11:00:00Z");
	await(&h, knows, F2);
	ask(en, &h, &i);
	await(&h, is_verified, "test");
	i.freight = F2;
	i.seen_freight = F2;
	is_number(ask(en, &h, &i), ERR_CONFLICT, "the stage runs something else: %s", h.message);
	i.seen_freight = F1;
	is_number(ask(en, &h, &i), ERR_NONE, "as it was seen");
	finish(en, &h, folder);
}

TEST(failing_is_final)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "bad"), true);

	find(en, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&h, stage_reached, "bad=Failed"), "promoted by itself, it fails");
	clock_sleep(700);
	pthread_mutex_lock(&h.lock);
	is_number(state_stage(h.state, "bad")->npromotions, 1, "and is not tried again");
	const char *message = value_path_text(state_stage(h.state, "bad")->promotions[0]->object,
					      "status.message", "");
	ok(strstr(message, "no luck") != NULL, "the message is the step's: %s", message);
	pthread_mutex_unlock(&h.lock);
	finish(en, &h, folder);
}

TEST(automatic_chain)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "regex:^(test|uat)$"), true);

	find(en, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&h, is_verified, "uat"), "freight goes through both stages by itself");
	ok(strstr(h.kinds, "promotion.requested promotion.started promotion.finished stage.verified"),
	   "in the order of events: %s", h.kinds);
	finish(en, &h, folder);
}

TEST(read_only_and_not_executing)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "test"), false);
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1, .actor = ADA };

	find(en, a, F1, "2024-06-01T10:00:00Z");
	await(&h, knows, F1);
	is_number(ask(en, &h, &i), ERR_NONE, "intents are recorded");
	clock_sleep(300);
	ok(stage_reached(&h, "test=Pending"), "but not executed here");
	finish(en, &h, NULL);
	en = running(&h, folder, project_of(a, stages, "test"), true);
	ok(await(&h, stage_reached, "test=Succeeded"), "the next to execute does it");
	i.kind = INTENT_ROLLBACK;
	i.freight = NULL;
	is_number(ask(en, &h, &i), ERR_REFUSED, "nothing to go back to: %s", h.message);
	finish(en, &h, folder);
}

static const struct value *status_of(const struct heard *h, const char *stage)
{
	const struct state_stage *s = state_stage(h->state, stage);

	return s ? value_get(s->object, "status") : NULL;
}

TEST(a_stage_is_held_until_it_is_resumed)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "test"), true);
	struct intent i = { .kind = INTENT_HOLD, .stage = "uat", .actor = ADA, .reason = "a migration runs" };

	is_number(ask(en, &h, &i), ERR_REFUSED, "where nothing is promoted by itself nothing is held: %s", h.message);
	i.stage = "test";
	i.warehouse = "v";
	is_number(ask(en, &h, &i), ERR_NOT_FOUND, "nor of a warehouse that it does not take from: %s", h.message);
	i.warehouse = NULL;
	is_number(ask(en, &h, &i), ERR_NONE, "held: %s", h.message);
	is_number(ask(en, &h, &i), ERR_CONFLICT, "once: %s", h.message);
	find(en, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&h, knows, F1), "freight is found");
	clock_sleep(300);
	pthread_mutex_lock(&h.lock);
	const struct value *hold = value_get(value_get(status_of(&h, "test"), "autoPromotionHolds"), "Warehouse/w");
	is_text(value_get_text(hold, "actor"), ADA, "the ledger knows by whom");
	is_text(value_get_text(hold, "reason"), "a migration runs", "and why");
	ok(!state_stage(h.state, "test")->npromotions, "it is not promoted");
	pthread_mutex_unlock(&h.lock);
	i.kind = INTENT_RESUME;
	is_number(ask(en, &h, &i), ERR_NONE, "resumed: %s", h.message);
	ok(await(&h, stage_reached, "test=Succeeded"), "and promoted by itself");
	finish(en, &h, folder);
}

TEST(a_reason_has_a_bound)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "test"), false);
	char *reason = arena_alloc(a, INTENT_REASON_MAX + 2);
	struct intent i = { .kind = INTENT_HOLD, .stage = "test", .actor = ADA, .reason = reason };

	memset(reason, 'x', INTENT_REASON_MAX + 1);
	is_number(ask(en, &h, &i), ERR_USAGE, "too long: %s", h.message);
	reason[INTENT_REASON_MAX] = '\0';
	is_number(ask(en, &h, &i), ERR_NONE, "as long as may be");
	finish(en, &h, folder);
}

static bool has_verifications(const struct heard *h, const char *count)
{
	const struct value *runs = value_at(value_get(status_of(h, "test"), "freightHistory"), 0);

	return value_count(value_get(runs, "verificationHistory")) == (size_t)(*count - '0');
}

TEST(what_runs_is_verified_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct engine *en = running(&h, folder, project_of(a, stages, "test"), true);
	struct intent i = { .kind = INTENT_VERIFY, .stage = "test", .actor = ADA };

	is_number(ask(en, &h, &i), ERR_REFUSED, "nothing runs: %s", h.message);
	find(en, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&h, is_verified, "test"), "promoted and verified");
	ok(await(&h, has_verifications, "1"), "once");
	is_number(ask(en, &h, &i), ERR_NONE, "again: %s", h.message);
	ok(await(&h, has_verifications, "2"), "it is verified again");
	clock_sleep(300);
	pthread_mutex_lock(&h.lock);
	const struct value *runs = value_at(value_get(status_of(&h, "test"), "freightHistory"), 0);
	is_number(value_count(value_get(runs, "verificationHistory")), 2, "and no third time");
	is_text(value_get_text(value_at(value_get(runs, "verificationHistory"), 0), "actor"), ADA, "by whom is kept");
	pthread_mutex_unlock(&h.lock);
	finish(en, &h, folder);
}

TEST(another_takes_over)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard one, two;
	struct engine *first = running(&one, folder, project_of(a, stages, "test"), true);

	find(first, a, F1, "2024-06-01T10:00:00Z");
	ok(await(&one, is_verified, "test"), "the first executes");
	struct engine *second = running(&two, folder, project_of(a, stages, "test"), true);
	find(second, a, F2, "2024-06-01T11:00:00Z");
	ok(await(&one, stage_reached, "test=Succeeded"), "what the second records, the first carries out");
	finish(first, &one, NULL);
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1, .actor = ADA };
	is_number(ask(second, &two, &i), ERR_NONE, "the second goes on");
	ok(await(&two, stage_reached, "test=Succeeded"), "and executes");
	finish(second, &two, folder);
}

TEST(a_full_inbox_does_not_keep_the_end_waiting)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = folder_of(a);
	struct heard h;
	struct err e;

	struct engine *en = running(&h, folder, project_of(a, stages, NULL), false);
	for (int i = 0; i < 20000; i++)
		engine_wake(en);
	int64_t start = clock_ticks();
	ok(engine_stop(en), "with more messages than its inbox holds, the engine ends");
	ok(clock_ticks() - start < 2000, "after %lld ms", (long long)(clock_ticks() - start));
	record_release(h.record);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}
