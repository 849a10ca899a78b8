/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person: each kind where it is, nothing where all is well, the oldest first. */
#include "model/todo_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "fleets.h"
#include "model/fleet.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

/* "failed prod: …; held prod: …": all of a project's, with ages. */
static const char *todo_text(struct arena *a, const struct world *w)
{
	struct todos all;
	const char *text = "";
	int64_t now;

	if (!clock_parse(FLEET_NOW, &now))
		return "no clock";
	todo_find(a, w, now, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct todo *todo = &all.items[i];

		text = str_format(a, "%s%s%s %s %s: %s", text, *text ? "; " : "",
				  todo_word(todo->kind), todo->stage ? todo->stage->name : "-",
				  todo->since ? clock_age(a, now - todo->since) : "?", todo->text);
	}
	return text;
}

TEST(todo_of_each_kind)
{
	struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP), *broken = fleet_make(a, FLEET_BROKEN);
	static const struct {
		const char *project, *text;
	} cases[] = {
		{ "web", "" },
		{ "newcomer", "" },
		{ "checkout", "" },
		{ "payments", "promote prod 39m: can take soft-squirrel 9.2.1" },
		{ "mail", "failed prod 1h: soft-squirrel 0.9.0 not taken: not signed" },
		{ "catalogue", "held prod 1d: auto-promotion is held, by Lin" },
		{ "search",
		  "unverified test 1d: verification failed: metric error-rate is Failed: "
		  "measured "
		  "[0.031]; approve staging 1d: soft-squirrel 3.0.0 was not verified in test: "
		  "only an approval lets it in" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(todo_text(a, fleet_world_of(f, cases[i].project)), cases[i].text,
			"todo of %s", cases[i].project);
	is_text(todo_text(a, fleet_world_of(broken, "typo")),
		"manifests - ?: team/typo/stages.yaml:14: spec.requestedFreight is missing: name "
		"the warehouse",
		"errors in manifests");
	is_text(todo_text(a, fleet_world_of(broken, "deaf")),
		"source - 3m: argocd: Failed to connect to registry.example.org: connection "
		"refused; source - 3m: "
		"warehouse deaf: Failed to connect to registry.example.org: connection refused",
		"sources");
	arena_free(a);
}

/* More needs than stages have kinds of them: one for each warehouse. */
TEST(todo_of_a_stage_that_takes_from_many_warehouses)
{
	enum { MANY = 64 };
	struct arena *a = arena_new();
	struct world *w = fleet_world_again(a, fleet_world_of(fleet_make(a, FLEET_SHOP), "search"));
	struct freight_request *requests = arena_array(a, MANY, sizeof(*requests));
	struct todos all;
	int64_t now;

	if (!clock_parse(FLEET_NOW, &now))
		return;
	for (size_t i = 0; i < MANY; i++)
		requests[i] = w->stages[1]->requests[0];
	w->stages[1]->requests = requests;
	w->stages[1]->nrequests = MANY;
	todo_find(a, w, now, &all);
	is_number((long long)all.count, MANY + 1, "an approval for each of them, and the verification upstream");
	arena_free(a);
}

TEST(todo_of_an_unhealthy_stage)
{
	struct arena *a = arena_new();
	struct world *w = fleet_world_again(a, fleet_world_of(fleet_make(a, FLEET_SHOP), "web"));

	w->stages[1]->health = HEALTH_UNHEALTHY;
	is_text(todo_text(a, w), "unhealthy staging 2d: its applications are not healthy",
		"a stage that is not healthy needs somebody");
	arena_free(a);
}

TEST(todo_of_a_pull_request_that_waits_too_long)
{
	struct arena *a = arena_new();
	struct world *w = fleet_world_again(a, fleet_world_of(fleet_make(a, FLEET_SHOP), "web"));
	struct value *output = value_map(a), *pr = value_map(a), *forge = value_map(a);
	struct promotion_step step = { .alias = "wait", .uses = "git-wait-for-pr", .output = output };
	struct promotion p = { .name = "staging.1", .stage = w->stages[1]->name, .phase = PHASE_RUNNING,
			       .freight = "", .steps = &step, .nsteps = 1 };
	struct promotion *all[] = { &p };
	struct todos todos;
	int64_t now;

	if (!clock_parse(FLEET_NOW, &now))
		return;
	value_set(a, pr, "id", value_int(a, 41));
	value_set(a, pr, "open", value_bool(a, true));
	value_set(a, output, "pr", pr);
	value_set(a, output, "forge", forge);
	value_set(a, forge, "openedAt", value_int(a, now - 59 * 60000));
	w->promotions = all;
	w->npromotions = 1;
	is_text(todo_text(a, w), "", "one that is open for less than an hour needs nobody yet");
	todo_find(a, w, now, &todos);
	is_number(todos.until - now, 60000, "but in a minute");
	value_set(a, forge, "openedAt", value_int(a, now - 2 * 3600000));
	is_text(todo_text(a, w), "merge staging 2h: waits for pull request 41 to be merged", "then it does");
	value_set(a, pr, "open", value_bool(a, false));
	is_text(todo_text(a, w), "", "until it is merged or closed");
	arena_free(a);
}

TEST(todo_is_not_of_the_past_nor_of_what_is_read)
{
	struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP);
	struct world *w = fleet_world_again(a, fleet_world_of(f, "payments"));

	w->past_at = w->built_at;
	is_text(todo_text(a, w), "", "nothing can be done about the past");
	w->past_at = 0;
	w->loading = true;
	is_text(todo_text(a, w), "", "nor is anything known while the ledger is read");
	w->loading = false;
	w->stages[2]->fault = "stages.yaml:4: no such warehouse";
	is_text(todo_text(a, w), "", "a stage whose manifest can't be used takes nothing");
	arena_free(a);
}

TEST(todo_says_until_when_it_is_right)
{
	struct arena *a = arena_new();
	struct world *w =
		fleet_world_again(a, fleet_world_of(fleet_make(a, FLEET_SHOP), "payments"));
	struct freight_request soaks = w->stages[2]->requests[0];
	struct todos all;
	int64_t now;

	if (!clock_parse(FLEET_NOW, &now))
		return;
	todo_find(a, w, now, &all);
	ok(all.until == INT64_MAX, "nothing in it is going to change by itself");
	soaks.soak = 45 * (int64_t)60000 * 1000000;
	w->stages[2]->requests = &soaks;
	todo_find(a, w, now, &all);
	is_number((long long)all.count, 0, "what soaks needs nobody");
	is_number((long long)(all.until - now), 5 * 60000, "until the soak is over");
	todo_find(a, w, all.until, &all);
	is_number((long long)all.count, 1, "and then it does");
	arena_free(a);
}

/* How many alert, and what. */
static const char *alerts_text(struct arena *a, const struct world *w, int64_t now)
{
	struct todos all;
	const char *text = "";

	todo_find(a, w, now, &all);
	for (size_t i = 0; i < all.count; i++)
		if (todo_alerts(&all.items[i], now))
			text = str_format(a, "%s%s%s", text, *text ? ", " : "", todo_word(all.items[i].kind));
	return text;
}

TEST(what_alerts_is_what_would_page)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP);
	int64_t now, minute = 60000;

	if (!ok(clock_parse(FLEET_NOW, &now), "a clock"))
		return;
	is_text(alerts_text(a, fleet_world_of(f, "web"), now), "", "nothing, where all is well");
	is_text(alerts_text(a, fleet_world_of(f, "mail"), now), "failed", "a promotion that failed");
	is_text(alerts_text(a, fleet_world_of(f, "search"), now), "unverified", "a verification that failed");
	is_text(alerts_text(a, fleet_world_of(f, "payments"), now), "", "not what may be promoted");
	is_text(alerts_text(a, fleet_world_of(f, "catalogue"), now), "", "nor what is held");

	struct world *w = arena_copy(a, fleet_world_of(f, "web"), sizeof(*w));
	struct source down = { .kind = SOURCE_ARGOCD, .name = "argocd", .error = "refused",
			       .failing_since = now };
	w->sources = &down;
	w->nsources = 1;
	is_text(alerts_text(a, w, now + 5 * minute - 1), "", "not at once where Argo CD is away");
	is_text(alerts_text(a, w, now + 5 * minute), "source", "but after five minutes");
	down.kind = SOURCE_LEDGER;
	is_text(alerts_text(a, w, now + 5 * minute), "source", "as where the ledger cannot be pushed");

	struct promotion p = { .name = "p", .stage = w->stages[w->nstages - 1]->name, .freight = "f",
			       .phase = PHASE_RUNNING, .created_at = now, .started_at = now };
	struct promotion *all[] = { &p };
	w->nsources = 0;
	w->promotions = all;
	w->npromotions = 1;
	is_text(alerts_text(a, w, now + 119 * minute), "", "a promotion may take its time");
	is_text(alerts_text(a, w, now + 120 * minute), "stuck", "for two hours");
}
