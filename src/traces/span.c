/* SPDX-License-Identifier: Apache-2.0 */
/* 64-bit numbers are texts in OTLP's JSON, and enums are numbers. */
#include "traces/traces_inner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/state.h"

enum span_kind { SPAN_INTERNAL = 1, SPAN_SERVER = 2 };
enum span_status { SPAN_UNSET, SPAN_OK, SPAN_ERROR };

enum { TRACE_ID = 33, SPAN_ID = 17 };   /* hex digits and a NUL */
enum { MAX_LINKS = 20, LONGEST_TEXT = 1000 };

static void span_hash(const char *text, size_t digits, char *out)
{
	char hex[65];

	hash_sha256(text, strlen(text), hex);
	memcpy(out, hex, digits);
	out[digits] = '\0';
}

/* The trace and the run's span of a promotion. */
static void span_ids(const char *project, const char *promotion, char trace[TRACE_ID],
		     char span[SPAN_ID])
{
	AUTO(arena) struct arena *a = arena_new();

	span_hash(str_format(a, "trace %s %s", project, promotion), TRACE_ID - 1, trace);
	span_hash(str_format(a, "run %s %s", project, promotion), SPAN_ID - 1, span);
}

static void span_attribute(struct arena *a, struct value *list, const char *key, const char *text)
{
	struct value *attribute = value_map(a), *v = value_map(a);

	if (!text || !*text)
		return;
	value_set(a, v, "stringValue", value_string(a, str_clean(a, text, strlen(text), LONGEST_TEXT)));
	value_set(a, attribute, "key", value_string(a, key));
	value_set(a, attribute, "value", v);
	value_append(a, list, attribute);
}

static void span_attribute_int(struct arena *a, struct value *list, const char *key, int64_t number)
{
	struct value *attribute = value_map(a), *v = value_map(a);

	value_set(a, v, "intValue", value_string(a, str_format(a, "%lld", (long long)number)));
	value_set(a, attribute, "key", value_string(a, key));
	value_set(a, attribute, "value", v);
	value_append(a, list, attribute);
}

static void span_time(struct arena *a, struct value *span, const char *key, int64_t ms)
{
	value_set(a, span, key, value_string(a, str_format(a, "%lld000000", (long long)ms)));
}

/* The conventions' words: cicd.pipeline.result and cicd.pipeline.task.run.result. */
static const char *span_result(const char *word)
{
	static const struct {
		const char *ours, *theirs;
	} words[] = { { "Succeeded", "success" }, { "Failed", "failure" },      { "Errored", "error" },
		      { "Skipped", "skip" },      { "Aborted", "cancellation" } };

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (strcmp(words[i].ours, word) == 0)
			return words[i].theirs;
	return "error";
}

static void span_set_status(struct arena *a, struct value *span, const char *result, const char *message)
{
	struct value *status = value_map(a);
	bool is_bad = strcmp(result, "failure") == 0 || strcmp(result, "error") == 0;

	value_set(a, status, "code",
		  value_int(a, is_bad ? SPAN_ERROR : strcmp(result, "success") == 0 ? SPAN_OK : SPAN_UNSET));
	if (is_bad && message && *message)
		value_set(a, status, "message",
			  value_string(a, str_clean(a, message, strlen(message), LONGEST_TEXT)));
	value_set(a, span, "status", status);
}

struct span_head {
	const char *trace, *id, *parent, *name; /* parent: "" of the run */
	enum span_kind kind;
	int64_t from, to;               /* ms */
};

static struct value *span_make(struct arena *a, const struct span_head *h)
{
	struct value *span = value_map(a);

	value_set(a, span, "traceId", value_string(a, h->trace));
	value_set(a, span, "spanId", value_string(a, h->id));
	if (*h->parent)
		value_set(a, span, "parentSpanId", value_string(a, h->parent));
	value_set(a, span, "name", value_string(a, h->name));
	value_set(a, span, "kind", value_int(a, h->kind));
	span_time(a, span, "startTimeUnixNano", h->from);
	span_time(a, span, "endTimeUnixNano", h->to > h->from ? h->to : h->from);
	return span;
}

/* The newest promotion of the stage that succeeded with this freight. */
static const struct state_object *span_bringer(const struct state *s, const char *stage, const char *freight)
{
	const struct state_stage *known = state_stage(s, stage);

	for (size_t i = known ? known->npromotions : 0; i-- > 0;) {
		const struct value *object = known->promotions[i]->object;

		if (strcmp(value_path_text(object, "spec.freight", ""), freight) == 0 &&
		    strcmp(value_path_text(object, "status.phase", ""), "Succeeded") == 0)
			return known->promotions[i];
	}
	return NULL;
}

static void span_link(struct arena *a, struct value *links, const struct project *p, const char *promotion)
{
	char trace[TRACE_ID], id[SPAN_ID];
	struct value *link = value_map(a), *attributes = value_list(a);

	span_ids(p->name, promotion, trace, id);
	value_set(a, link, "traceId", value_string(a, trace));
	value_set(a, link, "spanId", value_string(a, id));
	span_attribute(a, attributes, "cicd.pipeline.run.id", promotion);
	value_set(a, link, "attributes", attributes);
	value_append(a, links, link);
}

/* What verified the freight before it came here. */
static struct value *span_links(struct arena *a, const struct project *p, const struct state *s,
				const struct promotion *promotion)
{
	const struct stage *stage = project_stage(p, promotion->stage);
	struct value *links = value_list(a);

	for (size_t i = 0; stage && i < stage->nrequests; i++)
		for (size_t j = 0; j < stage->requests[i].nstages; j++) {
			const struct state_object *up = span_bringer(s, stage->requests[i].stages[j],
								     promotion->freight);

			if (up && value_count(links) < MAX_LINKS)
				span_link(a, links, p, up->name);
		}
	return links;
}

static struct value *span_run(struct arena *a, const struct project *p, const struct promotion *promotion,
			      struct span_head *h, struct value *links)
{
	const char *pipeline = str_format(a, "%s/%s", p->name, promotion->stage);
	const char *result = span_result(promotion_phase_word(promotion));
	struct value *attributes = value_list(a), *span;

	h->name = str_format(a, "RUN %s", pipeline);
	span = span_make(a, h);
	span_attribute(a, attributes, "cicd.pipeline.name", pipeline);
	span_attribute(a, attributes, "cicd.pipeline.run.id", promotion->name);
	span_attribute(a, attributes, "cicd.pipeline.action.name", "RUN");
	span_attribute(a, attributes, "cicd.pipeline.result", result);
	if (strcmp(result, "failure") == 0 || strcmp(result, "error") == 0)
		span_attribute(a, attributes, "error.type", promotion_phase_word(promotion));
	span_attribute(a, attributes, "deployment.environment.name", promotion->stage);
	span_attribute(a, attributes, "deployment.id", promotion->name);
	span_attribute(a, attributes, "gantry.project", p->name);
	span_attribute(a, attributes, "gantry.freight", promotion->freight);
	span_attribute(a, attributes, "gantry.actor", promotion->actor);
	if (promotion->rollback)
		span_attribute(a, attributes, "gantry.rollback", "true");
	value_set(a, span, "attributes", attributes);
	value_set(a, span, "links", links);
	span_set_status(a, span, result, promotion->message);
	return span;
}

static void span_add_step(struct arena *a, const struct promotion *promotion, size_t index,
			  const struct span_head *run, struct value *spans)
{
	const struct promotion_step *step = &promotion->steps[index];
	const char *result = span_result(promotion_step_word(step));
	struct span_head h = *run;
	struct value *attributes = value_list(a), *span;
	char id[SPAN_ID];

	if (!step->started_at)
		return;
	span_hash(str_format(a, "step %s %s %zu", run->trace, step->alias, index), SPAN_ID - 1, id);
	h.id = id;
	h.parent = run->id;
	h.kind = SPAN_INTERNAL;
	h.name = step->uses;
	h.from = step->started_at;
	h.to = step->finished_at ? step->finished_at : run->to;
	span = span_make(a, &h);
	span_attribute(a, attributes, "cicd.pipeline.task.name", step->alias);
	span_attribute(a, attributes, "cicd.pipeline.task.run.id",
		       str_format(a, "%s/%s", promotion->name, step->alias));
	span_attribute(a, attributes, "cicd.pipeline.task.run.result", result);
	span_attribute(a, attributes, "cicd.pipeline.task.type", "deploy");
	if (strcmp(result, "failure") == 0 || strcmp(result, "error") == 0)
		span_attribute(a, attributes, "error.type", promotion_step_word(step));
	span_attribute_int(a, attributes, "gantry.step.errors", step->error_count);
	value_set(a, span, "attributes", attributes);
	span_set_status(a, span, result, step->message);
	value_append(a, spans, span);
}

bool span_add(struct arena *a, const struct project *p, const struct state *s, const char *name,
	      struct value *spans)
{
	const struct state_object *known = state_promotion(s, name);
	char trace[TRACE_ID], id[SPAN_ID];
	struct promotion *promotion;
	struct span_head h = { .trace = trace, .id = id, .parent = "", .kind = SPAN_SERVER };
	struct err unused;

	if (!known || !known->object || !promotion_read(a, known->object, &promotion, &unused) ||
	    !promotion->finished_at)
		return false;
	span_ids(p->name, name, trace, id);
	h.from = promotion->started_at ? promotion->started_at : promotion->created_at;
	h.to = promotion->finished_at;
	value_append(a, spans, span_run(a, p, promotion, &h, span_links(a, p, s, promotion)));
	for (size_t i = 0; i < promotion->nsteps; i++)
		span_add_step(a, promotion, i, &h, spans);
	return true;
}

const struct value *span_request(struct arena *a, const struct value *resource, const char *version,
				 struct value *spans)
{
	struct value *root = value_map(a), *resources = value_list(a), *one = value_map(a);
	struct value *described = value_map(a), *attributes = value_list(a);
	struct value *scopes = value_list(a), *scope = value_map(a), *name = value_map(a);

	assert(version && spans);
	for (size_t i = 0; i < value_count(resource); i++)
		span_attribute(a, attributes, resource->map.members[i].key.at,
			       value_text(resource->map.members[i].value, ""));
	value_set(a, described, "attributes", attributes);
	value_set(a, name, "name", value_string(a, "gantry"));
	value_set(a, name, "version", value_string(a, version));
	value_set(a, scope, "scope", name);
	value_set(a, scope, "spans", spans);
	value_append(a, scopes, scope);
	value_set(a, one, "resource", described);
	value_set(a, one, "scopeSpans", scopes);
	value_append(a, resources, one);
	value_set(a, root, "resourceSpans", resources);
	return root;
}
