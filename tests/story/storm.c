/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine in a hostile world: a process that is stopped past its lease and goes on; hundreds
 * of stages promoted at once (STORM_STAGES: how many); manifests that change under a promotion,
 * steps that wait too long or are aborted. Each agent is a process of its own; the
 * outside is a file to which a step of the test adds a line for each operation.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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
#include "ledger/ledger.h"
#include "model/intent.h"
#include "model/project.h"
#include "model/record.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"
#include "steps/step.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"

enum { STAGES_MAX = 1000, STAGES = 200, PATIENCE_MS = 180000 };

static const char *folder;

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	return v;
}

static const char *file_of(struct arena *a, const char *name)
{
	return path_join(a, folder, name);
}

static bool touch(struct arena *a, const char *name)
{
	struct err e;

	return file_write(file_of(a, name), "", 0, 0600, &e);
}

/* Announced already, but not begun: the worst moment to be stopped at. */
static bool deliver_check(const struct value *config, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	(void)config;
	(void)e;
	if (unlink(file_of(a, "stop-here")) == 0) {
		kill(getpid(), SIGSTOP);
		clock_sleep(200);               /* it takes a moment to reach this thread */
	}
	return true;
}

static bool deliver_run(struct step_run *r, struct step_result *result, struct err *e)
{
	AUTO(fd) int fd = open(file_of(r->arena, "deeds"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	const char *line = str_format(r->arena, "%s\n", r->subject->stage);

	(void)result;
	return fd >= 0 && file_write_fd(fd, line, strlen(line), e);
}

/* Waits for a file, as for a pull request to be merged. */
static bool linger_run(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)e;
	if (file_exists(file_of(r->arena, "go")))
		return true;
	result->status = STEP_RUNNING;
	result->message = "waits for somebody";
	result->retry_after = 100;
	return true;
}

static const struct step_param none[] = { { .name = NULL } };
static const struct step_output nothing[] = { { .name = NULL } };

static const struct step_def *find_step(const char *kind)
{
	static const struct step_def deliver = { .kind = "deliver", .params = none, .outputs = nothing,
						 .is_effect = true, .check = deliver_check,
						 .run = deliver_run };

	static const struct step_def linger = { .kind = "linger", .params = none, .outputs = nothing,
						.run = linger_run };

	return strcmp(kind, "deliver") == 0 ? &deliver : strcmp(kind, "linger") == 0 ? &linger : NULL;
}

/* An agent's own. */
struct agent {
	pthread_mutex_t lock;
	struct project project;
	const struct project *newest;   /* of the lock */
	struct stage *stages[STAGES_MAX];
	char phase[32], message[512], promotion[128];   /* of the newest promotion of s000 */
	size_t done;                    /* promotions that are over */
	int replies;
	bool knows;
};

static const struct project *borrow(void *context)
{
	struct agent *g = context;
	const struct project *p;

	pthread_mutex_lock(&g->lock);
	p = g->newest;
	pthread_mutex_unlock(&g->lock);
	return p;
}

static void give_back(void *context, const struct project *p)
{
	(void)context;
	(void)p;
}

static void note_promotion(struct agent *g, const struct state_stage *s)
{
	const struct value *o = s && s->npromotions ? s->promotions[s->npromotions - 1]->object : NULL;

	snprintf(g->phase, sizeof(g->phase), "%s", value_path_text(o, "status.phase", ""));
	snprintf(g->message, sizeof(g->message), "%s", value_path_text(o, "status.message", ""));
	snprintf(g->promotion, sizeof(g->promotion), "%s", value_path_text(o, "metadata.name", ""));
}

static void count(struct agent *g, const struct state *now)
{
	g->knows = state_freight(now, F1) != NULL;
	g->done = 0;
	note_promotion(g, state_stage(now, "s000"));
	for (size_t i = 0; i < now->nstages; i++) {
		const struct state_stage *s = now->stages[i];

		if (s->npromotions)
			g->done += state_promotion_over(s->promotions[s->npromotions - 1]->object);
	}
}

static void on_record(void *context, const struct record *r)
{
	struct agent *g = context;

	pthread_mutex_lock(&g->lock);
	count(g, r->state);
	pthread_mutex_unlock(&g->lock);
}

static void on_reply(void *context, const struct reply *r)
{
	struct agent *g = context;

	pthread_mutex_lock(&g->lock);
	g->replies += r->code == ERR_NONE ? 1 : 1000;
	pthread_mutex_unlock(&g->lock);
}

static const char *const delivers = "[{\"uses\":\"deliver\"}]";

static bool fill_project(struct arena *a, struct project *p, struct stage **stages, size_t count,
			 const char *steps)
{
	struct err e;

	*p = (struct project){ .name = "demo", .stages = stages };
	p->warehouses = arena_array(a, 1, sizeof(*p->warehouses));
	if (!warehouse_read(a, json(a, "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"subscriptions\":["
			"{\"image\":{\"repoURL\":\"nginx\"}}]}}"), &p->warehouses[p->nwarehouses++], &e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!stage_read(a, json(a, str_format(a, "{\"metadata\":{\"name\":\"s%03zu\"},\"spec\":{"
			"\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":{"
			"\"direct\":true}}],\"promotionTemplate\":{\"spec\":{\"steps\":%s}}}}", i, steps)),
			&stages[p->nstages++], &e))
			return false;
	return true;
}

static bool asks_only;                  /* engines that begin execute nothing */

static bool begin(struct agent *g, struct arena *a, size_t stages, const char *steps, bool by_itself,
		  struct engine **out)
{
	struct ledger_options lo = { .path = file_of(a, "ledger"), .project = "demo", .host = "here" };
	struct engine_options o = { .context = g, .execute = !asks_only, .borrow = borrow,
				    .work = file_of(a, "work"), .give_back = give_back,
				    .on_record = on_record, .on_reply = on_reply, .find_step = find_step };
	struct err e;

	pthread_mutex_init(&g->lock, NULL);
	g->newest = &g->project;
	if (!fill_project(a, &g->project, g->stages, stages, steps))
		return false;
	if (by_itself)
		g->project.config = json(a, "{\"metadata\":{\"name\":\"demo\"},\"spec\":{\"promotionPolicies\":["
			"{\"stageSelector\":{\"name\":\"glob:*\"},\"autoPromotionEnabled\":true}]}}");
	if (!ledger_open(&lo, &o.ledger, &e))
		return false;
	count(g, ledger_state(o.ledger));
	return engine_start(&o, out, &e);
}

static void find(struct engine *en, struct arena *a)
{
	engine_found(en, json(a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"one\",\"origin\":{\"kind\":"
		"\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1.29.5\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}"));
}

static bool wait_for(struct agent *g, bool (*test)(const struct agent *g, size_t n), size_t n)
{
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool good = false;

	while (!good && clock_ticks() < end) {
		pthread_mutex_lock(&g->lock);
		good = test(g, n);
		pthread_mutex_unlock(&g->lock);
		if (!good)
			clock_sleep(5);
	}
	return good;
}

static bool has_freight(const struct agent *g, size_t n)
{
	(void)n;
	return g->knows;
}

static bool are_done(const struct agent *g, size_t n)
{
	return g->done >= n;
}

static bool has_replied(const struct agent *g, size_t n)
{
	return g->replies == (int)n;
}

static bool has_answer(const struct agent *g, size_t n)
{
	(void)n;
	return g->replies != 0;
}

/* An agent in a process of its own, until the file "end" is there. */
static pid_t agent(bool asks)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = "s000", .freight = F1,
				  .actor = "Ada <ada@example.org>" };
	struct engine *en;

	log_to_stderr(getenv("STORM_VERBOSE") != NULL);
	setenv("XDG_CACHE_HOME", file_of(a, "cache"), 1);
	if (!begin(g, a, 1, delivers, false, &en))
		_exit(1);
	if (asks) {
		find(en, a);
		if (!wait_for(g, has_freight, 0) || !engine_submit(en, &i))
			_exit(2);
	}
	while (!file_exists(file_of(a, "end")))
		clock_sleep(20);
	engine_stop(en);
	_exit(0);
}

static size_t operations(struct arena *a)
{
	struct str text = { 0 };
	struct err e;
	size_t lines = 0;

	if (!file_read(a, file_of(a, "deeds"), 1 << 20, &text, &e))
		return 0;
	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return lines;
}

static bool stopped(pid_t pid)
{
	int status = 0;

	for (int i = 0; i < 1000; i++) {
		if (waitpid(pid, &status, WUNTRACED | WNOHANG) == pid)
			return WIFSTOPPED(status);
		clock_sleep(20);
	}
	return false;
}

static void judge(struct arena *a)
{
	struct ledger_options lo = { .path = file_of(a, "ledger"), .project = "demo", .read_only = true };
	struct ledger_verdict v = { .sound = false };
	struct ledger *l;
	struct err e = { 0 };

	if (!ledger_open(&lo, &l, &e)) {
		ok(false, "the ledger: %s", e.message);
		return;
	}
	const struct state_stage *s = state_stage(ledger_state(l), "s000");
	ok(s && s->npromotions == 1, "there is one promotion");
	is_text(s ? value_path_text(s->promotions[0]->object, "status.phase", "") : "", "Succeeded",
		"which succeeded");
	ok(ledger_verify(l, a, &v, &e) && v.sound, "the ledger is sound %s", v.reason ? v.reason : "");
	ledger_close(l);
}

TEST(stopped_past_its_lease_it_does_nothing_twice)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;
	pid_t one, two;
	int status;

	if (!folder_temporary(a, "gantry-storm-", &folder, &e) || !touch(a, "stop-here"))
		return;
	one = agent(true);
	ok(stopped(one), "an agent is stopped between announcing a deed and doing it");
	is_number(operations(a), 0, "nothing is done yet");
	two = agent(false);
	for (int i = 0; i < 1500 && operations(a) == 0; i++)
		clock_sleep(20);
	is_number(operations(a), 1, "another waits for the lease to run out, and does it");
	kill(one, SIGCONT);
	clock_sleep(2000);
	is_number(operations(a), 1, "the first goes on, and does not do it again");
	ok(touch(a, "end"), "the end");
	ok(waitpid(one, &status, 0) == one && WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
		   waitpid(two, &status, 0) == two && WIFEXITED(status) && WEXITSTATUS(status) == 0,
	   "both end in order");
	judge(a);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

static bool operations_reach(struct arena *a, size_t n, int64_t ms)
{
	int64_t end = clock_ticks() + ms;

	while (operations(a) < n && clock_ticks() < end)
		clock_sleep(20);
	return operations(a) >= n;
}

TEST(a_lease_lost_and_regained_lets_its_promotion_go_on)
{
	AUTO(arena) struct arena *a = arena_new();
	struct rusage usage = { 0 };
	struct err e;
	pid_t one, two;
	int status;

	if (!folder_temporary(a, "gantry-storm-", &folder, &e) || !touch(a, "stop-here"))
		return;
	one = agent(true);
	ok(stopped(one), "an agent is stopped within a step");
	ok(touch(a, "stop-here"), "so will be the next");
	two = agent(false);
	ok(stopped(two), "another takes the lease when it has run out, and is stopped there, too");
	kill(two, SIGKILL);
	ok(waitpid(two, &status, 0) == two, "that one is killed");
	is_number(operations(a), 0, "nothing is done yet");
	kill(one, SIGCONT);
	ok(operations_reach(a, 1, 20000), "the first goes on, gets its lease back and does what is to be done");
	clock_sleep(1000);
	is_number(operations(a), 1, "once");
	ok(touch(a, "end") && wait4(one, &status, 0, &usage) == one && WIFEXITED(status) &&
		   WEXITSTATUS(status) == 0, "it ends in order");
	ok(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < 3, "and did not spin meanwhile: %ld s of a processor",
	   (long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec));
	judge(a);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

static bool all_are_done(struct agent *g, size_t stages)
{
	bool done;

	pthread_mutex_lock(&g->lock);
	done = are_done(g, stages);
	pthread_mutex_unlock(&g->lock);
	return done;
}

static size_t stages_wanted(void)
{
	const char *text = getenv("STORM_STAGES");
	unsigned long n = text ? strtoul(text, NULL, 10) : STAGES;

	return n > 1 && n <= STAGES_MAX ? n : STAGES;
}

TEST(many_stages_at_once)
{
	const size_t stages = stages_wanted();
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	const struct intent approve = { .kind = INTENT_APPROVE, .stage = "s001", .freight = F1,
					.actor = "Ada <ada@example.org>" };
	struct engine *en = NULL;
	struct rusage usage;
	struct err e;
	int64_t start = clock_ticks(), asked;

	if (!folder_temporary(a, "gantry-storm-", &folder, &e))
		return;
	setenv("XDG_CACHE_HOME", file_of(a, "cache"), 1);
	if (!begin(g, a, stages, delivers, true, &en)) {
		ok(false, "an agent");
		return;
	}
	find(en, a);
	ok(wait_for(g, are_done, 1), "the first is promoted");
	asked = clock_ticks();
	ok(engine_submit(en, &approve) && wait_for(g, has_replied, 1), "an operator is answered meanwhile");
	note("after %lld ms", (long long)(clock_ticks() - asked));
	ok(!all_are_done(g, stages), "and need not wait for all of them");
	ok(wait_for(g, are_done, stages), "and then all are");
	is_number(operations(a), stages, "each once");
	getrusage(RUSAGE_SELF, &usage);
	note("%zu promotions in %lld ms, %ld KB at most", stages, (long long)(clock_ticks() - start),
	     usage.ru_maxrss);
	engine_stop(en);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

/* An agent in this process whose stage s000 promotes F1 with these steps. */
static bool promoting(struct agent *g, struct arena *a, const char *steps, struct engine **en)
{
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = "s000", .freight = F1,
				  .actor = "Ada <ada@example.org>" };
	struct err e;

	if (!folder_temporary(a, "gantry-storm-", &folder, &e))
		return false;
	setenv("XDG_CACHE_HOME", file_of(a, "cache"), 1);
	if (!begin(g, a, 1, steps, false, en))
		return false;
	find(*en, a);
	return wait_for(g, has_freight, 0) && engine_submit(*en, &i);
}

static void over(struct engine *en)
{
	struct err e;

	engine_stop(en);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

static bool is_running(const struct agent *g, size_t n)
{
	(void)n;
	return strcmp(g->phase, "Running") == 0;
}

static void configure(struct agent *g, struct engine *en, const struct project *p)
{
	pthread_mutex_lock(&g->lock);
	g->newest = p;
	pthread_mutex_unlock(&g->lock);
	engine_wake(en);
}

TEST(a_promotion_keeps_the_steps_it_began_with)
{
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	struct stage *stages[1];
	struct project other;
	struct engine *en = NULL;

	ok(promoting(g, a, "[{\"uses\":\"linger\"},{\"uses\":\"deliver\"}]", &en) &&
		   wait_for(g, is_running, 0), "a promotion waits");
	ok(fill_project(a, &other, stages, 1, "[{\"uses\":\"deliver\"},{\"uses\":\"deliver\"},{\"uses\":"
			"\"deliver\"}]"), "other manifests");
	configure(g, en, &other);
	ok(touch(a, "go") && wait_for(g, are_done, 1), "it goes on to its end");
	is_number(operations(a), 1, "with the one deed of its own steps");
	over(en);
	is_text(g->phase, "Succeeded", "which is good");
}

TEST(a_promotion_goes_on_when_its_stage_goes)
{
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	const struct project none_left = { .name = "demo" };
	struct engine *en = NULL;

	ok(promoting(g, a, "[{\"uses\":\"linger\"},{\"uses\":\"deliver\"}]", &en) &&
		   wait_for(g, is_running, 0), "a promotion waits");
	configure(g, en, &none_left);
	ok(touch(a, "go") && wait_for(g, are_done, 1), "it goes on to its end without its stage");
	is_number(operations(a), 1, "with what it had to do");
	over(en);
	is_text(g->phase, "Succeeded", "which is good");
}

TEST(a_step_that_waits_too_long_ends_its_promotion)
{
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	struct engine *en = NULL;

	ok(promoting(g, a, "[{\"uses\":\"linger\",\"retry\":{\"timeout\":\"1s\"}},{\"uses\":\"deliver\"}]",
		     &en) && wait_for(g, are_done, 1), "a promotion ends");
	is_number(operations(a), 0, "nothing was done");
	over(en);
	is_text(g->phase, "Errored", "in error");
	ok(strstr(g->message, "timed out after 1s") != NULL, "and says why: %s", g->message);
}

TEST(a_waiting_step_is_aborted_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	struct intent i = { .kind = INTENT_ABORT, .stage = "s000", .actor = "Ada <ada@example.org>" };
	struct engine *en = NULL;

	ok(promoting(g, a, "[{\"uses\":\"linger\"},{\"uses\":\"deliver\"}]", &en) &&
		   wait_for(g, is_running, 0), "a promotion waits");
	i.promotion = g->promotion;
	ok(engine_submit(en, &i) && wait_for(g, are_done, 1), "it ends when somebody says so");
	is_number(operations(a), 0, "nothing was done");
	over(en);
	is_text(g->phase, "Aborted", "and is told apart from a failure");
}

enum { TERMINALS = 10, EACH = 100 };

static const char *stage_of(struct arena *a, unsigned terminal, unsigned n)
{
	return str_format(a, "s%03u", terminal * EACH + n);
}

/* An operator's terminal, a process of its own: one intent after the other. Its status: how many were refused. */
static pid_t terminal(unsigned number)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	AUTO(arena) struct arena *a = arena_new();
	struct agent *g = arena_alloc(a, sizeof(*g));
	struct engine *en;
	int refused = 0;

	log_to_stderr(getenv("STORM_VERBOSE") != NULL);
	asks_only = true;
	if (!begin(g, a, TERMINALS * EACH, delivers, false, &en) || !wait_for(g, has_freight, 0))
		_exit(101);
	for (unsigned n = 0; n < EACH; n++) {
		const struct intent i = { .kind = INTENT_PROMOTE, .freight = F1, .stage = stage_of(a, number, n),
					  .actor = str_format(a, "Operator %u <o%u@example.org>", number, number) };
		g->replies = 0;
		refused += !engine_submit(en, &i) || !wait_for(g, has_answer, 0) || g->replies != 1;
	}
	engine_stop(en);
	_exit(refused);
}

/* The freight that all of them promote. */
static bool freight_is_found(struct arena *a)
{
	struct agent *g = arena_alloc(a, sizeof(*g));
	struct engine *en = NULL;
	bool good;

	asks_only = true;
	good = begin(g, a, 1, delivers, false, &en);
	if (good)
		find(en, a);
	good = good && wait_for(g, has_freight, 0);
	engine_stop(en);
	asks_only = false;
	return good;
}

TEST(ten_terminals_with_a_thousand_intents)
{
	AUTO(arena) struct arena *a = arena_new();
	struct ledger_verdict v = { .sound = false };
	pid_t children[TERMINALS];
	struct ledger *l = NULL;
	struct err e = { .message = "" };
	int status, refused = 0;
	size_t recorded = 0;

	if (!folder_temporary(a, "gantry-storm-", &folder, &e) || !freight_is_found(a))
		return;
	int64_t start = clock_ticks();
	for (unsigned i = 0; i < TERMINALS; i++)
		children[i] = terminal(i);
	for (unsigned i = 0; i < TERMINALS; i++)
		refused += waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status)
				   ? WEXITSTATUS(status) : 1000;
	is_number(refused, 0, "ten terminals ask for a thousand different things at once: none is refused");
	note("after %lld ms", (long long)(clock_ticks() - start));
	struct ledger_options lo = { .path = file_of(a, "ledger"), .project = "demo", .read_only = true };
	ok(ledger_open(&lo, &l, &e), "the ledger is opened %s", e.message);
	for (unsigned i = 0; l && i < TERMINALS; i++)
		for (unsigned n = 0; n < EACH; n++) {
			const struct state_stage *s = state_stage(ledger_state(l), stage_of(a, i, n));
			recorded += s && s->npromotions == 1;
		}
	is_number(recorded, TERMINALS * EACH, "each of them is recorded, once");
	ok(l && ledger_verify(l, a, &v, &e) && v.sound, "and the ledger is sound %s", v.reason ? v.reason : "");
	ledger_close(l);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}
