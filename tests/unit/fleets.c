/* SPDX-License-Identifier: Apache-2.0 */
/* Projects of a shop: a warehouse and stages one behind the other; what differs is what goes on. */
#include "fleets.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/fleet.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, ROOM = 40 };

static const int64_t day = 24 * (int64_t)HOUR;

/* A project in the making. */
struct shop {
	struct arena *a;
	struct world *w;
	int64_t now;
	const char *image;
};

static struct shop shop_begin(struct arena *a, const char *name, const char *image)
{
	struct shop m = { .a = a, .w = arena_alloc(a, sizeof(*m.w)), .image = image };
	struct project *p = arena_alloc(a, sizeof(*p));
	struct warehouse *from = arena_alloc(a, sizeof(*from));

	if (!clock_parse(FLEET_NOW, &m.now))
		return m;
	p->name = name;
	*m.w = (struct world){ .built_at = m.now,
			       .serial = 1,
			       .project = p,
			       .engine = ENGINE_HERE,
			       .ledger_head = "4f2a1c9000000000000000000000000000000000" };
	m.w->warehouses = arena_array(a, 1, sizeof(*m.w->warehouses));
	m.w->stages = arena_array(a, ROOM, sizeof(*m.w->stages));
	m.w->freight = arena_array(a, ROOM, sizeof(*m.w->freight));
	m.w->promotions = arena_array(a, ROOM, sizeof(*m.w->promotions));
	m.w->sources = arena_array(a, 4, sizeof(*m.w->sources));
	m.w->complaints = arena_array(a, 4, sizeof(*m.w->complaints));
	*from = (struct warehouse){ .name = name,
				    .automatic = true,
				    .looked_at = m.now - 14 * SECOND };
	m.w->warehouses[m.w->nwarehouses++] = from;
	m.w->sources[0] = (struct source){
		.kind = SOURCE_ARGOCD, .name = "argocd", .address = "", .seen_at = m.now - SECOND
	};
	m.w->sources[1] = (struct source){ .kind = SOURCE_REGISTRY,
					   .name = "registry",
					   .address = "",
					   .seen_at = m.now - 14 * SECOND };
	m.w->nsources = 2;
	const struct event_line newest = { .commit = m.w->ledger_head, .kind = "promotion.finished",
					    .subject = "promotion of test succeeded", .reason = "",
					    .actor = "", .from = "", .stage = "test", .freight = "",
					    .promotion = "", .phase = "Succeeded", .at = m.now - HOUR };
	m.w->events = arena_copy(a, &newest, sizeof(newest));
	m.w->nevents = 1;
	return m;
}

/* Newest first. */
static struct freight *shop_freight(struct shop *m, const char *version, int64_t age)
{
	static const char *const words[] = { "soft-squirrel", "wise-otter",   "bold-crane",
					     "calm-heron",    "deft-bunting", "keen-marten" };
	struct freight *f = arena_alloc(m->a, sizeof(*f));
	size_t i = m->w->nfreight++;

	*f = (struct freight){ .alias = words[i % COUNTOF(words)],
			       .warehouse = m->w->project->name,
			       .discovered_at = m->now - age,
			       .nimages = 1 };
	f->name =
		str_format(m->a, "%08zx%032zx", strlen(m->w->project->name) * 7919 + i * 104729, i);
	f->images = arena_alloc(m->a, sizeof(*f->images));
	*f->images = (struct image){ .repo_url = str_format(m->a, "registry.example.org/shop/%s",
							    m->image),
				     .tag = version,
				     .digest = str_format(m->a, "sha256:%s", version),
				     .subscription = "" };
	m->w->freight[i] = f;
	return f;
}

static void shop_mark(struct shop *m, struct freight_marks *marks, const char *stage, int64_t age)
{
	struct freight_mark *items = arena_array(m->a, marks->count + 1, sizeof(*items));

	if (marks->count)
		memcpy(items, marks->items, marks->count * sizeof(*items));
	items[marks->count++] =
		(struct freight_mark){ .stage = stage, .at = m->now - age, .longest_soak = -1 };
	marks->items = items;
}

/* Behind the stage before it; it runs the freight since age, verified unless told else. */
static struct stage *shop_stage(struct shop *m, const char *name, struct freight *f, int64_t age)
{
	struct stage *s = arena_alloc(m->a, sizeof(*s)), *before = NULL;

	if (m->w->nstages)
		before = m->w->stages[m->w->nstages - 1];
	*s = (struct stage){ .name = name,
			     .object = value_map(m->a),
			     .nrequests = 1,
			     .nsteps = 5,
			     .health = HEALTH_HEALTHY,
			     .auto_promotion = true };
	s->requests = arena_alloc(m->a, sizeof(*s->requests));
	*s->requests = (struct freight_request){ .warehouse = m->w->project->name,
						 .direct = !before,
						 .nstages = before != NULL };
	s->requests->stages = arena_alloc(m->a, sizeof(char *));
	if (before)
		s->requests->stages[0] = before->name;
	m->w->stages[m->w->nstages++] = s;
	if (!f)
		return s;
	s->history = arena_alloc(m->a, sizeof(*s->history));
	*s->history = (struct collection){ .nitems = 1,
					   .since = m->now - age,
					   .verification = "Successful" };
	s->nhistory = 1;
	s->history->items = arena_alloc(m->a, sizeof(*s->history->items));
	*s->history->items = (struct collection_item){ f->warehouse, f->name };
	shop_mark(m, &f->verified_in, name, age - MINUTE / 2);
	shop_mark(m, &f->currently_in, name, age);
	return s;
}

/* Verification of what runs there did not succeed. */
static void shop_unverified(struct shop *m, struct stage *s, struct freight *f, const char *why)
{
	s->history->verification = "Failed";
	s->history->verification_message = why;
	f->verified_in.count--;
	(void)m;
}

static struct promotion *shop_promotion(struct shop *m, const struct stage *s,
					const struct freight *f, enum promotion_phase phase,
					int64_t age)
{
	struct promotion *p = arena_alloc(m->a, sizeof(*p));
	bool over = phase != PHASE_RUNNING && phase != PHASE_PENDING;

	*p = (struct promotion){ .stage = s->name,
				 .freight = f->name,
				 .actor = "",
				 .phase = phase,
				 .message = "",
				 .created_at = m->now - age,
				 .started_at = m->now - age,
				 .finished_at = over ? m->now - age + MINUTE : 0,
				 .nsteps = 7 };
	p->name = str_format(m->a, "%s.01jvq37py4jhew8kwwmkgp%04zu.%.7s", s->name,
			     m->w->npromotions, f->name);
	p->steps = arena_array(m->a, p->nsteps, sizeof(*p->steps));
	for (size_t i = 0; i < p->nsteps; i++)
		p->steps[i] = (struct promotion_step){
			.alias = "step",
			.uses = "git-push",
			.message = "",
			.status = over || i < 3 ? STEP_SUCCEEDED : STEP_PENDING,
		};
	p->current_step = over ? p->nsteps : 3;
	m->w->promotions[m->w->npromotions++] = p;
	return p;
}

static struct world *shop_checkout(struct arena *a)
{
	struct shop m = shop_begin(a, "checkout", "checkout");
	struct freight *newer = shop_freight(&m, "1.44.0", 2 * MINUTE);
	struct freight *old = shop_freight(&m, "1.43.2", 6 * day);
	struct stage *s;

	shop_stage(&m, "test", newer, MINUTE);
	s = shop_stage(&m, "staging", old, 6 * day);
	shop_promotion(&m, s, newer, PHASE_RUNNING, 20 * SECOND);
	shop_stage(&m, "prod", old, 6 * day);
	return m.w;
}

static struct world *shop_payments(struct arena *a)
{
	struct shop m = shop_begin(a, "payments", "payments");
	struct freight *newer = shop_freight(&m, "9.2.1", HOUR),
		       *old = shop_freight(&m, "9.1.8", 12 * day);
	struct stage *s;

	shop_stage(&m, "test", newer, HOUR);
	shop_stage(&m, "staging", newer, 40 * MINUTE);
	s = shop_stage(&m, "prod", old, 12 * day);
	s->production = true;
	s->auto_promotion = false;
	return m.w;
}

static struct world *shop_search(struct arena *a)
{
	struct shop m = shop_begin(a, "search", "search");
	struct freight *newer = shop_freight(&m, "3.0.0", day),
		       *old = shop_freight(&m, "2.9.9", 4 * day);
	static const char *issues[] = { "application 'search-test' is Degraded: CrashLoopBackOff" };
	struct stage *s = shop_stage(&m, "test", newer, day);

	s->health = HEALTH_UNHEALTHY;
	s->issues = issues;
	s->nissues = 1;
	shop_unverified(&m, s, newer, "metric error-rate is Failed: measured [0.031]");
	shop_stage(&m, "staging", old, 4 * day);
	shop_stage(&m, "prod", old, 4 * day)->production = true;
	return m.w;
}

static struct world *shop_failed(struct arena *a)
{
	struct shop m = shop_begin(a, "mail", "mailer");
	struct freight *newer = shop_freight(&m, "0.9.0", 3 * HOUR);
	struct freight *old = shop_freight(&m, "0.8.7", 9 * day);
	struct promotion *p;
	struct stage *s;

	shop_stage(&m, "test", newer, 3 * HOUR);
	s = shop_stage(&m, "prod", old, 9 * day);
	s->production = true;
	s->auto_promotion = false;
	p = shop_promotion(&m, s, newer, PHASE_FAILED, 2 * HOUR);
	p->actor = "Ada <ada@example.org>";
	p->message = "step \"push\" met error threshold of 1: not signed";
	return m.w;
}

static struct world *shop_held(struct arena *a)
{
	struct shop m = shop_begin(a, "catalogue", "catalogue");
	struct freight *newer = shop_freight(&m, "2026.11.3", 5 * HOUR);
	struct freight *old = shop_freight(&m, "2026.11.1", 9 * day);
	struct stage *s;

	shop_stage(&m, "test", newer, 5 * HOUR);
	s = shop_stage(&m, "prod", old, 8 * day);
	s->holds = arena_alloc(a, sizeof(*s->holds));
	*s->holds = (struct hold){ .warehouse = "catalogue",
				   .freight = old->name,
				   .promotion = "",
				   .actor = "Lin <lin@example.org>", .reason = "",
				   .created_at = m.now - 26 * (int64_t)HOUR };
	s->nholds = 1;
	return m.w;
}

/* All is well and the newest is everywhere. */
static struct world *shop_fine(struct arena *a, const char *name, const char *const *stages,
			       size_t count)
{
	struct shop m = shop_begin(a, name, name);
	struct freight *f = shop_freight(&m, "1.29.5", 3 * day);

	shop_freight(&m, "1.29.4", 5 * day);
	for (size_t i = 0; i < count; i++)
		shop_stage(&m, stages[i], f, 3 * day - (int64_t)i * HOUR);
	return m.w;
}

static struct world *shop_empty(struct arena *a)
{
	struct shop m = shop_begin(a, "newcomer", "newcomer");

	shop_stage(&m, "test", NULL, 0);
	shop_stage(&m, "prod", NULL, 0);
	return m.w;
}

/* Of a hundred or a thousand: every seventh has something for a person. */
static struct world *shop_numbered(struct arena *a, size_t number)
{
	struct shop m = shop_begin(a, str_format(a, "team-%04zu", number), "service");
	struct freight *newer, *old;

	newer = shop_freight(&m, str_format(a, "1.%zu.0", number % 30 + 1),
			     HOUR * (int64_t)(number % 50 + 1));
	for (size_t i = 0; i < 18; i++)
		old = shop_freight(&m, str_format(a, "1.%zu.%zu", number % 30, 18 - i),
				   (int64_t)(i + 3) * day);
	for (size_t i = 0; i < 10; i++) {
		struct stage *s = shop_stage(&m, str_format(a, "stage-%02zu", i),
					     i < 6 ? newer : old, HOUR * (int64_t)(i + 1));

		s->auto_promotion = i != 6 || number % 7 != 0;
		shop_promotion(&m, s, i < 6 ? newer : old, PHASE_SUCCEEDED,
			       HOUR * (int64_t)(i + 1));
	}
	return m.w;
}

static const char *const usual_stages[] = { "test", "staging", "prod" }, *const regions[] = {
	"test", "prod-eu", "prod-us", "prod-ap"
};

static struct world *shop_broken(struct arena *a)
{
	struct shop m = shop_begin(a, "typo", "typo");

	m.w->complaints[0] =
		(struct complaint){ "team/typo/stages.yaml", 14, 3, true,
				    "spec.requestedFreight is missing: name the warehouse", "typo", false };
	m.w->ncomplaints = 1;
	m.w->stale_manifests = true;
	shop_stage(&m, "test", shop_freight(&m, "4.0.1", 2 * day), 2 * day);
	return m.w;
}

static struct world *shop_deaf(struct arena *a)
{
	static const char *const stages[] = { "test", "prod" };
	struct world *w = shop_fine(a, "deaf", stages, 2);

	for (size_t i = 0; i < w->nsources; i++) {
		w->sources[i].failing_since = w->built_at - 3 * MINUTE;
		w->sources[i].error =
			"Failed to connect to registry.example.org: connection refused";
	}
	w->warehouses[0]->failing_since = w->built_at - 3 * MINUTE;
	w->warehouses[0]->error = "Failed to connect to registry.example.org: connection refused";
	w->engine = ENGINE_NONE;
	return w;
}

static void fleet_add(struct fleet *f, struct world *w)
{
	const struct world **worlds = unconst(f->worlds);
	size_t at = f->nworlds++;

	while (at > 0 && strcmp(worlds[at - 1]->project->name, w->project->name) > 0) {
		worlds[at] = worlds[at - 1];
		at--;
	}
	worlds[at] = w;
}

struct fleet *fleet_make(struct arena *a, enum fleet_kind kind)
{
	struct fleet *f = arena_alloc(a, sizeof(*f));
	size_t many = kind == FLEET_THOUSAND ? 1000 : kind == FLEET_HUNDRED ? 100 : 0;

	f->serial = 1;
	f->worlds = arena_array(a, many + 20, sizeof(struct world *));
	for (size_t i = 0; i < many; i++)
		fleet_add(f, shop_numbered(a, i));
	if (kind == FLEET_BROKEN) {
		fleet_add(f, shop_broken(a));
		fleet_add(f, shop_deaf(a));
		fleet_add(f, shop_fine(a, "stageless", usual_stages, 0));
	}
	if (kind != FLEET_SHOP)
		return f;
	fleet_add(f, shop_checkout(a));
	fleet_add(f, shop_payments(a));
	fleet_add(f, shop_search(a));
	fleet_add(f, shop_failed(a));
	fleet_add(f, shop_held(a));
	fleet_add(f, shop_fine(a, "web", usual_stages, 3));
	fleet_add(f, shop_fine(a, "accounts", usual_stages, 3));
	fleet_add(f, shop_fine(a, "tiles", regions, 4));
	fleet_add(f, shop_empty(a));
	return f;
}

struct world *fleet_world_of(const struct fleet *f, const char *project)
{
	for (size_t i = 0; i < f->nworlds; i++)
		if (strcmp(f->worlds[i]->project->name, project) == 0)
			return unconst(f->worlds[i]);
	return NULL;
}

struct world *fleet_world_again(struct arena *a, const struct world *w)
{
	struct world *again = arena_copy(a, w, sizeof(*w));

	again->serial++;
	again->stages = arena_array(a, w->nstages + 1, sizeof(*again->stages));
	for (size_t i = 0; i < w->nstages; i++)
		again->stages[i] = arena_copy(a, w->stages[i], sizeof(*w->stages[i]));
	return again;
}

struct fleet *fleet_with(struct arena *a, const struct fleet *f, const struct world *w)
{
	struct fleet *again = arena_copy(a, f, sizeof(*f));
	const struct world **worlds = arena_array(a, f->nworlds, sizeof(*worlds));

	again->serial++;
	for (size_t i = 0; i < f->nworlds; i++)
		worlds[i] = strcmp(f->worlds[i]->project->name, w->project->name) == 0
				    ? w
				    : f->worlds[i];
	again->worlds = worlds;
	return again;
}
