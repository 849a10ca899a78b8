/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, bodies and refusals. */
#include "attach/kubernetes_calls.h"

#include <string.h>

#include "attach/transport.h"
#include "base/clock.h"
#include "data/value.h"

#define ANNOTATION(name) "kargo.akuity.io/" name

const struct kube_resource *kubernetes_resource_of(enum attach_kind kind, struct kube_resource *out)
{
	const struct attach_kind_def *def = attach_kind_def(kind);

	*out = (struct kube_resource){ .group = def->group, .version = def->version, .plural = def->plural };
	return out;
}

static struct value *kubernetes_map1(struct arena *a, const char *key, struct value *item)
{
	struct value *map = value_map(a);

	value_set(a, map, key, item);
	return map;
}

/* {"metadata": {"annotations": {key: text}}} */
static struct value *kubernetes_annotation(struct arena *a, const char *key, const char *text)
{
	return kubernetes_map1(a, "metadata", kubernetes_map1(a, "annotations",
			       kubernetes_map1(a, key, value_string(a, text))));
}

/* Its name is admission's to make; generateName only satisfies the API server. */
static struct value *kubernetes_promotion(struct arena *a, const struct attach_call *call)
{
	struct value *object = value_map(a), *metadata = value_map(a), *spec = value_map(a), *origin;

	value_set(a, object, "apiVersion", value_string(a, "kargo.akuity.io/v1alpha1"));
	value_set(a, object, "kind", value_string(a, "Promotion"));
	value_set(a, metadata, "namespace", value_string(a, call->project));
	value_set(a, metadata, "generateName", value_string(a, "promo-"));
	if (value_count(call->annotations))
		value_set(a, metadata, "annotations", value_copy(a, call->annotations));
	value_set(a, object, "metadata", metadata);
	value_set(a, spec, "stage", value_string(a, call->stage));
	if (call->freight) {
		value_set(a, spec, "freight", value_string(a, call->freight));
	} else {
		origin = kubernetes_map1(a, "kind", value_string(a, "Warehouse"));
		value_set(a, origin, "name", value_string(a, call->warehouse));
		value_set(a, spec, "origin", origin);
	}
	value_set(a, object, "spec", spec);
	return object;
}

/* {"status": {"approvedFor": {stage: {"approvedAt": now}}}} */
static struct value *kubernetes_approval(struct arena *a, const struct attach_call *call)
{
	struct value *at = value_string(a, clock_rfc3339(a, call->now));

	return kubernetes_map1(a, "status", kubernetes_map1(a, "approvedFor",
			       kubernetes_map1(a, call->stage, kubernetes_map1(a, "approvedAt", at))));
}

static struct kube_request kubernetes_merge(struct arena *a, const struct attach_call *call,
					    enum attach_kind kind, const char *subresource,
					    const struct value *patch)
{
	struct kube_resource resource;
	const struct kube_id id = {
		.resource = kubernetes_resource_of(kind, &resource),
		.namespace = call->project,
		.name = kind == ATTACH_FREIGHT ? call->freight : call->name,
		.subresource = subresource,
	};

	return kube_merging(a, &id, patch);
}

struct kube_request kubernetes_request(struct arena *a, const struct attach_call *call)
{
	struct kube_resource promotions;
	const struct kube_id made = { .resource = kubernetes_resource_of(ATTACH_PROMOTION, &promotions),
				      .namespace = call->project };
	const char *now = clock_rfc3339(a, call->now);

	switch (call->verb) {
	case ATTACH_CREATE:
		break;
	case ATTACH_APPROVE:
		return kubernetes_merge(a, call, ATTACH_FREIGHT, "status", kubernetes_approval(a, call));
	case ATTACH_ABORT:
		return kubernetes_merge(a, call, ATTACH_PROMOTION, NULL,
					kubernetes_annotation(a, ANNOTATION("abort"), "terminate"));
	case ATTACH_REFRESH:
		return kubernetes_merge(a, call, call->kind, NULL,
					kubernetes_annotation(a, ANNOTATION("refresh"), now));
	case ATTACH_REVERIFY:
		return kubernetes_merge(a, call, ATTACH_STAGE, NULL,
					kubernetes_annotation(a, ANNOTATION("reverify"), call->verification));
	}
	return kube_creating(a, &made, kubernetes_promotion(a, call), false);
}

const char *kubernetes_words(const char *message)
{
	static const char *const before[] = { " denied the request: ", " is forbidden: ", " is invalid: " };

	for (size_t i = 0; i < COUNTOF(before); i++) {
		const char *found = strstr(message, before[i]);

		if (found)
			message = found + strlen(before[i]);
	}
	return message;
}
