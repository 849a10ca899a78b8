/* SPDX-License-Identifier: Apache-2.0 */
/* Each call as kubectl would make it. */
#include "attach/kubernetes_calls.h"

#include "attach/transport.h"
#include "base/arena.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static const int64_t moment = 1782909000000;

static const char *body(struct arena *a, const struct kube_request *rq)
{
	return json_text(a, rq->body, JSON_SORT_KEYS);
}

TEST(a_promotion_is_posted)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *notes = value_map(a);
	struct attach_call c = { .verb = ATTACH_CREATE, .project = "shop", .stage = "prod", .freight = "d5",
				 .annotations = notes };
	struct kube_request rq;

	value_set(a, notes, "gantry/reason", value_string(a, "demo"));
	rq = kubernetes_request(a, &c);
	is_text(rq.method, "POST", "posted");
	is_text(rq.path, "/apis/kargo.akuity.io/v1alpha1/namespaces/shop/promotions", "among the project's");
	is_text(body(a, &rq),
		"{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Promotion\",\"metadata\":{"
		"\"annotations\":{\"gantry/reason\":\"demo\"},\"generateName\":\"promo-\",\"namespace\":\"shop\"},"
		"\"spec\":{\"freight\":\"d5\",\"stage\":\"prod\"}}", "of freight");
	c = (struct attach_call){ .verb = ATTACH_CREATE, .project = "shop", .stage = "prod",
				  .warehouse = "web" };
	rq = kubernetes_request(a, &c);
	is_text(json_text(a, value_get(rq.body, "spec"), JSON_SORT_KEYS),
		"{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"web\"},\"stage\":\"prod\"}",
		"or of an origin's candidate");
}

TEST(freight_is_approved_in_its_status)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct attach_call c = { .verb = ATTACH_APPROVE, .project = "shop", .stage = "prod",
				       .freight = "d5", .now = moment };
	const struct kube_request rq = kubernetes_request(a, &c);

	is_text(rq.method, "PATCH", "patched");
	is_text(rq.path, "/apis/kargo.akuity.io/v1alpha1/namespaces/shop/freights/d5/status", "the status");
	is_text(rq.type, "application/merge-patch+json", "merged, so that others' approvals stay");
	is_text(body(a, &rq),
		"{\"status\":{\"approvedFor\":{\"prod\":{\"approvedAt\":\"2026-07-01T12:30:00Z\"}}}}",
		"with when");
}

TEST(other_wishes_are_annotations)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct attach_call abort = { .verb = ATTACH_ABORT, .project = "shop", .name = "prod.1" };
	const struct attach_call refresh = { .verb = ATTACH_REFRESH, .project = "shop", .name = "web",
					     .kind = ATTACH_WAREHOUSE, .now = moment };
	const struct attach_call verify = { .verb = ATTACH_REVERIFY, .project = "shop", .name = "uat",
					    .verification = "v1" };
	struct kube_request rq = kubernetes_request(a, &abort);

	is_text(rq.path, "/apis/kargo.akuity.io/v1alpha1/namespaces/shop/promotions/prod.1",
		"of a promotion");
	is_text(body(a, &rq), "{\"metadata\":{\"annotations\":{\"kargo.akuity.io/abort\":\"terminate\"}}}",
		"that is to end");
	rq = kubernetes_request(a, &refresh);
	is_text(rq.path, "/apis/kargo.akuity.io/v1alpha1/namespaces/shop/warehouses/web", "of a warehouse");
	is_text(body(a, &rq),
		"{\"metadata\":{\"annotations\":{\"kargo.akuity.io/refresh\":\"2026-07-01T12:30:00Z\"}}}",
		"that is to look again");
	rq = kubernetes_request(a, &verify);
	is_text(rq.path, "/apis/kargo.akuity.io/v1alpha1/namespaces/shop/stages/uat", "of a stage");
	is_text(body(a, &rq), "{\"metadata\":{\"annotations\":{\"kargo.akuity.io/reverify\":\"v1\"}}}",
		"that is to be verified again");
}

TEST(refusals_keep_kargos_words_alone)
{
	is_text(kubernetes_words("Internal error occurred: promotions.kargo.akuity.io \"x\" is forbidden: "
				 "subject \"u\" is not permitted to create Promotions for Stage \"s\""),
		"subject \"u\" is not permitted to create Promotions for Stage \"s\"",
		"of an error in an error");
	is_text(kubernetes_words("admission webhook \"promotion.kargo.akuity.io\" denied the request: "
				 "Promotion.kargo.akuity.io \"p\" is invalid: spec.freight: Invalid value: Freight "
				 "is not available to this Stage"),
		"spec.freight: Invalid value: Freight is not available to this Stage", "of admission");
	is_text(kubernetes_words("stages \"s\" not found"), "stages \"s\" not found", "others stay whole");
}
