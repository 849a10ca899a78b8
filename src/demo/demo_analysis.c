/* SPDX-License-Identifier: Apache-2.0 */
/* What will be measured is noted on the run when it begins: nothing else is remembered. */
#include "demo/demo_analysis.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "demo/demo_cluster.h"
#include "demo/json_tree.h"

#define PROJECT "kargo-demo"
#define MEASURES "demo/measures"

static struct cJSON *analysis_json(struct arena *a, const char *text)
{
	return json_tree_parse(a, str_of(text));
}

static const char *analysis_now(struct arena *a)
{
	return clock_rfc3339(a, clock_now());
}

struct cJSON *demo_analysis_begin(struct demo_cluster *c, struct arena *a, const char *id, bool fails)
{
	demo_cluster_put(c, "analysisruns", analysis_json(a, str_format(a,
		"{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"AnalysisRun\",\"metadata\":{"
		"\"name\":\"%s\",\"namespace\":\"" PROJECT "\",\"labels\":{\"kargo.akuity.io/stage\":"
		"\"test\"},\"annotations\":{\"" MEASURES "\":\"%s\"}},\"spec\":{\"args\":["
		"{\"name\":\"most\",\"value\":\"0.01\"}],\"metrics\":[{\"name\":\"error-rate\","
		"\"successCondition\":\"result[0] < {{args.most}}\",\"provider\":{\"prometheus\":{"
		"\"address\":\"http://prometheus.example\",\"query\":\"sum(rate(errors[1m]))\"}}}]},"
		"\"status\":{\"phase\":\"Running\",\"startedAt\":\"%s\"}}", id,
		fails ? "[0.031]" : "[0.002]", analysis_now(a))));
	return analysis_json(a, str_format(a,
		"[{\"id\":\"%s\",\"startTime\":\"%s\",\"phase\":\"Running\",\"analysisRun\":{\"name\":\"%s\","
		"\"namespace\":\"" PROJECT "\",\"phase\":\"Running\"}}]", id, analysis_now(a), id));
}

static struct cJSON *analysis_run(struct demo_cluster *c, const struct cJSON *info)
{
	return demo_cluster_get(c, "analysisruns", json_tree_text(info, "analysisRun.name", ""));
}

static bool analysis_is_good(const struct cJSON *run)
{
	const struct cJSON *notes = json_tree_at(run, "metadata.annotations");

	const struct cJSON *value = cJSON_GetObjectItemCaseSensitive(notes, MEASURES);

	return value && strcmp(cJSON_GetStringValue(value), "[0.002]") == 0;
}

void demo_analysis_measure(struct demo_cluster *c, struct arena *a, const struct cJSON *info)
{
	struct cJSON *run = analysis_run(c, info), *status = json_tree_at(run, "status");
	bool good = run && analysis_is_good(run);
	const char *phase = good ? "Successful" : "Failed";

	if (!run || json_tree_at(status, "metricResults")) {
		cJSON_Delete(run);
		return;
	}
	json_tree_set(status, "metricResults", analysis_json(a, str_format(a,
		"[{\"name\":\"error-rate\",\"phase\":\"%s\",\"count\":1,\"%s\":1,\"measurements\":["
		"{\"phase\":\"%s\",\"value\":\"%s\",\"startedAt\":\"%s\",\"finishedAt\":\"%s\"}]}]", phase,
		good ? "successful" : "failed", phase, good ? "[0.002]" : "[0.031]", analysis_now(a),
		analysis_now(a))));
	demo_cluster_put(c, "analysisruns", run);
}

bool demo_analysis_end(struct demo_cluster *c, struct arena *a, struct cJSON *info)
{
	static const char why[] = "Metric \"error-rate\" assessed Failed due to failed (1) > "
				  "failureLimit (0)";
	struct cJSON *run = analysis_run(c, info), *status = json_tree_at(run, "status");
	bool good = run && analysis_is_good(run);
	const char *phase = good ? "Successful" : "Failed";

	json_tree_set_text(info, "phase", phase);
	json_tree_set_text(info, "finishTime", analysis_now(a));
	json_tree_set_text(json_tree_at(info, "analysisRun"), "phase", phase);
	if (!good)
		json_tree_set_text(info, "message", why);
	if (!run)
		return false;
	json_tree_set_text(status, "phase", phase);
	json_tree_set_text(status, "completedAt", analysis_now(a));
	if (!good)
		json_tree_set_text(status, "message", why);
	demo_cluster_put(c, "analysisruns", run);
	return good;
}
