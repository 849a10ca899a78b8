/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger's events come to, and that a restart changes none of it. */
#include "metrics/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "metrics/fact.h"
#include "metrics/follow.h"
#include "metrics/metrics.h"
#include "metrics/replay.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/record.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "tap.h"

#define FREIGHT "d532e1f7bcc80bc4b3580c4a35c3fbfa31d195b9"
#define FIRST "prod.01h000000000000000000000aa.d532e1f"
#define SECOND "prod.01h000000000000000000000ab.d532e1f"

static const int64_t found = 1700000000000;

/* A project of one warehouse and one stage, its ledger's events, and the world that they make. */
struct scene {
	struct arena *a;
	struct stage prod, *stages[1];
	struct warehouse web, *warehouses[1];
	struct project project;
	const struct state *state;
	struct event_line lines[64];
	struct event events[64];
	size_t count;
};

static struct value *object(struct scene *t, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!ok(json_parse(t->a, text, strlen(text), &v, &e), "the test's JSON reads"))
		note("%s", e.message);
	return v;
}

static void begin(struct scene *t)
{
	t->prod = (struct stage){ .name = "prod", .nsteps = 2, .production = true,
				  .object = object(t, "{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"verification\":{}}}") };
	t->web = (struct warehouse){ .name = "web" };
	t->stages[0] = &t->prod;
	t->warehouses[0] = &t->web;
	t->project = (struct project){ .name = "shop", .stages = t->stages, .nstages = 1,
				       .warehouses = t->warehouses, .nwarehouses = 1 };
	t->state = state_empty(t->a);
}

/* Records the event seconds after the freight was found. */
static void record(struct scene *t, struct event ev, int64_t seconds)
{
	struct err e;

	ev.at = found + seconds * 1000;
	ev.subject = "it happened";
	if (!ok(state_apply(t->a, t->state, &ev, &t->state, &e), "%s can follow", event_word_of(&ev)))
		note("%s", e.message);
	t->events[t->count++] = ev;
}

static void request(struct scene *t, const char *name, const char *more, const char *actor, int64_t seconds)
{
	const char *text = str_format(t->a, "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\","
				      "\"creationTimestamp\":\"%s\",\"annotations\":{%s}},\"spec\":{\"stage\":\"prod\","
				      "\"freight\":\"" FREIGHT "\",\"steps\":[{\"uses\":\"git-clone\",\"as\":\"one\"},"
				      "{\"uses\":\"git-push\",\"as\":\"two\"}]},\"status\":{\"phase\":\"Pending\"}}",
				      name, clock_rfc3339(t->a, found + seconds * 1000), more);

	record(t, (struct event){ .kind = EVENT_PROMOTION_REQUESTED, .stage = "prod", .freight = FREIGHT,
				  .promotion = name, .actor = actor, .data = object(t, text) }, seconds);
}

static void start(struct scene *t, const char *name, int64_t seconds)
{
	record(t, (struct event){ .kind = EVENT_PROMOTION_STARTED, .stage = "prod", .promotion = name,
				  .data = object(t, "{\"freight\":{},\"freightCollection\":{\"id\":\"c\",\"items\":"
						 "{\"Warehouse/web\":{\"name\":\"" FREIGHT "\",\"origin\":{\"kind\":"
						 "\"Warehouse\",\"name\":\"web\"}}}}}") }, seconds);
}

static void step(struct scene *t, const char *name, const char *alias, const char *status, int errors,
		 int64_t seconds)
{
	const char *text = str_format(t->a, "{\"status\":{\"steps\":[{\"alias\":\"%s\",\"status\":\"%s\","
				      "\"errorCount\":%d,\"startedAt\":\"%s\",\"finishedAt\":\"%s\"}]}}", alias, status,
				      errors, clock_rfc3339(t->a, found + (seconds - 7) * 1000),
				      clock_rfc3339(t->a, found + seconds * 1000));

	record(t, (struct event){ .kind = EVENT_PROMOTION_STEP, .stage = "prod", .promotion = name,
				  .data = object(t, text) }, seconds);
}

static void finish(struct scene *t, const char *name, const char *phase, int64_t seconds)
{
	record(t, (struct event){ .kind = EVENT_PROMOTION_FINISHED, .stage = "prod", .promotion = name,
				  .data = object(t, str_format(t->a, "{\"phase\":\"%s\"}", phase)) }, seconds);
}

/* Freight that is approved, fails in production, and gets there at the second try. */
static void live(struct scene *t)
{
	const char *text = str_format(t->a, "{\"metadata\":{\"name\":\"" FREIGHT "\",\"creationTimestamp\":\"%s\"},"
				      "\"origin\":{\"kind\":\"Warehouse\",\"name\":\"web\"}}",
				      clock_rfc3339(t->a, found));

	record(t, (struct event){ .kind = EVENT_FREIGHT_DISCOVERED, .freight = FREIGHT, .warehouse = "web",
				  .data = object(t, text) }, 0);
	record(t, (struct event){ .kind = EVENT_FREIGHT_APPROVED, .freight = FREIGHT, .stage = "prod",
				  .actor = "Ada <ada@example.org>" }, 400);
	request(t, FIRST, "\"kargo.akuity.io/create-actor\":\"email:Ada\"", "Ada <ada@example.org>", 500);
	start(t, FIRST, 540);
	step(t, FIRST, "one", "Succeeded", 2, 550);
	step(t, FIRST, "two", "Failed", 1, 600);
	finish(t, FIRST, "Failed", 600);
	request(t, SECOND, "", NULL, 1000);
	start(t, SECOND, 1000);
	step(t, SECOND, "one", "Succeeded", 0, 1010);
	step(t, SECOND, "two", "Succeeded", 0, 1020);
	finish(t, SECOND, "Succeeded", 1200);
}

/* The world after so many events. */
static void world_at(struct scene *t, size_t count, struct world *w)
{
	struct err e;

	*w = (struct world){ .project = &t->project, .engine = ENGINE_HERE, .events = t->lines,
			     .nevents = count, .built_at = 1 };
	ok(state_parse(t->a, t->state, &e) && state_world(t->a, t->state, &t->project, w, &e),
	   "the state makes a world");
	for (size_t i = 0; i < count; i++) {
		const struct event *ev = &t->events[count - 1 - i];
		bool is_end = ev->kind == EVENT_PROMOTION_FINISHED || ev->kind == EVENT_STAGE_VERIFIED;

		t->lines[i] = (struct event_line){
			.commit = str_format(t->a, "%040zu", count - i), .kind = event_word_of(ev),
			.subject = "", .reason = "", .from = "", .actor = ev->actor ? ev->actor : "",
			.stage = ev->stage ? ev->stage : "", .freight = ev->freight ? ev->freight : "",
			.promotion = ev->promotion ? ev->promotion : "", .at = ev->at,
			.phase = is_end ? value_text(value_get(ev->data, "phase"), "") : "",
		};
	}
	w->ledger_head = count ? t->lines[0].commit : "";
}

/* A project in which live() has happened. */
static void lived(struct scene *t, struct world *w)
{
	begin(t);
	live(t);
	world_at(t, t->count, w);
}

static const char *page_of(struct scene *t, const struct world *w, const struct counts *c,
			   enum exposition_format format)
{
	const struct metrics_project project = { w, c };
	const struct metrics_page page = { .projects = &project, .nprojects = 1, .version = "1",
					   .now = found + 2000000, .format = format };
	struct buf out;
	const char *text;

	buf_init(&out, 1 << 22);
	metrics_write(t->a, &out, &page);
	text = buf_copy(&out, t->a);
	buf_release(&out);
	return text;
}

static bool has_line(struct scene *t, const char *page, const char *line)
{
	return ok(strstr(page, str_format(t->a, "\n%s\n", line)) != NULL, "%s", line);
}

static struct counts *replayed(struct scene *t, size_t count)
{
	struct counts *c = counts_new("shop");
	struct replay *r = replay_new();

	for (size_t i = 0; i < count; i++)
		replay_add(r, &t->events[i], c);
	replay_free(r);
	counts_set_head(c, count ? str_format(t->a, "%040zu", count) : "");
	return c;
}

TEST(the_ledger_is_counted)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	struct counts *c;
	struct world w;
	const char *page;

	lived(&t, &w);
	c = replayed(&t, t.count);
	page = page_of(&t, &w, c, EXPOSITION_TEXT);
	has_line(&t, page, "gantry_ledger_commits_total{project=\"shop\"} 12");
	has_line(&t, page, "gantry_freight_created_total{project=\"shop\",warehouse=\"web\"} 1");
	has_line(&t, page, "gantry_approvals_total{project=\"shop\",stage=\"prod\"} 1");
	has_line(&t, page, "gantry_approval_wait_seconds_sum{project=\"shop\"} 400");
	has_line(&t, page, "gantry_promotions_created_total{project=\"shop\",stage=\"prod\",initiator=\"person\"} 1");
	has_line(&t, page, "gantry_promotions_created_total{project=\"shop\",stage=\"prod\",initiator=\"auto\"} 1");
	has_line(&t, page, "gantry_promotions_completed_total{project=\"shop\",stage=\"prod\",phase=\"Failed\"} 1");
	has_line(&t, page, "gantry_promotions_completed_total{project=\"shop\",stage=\"prod\",phase=\"Succeeded\"} 1");
	has_line(&t, page, "gantry_promotion_queue_seconds_sum{project=\"shop\"} 40");
	has_line(&t, page, "gantry_promotion_duration_seconds_bucket{project=\"shop\",phase=\"Failed\",le=\"60.0\"} 1");
	has_line(&t, page, "gantry_promotion_duration_seconds_bucket{project=\"shop\",phase=\"Failed\",le=\"30.0\"} 0");
	has_line(&t, page, "gantry_promotion_step_duration_seconds_count{project=\"shop\",step_kind=\"git-push\",status=\"Failed\"} 1");
	has_line(&t, page, "gantry_promotion_step_duration_seconds_sum{project=\"shop\",step_kind=\"git-clone\",status=\"Succeeded\"} 14");
	has_line(&t, page, "gantry_promotion_step_retries_total{project=\"shop\",step_kind=\"git-clone\"} 2");
	has_line(&t, page, "gantry_promotion_step_retries_total{project=\"shop\",step_kind=\"git-push\"} 0");
	has_line(&t, page, "gantry_deployments_total{project=\"shop\",stage=\"prod\",kind=\"planned\"} 1");
	has_line(&t, page, "gantry_deployment_failures_total{project=\"shop\",stage=\"prod\",kind=\"promotion\"} 1");
	has_line(&t, page, "gantry_deployment_failures_total{project=\"shop\",stage=\"prod\",kind=\"rollback\"} 0");
	has_line(&t, page, "gantry_change_lead_time_seconds_sum{project=\"shop\"} 1200");
	has_line(&t, page, "gantry_deployment_recovery_seconds_sum{project=\"shop\"} 600");
	has_line(&t, page, "gantry_agent_lease_held{project=\"shop\"} 1");
	has_line(&t, page, "gantry_dora_change_lead_time_seconds{project=\"shop\",stage=\"prod\",percentile=\"50\"} 1200");
	has_line(&t, page, "gantry_dora_recovery_seconds{project=\"shop\",stage=\"prod\",percentile=\"90\"} 600");
	has_line(&t, page, "gantry_dora_change_fail_ratio{project=\"shop\",stage=\"prod\"} 0.5");
	has_line(&t, page, "gantry_dora_rework_ratio{project=\"shop\",stage=\"prod\"} 0");
	has_line(&t, page, "gantry_dora_deployments_per_day{project=\"shop\",stage=\"prod\"} 0.03333333333333333");
	ok(!strstr(page, FREIGHT) && !strstr(page, "Ada"), "no freight and no person is a label");
	counts_free(c);
}

TEST(a_restart_at_any_moment_changes_no_counter)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	struct counts *whole;
	struct world w;
	const char *want;

	lived(&t, &w);
	whole = replayed(&t, t.count);
	want = page_of(&t, &w, whole, EXPOSITION_TEXT);
	counts_free(whole);
	for (size_t i = 0; i <= t.count; i++) {
		struct counts *c = replayed(&t, i);

		ok(follow_world(a, &w, c), "the world has what comes after event %zu", i);
		is_text(page_of(&t, &w, c, EXPOSITION_TEXT), want, "and it is counted as if read at once");
		counts_free(c);
	}
}

TEST(a_gap_is_noticed)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	struct counts *c = counts_new("shop");
	struct world w;

	lived(&t, &w);
	counts_set_head(c, "a commit that the world has forgotten");
	ok(!follow_world(a, &w, c), "the events in between are missing");
	is_text(counts_head(c), "a commit that the world has forgotten", "and nothing is counted");
	counts_free(c);
}

TEST(known_series_begin_with_zero)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	struct counts *c = counts_new("shop");
	struct world w;
	const char *page;

	begin(&t);
	world_at(&t, 0, &w);
	page = page_of(&t, &w, c, EXPOSITION_TEXT);
	has_line(&t, page, "gantry_promotions_completed_total{project=\"shop\",stage=\"prod\",phase=\"Failed\"} 0");
	has_line(&t, page, "gantry_verifications_completed_total{project=\"shop\",stage=\"prod\",phase=\"Failed\"} 0");
	has_line(&t, page, "gantry_freight_created_total{project=\"shop\",warehouse=\"web\"} 0");
	has_line(&t, page, "gantry_promotions_created_total{project=\"shop\",stage=\"prod\",initiator=\"person\"} 0");
	ok(!strstr(page, "phase=\"Errored\"") && !strstr(page, "phase=\"Aborted\"") && !strstr(page, "initiator=\"auto\"") &&
		   !strstr(page, "initiator=\"rollback\""),
	   "what is rare, or nobody does here, is absent until it happens");
	ok(!strstr(page, "gantry_dora_change") && !strstr(page, "gantry_dora_recovery") &&
		   !strstr(page, "gantry_change_lead") && !strstr(page, "gantry_deployment_recovery"),
	   "of no deployments there are no times and no rates");
	page = page_of(&t, &w, NULL, EXPOSITION_TEXT);
	ok(!strstr(page, "_total{"), "before the ledger was read a counter is absent, never 0");
	counts_free(c);
}

TEST(openmetrics_names_counters_without_total)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	struct counts *c;
	struct world w;
	const char *page;

	lived(&t, &w);
	c = replayed(&t, t.count);
	page = page_of(&t, &w, c, EXPOSITION_OPENMETRICS);
	has_line(&t, page, "# TYPE gantry_promotions_completed counter");
	has_line(&t, page, "# UNIT gantry_promotion_duration_seconds seconds");
	ok(has_suffix(page, "\n# EOF\n"), "it ends with # EOF");
	ok(!strstr(page_of(&t, &w, c, EXPOSITION_TEXT), "# EOF"), "which the older format does not know");
	counts_free(c);
}

TEST(the_scraper_chooses_the_format)
{
	ok(exposition_accepted(NULL) == EXPOSITION_TEXT, "without Accept: text");
	ok(exposition_accepted("*/*") == EXPOSITION_TEXT, "anything: text");
	ok(exposition_accepted("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2") ==
		   EXPOSITION_OPENMETRICS, "what Prometheus prefers");
	ok(exposition_accepted("text/plain, application/openmetrics-text; q=0.1") == EXPOSITION_TEXT,
	   "the heavier wins");
}

TEST(labels_are_escaped)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct label label = { "stage", "a\"b\\c\nd" };

	is_text(exposition_labels(a, &label, 1), "stage=\"a\\\"b\\\\c\\nd\"", "as the format wants it");
}
