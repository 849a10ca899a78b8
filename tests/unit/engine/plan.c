/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: what they say, that nothing outside is touched for them, and that the operation equals them. */
#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/engine.h"
#include "fixture.h"
#include "git/play.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define ADA "Ada <ada@example.org>"

/* A promotion that does some of everything; @ is the repository. */
static const char steps[] =
	"[{'uses':'git-clone','as':'clone','config':{'repoURL':'@','checkout':[{'path':'src','branch':'main'},"
	"{'path':'out','branch':'stage/test','create':true}]}},"
	"{'uses':'file-write','as':'write','config':{'path':'src/image.txt','overwrite':true,"
	"'contents':'is ${{ ctx.targetFreight.name }}\\n'}},"
	"{'uses':'git-commit','as':'commit','config':{'path':'src','message':'to 1'}},"
	"{'uses':'git-push','as':'push','config':{'path':'src'}},"
	"{'uses':'file-write','as':'render','config':{'path':'out/all.yaml','overwrite':true,'contents':'a\\nb\\n'}},"
	"{'uses':'git-commit','as':'commit-out','config':{'path':'out','message':'render'}},"
	"{'uses':'git-push','as':'push-out','config':{'path':'out'}},"
	"{'uses':'http','as':'post','if':'${{ ctx.project == \\'plan\\' }}','config':{'url':"
	"'http://127.0.0.1:1/?token=x','method':'POST','outputs':[{'name':'id','fromExpression':'1'}]}},"
	"{'uses':'file-write','as':'late','if':'${{ ctx.project == \\'plan\\' }}','config':{"
	"'path':'src/id.txt','contents':'${{ outputs.post.id }}'}},"
	"{'uses':'fail','as':'never','if':'${{ failure() }}'},"
	"{'uses':'set-metadata','as':'meta','config':{'updates':[{'kind':'Stage','name':'test',"
	"'values':{'commit':'${{ outputs.push.commit }}'}}]}}]";

struct planning {
	struct play p;
	const char *remote, *stages[3];
	struct heard h;
	struct engine *en;
};

static const char *with_quotes(struct arena *a, const char *text, const char *remote)
{
	char *out = str_format(a, "%s", text);

	for (const char *at; (at = strchr(out, '@'));)
		out = str_format(a, "%.*s%s%s", (int)(at - out), out, remote, at + 1);

	for (char *c = out; *c; c++) {
		if (c[0] == '\\' && c[1] == '\'')
			memmove(c, c + 1, strlen(c));
		else if (*c == '\'')
			*c = '"';
	}
	return out;
}

static const char *stage_of(struct planning *t, const char *name, const char *list)
{
	return str_format(t->p.a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"requestedFreight\":[{\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":{\"direct\":true}}],\"promotionTemplate\":"
		"{\"spec\":{\"steps\":%s}}}}", name, with_quotes(t->p.a, list, t->remote));
}

static bool knows(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static void start(struct planning *t, const char *list, bool execute)
{
	*t = (struct planning){ .remote = NULL };
	play_start(&t->p);
	setenv("XDG_CACHE_HOME", t->p.folder, 1);
	t->remote = play_remote(&t->p, "gitops.git");
	t->stages[0] = stage_of(t, "test", list);
	t->stages[1] = stage_of(t, "bad", "[{'uses':'fail','config':{'message':'no luck'}},"
				"{'uses':'set-metadata','config':{'updates':[]}}]");
	t->en = running(&t->h, t->p.folder, project_of(t->p.a, t->stages, NULL), execute);
	engine_found(t->en, json(t->p.a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"one\",\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}"));
	ok(await(&t->h, knows, F1), "there is freight");
}

static void stop(struct planning *t)
{
	engine_stop(t->en);
	plan_free(t->h.plan);
	record_release(t->h.record);
	unsetenv("XDG_CACHE_HOME");
	play_stop(&t->p);
}

static bool planned(const struct heard *h, const char *text)
{
	(void)text;
	return h->plan != NULL;
}

static const struct plan *plan_of(struct planning *t, const char *stage)
{
	const struct intent i = { .kind = INTENT_PROMOTE, .id = 7, .stage = stage, .freight = F1,
				  .actor = ADA };

	plan_free(t->h.plan);
	t->h.plan = NULL;
	ok(engine_plan(t->en, &i) && await(&t->h, planned, ""), "a plan of %s is made", stage);
	if (t->h.plan && t->h.plan->error)
		note("%s", t->h.plan->error);
	return t->h.plan;
}

static const struct plan_step *step_of(const struct plan *p, const char *alias)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (strcmp(p->steps[i].alias, alias) == 0)
			return &p->steps[i];
	return NULL;
}

static void is_way(const struct plan *p, const char *alias, enum plan_way way, const char *message)
{
	const struct plan_step *s = step_of(p, alias);

	is_text(plan_way_word(s->way), plan_way_word(way), "%s: %s", alias, s->message);
	ok(strstr(s->message, message) != NULL, "%s says: %s", alias, s->message);
}

static const char *text_of(struct arena *a, const struct plan_diff *d)
{
	const char *all = "";

	for (size_t i = 0; i < d->nlines; i++)
		all = str_format(a, "%s%s\n", all, d->lines[i]);
	return all;
}

static const char *refs(struct planning *t)
{
	return play_git(&t->p, t->remote, "for-each-ref");
}

static size_t left_behind(struct planning *t)
{
	struct list names = { 0 };
	struct err e;

	if (!folder_list(t->p.a, path_join(t->p.a, t->p.folder, "work/.plans"), &names, &e))
		note("%s", e.message);
	return names.count;
}

TEST(a_plan_touches_nothing_and_says_everything)
{
	struct planning t;
	const char *before;
	const struct plan *p;
	unsigned events;

	start(&t, steps, true);
	before = refs(&t);
	events = t.h.events;
	p = plan_of(&t, "test");
	is_number(p->id, 7, "it carries the id of who asked");
	is_text(p->error, NULL, "it could be made");
	is_text(refs(&t), before, "the remote's refs did not move, nor is there a new branch");
	is_number(left_behind(&t), 0, "the work folder is gone");
	is_number(t.h.events, events, "nothing was recorded");
	is_way(p, "clone", PLAN_RAN, "would create the branch stage/test");
	is_way(p, "write", PLAN_RAN, "");
	is_way(p, "commit", PLAN_RAN, "");
	is_text(step_of(p, "commit")->about, "to 1", "a step tells what it is about");
	is_way(p, "push", PLAN_ANNOUNCED, "push 1 commit to main of ");
	is_way(p, "push-out", PLAN_ANNOUNCED, "to the new branch stage/test of ");
	is_way(p, "post", PLAN_SKIPPED, "");
	is_way(p, "never", PLAN_SKIPPED, "");
	is_way(p, "meta", PLAN_ANNOUNCED, "keep values with test");
	is_number(p->phase, PHASE_SUCCEEDED, "it would succeed");
	is_number(p->diffs.count, 2, "two branches would be pushed");
	const struct plan_diff *d = p->diffs.items[0];
	is_text(d->branch, "main", "the first");
	is_text(d->url, t.remote, "of the repository");
	is_number(d->commits_in_all, 1, "one commit");
	is_text(d->commits[0].subject, "to 1", "with its message");
	is_number(d->nfiles, 1, "one file");
	is_text(d->files[0].path, "image.txt", "that is named");
	ok(!d->is_new && d->added == 1 && d->removed == 0, "one line more");
	is_text(d->nlines ? d->lines[d->nlines - 1] : "", "+is " F1, "and shown");
	ok(((struct plan_diff *)p->diffs.items[1])->is_new, "the second is a new one");
	is_number(((struct plan_diff *)p->diffs.items[1])->added, 2, "compared with nothing");
	stop(&t);
}

static const struct record *newest(void *context)
{
	const struct heard *h = context;

	return h->record ? record_acquire(h->record) : NULL;
}

/* A running Kargo has the ledger; only plans are made here. */
TEST(without_a_ledger_the_same_plan_is_made_of_a_record)
{
	const struct engine_options own = { .record = newest };
	const struct record *record;
	struct planning t;
	const struct plan *p;

	start(&t, steps, true);
	record = record_acquire(t.h.record);
	engine_stop(t.en);
	record_release(t.h.record);
	t.en = running_with(&t.h, t.p.folder, project_of(t.p.a, t.stages, NULL), &own);
	p = plan_of(&t, "test");
	ok(p && p->error, "while nothing is known there is none: %s", p && p->error ? p->error : "");
	t.h.record = record;
	p = plan_of(&t, "test");
	is_text(p->error, NULL, "it could be made");
	is_way(p, "push", PLAN_ANNOUNCED, "push 1 commit to main of ");
	is_number(p->diffs.count, 2, "two branches would be pushed");
	is_number(t.h.events, 0, "nothing was recorded");
	stop(&t);
}

TEST(the_deed_equals_the_plan)
{
	struct planning t;
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1, .actor = ADA };
	const struct plan *p;
	const char *mark;

	start(&t, steps, true);
	p = plan_of(&t, "test");
	mark = str_copy(t.p.a, p->mark);
	is_text(plan_of(&t, "test")->mark, mark, "a plan made again is the same");
	p = t.h.plan;
	i.seen_plan = mark;
	is_number(ask(t.en, &t.h, &i), ERR_NONE, "the promotion: %s", t.h.message);
	ok(await(&t.h, stage_reached, "test=Succeeded"), "succeeds");
	pthread_mutex_lock(&t.h.lock);
	is_text(value_text(value_get(value_path(state_stage(t.h.state, "test")->promotions[0]->object,
						"metadata.annotations"), "gantry/plan"), NULL), mark,
		"which plan was seen is kept with it");
	pthread_mutex_unlock(&t.h.lock);
	is_text(play_git(&t.p, t.remote, "diff main~1 main"),
		str_copy_n(t.p.a, text_of(t.p.a, p->diffs.items[0]),
			   strlen(text_of(t.p.a, p->diffs.items[0])) - 1), "main changed as planned");
	is_text(play_git(&t.p, t.remote, "diff stage/test~1 stage/test"),
		str_copy_n(t.p.a, text_of(t.p.a, p->diffs.items[1]),
			   strlen(text_of(t.p.a, p->diffs.items[1])) - 1), "and so did stage/test");
	p = plan_of(&t, "test");
	is_way(p, "push", PLAN_ANNOUNCED, "push nothing: main of ");
	is_number(p->diffs.count, 0, "planned once more, nothing is left to change");
	stop(&t);
}

TEST(what_needs_the_outside_is_not_foreseen)
{
	struct planning t;
	const struct plan *p;

	start(&t, "[{'uses':'http','as':'post','config':{'url':'http://127.0.0.1:1/hook?token=x',"
		  "'method':'POST','outputs':[{'name':'id','fromExpression':'1'}]}},"
		  "{'uses':'compose-output','as':'late','config':{'id':'${{ outputs.post.id }}'}},"
		  "{'uses':'file-write','as':'later','config':{'path':'x','contents':"
		  "'${{ outputs.late.id }}'}},"
		  "{'uses':'file-write','as':'other','config':{'path':'y','contents':'z'}},"
		  "{'uses':'argocd-update','as':'sync','config':{'apps':[{'name':'a'},{'name':'b'}]}}]", false);
	p = plan_of(&t, "test");
	is_way(p, "post", PLAN_ANNOUNCED, "send POST to http://127.0.0.1:1/hook");
	ok(!strstr(step_of(p, "post")->message, "token"), "without what may be a secret");
	is_way(p, "late", PLAN_UNFORESEEN, "needs what post puts out");
	is_way(p, "later", PLAN_UNFORESEEN, "needs what late puts out");
	is_way(p, "other", PLAN_RAN, "");
	is_way(p, "sync", PLAN_FAILED, "no Argo CD is configured");
	is_number(plan_count(p, PLAN_UNFORESEEN), 2, "two steps");
	stop(&t);
}

TEST(what_will_be_another_is_said_so)
{
	struct planning t;
	const struct plan *p;

	start(&t, "[{'uses':'git-clone','config':{'repoURL':'@','checkout':[{'path':'src','branch':'main'},"
		  "{'path':'out','branch':'main'}]}},"
		  "{'uses':'file-write','config':{'path':'src/a','contents':'a'}},"
		  "{'uses':'git-commit','as':'commit','config':{'path':'src','message':'m'}},"
		  "{'uses':'git-push','config':{'path':'src','targetBranch':'one'}},"
		  "{'uses':'file-write','config':{'path':'out/b','contents':'at ${{ outputs.commit.commit }}'}},"
		  "{'uses':'git-commit','config':{'path':'out','message':'m'}},"
		  "{'uses':'git-push','config':{'path':'out','targetBranch':'two'}}]", false);
	p = plan_of(&t, "test");
	is_number(p->diffs.count, 2, "two branches");
	ok(!((struct plan_diff *)p->diffs.items[0])->varies, "one will be the same");
	ok(((struct plan_diff *)p->diffs.items[1])->varies, "the other holds a commit's id");
	is_number(((struct plan_diff *)p->diffs.items[1])->nfiles, 1,
		  "a new branch is compared with where it starts");
	stop(&t);
}

TEST(addresses_are_shown_without_secrets)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(plan_about(a, json(a, "{\"repoURL\":\"https://ada:pw@git.example.org/x@y.git?token=1\"}")),
		"https://git.example.org/x@y.git", "no user, password or query");
	is_text(plan_about(a, json(a, "{\"url\":\"https://example.org/#x\"}")), "https://example.org/",
		"no fragment");
	is_text(plan_about(a, json(a, "{\"path\":\"./src?\"}")), "./src?", "a path is a path");
}

/* The steps of a pull request, but for the forge: what git-wait-for-pr would tell of it is put out as it is. */
static const char pull_steps[] =
	"[{'uses':'git-clone','config':{'repoURL':'@','checkout':[{'path':'src','branch':'main'}]}},"
	"{'uses':'file-write','config':{'path':'src/image.txt','overwrite':true,'contents':'two\\n'}},"
	"{'uses':'git-commit','config':{'path':'src','message':'to two'}},"
	"{'uses':'git-push','as':'push','config':{'path':'src','generateTargetBranch':true}},"
	"{'uses':'compose-output','as':'wait','config':{'pr':{'id':7,'open':true,'merged':false},"
	"'forge':{'repoURL':'@','source':'${{ outputs.push.branch }}','target':'main',"
	"'head':'${{ outputs.push.commit }}'}}}]";

static const struct plan *pull_plan_of(struct planning *t, const char *promotion, size_t step)
{
	const struct intent i = { .kind = INTENT_MERGE, .id = 8, .promotion = promotion, .step = step };

	plan_free(t->h.plan);
	t->h.plan = NULL;
	ok(engine_plan(t->en, &i) && await(&t->h, planned, ""), "what a pull request brings is asked for");
	return t->h.plan;
}

TEST(what_a_pull_request_brings_is_read_from_git)
{
	struct planning t;
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1, .actor = ADA };
	const struct plan_diff *d;
	const struct plan *p;
	const char *name;

	start(&t, pull_steps, true);
	is_number(ask(t.en, &t.h, &i), ERR_NONE, "a promotion: %s", t.h.message);
	ok(await(&t.h, stage_reached, "test=Succeeded"), "opens a pull request");
	pthread_mutex_lock(&t.h.lock);
	name = str_copy(t.p.a, state_stage(t.h.state, "test")->promotions[0]->name);
	pthread_mutex_unlock(&t.h.lock);
	p = pull_plan_of(&t, name, 4);
	is_text(p->error, NULL, "its diff is there");
	is_number(p->diffs.count, 1, "one");
	d = p->diffs.items[0];
	is_text(d->into, "main", "to its target");
	is_number(d->commits_in_all, 1, "of one commit");
	is_text(d->files[0].path, "image.txt", "of one file");
	is_text(d->nlines ? d->lines[d->nlines - 1] : "", "+two", "with what changes");
	is_number(left_behind(&t), 0, "no work folder is left");
	is_number(pull_plan_of(&t, name, 3)->code, ERR_NOT_FOUND, "of another step there is none");
	is_number(pull_plan_of(&t, name, 99)->code, ERR_NOT_FOUND, "nor of a step that there is not");
	is_number(pull_plan_of(&t, "gone", 0)->code, ERR_NOT_FOUND, "nor of an unknown promotion");
	stop(&t);
}

TEST(what_would_fail_says_why)
{
	struct planning t;
	const struct plan *p;

	start(&t, "[]", false);
	p = plan_of(&t, "bad");
	is_number(p->steps[0].way, PLAN_FAILED, "the step would fail");
	ok(strstr(p->steps[0].message, "no luck") != NULL, "by its own words: %s", p->steps[0].message);
	is_number(p->steps[1].way, PLAN_SKIPPED, "the next would not run");
	is_number(p->phase, PHASE_FAILED, "and so would the promotion");
	p = plan_of(&t, "nowhere");
	ok(p->error && p->code == ERR_NOT_FOUND, "a stage that there is not: %s", p->error);
	p = plan_of(&t, "test");
	ok(p->error && p->code == ERR_REFUSED, "one without steps: %s", p->error);
	stop(&t);
}

TEST(nobody_gets_a_plan_that_nobody_wants)
{
	struct planning t;
	const struct intent i = { .kind = INTENT_PROMOTE, .id = 9, .stage = "test", .freight = F1 };
	int64_t end = clock_ticks() + 10000;

	start(&t, steps, false);
	for (int k = 0; k < 10; k++) {
		engine_plan(t.en, &i);
		engine_unplan(t.en, 9);
	}
	ok(!plan_of(&t, "test")->error, "one that is wanted comes");
	while (left_behind(&t) > 0 && clock_ticks() < end)
		clock_sleep(5);
	is_number(left_behind(&t), 0, "no work folder is left");
	is_number(t.h.plans, 1, "and no other plan came");
	for (int k = 0; k < 10; k++)
		engine_plan(t.en, &i);
	stop(&t);
	ok(true, "an engine that ends amid them ends");
}
