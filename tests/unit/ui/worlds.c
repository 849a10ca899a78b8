/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Literal worlds. Names and figures are those of a small shop that runs nginx; the
 * thousand stages come in ten regions.
 */
#include "worlds.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/yaml.h"
#include "data/value.h"
#include "model/application.h"
#include "model/freight.h"
#include "model/plan.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { MS = 1, SECONDS = 1000, MINUTES = 60 * 1000, MANY_STAGES = 1000, ROOM = 1200 };

static const int64_t hours = 3600 * 1000, days = 24 * 3600 * 1000, ns_minute = 60000000000;

/* A world in the making. */
struct make {
	struct arena *a;
	struct world *w;
	int64_t now;
	struct application **applications; /* of the world, with room for more */
	struct event_line *events;      /* the same */
};

static struct warehouse *add_warehouse(struct make *m, const char *name, const char *image)
{
	struct warehouse *w = arena_alloc(m->a, sizeof(*w));

	*w = (struct warehouse){ .name = name, .interval = 5 * ns_minute, .automatic = true,
				 .looked_at = m->now - 2 * MINUTES, .nsubscriptions = 1 };
	w->subscriptions = arena_alloc(m->a, sizeof(*w->subscriptions));
	*w->subscriptions = (struct subscription){ .kind = SUBSCRIPTION_IMAGE, .name = "",
						   .repo_url = image, .chart = "",
						   .constraint = "^1.29.0", .strategy = "SemVer" };
	m->w->warehouses[m->w->nwarehouses++] = w;
	return w;
}

static struct freight *add_freight(struct make *m, const char *alias, const char *tag,
				   const char *warehouse, int64_t age)
{
	struct freight *f = arena_alloc(m->a, sizeof(*f));
	size_t i = m->w->nfreight;

	*f = (struct freight){ .alias = alias, .warehouse = warehouse, .discovered_at = m->now - age,
			       .nimages = 1 };
	f->name = str_format(m->a, "%040llx", 0x9d5aULL * (i + 7) * 1000003 * 7919);
	f->images = arena_alloc(m->a, sizeof(*f->images));
	*f->images = (struct image){ .repo_url = "public.ecr.aws/nginx/nginx", .tag = tag,
				     .digest = "sha256:4f2a0c91be", .subscription = "" };
	m->w->freight[m->w->nfreight++] = f;
	return f;
}

static void add_commit(struct make *m, struct freight *f, const char *id, const char *message)
{
	f->ncommits = 1;
	f->commits = arena_alloc(m->a, sizeof(*f->commits));
	*f->commits = (struct commit){ .repo_url = "https://git.example.org/acme/shop.git", .id = id,
				       .branch = "main", .tag = "", .message = message,
				       .author = "Lin <lin@example.org>", .committer = "",
				       .subscription = "" };
}

static void mark(struct make *m, struct freight_marks *marks, const char *stage, int64_t age,
		 int64_t soak)
{
	struct freight_mark *items = arena_array(m->a, marks->count + 1, sizeof(*items));

	if (marks->count)
		memcpy(items, marks->items, marks->count * sizeof(*items));
	items[marks->count++] = (struct freight_mark){ .stage = stage, .at = m->now - age,
						       .longest_soak = soak };
	marks->items = items;
}

static struct stage *add_stage(struct make *m, const char *name, const char *warehouse,
			       const char *const *upstream, size_t nupstream, int64_t soak)
{
	struct stage *s = arena_alloc(m->a, sizeof(*s));

	*s = (struct stage){ .name = name, .object = value_map(m->a), .nrequests = 1, .nsteps = 7,
			     .health = HEALTH_HEALTHY };
	s->requests = arena_alloc(m->a, sizeof(*s->requests));
	*s->requests = (struct freight_request){ .warehouse = warehouse, .direct = !nupstream,
						 .nstages = nupstream, .soak = soak };
	s->requests->stages = arena_array(m->a, nupstream + 1, sizeof(char *));
	if (nupstream)
		memcpy(s->requests->stages, upstream, nupstream * sizeof(char *));
	m->w->stages[m->w->nstages++] = s;
	return s;
}

/* As Kargo writes a collection: items by origin. */
static const struct value *collection_object(struct make *m, const struct freight *f)
{
	struct value *object = value_map(m->a), *items = value_map(m->a), *item = value_map(m->a);
	struct value *origin = value_map(m->a);

	value_set(m->a, origin, "kind", value_string(m->a, "Warehouse"));
	value_set(m->a, origin, "name", value_string(m->a, f->warehouse));
	value_set(m->a, item, "name", value_string(m->a, f->name));
	value_set(m->a, item, "origin", origin);
	value_set(m->a, items, str_format(m->a, "Warehouse/%s", f->warehouse), item);
	value_set(m->a, object, "items", items);
	return object;
}

static void runs(struct make *m, struct stage *s, struct freight *const *freight, size_t count,
		 int64_t age, const char *verification)
{
	s->nhistory = count;
	s->history = arena_array(m->a, count, sizeof(*s->history));
	for (size_t i = 0; i < count; i++) {
		struct collection *c = &s->history[i];

		c->nitems = 1;
		c->items = arena_alloc(m->a, sizeof(*c->items));
		c->items[0] = (struct collection_item){ freight[i]->warehouse, freight[i]->name };
		c->object = collection_object(m, freight[i]);
		c->since = m->now - age - (int64_t)i * days;
		c->verification = i ? "Successful" : verification;
		if (same_text(c->verification, "Failed"))
			c->verification_message =
				"metric error-rate is Failed (failed (1) > failureLimit (0)): measured "
				"[0.031]; successCondition: result[0] < 0.01";
		if (i || (verification && strcmp(verification, "Successful") == 0))
			mark(m, &freight[i]->verified_in, s->name, age + (int64_t)i * days - MINUTES,
			     i ? 600 * ns_minute : -1);
	}
	mark(m, &freight[0]->currently_in, s->name, age, -1);
}

static void add_application(struct make *m, struct stage *s, const char *health, const char *sync)
{
	struct application *app = arena_alloc(m->a, sizeof(*app));
	size_t at;

	*app = (struct application){ .name = str_format(m->a, "kargo-demo-%s", s->name),
				     .namespace = "argocd", .project = "default", .health = health,
				     .health_message = "", .sync = sync,
				     .revision = "02fe1aa9c0d3317d21e0891bc44e000000000000",
				     .operation_phase = "", .operation_message = "",
				     .authorized_stages = "", .seen_at = m->now };
	app->revisions = arena_array(m->a, 1, sizeof(*app->revisions));
	app->images = arena_array(m->a, 1, sizeof(*app->images));
	app->revisions[0] = app->revision;
	app->images[0] = "public.ecr.aws/nginx/nginx:1.29.4";
	app->nsources = app->nimages = 1;
	if (strcmp(health, "Degraded") == 0) {
		app->health_message = "Deployment \"web\" exceeded its progress deadline";
		app->operation_phase = "Succeeded";
		app->operation_message = "successfully synced (all tasks run)";
	}
	s->applications = arena_alloc(m->a, sizeof(*s->applications));
	s->applications[0] = app;
	s->napplications = 1;
	/* By name, as lists of applications are. */
	at = m->w->applications.count++;
	for (; at && strcmp(m->applications[at - 1]->name, app->name) > 0; at--)
		m->applications[at] = m->applications[at - 1];
	m->applications[at] = app;
}

/* A look at qa's, which is degraded. */
static void add_detail(struct make *m)
{
	static const struct application_resource resources[] = {
		{ "Deployment", "qa", "web", "Degraded", "Deployment \"web\" exceeded its progress deadline",
		  "Synced" },
		{ "Ingress", "qa", "web", "Progressing", "", "Synced" },
		{ "ConfigMap", "qa", "settings", "", "", "OutOfSync" },
		{ "Service", "qa", "web", "Healthy", "", "Synced" },
	};
	static const char *urls[] = { "https://qa.example.org/" };
	static struct application_detail detail = {
		.name = "kargo-demo-qa", .namespace = "argocd", .resources = resources,
		.nresources = COUNTOF(resources), .urls = urls, .nurls = 1, .operation_by = "kargo-bot",
		.page = "https://argocd.example.org/applications/argocd/kargo-demo-qa",
	};

	detail.seen_at = m->now;
	detail.operation_started = m->now - hours;
	detail.operation_finished = m->now - hours + 12 * SECONDS;
	m->w->detail = &detail;
}

static const struct {
	const char *alias, *uses, *message;
} recipe[] = {
	{ "step-1", "git-clone", "main 91bc44e, stage/prod 02fe1aa" },
	{ "step-2", "git-clear", "" },
	{ "update", "kustomize-set-image", "nginx to 1.29.5" },
	{ "step-4", "kustomize-build", "3 objects" },
	{ "commit", "git-commit", "7d21e08 prod: nginx 1.29.5 (soft-squirrel)" },
	{ "step-6", "git-push", "" },
	{ "step-7", "argocd-update", "" },
};

static struct promotion *add_promotion(struct make *m, const char *stage, const struct freight *f,
				       const struct freight *from, enum promotion_phase phase,
				       int64_t age, const char *actor, const char *message)
{
	struct promotion *p = arena_alloc(m->a, sizeof(*p));
	bool over = phase != PHASE_RUNNING && phase != PHASE_PENDING;

	*p = (struct promotion){ .stage = stage, .freight = f->name,
				 .from_freight = from ? from->name : NULL, .actor = actor,
				 .from = "ssh 198.51.100.7 on bastion-2", .phase = phase,
				 .message = message, .created_at = m->now - age,
				 .started_at = phase == PHASE_PENDING ? 0 : m->now - age + 200,
				 .finished_at = over ? m->now - age + 131 * SECONDS : 0,
				 .nsteps = COUNTOF(recipe) };
	p->name = str_format(m->a, "%s.01jvq37py4jhew8kwwmkgp%04zu.%.7s", stage, m->w->npromotions,
			     f->name);
	p->current_step = over ? 7 : phase == PHASE_RUNNING ? 5 : 0;
	p->steps = arena_array(m->a, p->nsteps, sizeof(*p->steps));
	for (size_t i = 0; i < p->nsteps; i++) {
		struct promotion_step *step = &p->steps[i];
		bool done = over || (phase == PHASE_RUNNING && i < 5);

		*step = (struct promotion_step){ .alias = recipe[i].alias, .uses = recipe[i].uses,
						 .status = done ? STEP_SUCCEEDED : STEP_PENDING,
						 .message = done ? recipe[i].message : "" };
		step->started_at = done ? p->started_at + (int64_t)i * 900 : 0;
		step->finished_at = done ? step->started_at + 400 + 300 * (int64_t)i : 0;
	}
	if (phase == PHASE_FAILED || phase == PHASE_ERRORED) {
		p->steps[6].status = phase == PHASE_FAILED ? STEP_FAILED : STEP_ERRORED;
		p->steps[6].message = message;
		p->current_step = 6;
	}
	m->w->promotions[m->w->npromotions++] = p;
	return p;
}

static void add_event(struct make *m, const char *kind, const char *subject, const char *actor,
		      const char *stage, int64_t age)
{
	struct event_line *ev = &m->events[m->w->nevents++];

	*ev = (struct event_line){ .kind = kind, .subject = subject, .reason = "", .actor = actor,
				   .from = "ssh 198.51.100.7 on bastion-2", .stage = stage,
				   .freight = "", .promotion = "", .phase = "", .at = m->now - age };
	ev->commit = str_format(m->a, "%040llx", 0x4f2a1c9ULL + m->w->nevents * 0x10000);
}

static void add_source(struct make *m, enum source_kind kind, const char *name, int64_t age,
		       const char *error)
{
	m->w->sources[m->w->nsources++] =
		(struct source){ .kind = kind, .name = name, .address = "example.org",
				 .seen_at = m->now - age, .error = error,
				 .failing_since = error ? m->now - age : 0 };
}

static struct make begin(struct arena *a)
{
	struct make m = { .a = a, .w = arena_alloc(a, sizeof(*m.w)), .now = 0 };
	struct application *const *pages[ROOM / APPLICATION_PAGE + 1];
	struct world *w = m.w;
	struct project *p = arena_alloc(a, sizeof(*p));

	if (!clock_parse(WORLD_NOW, &m.now))
		return m;
	p->name = "kargo-demo";
	*w = (struct world){ .built_at = m.now, .serial = 1, .project = p,
			     .ledger_head = "4f2a1c9000000000000000000000000000000000",
			     .engine = ENGINE_HERE };
	w->warehouses = arena_array(a, ROOM, sizeof(*w->warehouses));
	w->stages = arena_array(a, ROOM, sizeof(*w->stages));
	w->freight = arena_array(a, ROOM, sizeof(*w->freight));
	w->promotions = arena_array(a, ROOM, sizeof(*w->promotions));
	m.applications = arena_array(a, ROOM, sizeof(*m.applications));
	for (size_t i = 0; i < COUNTOF(pages); i++)
		pages[i] = m.applications + i * APPLICATION_PAGE;
	w->applications.pages = arena_copy(a, pages, sizeof(pages));
	w->sources = arena_array(a, 8, sizeof(*w->sources));
	w->complaints = arena_array(a, 8, sizeof(*w->complaints));
	w->events = m.events = arena_array(a, ROOM, sizeof(*m.events));
	return m;
}

static void add_recipe(struct make *m, struct stage *s)
{
	static const char text[] =
		"spec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		"      - {uses: git-clone, config: {repoURL: 'https://git.example.org/acme/gitops.git'}}\n"
		"      - {uses: git-clear, config: {path: ./out}}\n"
		"      - {uses: kustomize-set-image, as: update, config: {path: ./src/base}}\n"
		"      - {uses: kustomize-build, config: {path: ./src/stages, outPath: ./out}}\n"
		"      - {uses: git-commit, as: commit, config: {path: ./out, message: 'prod: nginx'}}\n"
		"      - {uses: git-push, config: {path: ./out}}\n"
		"      - {uses: argocd-update, config: {apps: [{name: kargo-demo-prod}]}}\n";
	struct list documents = { 0 };
	struct err e;

	if (yaml_parse(m->a, "stage.yaml", str_of(text), &documents, &e))
		s->object = documents.items[0];
}

static void run_promotion(struct make *m, struct promotion *p)
{
	static const char *const log[] = {
		"21:13:23 pushing stage/prod to https://git.example.org/acme/gitops.git",
		"21:13:24 rejected: stage/prod had moved from 02fe1aa to 9c0d331",
		"21:13:24 rebased 7d21e08 onto 9c0d331: no conflict",
		"21:13:54 pushing again, try 2 of 3",
	};
	struct promotion_step *push = &p->steps[5];

	push->status = STEP_RUNNING;
	push->started_at = m->now - 12 * SECONDS;
	push->error_count = 1;
	push->message = "first: remote rejected, stage/prod had moved";
	push->wait = (struct step_wait){ .next_look = m->now + 4 * SECONDS, .gives_up = m->now + 5 * MINUTES,
					 .errors = 1, .errors_allowed = 3 };
	push->nlog = COUNTOF(log);
	push->log = arena_copy(m->a, log, sizeof(log));
}

static void make_demo(struct make *m)
{
	static const char *const test[] = { "test" }, *const both[] = { "qa", "uat" };
	struct freight *soft, *wise, *bold, *calm;
	struct stage *s;

	add_warehouse(m, "kargo-demo", "public.ecr.aws/nginx/nginx");
	soft = add_freight(m, "soft-squirrel", "1.29.5", "kargo-demo", 3 * days);
	add_commit(m, soft, "91bc44e000000000000000000000000000000000", "feat: brotli\n\nLonger.");
	wise = add_freight(m, "wise-otter", "1.29.4", "kargo-demo", 5 * days);
	add_commit(m, wise, "02fe1aa000000000000000000000000000000000", "fix: keepalive");
	bold = add_freight(m, "bold-crane", "1.29.3", "kargo-demo", 9 * days);
	calm = add_freight(m, "calm-heron", "1.29.2", "kargo-demo", 14 * days);
	s = add_stage(m, "test", "kargo-demo", NULL, 0, 0);
	runs(m, s, (struct freight *[]){ soft, wise, bold }, 3, 3 * days, "Successful");
	add_application(m, s, "Healthy", "Synced");
	s->auto_promotion = true;
	s = add_stage(m, "qa", "kargo-demo", test, 1, 0);
	runs(m, s, (struct freight *[]){ wise, bold }, 2, hours, "Failed");
	add_application(m, s, "Degraded", "Synced");
	add_detail(m);
	s->health = HEALTH_UNHEALTHY;
	s = add_stage(m, "uat", "kargo-demo", test, 1, 0);
	runs(m, s, (struct freight *[]){ soft, wise }, 2, 2 * days, "Successful");
	add_application(m, s, "Healthy", "Synced");
	s = add_stage(m, "prod", "kargo-demo", both, 2, 30 * ns_minute);
	runs(m, s, (struct freight *[]){ wise, bold, calm }, 3, 5 * days, "Successful");
	add_application(m, s, "Healthy", "OutOfSync");
	add_recipe(m, s);
	s->production = true;
	run_promotion(m, add_promotion(m, "prod", soft, wise, PHASE_RUNNING, 47 * SECONDS,
				       "Ada <ada@example.org>", ""));
	add_promotion(m, "qa", wise, bold, PHASE_FAILED, hours, "Ada <ada@example.org>",
		      "verification: error-rate 3.1 % is over 1 %");
	add_promotion(m, "uat", soft, wise, PHASE_SUCCEEDED, 2 * days, "Lin <lin@example.org>", "")
		->reason = "Customer demo at 15:00";
	add_promotion(m, "test", soft, wise, PHASE_SUCCEEDED, 3 * days, "", "");
	add_promotion(m, "prod", wise, bold, PHASE_SUCCEEDED, 5 * days, "", "")->rollback = true;
	add_event(m, "promotion.requested", "promote prod to soft-squirrel (nginx 1.29.5)",
		  "Ada <ada@example.org>", "prod", 47 * SECONDS);
	add_event(m, "stage.verified", "verification of wise-otter in qa failed", "", "qa", hours);
	add_event(m, "freight.discovered", "found soft-squirrel (nginx 1.29.5)", "", "", 3 * days);
	add_source(m, SOURCE_ARGOCD, "argocd", 300, NULL);
	add_source(m, SOURCE_GIT, "git", 14 * SECONDS, NULL);
	add_source(m, SOURCE_REGISTRY, "registry", 2 * MINUTES, NULL);
}

/* prod waits for a pull request that one of two has approved. */
static void make_pull(struct make *m)
{
	static const char text[] =
		"pr: {id: 41, url: 'https://git.example.org/acme/gitops/pulls/41', open: true, merged: false}\n"
		"forge: {repoURL: 'https://git.example.org/acme/gitops.git', title: 'prod: nginx 1.29.5',\n"
		"  source: kargo/promotion/prod.01k9r6, target: main, head: 7d21e08,\n"
		"  openedAt: %lld, approvals: 1, approvalsWanted: 2,\n"
		"  refusals: 0, checksPassed: 3, checksFailed: 0, checksPending: 0}\n";
	struct list documents = { 0 };
	struct promotion_step *step;
	const char *whole;
	struct err e;

	make_demo(m);
	for (size_t i = 0; i < m->w->npromotions; i++) {
		if (m->w->promotions[i]->phase != PHASE_RUNNING)
			continue;
		step = &m->w->promotions[i]->steps[5];
		whole = str_format(m->a, text, (long long)(m->now - 2 * hours));
		*step = (struct promotion_step){
			.alias = "wait", .uses = "git-wait-for-pr", .status = STEP_RUNNING,
			.started_at = m->now - 2 * hours,
			.message = "waiting for pull request 41 to be merged: nobody has merged it yet",
		};
		if (yaml_parse(m->a, "output.yaml", str_of(whole), &documents, &e))
			step->output = documents.items[0];
	}
}

static void make_one(struct make *m)
{
	add_warehouse(m, "kargo-demo", "public.ecr.aws/nginx/nginx")->looked_at = 0;
	add_stage(m, "test", "kargo-demo", NULL, 0, 0)->health = HEALTH_NONE;
	add_source(m, SOURCE_REGISTRY, "registry", 5 * SECONDS, NULL);
	m->w->ledger_head = "";
}

static void make_barren(struct make *m)
{
	struct value *found = value_map(m->a), *images = value_list(m->a), *image = value_map(m->a);

	make_one(m);
	value_set(m->a, image, "repoURL", value_string(m->a, "public.ecr.aws/nginx/nginx"));
	value_set(m->a, image, "references", value_list(m->a));
	value_set(m->a, image, "reason",
		  value_string(m->a, "none of 7 tags fits: 6 outside the constraint ^1.29.0 (the newest "
			       "is 1.28.2), 1 no semantic versions"));
	value_append(m->a, images, image);
	value_set(m->a, found, "images", images);
	m->w->warehouses[0]->looked_at = m->now - 40 * SECONDS;
	m->w->warehouses[0]->discovered = found;
}

static void make_many(struct make *m)
{
	struct freight *f[40];
	const char *up[1];

	add_warehouse(m, "shop", "registry.example.org/shop/front");
	for (size_t i = 0; i < COUNTOF(f); i++)
		f[i] = add_freight(m, str_format(m->a, "freight-%02zu", i),
				   str_format(m->a, "2.%zu.0", 40 - i), "shop", (int64_t)(i + 1) * hours);
	for (size_t i = 0; i < MANY_STAGES; i++) {
		const char *name = str_format(m->a, "region-%zu-%03zu", i % 10, i / 10);
		struct stage *s;
		struct freight *now = f[(i * 7) % 20];

		up[0] = i >= 10 ? m->w->stages[i - (i % 50 >= 10 ? 10 : i)]->name : NULL;
		s = add_stage(m, name, "shop", up, i >= 10, 0);
		runs(m, s, &now, 1, (int64_t)(i % 90 + 1) * hours, i % 13 ? "Successful" : "Failed");
		add_application(m, s, i % 17 ? "Healthy" : "Degraded", i % 5 ? "Synced" : "OutOfSync");
		s->health = i % 17 ? HEALTH_HEALTHY : HEALTH_UNHEALTHY;
	}
	for (size_t i = 0; i < 1000; i++)
		add_promotion(m, m->w->stages[i]->name, f[i % 20], f[i % 20 + 1], PHASE_SUCCEEDED,
			      (int64_t)(i + 1) * hours, "Ada <ada@example.org>", "");
	for (size_t i = 0; i < 1000; i++)
		add_event(m, "promotion.finished", str_format(m->a, "event number %zu", i), "",
			  m->w->stages[i]->name, (int64_t)i * MINUTES);
	add_source(m, SOURCE_ARGOCD, "argocd", 300, NULL);
}

static void make_hostile(struct make *m)
{
	static const char *const up[] = { "\033[2J\033[31mred\033[0m-stage" };
	struct freight *f;
	struct stage *s;

	add_warehouse(m, "仓库-名字很长很长很长很长很长很长的仓库", "public.ecr.aws/\x9b/\xff\xfe");
	f = add_freight(m, "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81-\xe2\x80\xae-otter",
			"1.29.4\nsecond\tline", "仓库-名字很长很长很长很长很长很长的仓库", 5 * days);
	s = add_stage(m, up[0], f->warehouse, NULL, 0, 0);
	runs(m, s, &f, 1, 2 * days, "Successful");
	s->nissues = 1;
	s->issues = arena_alloc(m->a, sizeof(char *));
	s->issues[0] = "\a\a\a]0;owned\a an issue that goes on and on, and does not end where a card "
		       "or a row would like it to end, but much later than that";
	s->health = HEALTH_UNHEALTHY;
	s = add_stage(m, "a-name-that-is-longer-than-any-column-that-anybody-would-make-for-it",
		      f->warehouse, up, 1, 0);
	s->production = true;
	add_application(m, s, "\033]0;x\a", "??");
	add_promotion(m, s->name, f, NULL, PHASE_ERRORED, hours, "\xff<\033[1m>",
		      "a message\nof two lines \033[31m with \xf0\x9f\xa6\xa6 in it");
	add_event(m, "promotion.requested", "\033[H\033[J a subject", "\xff", "", hours);
	add_source(m, SOURCE_ARGOCD, "argo\ncd", 4 * MINUTES, "refused\033[2J");
}

static void make_reading(struct make *m)
{
	static const char *const test[] = { "test" }, *const both[] = { "uat", "qa" };

	add_warehouse(m, "kargo-demo", "public.ecr.aws/nginx/nginx");
	m->w->warehouses[0]->looked_at = 0;
	add_stage(m, "test", "kargo-demo", NULL, 0, 0);
	add_stage(m, "uat", "kargo-demo", test, 1, 0);
	add_stage(m, "qa", "kargo-demo", test, 1, 0);
	add_stage(m, "prod", "kargo-demo", both, 2, 0)->production = true;
	m->w->engine = ENGINE_UNKNOWN;
	m->w->ledger_head = "";
	m->w->loading = true;
}

static void make_past(struct make *m)
{
	make_demo(m);
	m->w->past_at = m->now - 61 * MINUTES;
	m->w->npromotions--;
	m->w->promotions++;
	m->w->events++;
	m->w->nevents--;
	m->w->applications.count = 0;
	for (size_t i = 0; i < m->w->nstages; i++) {
		m->w->stages[i]->health = HEALTH_UNKNOWN;
		m->w->stages[i]->napplications = 0;
	}
}

static void make_failing(struct make *m)
{
	make_demo(m);
	m->w->nsources = 0;
	add_source(m, SOURCE_ARGOCD, "argocd", 3 * MINUTES, "refused");
	add_source(m, SOURCE_GIT, "git", 12 * MINUTES, "no route to host");
	add_source(m, SOURCE_REGISTRY, "registry", 40 * SECONDS, NULL);
	m->w->engine = ENGINE_NONE;
	m->w->stale_manifests = true;
	m->w->warehouses[0]->error = "registry answers 429, too many requests";
	m->w->warehouses[0]->failing_since = m->now - 12 * MINUTES;
	m->w->complaints[m->w->ncomplaints++] = (struct complaint){
		"stages/prod.yaml", 14, 7, true,
		"spec.requestedFreight[0].sources.stages: there is no stage \"uta\"; did you mean \"uat\"?", NULL, false };
	m->w->complaints[m->w->ncomplaints++] = (struct complaint){
		"project.yaml", 3, 1, false, "spec is deprecated here; move it to a ProjectConfig", NULL, false };
}

static struct stage *add_joint(struct make *m, const char *name, const char *const *warehouses,
			       size_t count, const char *const *upstream)
{
	struct stage *s = add_stage(m, name, warehouses[0], upstream, upstream ? 1 : 0, 0);
	struct freight_request first = s->requests[0];

	s->requests = arena_array(m->a, count, sizeof(*s->requests));
	s->nrequests = count;
	for (size_t i = 0; i < count; i++) {
		s->requests[i] = first;
		s->requests[i].warehouse = warehouses[i];
	}
	return s;
}

/* One more collection, older than those that are there. */
static void ran(struct make *m, struct stage *s, struct freight *const *freight, size_t count,
		int64_t age)
{
	struct collection *all = arena_array(m->a, s->nhistory + 1, sizeof(*all)), *c;

	if (s->nhistory)
		memcpy(all, s->history, s->nhistory * sizeof(*all));
	c = &all[s->nhistory++];
	s->history = all;
	*c = (struct collection){ .id = "", .since = m->now - age, .verification = "Successful",
				  .nitems = count };
	c->items = arena_array(m->a, count, sizeof(*c->items));
	for (size_t i = 0; i < count; i++) {
		c->items[i] = (struct collection_item){ freight[i]->warehouse, freight[i]->name };
		if (!freight_mark(&freight[i]->verified_in, s->name))
			mark(m, &freight[i]->verified_in, s->name, age, 600 * ns_minute);
	}
}

static void make_warehouses(struct make *m)
{
	static const char *const three[] = { "frontend", "backend", "charts" }, *const test[] = { "test" };
	struct freight *front_new, *front, *back, *back_old, *chart;
	struct stage *s;

	add_warehouse(m, "frontend", "registry.example.org/shop/frontend");
	add_warehouse(m, "backend", "registry.example.org/shop/backend");
	add_warehouse(m, "charts", "registry.example.org/shop/charts");
	front_new = add_freight(m, "soft-squirrel", "4.2.0", "frontend", hours);
	back = add_freight(m, "wise-otter", "2.7.1", "backend", 2 * days);
	front = add_freight(m, "bold-crane", "4.1.9", "frontend", 3 * days);
	back_old = add_freight(m, "calm-heron", "2.7.0", "backend", 5 * days);
	chart = add_freight(m, "deep-lynx", "0.9.3", "charts", 9 * days);
	s = add_joint(m, "test", three, 2, NULL);
	ran(m, s, (struct freight *[]){ front_new, back }, 2, hours);
	ran(m, s, (struct freight *[]){ front, back }, 2, 2 * days);
	ran(m, s, (struct freight *[]){ front, back_old }, 2, 5 * days);
	add_application(m, s, "Healthy", "Synced");
	s = add_joint(m, "prod", three, 3, test);
	ran(m, s, (struct freight *[]){ front, back, chart }, 3, 2 * days);
	ran(m, s, (struct freight *[]){ front, back_old, chart }, 3, 4 * days);
	add_application(m, s, "Healthy", "Synced");
	s->auto_promotion = true;
	add_promotion(m, "prod", back, back_old, PHASE_SUCCEEDED, 2 * days, "Ada <ada@example.org>", "");
	add_source(m, SOURCE_REGISTRY, "registry", 5 * SECONDS, NULL);
}

/* The object of a promotion that a lost race ended. */
static const struct value *passing_object(struct make *m)
{
	static const char text[] = "spec:\n  steps: [{as: push, uses: git-push}]\nstatus:\n"
				   "  state: {push: {commit: 7d21e08aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}\n"
				   "  stepExecutionMetadata:\n"
				   "  - {alias: step-6, status: Errored, mayPass: true}\n";
	struct list documents = { 0 };
	struct err e;

	return yaml_parse(m->a, "promotion.yaml", str_of(text), &documents, &e) ? documents.items[0]
										       : NULL;
}

static void make_tried(struct make *m)
{
	struct freight *soft, *wise;
	struct stage *s;

	add_warehouse(m, "kargo-demo", "public.ecr.aws/nginx/nginx");
	soft = add_freight(m, "soft-squirrel", "1.29.5", "kargo-demo", hours);
	wise = add_freight(m, "wise-otter", "1.29.4", "kargo-demo", 5 * days);
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "broken", "raced", "fine" };

		s = add_stage(m, names[i], "kargo-demo", NULL, 0, 0);
		runs(m, s, &wise, 1, 2 * days, "Successful");
		s->auto_promotion = true;
	}
	add_promotion(m, "broken", soft, wise, PHASE_FAILED, 10 * MINUTES, "", "no luck");
	add_promotion(m, "raced", soft, wise, PHASE_ERRORED, 150 * SECONDS, "", "the branch had moved")
		->object = passing_object(m);
	world_fill_unconfirmed(m->a, m->w);
	add_source(m, SOURCE_REGISTRY, "registry", 5 * SECONDS, NULL);
}

static void make_backed(struct make *m)
{
	static const char *const first[] = { "first" };
	struct freight *best, *good, *old;
	struct promotion *back;
	struct stage *s;

	add_warehouse(m, "kargo-demo", "public.ecr.aws/nginx/nginx");
	best = add_freight(m, "soft-squirrel", "1.30.2", "kargo-demo", hours);
	good = add_freight(m, "deft-bunting", "1.30.0", "kargo-demo", 2 * hours);
	old = add_freight(m, "wise-otter", "1.29.4", "kargo-demo", 5 * days);
	s = add_stage(m, "first", "kargo-demo", NULL, 0, 0);
	runs(m, s, (struct freight *[]){ best, good }, 2, 9 * MINUTES + 21 * SECONDS, "Successful");
	s = add_stage(m, "second", "kargo-demo", first, 1, 10 * ns_minute);
	runs(m, s, &old, 1, 2 * days, "Successful");
	mark(m, &best->verified_in, "first", 9 * MINUTES + 21 * SECONDS, -1);
	mark(m, &best->currently_in, "first", 9 * MINUTES + 21 * SECONDS, -1);
	mark(m, &good->verified_in, "first", 2 * hours, 30 * ns_minute);
	s = add_stage(m, "live", "kargo-demo", NULL, 0, 0);
	runs(m, s, (struct freight *[]){ good, best, old }, 3, 2 * hours, "Successful");
	back = add_promotion(m, "live", good, best, PHASE_SUCCEEDED, 2 * hours,
			     "Lin <lin@example.org>", "");
	back->rollback = true;
	back->reason = "checkout errors";
	add_source(m, SOURCE_REGISTRY, "registry", 5 * SECONDS, NULL);
}

struct world *world_make(struct arena *a, enum world_kind kind)
{
	struct make m = begin(a);

	switch (kind) {
	case WORLD_DEMO: make_demo(&m); break;
	case WORLD_EMPTY: m.w->ledger_head = ""; break;
	case WORLD_LOADING: m.w->loading = true; break;
	case WORLD_READING: make_reading(&m); break;
	case WORLD_PAST: make_past(&m); break;
	case WORLD_ONE: make_one(&m); break;
	case WORLD_PULL: make_pull(&m); break;
	case WORLD_BARREN: make_barren(&m); break;
	case WORLD_MANY: make_many(&m); break;
	case WORLD_HOSTILE: make_hostile(&m); break;
	case WORLD_FAILING: make_failing(&m); break;
	case WORLD_TRIED: make_tried(&m); break;
	case WORLD_BACKED: make_backed(&m); break;
	case WORLD_WAREHOUSES: make_warehouses(&m); break;
	case WORLD_COUNT: break;
	}
	return m.w;
}

static const struct world *borrow(void *context)
{
	return ((struct fake *)context)->world;
}

static void give_back(void *context, const struct world *w)
{
	(void)context;
	(void)w;
}

static bool submit(void *context, const struct intent *i)
{
	struct fake *f = context;

	if (f->is_full || f->nsent == COUNTOF(f->sent))
		return false;
	f->sent[f->nsent++] = *intent_copy(f->a, i);
	return true;
}

static bool next_reply(void *context, struct arena *a, struct reply *out)
{
	struct fake *f = context;

	if (!f->has_reply)
		return false;
	f->has_reply = false;
	*out = f->reply;
	out->message = str_copy(a, f->reply.message);
	return true;
}

void fake_init(struct fake *f, struct arena *a, const struct world *w)
{
	*f = (struct fake){ .world = w, .a = a };
	f->port = (struct ui_port){ .context = f, .wake_fd = -1, .borrow = borrow,
				    .give_back = give_back, .submit = submit, .next_reply = next_reply,
				    .actor = "Ada <ada@example.org>",
				    .from = "ssh 198.51.100.7 on bastion-2" };
}

static const struct plan_step plan_steps[] = {
	{ "clone", "git-clone", PLAN_RAN, "https://git.example.org/acme/gitops.git",
	  "would create the branch stage/qa" },
	{ "update", "kustomize-set-image", PLAN_RAN, "src/base", "" },
	{ "build", "kustomize-build", PLAN_RAN, "out", "" },
	{ "commit", "git-commit", PLAN_RAN, "qa: nginx 1.29.5 (soft-squirrel)", "" },
	{ "push", "git-push", PLAN_ANNOUNCED, "",
	  "push 1 commit to stage/qa of https://git.example.org/acme/gitops.git" },
	{ "tell", "http", PLAN_ANNOUNCED, "", "send POST to https://chat.example.org/hook" },
	{ "note", "yaml-update", PLAN_UNFORESEEN, "", "needs what tell puts out, which only the real promotion knows" },
	{ "never", "fail", PLAN_SKIPPED, "", "" },
	{ "sync", "argocd-update", PLAN_ANNOUNCED, "", "change and sync kargo-demo-qa, and wait until it is done" },
};

static const char plan_text[] =
	"diff --git a/deployment.yaml b/deployment.yaml\nindex 4f2a1c9..91bc44e 100644\n"
	"--- a/deployment.yaml\n+++ b/deployment.yaml\n@@ -19,9 +19,9 @@ spec:\n   template:\n     spec:\n"
	"       containers:\n       - name: nginx\n-        image: public.ecr.aws/nginx/nginx:1.29.4\n"
	"+        image: public.ecr.aws/nginx/nginx:1.29.5\n         ports:\n         - containerPort: 80\n"
	"\tname: a tab, and a line that is so long that no terminal of usual width has room for all of it at once\n"
	"diff --git a/logo.png b/logo.png\nindex 1111111..2222222 100644\nBinary files a/logo.png and b/logo.png "
	"differ\ndiff --git a/new.yaml b/new.yaml\nnew file mode 100644\nindex 0000000..3333333\n--- /dev/null\n"
	"+++ b/new.yaml\n@@ -0,0 +1,2 @@\n+---\n+a: b\n";

static struct plan_file plan_files[] = {
	{ "deployment.yaml", NULL, 'M', 1, 1, false },
	{ "logo.png", NULL, 'M', 0, 0, true },
	{ "new.yaml", NULL, 'A', 2, 0, false },
};

struct plan *plan_make(uint64_t id)
{
	static struct plan_commit pushed = { "7d21e08", "qa: nginx 1.29.5 (soft-squirrel)", "Ada", 0 };
	static struct plan_commit between[] = {
		{ "91bc44e1", "feat: brotli", "Lin", 1795466047000 },
		{ "81bc44e2", "fix: keepalive", "Ada", 1795379647000 },
		{ "71bc44e3", "chore: bump", "Ada", 1795293247000 },
	};
	static struct plan_changelog log = { .url = "https://git.example.org/acme/shop",
					     .from = "02fe1aa", .to = "91bc44e", .commits = between,
					     .ncommits = 3, .commits_in_all = 3 };
	struct plan_diff d = { .url = "https://git.example.org/acme/gitops.git", .branch = "stage/qa",
			       .commits = &pushed, .ncommits = 1, .commits_in_all = 1,
			       .files = plan_files, .nfiles = 3, .files_in_all = 3, .added = 3, .removed = 1 };
	struct plan *p = plan_new(id);

	p->nsteps = COUNTOF(plan_steps);
	p->steps = arena_copy(p->arena, plan_steps, sizeof(plan_steps));
	p->phase = PHASE_SUCCEEDED;
	plan_add_diff(p, &d, plan_text);
	list_add(p->arena, &p->changelogs, &log);
	plan_seal(p);
	return p;
}

/* The same diff as that of a pull request to main. */
static struct plan *pull_plan_make(uint64_t id)
{
	static const struct plan_pull pull = { .url = "https://git.example.org/acme/gitops.git",
					       .source = "kargo/promotion/prod.01k9r6", .target = "main",
					       .head = "7d21e08", .merged = "" };
	struct plan *p = plan_make(id);
	struct plan_diff *d = p->diffs.items[0];

	p->nsteps = 0;
	p->pull = &pull;
	d->branch = pull.source;
	d->into = pull.target;
	return p;
}

static bool ask_plan(void *context, const struct intent *i)
{
	struct fake *f = context;

	f->planned = *intent_copy(f->a, i);
	f->plans_asked++;
	return !f->is_full;
}

static struct plan *next_plan(void *context)
{
	struct fake *f = context;
	struct plan *p;

	if (!f->has_plan)
		return NULL;
	f->has_plan = false;
	p = f->planned.kind == INTENT_MERGE ? pull_plan_make(f->planned.id) : plan_make(f->planned.id);
	if (f->plan_fails) {
		p->phase = PHASE_FAILED;
		p->steps[0].way = PLAN_FAILED;
	}
	return p;
}

static void drop_plan(void *context, uint64_t id)
{
	(void)id;
	((struct fake *)context)->plans_dropped++;
}

void fake_plans(struct fake *f)
{
	f->port.plan = ask_plan;
	f->port.next_plan = next_plan;
	f->port.drop_plan = drop_plan;
}

static const struct fleet *borrow_fleet(void *context)
{
	return ((struct fake *)context)->fleet;
}

static void give_back_fleet(void *context, const struct fleet *fleet)
{
	(void)context;
	(void)fleet;
}

void fake_fleet(struct fake *f, const struct fleet *fleet)
{
	f->fleet = fleet;
	f->port.borrow_fleet = borrow_fleet;
	f->port.give_back_fleet = give_back_fleet;
}
