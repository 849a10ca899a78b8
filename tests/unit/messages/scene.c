/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/yaml.h"
#include "model/event.h"
#include "model/project.h"
#include "model/state.h"

struct value *yaml(struct arena *a, const char *text)
{
	struct list documents = { 0 };
	struct err e;

	if (!yaml_parse(a, "test", str_of(text), &documents, &e)) {
		fprintf(stderr, "%s\n", e.message);
		abort();
	}
	return documents.items[0];
}

static const struct state *scene_state(struct arena *a)
{
	const struct state *s = state_empty(a), *after;
	const struct event found = {
		.kind = EVENT_FREIGHT_DISCOVERED, .subject = "find", .freight = FREIGHT, .warehouse = "web",
		.at = 1000, .data = yaml(a, "apiVersion: kargo.akuity.io/v1alpha1\nkind: Freight\n"
					    "metadata: {name: " FREIGHT ", creationTimestamp: '2026-01-01T00:00:00Z'}\n"
					    "alias: soft-squirrel\norigin: {kind: Warehouse, name: web}\n"
					    "images: [{repoURL: r/web, tag: 1.2.0}]\n"),
	};
	const struct event wished = {
		.kind = EVENT_PROMOTION_REQUESTED, .subject = "promote", .stage = "prod", .freight = FREIGHT,
		.promotion = "prod.01", .at = 2000,
		.data = yaml(a, "kind: Promotion\nmetadata: {name: prod.01, creationTimestamp: "
				"'2026-01-02T00:00:00Z'}\nspec: {stage: prod, freight: " FREIGHT "}\n"),
	};
	struct err e;

	if (!state_apply(a, s, &found, &after, &e) || !state_apply(a, after, &wished, &s, &e)) {
		fprintf(stderr, "%s\n", e.message);
		abort();
	}
	return s;
}

struct kargo_event *failed(struct arena *a)
{
	const struct event ev = {
		.kind = EVENT_PROMOTION_FINISHED, .subject = "prod", .stage = "prod", .freight = FREIGHT,
		.promotion = "prod.01", .actor = "Ada <ada@example.org>", .at = 3000,
		.data = yaml(a, "phase: Failed\nmessage: 'step 2: \"no\" <luck> & more'\n"),
	};
	const struct project p = { .name = "demo" };
	const struct kargo_event_source source = { "c0ffee", &ev, scene_state(a), &p };
	struct list events = kargo_events(a, &source);

	return events.items[0];
}

struct channel channel(struct arena *a, enum channel_medium medium, const char *spec, const char *secret)
{
	return (struct channel){ .medium = medium, .kind = "MessageChannel", .name = "team",
				 .spec = yaml(a, spec), .secret = secret ? yaml(a, secret) : NULL };
}

const char *told(struct arena *a, const char *router, struct message *out)
{
	const struct value *object = yaml(a, router);
	const struct router_scene scene = { "https://kargo.example.org", 1000 };
	struct kargo_event *ev = failed(a);
	struct router_wish wish = { .router = object, .event = ev, .scene = &scene,
				    .target = value_at(value_path(object, "spec.channels"), 0) };
	bool matches;
	struct err e;

	if (!router_matches(a, &wish, &matches, &e))
		return str_copy(a, e.message);
	if (!matches)
		return "no";
	return router_message(a, &wish, out, &e) ? out->text : str_copy(a, e.message);
}
