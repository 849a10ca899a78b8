/* SPDX-License-Identifier: Apache-2.0 */
/* An attached Kargo from end to end, over a cluster that is made of what the test puts into it. */
#include "attach/attach.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "cluster.h"
#include "config/reading.h"
#include "data/value.h"
#include "model/attachment.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "model/world.h"
#include "tap.h"

enum { PATIENCE_MS = 20000, LOOK_MS = 5, MOST = 32 };

/* What a fake cluster holds and lets us do, and what it was asked; and what we were told. */
struct fake {
	pthread_mutex_t lock;
	struct arena *a;
	struct {
		enum attach_kind kind;
		const struct value *object;
	} objects[MOST];
	size_t nobjects;
	enum attach_kind forbidden;     /* may not be read; ATTACH_KINDS: all may */
	enum attach_kind broken;        /* no longer answered, once listed; ATTACH_KINDS: all are */
	const char *denied;             /* the verb that we may not; NULL: none */
	const char *may_list;           /* the project where we may all the same; NULL: none */
	const char *refusal;            /* Kargo's; NULL: it does what it is asked */
	bool narrow;                    /* only single projects may be listed */
	char called[200];
	char named[200];                /* projects of the newest reading */
	char fault[200];
	char complaint[200];            /* of the first project */
	const struct value *run;        /* an AnalysisRun; NULL: it may not be read */
	unsigned asked;                 /* how often it was asked for */
	char verified[400];             /* what the first stage's verification tells */
	size_t projects, left_out;      /* how many those are; of which so many can't be shown */
	char left_out_why[200];
	size_t stages, freight, denials;
	struct reply reply;
	char said[300];
	bool replied, failing;
	int64_t denied_ms;              /* as attach_options has it */
	const char *beside;             /* as attach_options has it */
	struct attach *at;
};

/* One follower. */
struct fake_desk {
	struct fake *f;
	const bool *cancelled;
};

/* Adds as much of the text as there is room for. */
static void fake_note(char to[200], const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, 200 - used, "%s%s", used ? ", " : "", text);
}

static void *fake_open(void *it, const bool *cancelled)
{
	struct fake_desk *d = xmalloc(sizeof(*d));

	*d = (struct fake_desk){ it, cancelled };
	return d;
}

static void fake_wake(void *own)
{
	(void)own;
}

static void fake_close(void *own)
{
	free(own);
}

static void fake_follow(void *own, enum attach_kind kind, const char *project,
			const struct attach_listener *l)
{
	const struct fake_desk *d = own;
	struct attach_standing s = { .listed = true, .heard = clock_now() };
	size_t told = 0;

	s.forbidden = kind == d->f->forbidden || (d->f->narrow && !project && kind == ATTACH_PROJECT);
	s.error = s.forbidden ? "forbidden" : NULL;
	while (!flag_is_set(d->cancelled)) {
		pthread_mutex_lock(&d->f->lock);
		size_t count = d->f->nobjects;
		if (kind == d->f->broken)
			s = (struct attach_standing){ .failing_since = 1, .error = "no answer" };
		pthread_mutex_unlock(&d->f->lock);
		for (; told < count && !s.forbidden; told++)
			if (d->f->objects[told].kind == kind)
				l->changed(l->context, d->f->objects[told].object, false);
		l->settled(l->context);
		l->stands(l->context, &s);
		clock_sleep(LOOK_MS);
	}
}

static bool fake_call(void *own, struct arena *a, const struct attach_call *call, const struct value **out,
		      struct err *e)
{
	struct fake *f = ((struct fake_desk *)own)->f;

	if (f->refusal)
		return err_set(e, ERR_REFUSED, "%s", f->refusal);
	fake_note(f->called, call->stage ? call->stage : call->name);
	*out = cluster_json(a, "{'metadata':{'name':'prod.new'}}");
	return true;
}

static bool fake_may(void *own, const struct attach_right *right, struct attach_verdict *out, struct err *e)
{
	struct fake *f = ((struct fake_desk *)own)->f;

	(void)e;
	pthread_mutex_lock(&f->lock);
	*out = (struct attach_verdict){ .allowed = !same_text(right->verb, f->denied) };
	if (!right->project)
		out->allowed = out->allowed && !f->narrow;
	else if (same_text(right->project, f->may_list))
		out->allowed = true;
	pthread_mutex_unlock(&f->lock);
	return true;
}

static bool fake_secrets(void *own, struct arena *a, const char *project, const struct value **out,
			 struct err *e)
{
	(void)own;
	(void)project;
	(void)e;
	*out = value_list(a);
	return true;
}

static bool fake_analysis_run(void *own, struct arena *a, const struct attach_object *which,
			      const struct value **out, struct err *e)
{
	struct fake *f = ((struct fake_desk *)own)->f;

	pthread_mutex_lock(&f->lock);
	*out = f->run ? value_copy(a, f->run) : NULL;
	f->asked++;
	pthread_mutex_unlock(&f->lock);
	return *out || err_set(e, ERR_REFUSED, "analysisruns \"%s\" is forbidden", which->name);
}

static void fake_free(void *it)
{
	(void)it;
}

static void on_reading(void *context, const struct manifest_reading *r)
{
	struct fake *f = context;
	const struct manifest_project *first = r->projects.items[0];

	pthread_mutex_lock(&f->lock);
	*f->named = *f->fault = *f->complaint = '\0';
	f->projects = r->projects.count;
	f->left_out = 0;
	for (size_t i = 0; i < r->projects.count; i++) {
		const struct manifest_project *mp = r->projects.items[i];

		fake_note(f->named, mp->name);
		f->left_out += mp->fault && r->projects.count > 1;
		if (mp->fault && !f->left_out_why[0])
			fake_note(f->left_out_why, mp->fault);
	}
	if (first->fault)
		fake_note(f->fault, first->fault);
	if (first->complaints.count)
		fake_note(f->complaint, ((struct complaint *)first->complaints.items[0])->message);
	pthread_mutex_unlock(&f->lock);
}

static void on_record(void *context, const char *project, const struct record *r)
{
	struct fake *f = context;

	(void)project;
	pthread_mutex_lock(&f->lock);
	const struct value *first = r->state->nstages ? r->state->stages[0]->object : NULL;
	const struct value *runs = value_at(value_path(first, "status.freightHistory"), 0);
	const struct value *info = value_at(value_get(runs, "verificationHistory"), 0);

	snprintf(f->verified, sizeof(f->verified), "%s", value_get_text(info, "message"));
	f->stages = r->state->nstages;
	f->freight = r->state->nfreight;
	f->denials = 0;
	for (size_t i = 0; i < r->attachment->ndenials; i++)
		f->denials += r->attachment->denials[i].kind == INTENT_PROMOTE;
	pthread_mutex_unlock(&f->lock);
}

static void on_source(void *context, const struct source *s)
{
	struct fake *f = context;

	pthread_mutex_lock(&f->lock);
	f->failing = s->failing_since != 0;
	pthread_mutex_unlock(&f->lock);
}

static void on_reply(void *context, const struct reply *r)
{
	struct fake *f = context;

	pthread_mutex_lock(&f->lock);
	f->reply = *r;
	snprintf(f->said, sizeof(f->said), "%s", r->message);
	f->replied = true;
	pthread_mutex_unlock(&f->lock);
}

static void fake_put(struct fake *f, enum attach_kind kind, const struct value *object)
{
	pthread_mutex_lock(&f->lock);
	f->objects[f->nobjects].kind = kind;
	f->objects[f->nobjects].object = object;
	f->nobjects++;
	pthread_mutex_unlock(&f->lock);
}

static void fake_begin(struct fake *f)
{
	pthread_mutex_init(&f->lock, NULL);
	f->a = arena_new();
	f->forbidden = f->broken = ATTACH_KINDS;
	fake_put(f, ATTACH_PROJECT, cluster_json(f->a, "{'metadata':{'name':'shop'}}"));
	fake_put(f, ATTACH_STAGE, cluster_stage(f->a, "test", "{}"));
	fake_put(f, ATTACH_FREIGHT, cluster_freight(f->a));
	fake_put(f, ATTACH_WAREHOUSE, cluster_warehouse(f->a));
}

static void fake_start(struct fake *f, const struct list *projects, bool is_alone)
{
	const struct attach_options o = {
		.transport = { f, "staging", "https://staging.test", "shop", fake_open, fake_wake, fake_close,
			       fake_follow, fake_call, fake_may, fake_secrets, fake_analysis_run, fake_free },
		.projects = projects, .is_alone = is_alone, .context = f, .on_reading = on_reading,
		.on_record = on_record, .on_source = on_source, .on_reply = on_reply,
		.denied_ms = f->denied_ms, .beside = f->beside,
	};
	struct err e;

	ok(attach_start(&o, &f->at, &e), "it starts");
}

static void fake_end(struct fake *f)
{
	ok(attach_stop(f->at, PATIENCE_MS), "and stops");
	pthread_mutex_destroy(&f->lock);
	arena_free(f->a);
}

/* Waits until it is so. */
static bool comes(struct fake *f, bool (*is_so)(const struct fake *f))
{
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end; clock_sleep(LOOK_MS)) {
		bool so;

		pthread_mutex_lock(&f->lock);
		so = is_so(f);
		pthread_mutex_unlock(&f->lock);
		if (so)
			return true;
	}
	return false;
}

static bool has_one_stage(const struct fake *f) { return f->stages == 1 && f->freight == 1; }
static bool has_two_stages(const struct fake *f) { return f->stages == 2; }
static bool has_fault(const struct fake *f) { return *f->fault; }
static bool has_complaint(const struct fake *f) { return *f->complaint; }
static bool has_reply(const struct fake *f) { return f->replied; }
static bool has_projects(const struct fake *f) { return f->projects > 1; }
static bool has_all_left_out(const struct fake *f) { return f->left_out == 20; }
static bool has_one_less_left_out(const struct fake *f) { return f->left_out == 19; }
static bool is_failing(const struct fake *f) { return f->failing; }
static bool has_measured(const struct fake *f) { return strstr(f->verified, "measured"); }
static bool has_denial(const struct fake *f) { return f->denials > 0; }

static void ask(struct fake *f, const struct intent *i)
{
	f->replied = false;
	ok(attach_submit(f->at, i) && comes(f, has_reply), "%s is answered", intent_verb(i->kind));
}

TEST(what_the_cluster_holds_is_shown_and_followed)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };

	fake_begin(&f);
	fake_start(&f, &all, true);
	ok(comes(&f, has_one_stage), "a stage and its freight");
	is_text(f.named, "shop", "of the project");
	fake_put(&f, ATTACH_STAGE, cluster_stage(f.a, "prod", "{}"));
	ok(comes(&f, has_two_stages), "one that is new comes by itself");
	fake_end(&f);
}

TEST(wishes_are_done_by_kargo_or_refused_in_its_words)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };
	const struct intent i = { .kind = INTENT_PROMOTE, .id = 7, .project = "shop", .stage = "test",
				  .freight = "soft-squirrel" };

	fake_begin(&f);
	fake_start(&f, &all, true);
	comes(&f, has_one_stage);
	ask(&f, &i);
	ok(f.reply.done && f.reply.id == 7, "it is done: %s", f.said);
	is_text(f.called, "test", "by a call for the stage");
	f.refusal = "Freight is not available to this Stage";
	ask(&f, &i);
	ok(!f.reply.done && f.reply.code == ERR_REFUSED, "a refusal is one");
	is_text(f.said, "Kargo at staging: Freight is not available to this Stage", "as Kargo says it");
	fake_end(&f);
}

TEST(what_we_may_not_is_known_before_it_is_tried)
{
	struct fake f = { .nobjects = 0, .denied = "promote" };
	const struct list all = { 0 };
	const struct intent i = { .kind = INTENT_PROMOTE, .project = "shop", .stage = "test",
				  .freight = "soft-squirrel" };

	fake_begin(&f);
	fake_start(&f, &all, true);
	ok(comes(&f, has_denial), "screens are told");
	ask(&f, &i);
	is_text(f.said, "Kargo at staging: you may not promote stages/test in shop",
		"and so is who tries all the same");
	is_text(f.called, "", "nothing was called");
	fake_end(&f);
}

TEST(one_kind_that_may_not_be_read_takes_away_only_itself)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };

	fake_begin(&f);
	f.forbidden = ATTACH_PROJECT_CONFIG;
	fake_start(&f, &all, true);
	ok(comes(&f, has_one_stage), "the rest is shown");
	ok(comes(&f, has_complaint), "with a word");
	is_text(f.complaint, "you may not list projectconfigs; nothing is shown of promotion policies",
		"about what is missing");
	fake_end(&f);
}

TEST(that_stages_may_not_be_read_is_told_before_warnings)
{
	static const char router[] =
		"apiVersion: ee.kargo.akuity.io/v9\nkind: EventRouter\nmetadata: {name: ends, namespace: shop}\n"
		"spec: {types: [PromotionFailed], channels: [{kind: MessageChannel, name: hook}]}\n";
	struct fake f = { .nobjects = 0, .beside = "attach-whole-router.yaml" };
	const struct list all = { 0 };
	struct err e;

	fake_begin(&f);
	f.forbidden = ATTACH_STAGE;
	ok(file_write(f.beside, router, strlen(router), 0600, &e), "a router of an odd version stands beside it");
	fake_start(&f, &all, true);
	ok(comes(&f, has_complaint), "there are complaints");
	is_text(f.complaint, "you may not list stages; nothing is shown of stages", "the error is the first");
	fake_end(&f);
	unlink(f.beside);
}

#define VERIFIED(more) \
	"{'freightHistory':[{'id':'c1','items':{'Warehouse/web':{'name':'" CLUSTER_FREIGHT "'}}," \
	"'verificationHistory':[{'id':'v1','startTime':'2026-07-01T12:00:00Z'," \
	"'analysisRun':{'name':'test.run','namespace':'shop'}" more "}]}]}"

TEST(what_a_verification_measures_is_read_where_a_stage_names_its_run)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };

	fake_begin(&f);
	fake_start(&f, &all, true);
	ok(comes(&f, has_one_stage) && !f.asked, "without one nothing is asked for");
	f.run = cluster_json(f.a, "{'spec':{'metrics':[{'name':'errors','interval':'5s','count':3,'failureLimit':1,"
		"'successCondition':'result[0] < {{args.most}}'}],'args':[{'name':'most','value':'0.01'}]},"
		"'status':{'phase':'Running','metricResults':[{'name':'errors','phase':'Running','count':1,"
		"'failed':1,'measurements':[{'phase':'Failed','value':'[0.5]','finishedAt':"
		"'2026-07-01T12:00:01Z'}]}]}}");
	fake_put(&f, ATTACH_STAGE, cluster_stage(f.a, "test", VERIFIED(",'phase':'Running'")));
	ok(comes(&f, has_measured), "while it goes on");
	is_text(f.verified, "metric errors is Running: measured [0.5]; successCondition: result[0] < 0.01",
		"which metric, what it measured, and by which condition");
	fake_end(&f);
}

TEST(a_run_that_may_not_be_read_takes_away_only_what_it_measured)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };

	fake_begin(&f);
	fake_put(&f, ATTACH_STAGE, cluster_stage(f.a, "test", VERIFIED(",'phase':'Failed','message':'it failed',"
		"'finishTime':'2026-07-01T12:00:02Z'")));
	fake_start(&f, &all, true);
	ok(comes(&f, has_complaint), "with a word");
	is_text(f.complaint, "you may not get analysisruns; nothing is shown of what verifications measured",
		"about what is missing");
	is_text(f.verified, "it failed", "Kargo's own message stays");
	is_number(f.asked, 1, "and it is not asked for again and again");
	fake_end(&f);
}

TEST(one_kind_that_is_no_longer_answered_does_not_hold_up_the_rest)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };

	fake_begin(&f);
	fake_start(&f, &all, true);
	ok(comes(&f, has_one_stage), "all is listed");
	pthread_mutex_lock(&f.lock);
	f.broken = ATTACH_EVENT;
	pthread_mutex_unlock(&f.lock);
	ok(comes(&f, is_failing), "the cluster stops answering for events");
	fake_put(&f, ATTACH_STAGE, cluster_stage(f.a, "prod", "{}"));
	ok(comes(&f, has_two_stages), "a new stage is shown all the same");
	fake_end(&f);
}

TEST(who_may_see_one_project_only_sees_that)
{
	struct fake f = { .nobjects = 0, .narrow = true };
	const struct list all = { 0 };

	fake_begin(&f);
	fake_start(&f, &all, true);
	ok(comes(&f, has_one_stage), "the context's own");
	is_text(f.named, "shop", "by its namespace");
	fake_end(&f);
}

TEST(projects_that_are_too_many_to_follow_are_not_shown_as_empty)
{
	struct fake f = { .nobjects = 0, .narrow = true };
	struct list named = { 0 };

	fake_begin(&f);
	for (int i = 0; i < 70; i++)
		list_add(f.a, &named, str_format(f.a, "p%d", i));
	fake_start(&f, &named, false);
	ok(comes(&f, has_projects), "there are some");
	is_number(f.projects - f.left_out, 56, "as many as can be followed, each whole");
	is_number(f.left_out, 14, "the others by name");
	ok(strstr(f.left_out_why, "choose some with --project"), "with what helps: %s", f.left_out_why);
	fake_end(&f);
}

TEST(projects_that_may_not_be_read_take_no_place)
{
	struct fake f = { .nobjects = 0, .narrow = true, .denied = "list" };
	struct list named = { 0 };

	fake_begin(&f);
	for (int i = 0; i < 70; i++)
		list_add(f.a, &named, str_format(f.a, "p%d", i));
	f.may_list = "p69";
	fake_start(&f, &named, false);
	ok(comes(&f, has_projects), "there are some");
	is_number(f.projects - f.left_out, 1, "the one that may be read is followed");
	is_number(f.left_out, 69, "though it is the last of many");
	is_text(f.left_out_why, "p0 is not shown: you may not list stages in p0", "which say why");
	fake_end(&f);
}

TEST(a_project_that_may_be_read_by_now_is_shown)
{
	struct fake f = { .nobjects = 0, .narrow = true, .denied = "list", .denied_ms = 1 };
	struct list named = { 0 };

	fake_begin(&f);
	for (int i = 0; i < 20; i++)
		list_add(f.a, &named, str_format(f.a, "p%d", i));
	fake_start(&f, &named, false);
	ok(comes(&f, has_all_left_out), "none may be read");
	pthread_mutex_lock(&f.lock);
	f.may_list = "p19";
	pthread_mutex_unlock(&f.lock);
	ok(comes(&f, has_one_less_left_out), "the right to one comes later, and it is followed");
	fake_end(&f);
}

TEST(a_project_that_is_not_there_is_told)
{
	struct fake f = { .nobjects = 0 };
	struct list named = { 0 };

	fake_begin(&f);
	list_add(f.a, &named, "shop?");
	fake_start(&f, &named, true);
	ok(comes(&f, has_fault), "there is a reason");
	is_text(f.fault, "Kargo at staging has no project \"shop?\" that you may see", "that names it");
	fake_end(&f);
}

TEST(of_several_projects_one_must_be_chosen)
{
	struct fake f = { .nobjects = 0 };
	const struct list all = { 0 };
	struct value *bank;

	fake_begin(&f);
	bank = cluster_stage(f.a, "uat", "{}");
	value_set(f.a, value_get(bank, "metadata"), "namespace", value_string(f.a, "bank"));
	fake_put(&f, ATTACH_PROJECT, cluster_json(f.a, "{'metadata':{'name':'bank'}}"));
	fake_put(&f, ATTACH_STAGE, bank);
	fake_start(&f, &all, true);
	ok(comes(&f, has_fault), "where only one can be meant");
	is_text(f.fault, "several projects; choose with --project: bank, shop", "all are named");
	fake_end(&f);
}
