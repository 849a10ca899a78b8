/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's AnalysisRun of a Stage, and how a verification begins (op verify of the analysis set). */
#include "analysis.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"
#include "model/collection.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "verify/analysis_run.h"

struct bench {
	struct project p;
	struct stage *stage;
	struct value *maps[4];          /* AnalysisTemplates, cluster's, Secrets, ConfigMaps */
};

/* A Secret's data, decoded as the manifests' reader does. */
static struct value *decoded(struct arena *a, const struct value *secret)
{
	const struct value *data = value_get(secret, "data");
	struct value *out = value_map(a), *texts = value_map(a);

	for (size_t i = 0; value_is(data, VALUE_MAP) && i < data->map.count; i++) {
		const char *coded = value_text(data->map.members[i].value, "");
		struct str text;

		if (base64_decode(a, coded, strlen(coded), &text))
			value_set_n(a, texts, data->map.members[i].key,
				    value_string_n(a, text.at, text.len));
	}
	value_set(a, out, "stringData", texts);
	return out;
}

static void lay_out(struct analysis_case *c, struct bench *b)
{
	static const char *const kinds[] = { "AnalysisTemplate", "ClusterAnalysisTemplate", "Secret",
					     "ConfigMap" };
	const struct value *objects = value_get(c->input, "objects");

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		b->maps[i] = value_map(c->a);
	for (size_t i = 0; i < value_count(objects); i++) {
		struct value *o = value_at(objects, i);

		for (size_t k = 0; k < COUNTOF(kinds); k++)
			if (strcmp(value_path_text(o, "kind", ""), kinds[k]) == 0)
				value_set(c->a, b->maps[k], value_path_text(o, "metadata.name", ""),
					  k == 2 ? decoded(c->a, o) : o);
	}
	b->p = (struct project){ .name = "demo", .analysis_templates = b->maps[0],
				 .cluster_analysis_templates = b->maps[1], .secrets = b->maps[2],
				 .config_maps = b->maps[3] };
}

static bool has_run(const struct value *objects)
{
	for (size_t i = 0; i < value_count(objects); i++)
		if (strcmp(value_path_text(value_at(objects, i), "kind", ""), "AnalysisRun") == 0)
			return true;
	return false;
}

/* The middle of the name is made anew each time. */
static const char *shown_name(struct arena *a, const char *stage, const char *name)
{
	size_t len = strlen(stage) + 1;

	if (strlen(name) < len + 26)
		return name;
	return str_format(a, "%.*s<ulid>%s", (int)len, name, name + len + 26);
}

static struct value *shown_owners(struct arena *a, const struct value *list)
{
	struct value *out = value_list(a);

	for (size_t i = 0; i < value_count(list); i++) {
		struct value *owner = value_copy(a, value_at(list, i));

		value_set(a, owner, "block", value_bool(a, false));
		value_append(a, out, owner);
	}
	return out;
}

static struct value *shown_run(struct analysis_case *c, struct bench *b, const struct value *run)
{
	const struct value *meta = value_get(run, "metadata");
	struct value *out = value_map(c->a), *labels = value_copy(c->a, value_get(meta, "labels"));

	value_set(c->a, labels, "kargo.akuity.io/freight-collection", value_string(c->a, "<collection>"));
	value_set(c->a, out, "name", value_string(c->a, shown_name(c->a, b->stage->name,
								   value_path_text(meta, "name", ""))));
	value_set(c->a, out, "namespace", value_get(meta, "namespace"));
	value_set(c->a, out, "labels", labels);
	value_set(c->a, out, "annotations", value_get(meta, "annotations"));
	value_set(c->a, out, "owners", shown_owners(c->a, value_get(meta, "ownerReferences")));
	value_set(c->a, out, "spec", value_get(run, "spec"));
	return out;
}

struct value *analysis_verify(struct analysis_case *c, struct err *e)
{
	const struct value *stage = value_get(c->input, "stage");
	struct value *out = value_map(c->a), *run;
	struct analysis_run_request rq = { .now = 1767225600000 };
	struct bench b;

	lay_out(c, &b);
	if (!stage_read(c->a, stage, &b.stage, e))
		return NULL;
	stage_read_status(c->a, b.stage, value_get(stage, "status"));
	rq.of = (struct verification){ &b.p, b.stage, collection_make(c->a, value_get(c->input, "freight")) };
	rq.again = value_get(c->input, "current") != NULL;
	rq.by_policy = value_truth(value_path(c->input, "request.controlPlane"), false);
	/*
	 * gantry keeps a run in the VerificationInfo, so that there is no other to take over; it
	 * needs no controller that could be disabled or have an instance.
	 */
	c->better = has_run(value_get(c->input, "objects")) ||
		    value_truth(value_get(c->input, "disabled"), false) ||
		    value_get(c->input, "instance");
	if (!analysis_run_build(c->a, &rq, &run, e)) {
		value_set(c->a, out, "phase", value_string(c->a, "Error"));
		return out;
	}
	value_set(c->a, out, "phase", value_string(c->a, "Pending"));
	value_set(c->a, out, "created", shown_run(c, &b, run));
	return out;
}

bool analysis_verify_judge(struct analysis_case *c, const struct value *got,
			   const struct value *want)
{
	return analysis_equal(c->a, value_get(got, "phase"), value_get(want, "phase")) &&
	       analysis_equal(c->a, value_get(got, "created"), value_get(want, "created"));
}
