/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, refusals and credentials, against a small Kubernetes API. */
#include "kube/client.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "err_name.h"
#include "kube/api.h"
#include "kube/cluster.h"
#include "kube/config.h"
#include "kube/review.h"
#include "net/http.h"
#include "tap.h"

#define THINGS "/apis/example.org/v1/namespaces/ns/things"

static const struct kube_resource things = { "example.org", "v1", "things" };

/* A cluster, and one who asks. */
struct bench {
	struct arena *a;
	struct api *api;
	struct kube_access access;
	struct kube_cluster *cluster;
	struct kube_client *client;
};

static void bench_begin(struct bench *b)
{
	b->a = arena_new();
	b->api = api_start();
	b->access = (struct kube_access){ .context = "test", .origin = "context 'test'", .namespace = "default" };
	b->access.server = str_format(b->a, "http://127.0.0.1:%u", api_port(b->api));
	b->cluster = kube_cluster_new(&b->access);
	b->client = kube_client_new(b->cluster, NULL);
}

static void bench_end(struct bench *b)
{
	kube_client_free(b->client);
	kube_cluster_free(b->cluster);
	api_stop(b->api);
	arena_free(b->a);
}

static struct value *read_json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e = { 0 };

	ok(json_parse(a, text, strlen(text), &v, &e), "JSON %s", e.message);
	return v;
}

TEST(objects_are_made_read_changed_and_deleted)
{
	struct bench b;
	struct kube_id id = { .resource = &things, .namespace = "ns" };
	struct kube_request rq;
	struct value *v;
	struct err e = { 0 };

	bench_begin(&b);
	rq = kube_creating(b.a, &id, read_json(b.a, "{\"metadata\":{\"generateName\":\"a-\"},\"spec\":1}"), true);
	ok(kube_ask(b.client, b.a, &rq, &v, &e), "a dry run %s", e.message);
	rq = kube_creating(b.a, &id, read_json(b.a, "{\"metadata\":{\"name\":\"a b\"},\"spec\":1}"), false);
	ok(kube_ask(b.client, b.a, &rq, &v, &e), "made %s", e.message);
	is_text(value_path_text(v, "metadata.name", ""), "a b", "the answer is the object");
	id.name = "a b";
	rq = kube_merging(b.a, &id, read_json(b.a, "{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}"));
	ok(kube_ask(b.client, b.a, &rq, &v, &e), "changed %s", e.message);
	rq = kube_reading(b.a, &id);
	ok(kube_ask(b.client, b.a, &rq, &v, &e), "read %s", e.message);
	is_text(value_path_text(v, "metadata.annotations.x", ""), "y", "as it is now");
	rq = (struct kube_request){ .method = "DELETE", .path = kube_path(b.a, &id) };
	ok(kube_ask(b.client, b.a, &rq, NULL, &e), "deleted %s", e.message);
	rq = kube_reading(b.a, &id);
	ok(!kube_ask(b.client, b.a, &rq, &v, &e) && e.code == ERR_NOT_FOUND, "and gone");
	is_text(e.message, "things.example.org \"a b\" not found", "in the cluster's words");
	is_number(kube_client_refusal(b.client)->status, 404, "the status is known");
	is_text(kube_client_refusal(b.client)->reason, "NotFound", "and the reason");
	is_text(api_asked(b.api, b.a),
		"POST " THINGS "?fieldManager=gantry&dryRun=All\n"
		"POST " THINGS "?fieldManager=gantry\n"
		"PATCH " THINGS "/a%20b?fieldManager=gantry\n"
		"GET " THINGS "/a%20b\n"
		"DELETE " THINGS "/a%20b\n"
		"GET " THINGS "/a%20b\n", "this was asked");
	bench_end(&b);
}

TEST(what_a_refusal_means)
{
	static const struct { int status; enum err_code code; bool again, passes; int64_t after; } cases[] = {
		{ 400, ERR_CONFIG, false, false, 0 },   { 401, ERR_AUTH, true, true, 0 },
		{ 403, ERR_AUTH, false, false, 0 },     { 404, ERR_NOT_FOUND, false, false, 0 },
		{ 409, ERR_CONFLICT, true, false, 0 },  { 410, ERR_CONFLICT, true, false, 0 },
		{ 413, ERR_LIMIT, false, false, 0 },    { 422, ERR_REFUSED, false, false, 0 },
		{ 429, ERR_NET, true, true, 7000 },     { 500, ERR_NET, true, true, 7000 },
		{ 501, ERR_NET, false, false, 0 },      { 503, ERR_NET, true, true, 7000 },
	};
	struct bench b;
	struct kube_id id = { .resource = &things };
	struct value *v;

	bench_begin(&b);
	struct kube_request rq = kube_reading(b.a, &id);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct err e = { 0 };

		api_fail(b.api, 1, cases[i].status, "7");
		ok(!kube_ask(b.client, b.a, &rq, &v, &e) && e.code == cases[i].code && e.again == cases[i].again &&
		   e.passes == cases[i].passes && e.after_ms == cases[i].after, "%d: %s, %s", cases[i].status,
		   err_code_name(e.code), e.message);
	}
	bench_end(&b);
}

TEST(a_status_object_is_an_error)
{
	struct bench b;
	struct err e = { 0 };

	bench_begin(&b);
	kube_status_error(b.client, read_json(b.a, "{\"code\":500,\"reason\":\"InternalError\",\"message\":"
		"\"Internal error occurred: promotions.kargo.akuity.io \\\"x\\\" is forbidden: subject \\\"u\\\" is not "
		"permitted\"}"), &e);
	ok(e.code == ERR_AUTH && !e.passes, "an admission's \"forbidden\" behind a 500 is no outage: %s", e.message);
	kube_status_error(b.client, read_json(b.a, "{\"code\":429,\"details\":{\"retryAfterSeconds\":3}}"), &e);
	ok(e.passes && e.after_ms == 3000, "it says how long to stay away: %s", e.message);
	kube_status_error(b.client, read_json(b.a, "{\"code\":\"x\",\"message\":\"a\\u001b[31m\\nb\"}"), &e);
	is_text(e.message, "a?[31m b", "no control character gets through");
	bench_end(&b);
}

TEST(who_we_are_travels_in_headers)
{
	static const struct http_header as[] = { { "Impersonate-User", "ops" }, { "Impersonate-Group", "g" } };
	struct bench b;
	struct kube_id id = { .resource = &things };
	struct value *v;
	struct err e = { 0 };

	bench_begin(&b);
	b.access.user.token = "abcdef";
	b.access.user.impersonation = as;
	b.access.user.nimpersonation = 2;
	b.access.tls_name = "kube.example.org";
	api_set_token(b.api, "abcdef");
	struct kube_request rq = kube_reading(b.a, &id);
	ok(kube_ask(b.client, b.a, &rq, &v, &e), "let in %s", e.message);
	is_text(api_header(b.api, b.a, "Impersonate-User"), "ops", "acting for somebody");
	is_text(api_header(b.api, b.a, "Impersonate-Group"), "g", "and a group");
	is_text(api_header(b.api, b.a, "Host"), b.access.server + strlen("http://"),
		"a certificate's name does not change whom we ask");
	api_set_token(b.api, "other");
	ok(!kube_ask(b.client, b.a, &rq, &v, &e) && e.code == ERR_AUTH, "a token that is no longer taken");
	is_text(e.message, "the cluster does not accept the credentials of context 'test'; log in again, as you do "
		"for kubectl: Unauthorized", "says what to do");
	bench_end(&b);
}

TEST(what_is_no_kubernetes_is_told)
{
	struct bench b;
	struct kube_request rq = { .path = "/apis/example.org/v1/absent" };
	struct value *v;
	struct err e = { 0 };

	bench_begin(&b);
	api_serve(b.api, "things");
	ok(!kube_ask(b.client, b.a, &rq, &v, &e) && e.code == ERR_NOT_FOUND, "a kind that is not there: %s", e.message);
	bench_end(&b);
}

TEST(rights_are_asked_for_once)
{
	struct bench b;
	AUTO(kube_reviews) struct kube_reviews *reviews = kube_reviews_new();
	struct kube_right promote = { "promote", { .resource = &things, .namespace = "ns", .name = "x" } };
	struct kube_right get = { "get", { .resource = &things, .namespace = "ns" } };
	struct kube_verdict v;
	struct err e = { 0 };

	bench_begin(&b);
	api_forbid(b.api, "promote", "things");
	ok(!kube_review_known(reviews, &promote, &v), "not known before it is asked");
	ok(kube_may(reviews, b.client, &promote, &v, &e) && !v.allowed, "we may not %s", e.message);
	ok(kube_may(reviews, b.client, &get, &v, &e) && v.allowed, "we may %s", e.message);
	ok(kube_may(reviews, b.client, &promote, &v, &e) && !v.allowed, "asked again");
	ok(kube_review_known(reviews, &promote, &v) && !v.allowed, "known now");
	is_text(api_asked(b.api, b.a), "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews\n"
		"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews\n"
		"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews\n",
		"two questions for two rights, where the rules are not told");
	bench_end(&b);
}

static bool bench_may(struct bench *b, struct kube_reviews *reviews, const struct kube_right *right)
{
	struct kube_verdict v = { false, "" };
	struct err e = { 0 };

	return kube_may(reviews, b->client, right, &v, &e) && v.allowed;
}

TEST(one_question_tells_all_rights_of_a_namespace)
{
	struct bench b;
	AUTO(kube_reviews) struct kube_reviews *reviews = kube_reviews_new();
	struct kube_right get = { "get", { .resource = &things, .namespace = "ns" } };
	struct kube_right promote = { "promote", { .resource = &things, .namespace = "ns", .name = "x" } };
	struct kube_right other = { "promote", { .resource = &things, .namespace = "ns", .name = "y" } };
	struct kube_right any = { "promote", { .resource = &things, .namespace = "ns" } };
	struct kube_right status = { "patch", { .resource = &things, .namespace = "ns", .subresource = "status" } };
	struct kube_right whole = { "patch", { .resource = &things, .namespace = "ns" } };

	bench_begin(&b);
	api_set_rules(b.api, "{\"resourceRules\":["
		"{\"verbs\":[\"get\"],\"apiGroups\":[\"*\"],\"resources\":[\"*\"]},"
		"{\"verbs\":[\"promote\"],\"apiGroups\":[\"example.org\"],\"resources\":[\"things\"],"
		"\"resourceNames\":[\"x\"]},"
		"{\"verbs\":[\"*\"],\"apiGroups\":[\"example.org\"],\"resources\":[\"*/status\"]},"
		"{\"verbs\":[\"patch\"],\"apiGroups\":[\"other.org\"],\"resources\":[\"things\"]}],"
		"\"nonResourceRules\":[],\"incomplete\":false}");
	ok(bench_may(&b, reviews, &get), "of all resources");
	ok(bench_may(&b, reviews, &promote), "of that name");
	ok(!bench_may(&b, reviews, &other), "of no other");
	ok(!bench_may(&b, reviews, &any), "nor of any");
	ok(bench_may(&b, reviews, &status), "of a subresource");
	ok(!bench_may(&b, reviews, &whole), "which is not the object, and another group's is not ours");
	is_text(api_asked(b.api, b.a), "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews\n", "asked once");
	bench_end(&b);
}

TEST(what_rules_leave_open_is_asked_by_itself)
{
	struct bench b;
	AUTO(kube_reviews) struct kube_reviews *reviews = kube_reviews_new();
	struct kube_right get = { "get", { .resource = &things, .namespace = "ns" } };

	bench_begin(&b);
	api_set_rules(b.api, "{\"resourceRules\":[],\"incomplete\":true}");
	ok(bench_may(&b, reviews, &get), "another authorizer allows it");
	is_text(api_asked(b.api, b.a), "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews\n"
		"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews\n", "who was asked, too");
	bench_end(&b);
}
