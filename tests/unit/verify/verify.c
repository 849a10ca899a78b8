/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics over HTTP against a small server, limits, arguments, paths. */
#include "verify/verify.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "err_name.h"
#include "model/project.h"
#include "model/stage.h"
#include "net/server.h"
#include "tap.h"
#include "verify/arguments.h"
#include "verify/condition.h"
#include "verify/json_path.h"

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

static const char *judged(struct arena *a, const char *spec, const char *text)
{
	struct metric_result result = result_of_json(a, json(a, text));
	enum analysis_phase phase;
	struct err e;

	if (!condition_judge(a, json(a, spec), &result, &phase, &e))
		return str_copy(a, e.message);
	return analysis_phase_name(phase);
}

TEST(conditions_judge_results)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(judged(a, "{}", "[1]"), "Successful", "without any, an answer is enough");
	is_text(judged(a, "{\"successCondition\":\"result[0] < 0.01\"}", "[0.002]"), "Successful", "good");
	is_text(judged(a, "{\"successCondition\":\"result[0] < 0.01\"}", "[0.5]"), "Failed", "not good");
	is_text(judged(a, "{\"failureCondition\":\"result > 3\"}", "2"), "Successful", "not bad");
	is_text(judged(a, "{\"successCondition\":\"result > 3\",\"failureCondition\":\"result < 1\"}", "2"),
		"Inconclusive", "neither");
	is_text(judged(a, "{\"successCondition\":\"asInt(result) == 7\"}", "\"7\""), "Successful", "a text");
	is_text(judged(a, "{\"successCondition\":\"default(result, 1) == 1\"}", "null"), "Successful",
		"what is not there");
	is_text(judged(a, "{\"successCondition\":\"result[0] >= 0.95\"}", "[]"),
		"successCondition: result[0] >= 0.95 could not be judged: the provider answered no data",
		"no answer is no false");
	ok(strstr(judged(a, "{\"successCondition\":\"result > 1\"}", "[5]"), "could not be judged of [5]") != NULL,
	   "a list is no number: what was measured is told");
	ok(strstr(judged(a, "{\"successCondition\":\"resutl > 1\"}", "5"), "\"resutl\" is not known here") != NULL,
	   "a name that is misspelt");
	ok(strstr(judged(a, "{\"successCondition\":\"result + 1\"}", "1"), "neither true nor false") != NULL,
	   "a number is no answer");
}

static const char *found(struct arena *a, const char *path, const char *text)
{
	const struct value *out;
	struct err e;

	if (!json_path(a, path, json(a, text), &out, &e))
		return err_code_name(e.code);
	return json_text(a, out, 0);
}

TEST(paths_lead_into_answers)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char text[] = "{\"a\":{\"b c\":[{\"d\":1,\"n\":\"x\"},{\"d\":2.5,\"n\":\"y\"}]},\"t\":true}";
	static const struct {
		const char *path, *want;
	} cases[] = {
		{ "{$.a['b c'][1].d}", "2.5" },
		{ "{.a['b c'][-1].d}", "2.5" },
		{ "{.a['b c'][*].d}", "1" },
		{ "{$.a['b c'][0:1].n}", "\"x\"" },
		{ "{$.a['b c'][1,0].n}", "\"y\"" },
		{ "{$..n}", "\"x\"" },
		{ "{$.a.*[1].n}", "\"y\"" },
		{ "{$.a['b c'][?(@.n=='y')].d}", "2.5" },
		{ "{$.a['b c'][?(@.d > 1.5)].n}", "\"y\"" },
		{ "{$.a['b c'][?(@.d>1)].n}", "config" },
		{ "{range $.a['b c'][*]}{@.n}{end}", "\"x\"" },
		{ "{$}", NULL },
		{ "{$['t']}", "true" },
		{ "plain text", "\"plain text\"" },
		{ "{$.x}", "not-found" },
		{ "{$.t.x}", "not-found" },
		{ "{$.a['b c'][9]}", "not-found" },
		{ "{$.a['b c'][?(@.n=='z')]}", "not-found" },
		{ "{$.a[x]}", "config" },
		{ "{$.a", "config" },
		{ "{range $.a['b c'][*]}{@.n}", "config" },
		{ "{a}", "config" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(found(a, cases[i].path, text), cases[i].want ? cases[i].want : text, "%s",
			cases[i].path);
}

TEST(arguments_are_put_in)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *out = NULL;
	struct err e;

	ok(arguments_apply(a, json(a, "{\"u\":[\"http://{{args.host}}/{{ args.path }}\"]}"),
			   json(a, "{\"host\":\"h\",\"path\":\"p\"}"), &out, &e), "all are known");
	is_text(json_text(a, out, 0), "{\"u\":[\"http://h/p\"]}", "and put in");
	ok(!arguments_apply(a, json(a, "\"{{x}}\""), json(a, "{}"), &out, &e), "others are refused");
	ok(!arguments_apply(a, json(a, "\"{{args.nope}}\""), json(a, "{}"), &out, &e), "an unknown one");
}

struct site {
	const char *errors;             /* what Prometheus answers */
	bool ready;
};

static void handle(void *context, struct arena *a, const struct server_request *rq,
		   struct server_reply *reply)
{
	const struct site *site = context;

	reply->type = "application/json";
	if (strcmp(rq->path, "/api/v1/query") == 0)
		reply->body = str_of(!*site->errors ? "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}" : str_format(a, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
						"\"result\":[{\"value\":[1,\"%s\"]}]}}", site->errors));
	else if (strcmp(rq->path, "/ready") == 0)
		reply->body = str_of(site->ready ? "{\"ok\":true}" : "{\"ok\":false}");
	else
		reply->status = 404;
}

struct scene {
	struct arena *a;
	struct site site;
	struct server *server;
	struct project p;
	struct stage *s;
	const struct value *info;
};

static void begin(struct scene *t, const char *metrics)
{
	struct err e;

	if (!server_start(&t->server, &(struct server_options){ 0 }, handle, &t->site, &e))
		ok(false, "%s", e.message);
	const char *stage = "{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"requestedFreight\":[],\"vars\":[{"
		"\"name\":\"app\",\"value\":\"web\"}],\"verification\":{\"analysisTemplates\":[{\"name\":\"t\"}],"
		"\"args\":[{\"name\":\"path\",\"value\":\"${{ 'rea' + 'dy' }}\"}]}}}";
	if (!stage_read(t->a, json(t->a, stage), &t->s, &e))
		ok(false, "%s", e.message);
	t->p = (struct project){ .name = "demo", .stages = &t->s, .nstages = 1 };
	t->p.analysis_templates = json(t->a, str_format(t->a,
		"{\"t\":{\"spec\":{\"args\":[{\"name\":\"path\"},{\"name\":\"base\",\"value\":\"http://127.0.0.1:%u\"}],"
		"\"metrics\":[%s]}}}", server_port(t->server), metrics));
}

static const char *look(struct scene *t, int64_t now)
{
	struct verify_request rq = { .of = { &t->p, t->s, json(t->a, "{\"id\":\"c\",\"items\":{}}") },
				     .info = t->info, .now = now };

	t->info = verify_look(t->a, &rq);
	return value_path_text(t->info, "phase", "");
}

#define RATE "{\"name\":\"rate\",\"interval\":\"10s\",\"count\":2,\"successCondition\":\"result[0] < 0.01\"," \
	"\"provider\":{\"prometheus\":{\"address\":\"{{args.base}}\",\"query\":\"sum(x)\"}}}"
#define READY "{\"name\":\"ready\",\"successCondition\":\"result\",\"provider\":{\"web\":{" \
	"\"url\":\"{{args.base}}/{{ args.path }}\",\"jsonPath\":\"{$.ok}\"}}}"

TEST(a_stage_is_verified_look_by_look)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .site = { "0.002", true } };

	begin(&t, RATE "," READY);
	is_text(look(&t, 1000), "Running", "the first look begins it");
	is_text(look(&t, 5000), "Running", "nothing is due yet");
	is_text(look(&t, 11000), "Successful", "the second measurement is good, too");
	is_number(strlen(value_path_text(t.info, "id", "")), 36, "it has an id");
	is_text(value_path_text(t.info, "finishTime", ""), "1970-01-01T00:00:11Z", "and an end");
	server_stop(t.server);
}

TEST(one_bad_metric_fails_it)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .site = { "0.5", true } };

	begin(&t, RATE "," READY);
	is_text(look(&t, 1000), "Failed", "at once");
	is_text(value_path_text(t.info, "message", ""),
		"metric rate is Failed (failed (1) > failureLimit (0)): measured [0.5]; "
		"successCondition: result[0] < 0.01", "and says why");
	server_stop(t.server);
}

TEST(no_answer_and_no_number_are_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .site = { "NaN", true } };

	begin(&t, RATE);
	is_text(look(&t, 1000), "Failed", "NaN is not below anything");
	is_text(value_path_text(t.info, "message", ""),
		"metric rate is Failed (failed (1) > failureLimit (0)): measured [NaN]; "
		"successCondition: result[0] < 0.01", "what was measured is told");
	t.site.errors = "";
	t.info = NULL;
	for (int64_t now = 10000; now <= 50000; now += 10000)
		look(&t, now);
	is_text(value_path_text(t.info, "phase", ""), "Error", "after five looks without an answer");
	is_text(value_path_text(t.info, "message", ""),
		"metric rate is Error (consecutiveErrors (5) > consecutiveErrorLimit (4)): successCondition: "
		"result[0] < 0.01 could not be judged: the provider answered no data", "what is missing");
	server_stop(t.server);
}

TEST(what_cannot_be_verified_is_an_error)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .site = { "0", true } };

	begin(&t, "{\"name\":\"x\",\"provider\":{\"datadog\":{}},\"consecutiveErrorLimit\":0}");
	is_text(look(&t, 1000), "Error", "a provider that is not there");
	t.info = NULL;
	t.p.analysis_templates = value_map(a);
	is_text(look(&t, 1000), "Error", "a template that is not there");
	is_text(value_path_text(t.info, "message", ""), "there is no AnalysisTemplate \"t\"", "by name");
	server_stop(t.server);
}

/* A kubectl that keeps what it is given and says that the job has ended. */
static void fake_kubectl(struct arena *a, const char *folder, const char *condition)
{
	const char *script = str_format(a,
		"#!/bin/sh\ncase $1 in\ncreate) cat >%s/job.json;;\n"
		"get) echo '{\"status\":{\"conditions\":[{\"type\":\"%s\",\"status\":\"True\"}]}}';;\nesac\n",
		folder, condition);
	struct err e;

	if (!file_write(path_join(a, folder, "kubectl"), script, strlen(script), 0755, &e))
		ok(false, "%s", e.message);
}

TEST(jobs_are_run_by_kubectl)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	const char *folder, *path = str_copy(a, getenv("PATH"));
	struct value *job;
	struct str text;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-verify-", &folder, &e), "a folder"))
		return;
	setenv("PATH", str_format(a, "%s:%s", folder, path), 1);
	fake_kubectl(a, folder, "Complete");
	begin(&t, "{\"name\":\"smoke\",\"provider\":{\"job\":{\"spec\":{\"template\":\"{{args.path}}\"}}}}");
	is_text(look(&t, 1000), "Running", "the job is begun");
	ok(file_read(a, path_join(a, folder, "job.json"), 1 << 16, &text, &e) &&
	   json_parse(a, text.at, text.len, &job, &e), "kubectl got it");
	is_text(value_path_text(job, "metadata.namespace", ""), "demo", "in the project's namespace");
	is_text(value_path_text(job, "spec.template", ""), "ready", "with its arguments");
	is_text(look(&t, 1500), "Running", "it is looked at now and then only");
	is_text(look(&t, 3100), "Successful", "its success is the metric's");
	fake_kubectl(a, folder, "Failed");
	t.info = NULL;
	is_text(look(&t, 1000), "Running", "another");
	is_text(look(&t, 3100), "Failed", "fails");
	setenv("PATH", path, 1);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
	server_stop(t.server);
}

/* A kubectl whose cluster is down while there is a file "down", and whose job ends once there is one "over". */
static void kubectl_of_a_weak_cluster(struct arena *a, const char *folder)
{
	const char *script = str_format(a,
		"#!/bin/sh\ncd %s\nif [ -e down ]; then echo 'The connection to the server 127.0.0.1:6443 was refused - "
		"did you specify the right host or port?' >&2; exit 1; fi\necho $1 >>calls\ncase $1 in\n"
		"get) [ -e over ] && echo '{\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}}' "
		"|| echo '{\"status\":{}}';;\nesac\n", folder);
	struct err e;

	if (!file_write(path_join(a, folder, "kubectl"), script, strlen(script), 0755, &e))
		ok(false, "%s", e.message);
}

static void cluster_has(struct arena *a, const char *folder, const char *name, bool there)
{
	const char *path = path_join(a, folder, name);
	struct err e;

	ok(there ? file_write(path, "", 0, 0644, &e) : remove(path) == 0, "%s", name);
}

/* "create get get": what kubectl was asked while its cluster was up. */
static const char *kubectl_calls(struct arena *a, const char *folder)
{
	struct str text;
	struct err e;
	char *calls;

	if (!file_read(a, path_join(a, folder, "calls"), 1 << 10, &text, &e))
		return "";
	calls = str_format(a, "%.*s", text.len ? (int)text.len - 1 : 0, text.at);
	for (char *c = calls; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return calls;
}

TEST(a_job_is_begun_once_whatever_its_cluster_does)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };
	const char *folder, *path = str_copy(a, getenv("PATH"));
	struct err e;

	if (!ok(folder_temporary(a, "gantry-verify-", &folder, &e), "a folder"))
		return;
	setenv("PATH", str_format(a, "%s:%s", folder, path), 1);
	kubectl_of_a_weak_cluster(a, folder);
	signal(SIGPIPE, SIG_IGN);       /* as the program has it; this kubectl reads nothing */
	cluster_has(a, folder, "down", true);
	begin(&t, "{\"name\":\"smoke\",\"provider\":{\"job\":{\"spec\":{\"template\":{}}}}}");
	is_text(look(&t, 1000), "Running", "a cluster that is down is waited for");
	ok(strstr(value_path_text(t.info, "message", ""), "still waiting, because starting the job: kubectl: "),
	   "with a sentence: %s", value_path_text(t.info, "message", ""));
	cluster_has(a, folder, "down", false);
	is_text(look(&t, 10000), "Running", "then the job is begun");
	is_text(value_path_text(t.info, "message", ""), "", "and the outage is forgotten");
	is_text(look(&t, 20000), "Running", "it is looked at");
	cluster_has(a, folder, "down", true);
	is_text(look(&t, 3600000), "Running", "an hour later the cluster is down again");
	ok(strstr(value_path_text(t.info, "message", ""), "looking at the job"), "which is told: %s",
	   value_path_text(t.info, "message", ""));
	cluster_has(a, folder, "down", false);
	cluster_has(a, folder, "over", true);
	is_text(look(&t, 3610000), "Successful", "the job's end is met");
	is_text(kubectl_calls(a, folder), "create get get", "it was begun once");
	ok(!strstr(json_text(a, t.info, 0), "outage"), "nothing is left of the outages");
	setenv("PATH", path, 1);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
	server_stop(t.server);
}
