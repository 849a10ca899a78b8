/* SPDX-License-Identifier: Apache-2.0 */
/* What an AnalysisRun of a cluster says is told as a verification of gantry's own. */
#include "verify/told.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

/* JSON with ' for ". */
static struct value *told_json(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text) + 1);
	struct value *v = NULL;
	struct err e;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (!json_parse(a, copy, strlen(copy), &v, &e))
		note("%s", e.message);
	return v;
}

#define ENDED(phase) "{'id':'v1','phase':'" phase "','message':'Kargo says so','finishTime':'2026-07-01T12:00:09Z'}"

/* As Argo Rollouts leaves it behind. */
static const char failed[] =
	"{'spec':{'args':[{'name':'most','value':'0.01'},{'name':'secret','valueFrom':{'secretKeyRef':{}}}],"
	"'metrics':[{'name':'errors','successCondition':'result[0] < {{args.most}}','provider':{'datadog':{}}},"
	"{'name':'fine','provider':{'web':{}}},{'name':'trial','provider':{'web':{}}}]},"
	"'status':{'phase':'Failed','message':'Metric \\\"errors\\\" assessed Failed','startedAt':"
	"'2026-07-01T12:00:00Z','completedAt':'2026-07-01T12:00:09Z','runSummary':{'count':2,'failed':1},"
	"'metricResults':[{'name':'errors','phase':'Failed','failed':1,'count':1,'measurements':["
	"{'phase':'Failed','value':'[0.5]','startedAt':'2026-07-01T12:00:00Z','finishedAt':"
	"'2026-07-01T12:00:01Z','metadata':{'a':'b'}}]},{'name':'fine','phase':'Successful','successful':1,"
	"'count':1},{'name':'trial','phase':'Failed','dryRun':true,'failed':1,'count':1}]}}";

TEST(a_failed_run_tells_its_metric_value_and_condition)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *info = told_json(a, ENDED("Failed"));

	ok(analysis_told(a, told_json(a, failed), info), "it is over");
	is_text(value_get_text(info, "message"), "metric errors is Failed (failed (1) > failureLimit (0)): "
		"measured [0.5]; successCondition: result[0] < 0.01", "in gantry's own words");
	is_text(value_path_text(info, "run.phase", ""), "Failed", "what was measured is kept");
	is_number(value_count(value_path(info, "run.metricResults")), 3, "of each metric");
	ok(value_path(info, "run.runSummary.failed") != NULL, "with its summary");
}

TEST(another_end_than_the_runs_keeps_kargos_message)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *info = told_json(a, ENDED("Error"));

	analysis_told(a, told_json(a, failed), info);
	is_text(value_get_text(info, "message"), "Kargo says so", "as when somebody aborted it");
	ok(value_get(info, "run") != NULL, "and what was measured is there all the same");
}

TEST(a_run_that_goes_on_tells_what_it_has_measured)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *info = told_json(a, "{'id':'v1','phase':'Running'}");
	struct value *run = told_json(a, "{'spec':{'metrics':[{'name':'errors','failureCondition':'result > 3'},"
		"{'name':'later'}]},'status':{'phase':'Running','metricResults':[{'name':'errors','phase':"
		"'Running','count':2,'successful':2,'measurements':[{'phase':'Successful','value':'1',"
		"'finishedAt':'2026-07-01T12:00:01Z'},{'phase':'Successful','value':'2','finishedAt':"
		"'2026-07-01T12:00:06Z'},{'phase':'Running'}]}]}}");

	ok(!analysis_told(a, run, info), "it is not over");
	is_text(value_get_text(info, "message"), "metric errors is Running: measured 2; failureCondition: result > 3",
		"the newest, and nothing of what has not begun");
}

TEST(what_does_not_read_is_left_out)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char *const odd[] = { "{}", "[]", "{'status':7,'spec':{'metrics':{'a':1}}}",
		"{'spec':{'args':'x','metrics':[3,{'name':4,'count':'x'},{}]},'status':{'phase':[],"
		"'metricResults':[1,{'name':'','measurements':'x'}],'runSummary':[]}}" };

	for (size_t i = 0; i < COUNTOF(odd); i++) {
		struct value *info = told_json(a, ENDED("Failed"));

		ok(!analysis_told(a, told_json(a, odd[i]), info), "%s has no end", odd[i]);
		is_text(value_get_text(info, "message"), "Kargo says so", "Kargo's message stays");
	}
}

TEST(a_run_of_thousands_of_measurements_stays_small)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *info = told_json(a, "{'id':'v1','phase':'Running'}");
	struct value *run = told_json(a, "{'spec':{'metrics':[{'name':'errors'}]},'status':{'phase':'Running',"
		"'metricResults':[{'name':'errors','phase':'Running','count':5000}]}}");
	struct value *list = value_list(a);
	const char *value = str_format(a, "%01000d", 7);

	for (int i = 0; i < 5000; i++) {
		struct value *one = told_json(a, "{'phase':'Successful','finishedAt':'2026-07-01T12:00:06Z'}");

		value_set(a, one, "value", value_string(a, value));
		value_append(a, list, one);
	}
	value_set(a, value_at(value_path(run, "status.metricResults"), 0), "measurements", list);
	analysis_told(a, run, info);
	ok(strlen(json_text(a, info, 0)) < 10000, "%zu bytes", strlen(json_text(a, info, 0)));
}

/* Its object is as large as a cluster takes it, and each field as odd as its author wanted. */
TEST(a_hostile_run_stays_small_and_without_control_characters)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *info = told_json(a, "{'id':'v1','phase':'Running'}");
	struct value *run = told_json(a, "{'spec':{'args':[{'name':'x'}],'metrics':[{}]},"
		"'status':{'phase':'Failed','runSummary':{'count':2,'failed':1,'error':'many'},'dryRunSummary':{'count':1},"
		"'metricResults':[{'phase':'Failed','failed':1,'count':1}]}}");
	struct value *metric = value_at(value_path(run, "spec.metrics"), 0), *measures = value_list(a);
	const char *name = str_format(a, "\033[31m%0100000d", 7), *text;

	value_set(a, value_at(value_path(run, "spec.args"), 0), "value", value_string(a, name));
	for (int i = 0; i < 2000; i++)
		value_append(a, measures, value_string(a, "{{args.x}}"));
	value_set(a, metric, "name", value_string(a, name));
	value_set(a, metric, "successCondition", value_string(a, "result < {{args.x}}"));
	value_set(a, metric, "measurementRetention", measures);
	value_set(a, value_at(value_path(run, "status.metricResults"), 0), "name", value_string(a, name));
	value_set(a, value_path(run, "status.runSummary"), name, measures);
	ok(analysis_told(a, run, info), "it is over");
	ok(arena_used(a) < 20 << 20, "%zu bytes are used", arena_used(a));
	text = json_text(a, info, 0);
	ok(strlen(text) < 4000, "%zu bytes are kept", strlen(text));
	ok(!strstr(text, "\\u001b"), "no control character");
	ok(strstr(text, "\"runSummary\":{\"count\":2,\"failed\":1}") != NULL, "the summary's numbers: %s", text);
	ok(strstr(text, "\"dryRunSummary\":{\"count\":1}") != NULL, "also of those that do not count");
}
