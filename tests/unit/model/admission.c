/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is in a stage, what holds mean, and names that policies match. */
#include "model/admission.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/application.h"
#include "model/promotion.h"
#include "model/selector.h"
#include "model/stage.h"
#include "tap.h"

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

static struct stage *stage(struct arena *a, const char *status)
{
	struct stage *s = NULL;
	struct err e;

	if (!stage_read(a, json(a, "{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"requestedFreight\":"
				   "[{\"origin\":{\"name\":\"w\"},\"sources\":{\"direct\":true}}]}}"),
			&s, &e))
		note("%s", e.message);
	stage_read_status(a, s, json(a, status));
	s->auto_promotion = true;
	return s;
}

static struct promotion *promotion(struct arena *a, const char *name, const char *phase,
				   const char *note_key)
{
	struct promotion *p = NULL;
	struct err e;
	char *text = str_format(a,
		"{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"%s\":\"Warehouse/w\"}},"
		"\"spec\":{\"stage\":\"prod\",\"freight\":\"f1\",\"steps\":[]},\"status\":{\"phase\":\"%s\","
		"\"freightCollection\":{\"id\":\"c1\",\"items\":{\"Warehouse/w\":{\"name\":\"f1\"}}}}}",
		name, note_key, phase);

	if (!promotion_read(a, json(a, text), &p, &e))
		note("%s", e.message);
	return p;
}

TEST(the_oldest_waiting_promotion_has_its_turn)
{
	AUTO(arena) struct arena *a = arena_new();
	void *both[] = { promotion(a, "prod.2", "Pending", "x"), promotion(a, "prod.1", "Pending", "x") };
	const struct list waiting = { .items = both, .count = 2 };
	const struct promotion *next = stage_next(stage(a, "{}"), &waiting, HEALTH_NONE);

	is_text(next ? next->name : NULL, "prod.1", "first come, first served");
	next = stage_next(stage(a, "{\"freightHistory\":[{\"id\":\"c\",\"items\":{},"
				   "\"verificationHistory\":[{\"phase\":\"Running\"}]}]}"),
			  &waiting, HEALTH_UNHEALTHY);
	ok(!next, "a verification under way makes it wait, even when the stage is ill");
	next = stage_next(stage(a, "{\"currentPromotion\":{\"name\":\"prod.2\"}}"), &waiting, HEALTH_UNKNOWN);
	is_text(next ? next->name : NULL, "prod.2", "the one that runs goes on");
	((struct promotion *)both[0])->abort_requested = true;
	next = stage_next(stage(a, "{\"currentPromotion\":{\"name\":\"prod.2\"}}"), &waiting, HEALTH_UNKNOWN);
	ok(!next, "until it is to be aborted; the other waits for its end");
}

TEST(an_aborted_promotion_holds_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	struct stage *s = stage(a, "{}");
	struct promotion *list[] = {
		promotion(a, "prod.1", "Failed", "kargo.akuity.io/auto-promotion-hold") };
	struct hold *holds;

	is_number(holds_in_effect(a, s, list, 1, &holds), 1, "a failed one does");
	list[0]->phase = PHASE_ABORTED;
	is_number(holds_in_effect(a, s, list, 1, &holds), 0, "an aborted one does not");
	s->auto_promotion = false;
	list[0]->phase = PHASE_RUNNING;
	is_number(holds_in_effect(a, s, list, 1, &holds), 0, "nor any without auto-promotion");
}

TEST(selectors_that_make_no_sense_are_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;

	ok(name_pattern_is_valid("glob:web-*", &e), "a glob");
	ok(!name_pattern_is_valid("glob:[", &e), "an open bracket is no glob");
	ok(!name_pattern_is_valid("regex:(", &e), "an open parenthesis is no regex");
	ok(!label_selector_is_valid(json(a, "{\"matchExpressions\":[{\"key\":\"a\","
					    "\"operator\":\"In\"}]}"), &e),
	   "In needs values");
}

TEST(applications_are_found_by_key_and_by_name)
{
	struct application all[] = {
		{ .namespace = "a", .name = "web" }, { .namespace = "a-b", .name = "web" },
		{ .namespace = "argocd", .name = "api" }, { .namespace = "argocd", .name = "web" },
		{ .namespace = "argocd", .name = "web-2" },
	};
	struct application *page[] = { &all[1], &all[0], &all[2], &all[3], &all[4] }; /* '-' is before '/' */
	struct application *const *const pages[] = { page };
	const struct application_list l = { pages, COUNTOF(all) };

	for (size_t i = 0; i < COUNTOF(page); i++) {
		char key[32];

		snprintf(key, sizeof(key), "%s/%s", page[i]->namespace, page[i]->name);
		ok(application_by_key(&l, key) == page[i], "%s", key);
	}
	ok(!application_by_key(&l, "argocd") && !application_by_key(&l, "") &&
	   !application_by_key(&l, "z/web"), "others are not there");
	ok(application_by_name(&l, "api") == &all[2], "a name alone is found in whichever namespace");
	ok(!application_by_name(&l, "argocd"), "or not");
}

TEST(applications_name_their_stages)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list stages = { 0 };
	struct err e;

	ok(application_stages(a, " demo : prod ,demo:test,", &stages, &e), "two stages");
	is_number(stages.count, 2, "the empty one does not count");
	is_text(stages.items[0], "demo:prod", "white space goes");
	ok(!application_stages(a, "demo:*", &stages, &e), "globs are refused");
}

TEST(promotions_are_named_by_stage_time_and_freight)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = promotion_make_name(a, "uat", "01JVQ37PY4JHEW8KWWMKGP0MZC", "d532e1f7bcc8");
	struct promotion *p;

	is_text(name, "uat.01jvq37py4jhew8kwwmkgp0mzc.d532e1f", "in lower case");
	p = promotion(a, name, "Pending", "x");
	is_number(p->created_at, INT64_C(1747753098180), "the name tells when it was made");
}
