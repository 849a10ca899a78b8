/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Killed at every point that the engine passes, and started again: an approval and a
 * promotion that were answered are there, the outside was changed once, and the ledger
 * ends in the same state. The outside is a bare repository, which steps of the test
 * commit to directly, and in a second story git-clone, yaml-update, git-commit and git-push.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/engine.h"
#include "git/store.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/intent.h"
#include "model/project.h"
#include "model/record.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define F2 "2222222222222222222222222222222222222222"
#define OUTSIDE "refs/heads/main"

enum { POINTS_MAX = 400, LIVES_MAX = 4 };

static const char *folder;              /* of the case under way */
static bool failed;                     /* nothing more is tried then */
static bool real;                       /* it has gantry's own steps */

#define STAGE(steps) "{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"requestedFreight\":[{\"origin\":{" \
	"\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":{\"stages\":[\"uat\"]}}],\"promotionTemplate\":" \
	"{\"spec\":{\"steps\":[" steps "]}}}}"

static const char *const own_steps = STAGE(
	"{\"uses\":\"note\",\"as\":\"a\"},{\"uses\":\"deliver\",\"as\":\"b\"},{\"uses\":\"note\",\"as\":\"c\"},"
	"{\"uses\":\"deliver\",\"as\":\"d\"}");

/* %s: the folder. */
static const char *const git_steps = STAGE(
	"{\"uses\":\"git-clone\",\"config\":{\"repoURL\":\"file://%s/outside\",\"checkout\":[{\"branch\":"
	"\"main\",\"path\":\"./src\"}]}},{\"uses\":\"yaml-update\",\"config\":{\"path\":\"./src/values.yaml\","
	"\"updates\":[{\"key\":\"image.tag\",\"value\":\"${{ imageFrom('nginx').Tag }}\"}]}},{\"uses\":"
	"\"git-commit\",\"config\":{\"path\":\"./src\",\"message\":\"set the tag in ${{ ctx.stage }}\"}},{\"uses\":"
	"\"git-push\",\"as\":\"push\",\"config\":{\"path\":\"./src\"}}");

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	return v;
}

/* Works in the work directory only; what an earlier pass left there would show. */
static bool note_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *name = str_format(r->arena, "%s.txt", r->subject->alias);
	struct str old;

	if (workdir_read(r->work, r->arena, &(struct workdir_file){ name, 100 }, &old, e))
		return err_set(e, ERR_INTERNAL, "%s is there already", name);
	result->output = value_map(r->arena);
	value_set(r->arena, result->output, "file", value_string(r->arena, name));
	return workdir_write(r->work, name, "x", 1, e);
}

/* As git-push after git-commit: what is there already is not committed again. */
static bool deliver_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = str_format(r->arena, "%s.txt", r->subject->alias);
	const char *name = value_path_text(r->subject->target_freight, "metadata.name", "");
	struct store_change change = { .path = path, .content = str_of(name) };
	struct store_new n = { .changes = &change, .nchanges = 1, .message = "deliver", .at = 1717236000 };
	char head[STORE_ID], id[STORE_ID], file[STORE_ID] = "";
	struct store *s;
	bool good;

	if (!store_open(str_format(r->arena, "%s/outside", folder), true, &s, e))
		return false;
	good = store_ref(s, OUTSIDE, head, e) && (!head[0] || store_file(s, head, path, file, e));
	n.parent = head;
	if (good && !file[0])
		good = store_commit_new(s, &n, id, NULL, e) && store_save(s, e) &&
		       store_ref_set(s, OUTSIDE, id, head, e);
	store_close(s);
	result->output = value_map(r->arena);
	value_set(r->arena, result->output, "path", value_string(r->arena, path));
	return good;
}

static const struct step_param none[] = { { .name = NULL } };
static const struct step_output nothing[] = { { .name = NULL } };

static const struct step_def *find_step(const char *kind)
{
	static const struct step_def def_note = { .kind = "note", .params = none, .outputs = nothing,
						  .run = note_run };
	static const struct step_def def_deliver = { .kind = "deliver", .params = none,
						     .outputs = nothing, .is_effect = true,
						     .run = deliver_run };

	return strcmp(kind, "note") == 0 ? &def_note : strcmp(kind, "deliver") == 0 ? &def_deliver : NULL;
}

/* One life of the program. */
struct life {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct project project;
	struct engine *engine;
	bool found, verified;
	int code;                       /* of the newest reply; -1: none yet */
};

static const struct project *borrow(void *context)
{
	return &((struct life *)context)->project;
}

static void give_back(void *context, const struct project *p)
{
	(void)context;
	(void)p;
}

static void look(struct life *l, const struct state *s)
{
	l->found = state_freight(s, F1) && state_freight(s, F2);
	l->verified = value_get(value_path(state_freight(s, F1), "status.verifiedIn"), "prod") != NULL;
}

static void on_record(void *context, const struct record *r)
{
	struct life *l = context;

	if (r->nevents)
		log_line(LOG_INFO, "kill", "%.7s %s", r->head, r->events[0].subject);
	pthread_mutex_lock(&l->lock);
	look(l, r->state);
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static void on_reply(void *context, const struct reply *r)
{
	struct life *l = context;

	pthread_mutex_lock(&l->lock);
	l->code = r->code;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static void wait_until(struct life *l, const bool *what)
{
	pthread_mutex_lock(&l->lock);
	while (what ? !*what : l->code < 0)
		pthread_cond_wait(&l->changed, &l->lock);
	pthread_mutex_unlock(&l->lock);
}

/* The operator tries again until there is an answer, and writes it down. */
static void ask(struct life *l, enum intent_kind kind, const char *word)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%s/answered-%s", folder, word);
	struct intent i = { .kind = kind, .stage = "prod", .freight = F1, .actor = "Ada <ada@example.org>" };
	struct err e;

	if (file_exists(path))
		return;
	l->code = -1;
	if (!engine_submit(l->engine, &i))
		_exit(3);
	wait_until(l, NULL);
	if (l->code != ERR_NONE && l->code != ERR_CONFLICT)
		_exit(4);
	if (!file_write(path, "", 0, 0600, &e))
		_exit(5);
}

static void find(struct life *l, struct arena *a, const char *name)
{
	engine_found(l->engine, json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"alias\":\"%.4s\",\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1.29.5\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}", name, name)));
}

/* From where the last life ended to the end of the story. */
static void live(void)
{
	AUTO(arena) struct arena *a = arena_new();
	struct life l = { .project = { .name = "demo" }, .code = -1 };
	struct stage *stages[1];
	struct warehouse *warehouses[1];
	struct ledger_options lo = { .path = str_format(a, "%s/ledger", folder), .project = "demo",
				     .host = "here" };
	struct engine_options o = { .context = &l, .workers = 2, .execute = true, .borrow = borrow,
				    .work = str_format(a, "%s/work", folder), .give_back = give_back,
				    .on_record = on_record, .on_reply = on_reply,
				    .find_step = real ? NULL : find_step };
	const char *stage_text = real ? str_format(a, git_steps, folder) : own_steps;
	struct err e;

	pthread_mutex_init(&l.lock, NULL);
	pthread_cond_init(&l.changed, NULL);
	if (!warehouse_read(a, json(a, "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"subscriptions\":[{\"image\":{"
				    "\"repoURL\":\"nginx\"}}]}}"), &warehouses[0], &e) ||
	    !stage_read(a, json(a, stage_text), &stages[0], &e) || !ledger_open(&lo, &o.ledger, &e))
		_exit(6);
	l.project.stages = stages;
	l.project.nstages = 1;
	l.project.warehouses = warehouses;
	l.project.nwarehouses = 1;
	look(&l, ledger_state(o.ledger));
	if (!engine_start(&o, &l.engine, &e))
		_exit(7);
	find(&l, a, F1);
	find(&l, a, F2);
	wait_until(&l, &l.found);
	ask(&l, INTENT_APPROVE, "approve");
	ask(&l, INTENT_PROMOTE, "promote");
	wait_until(&l, &l.verified);
	engine_stop(l.engine);
	_exit(0);
}

/* One life in a process of its own, killed at the point (0: not at all). Its exit status; -1: killed. */
static int life(int point)
{
	AUTO(arena) struct arena *a = arena_new();
	int status = 0;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		setenv("GANTRY_CRASH_AT", str_format(a, "%d", point), 1);
		setenv("XDG_CACHE_HOME", str_format(a, "%s/cache", folder), 1);
		alarm(10);
		log_to_stderr(getenv("KILL_VERBOSE") != NULL);
		live();
	}
	if (waitpid(child, &status, 0) != child)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The repository as it is before anything is promoted. */
static void make_outside(struct arena *a)
{
	struct store_change change = { .path = "values.yaml",
				       .content = str_of("# the tag\nimage:\n  tag: 1.29.4 # old\n") };
	struct store_new n = { .parent = "", .changes = &change, .nchanges = 1, .message = "begin",
			       .at = 1717236000 };
	char id[STORE_ID];
	struct store *s;
	struct err e;

	if (!store_open(str_format(a, "%s/outside", folder), true, &s, &e) ||
	    !store_commit_new(s, &n, id, NULL, &e) || !store_save(s, &e) ||
	    !store_ref_set(s, OUTSIDE, id, "", &e))
		ok(false, "%s", e.message);
	store_close(s);
}

static size_t commits_outside(struct arena *a)
{
	char id[STORE_ID] = "";
	struct store_commit c;
	struct store *s;
	size_t count = 0;
	struct err e;

	if (!store_open(str_format(a, "%s/outside", folder), false, &s, &e))
		return 0;
	if (store_ref(s, OUTSIDE, id, &e))
		for (; id[0] && store_commit_read(s, a, id, &c, &e); memcpy(id, c.parent, STORE_ID))
			count++;
	store_close(s);
	return count;
}

/* The record of git-commit in a promotion that pushed something: it never says that nothing has changed. */
static bool says_what_happened(const struct value *promotion)
{
	const struct value *step = value_at(value_path(promotion, "status.stepExecutionMetadata"), 2);
	const char *status = value_path_text(step, "status", ""), *said = value_path_text(step, "message", "");

	return !real || strcmp(status, "Succeeded") == 0 ||
	       (strcmp(status, "Skipped") == 0 && has_prefix(said, "committed before as "));
}

/* Empty: all is as it should be. */
static const char *judge(struct arena *a)
{
	struct ledger_options lo = { .path = str_format(a, "%s/ledger", folder), .project = "demo",
				     .read_only = true };
	struct ledger_verdict v;
	struct ledger *l;
	const char *wrong = "";
	struct err e;

	if (!ledger_open(&lo, &l, &e))
		return str_copy(a, e.message);
	const struct state *s = ledger_state(l);
	const struct value *f = state_freight(s, F1);
	const struct state_stage *prod = state_stage(s, "prod");
	if (!value_path(f, "status.approvedFor.prod"))
		wrong = "the approval is lost";
	else if (!prod || prod->npromotions != 1)
		wrong = "not one promotion";
	else if (strcmp(value_path_text(prod->promotions[0]->object, "status.phase", ""), "Succeeded") != 0)
		wrong = "the promotion did not succeed";
	else if (value_count(value_path(prod->promotions[0]->object, "status.stepExecutionMetadata")) != 4)
		wrong = "steps are missing in its record";
	else if (!says_what_happened(prod->promotions[0]->object))
		wrong = "git-commit says that nothing has changed";
	else if (strcmp(value_path_text(prod->object, "status.freightHistory", "?"), "?") != 0 ||
		 value_count(value_path(prod->object, "status.freightHistory")) != 1)
		wrong = "the history has not one entry";
	else if (commits_outside(a) != (real ? 2 : 3))
		wrong = str_format(a, "%zu commits outside", commits_outside(a));
	else if (!ledger_verify(l, a, &v, &e) || !v.sound)
		wrong = str_format(a, "the ledger is not sound: %s", v.reason ? v.reason : "");
	ledger_close(l);
	return wrong;
}

/* Killed at the point in its first life, and at it again in the second; then left alone. */
static bool story(int point, int again)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;
	int lives = 0, status;

	if (!folder_temporary(a, "gantry-kill-", &folder, &e))
		return false;
	make_outside(a);
	status = life(point);
	bool reached = status == -1;
	for (lives = 1; status == -1 && lives < LIVES_MAX; lives++)
		status = life(lives <= again ? point : 0);
	const char *wrong = status == 0 ? judge(a) : str_format(a, "the last life ended with %d", status);
	failed |= wrong[0] != '\0';
	if (reached || wrong[0])
		ok(!wrong[0], "killed at point %d%s: %s", point, again ? " twice" : "",
		   wrong[0] ? wrong : "the end is the same");
	if (!folder_remove(folder, &e))
		note("%s", e.message);
	return reached;
}

TEST(killed_at_every_point)
{
	int point = 1;

	while (point < POINTS_MAX && !failed && story(point, 0))
		point++;
	ok(point > 20, "there were %d points", point - 1);
	for (int i = 5; i < point; i += 7)
		story(i, 1);
}

TEST(killed_among_git_steps)
{
	int point = 1;

	real = true;
	while (point < POINTS_MAX && !failed && story(point, 0))
		point++;
	ok(point > 20, "there were %d points", point - 1);
	for (int i = 3; i < point; i += 9)
		story(i, 1);
	real = false;
}
