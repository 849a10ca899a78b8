/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry's Kubernetes client against whatever $KUBECONFIG and $CONTEXT lead to:
 *   world FOLDER                    a small Kubernetes API and FOLDER/config, until standard input ends
 *   contract                        what gantry asks, and what is answered, in words that do not differ from run to run
 *   follow GROUP PLURAL [NAMESPACE] each change, until standard input ends
 *   may VERB GROUP PLURAL NAMESPACE [NAME]
 *   who                             whom the cluster takes us for
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "err_name.h"
#include "kube/api.h"
#include "kube/client.h"
#include "kube/cluster.h"
#include "kube/config.h"
#include "kube/follow.h"
#include "kube/pages.h"
#include "kube/review.h"

static const struct kube_resource things = { "example.org", "v1", "things" };

static void until_input_ends(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

static bool world(struct arena *a, const char *folder, struct err *e)
{
	struct api *api = api_start();
	const char *path = str_format(a, "%s/config", folder);
	const char *text = str_format(a,
		"{\"current-context\": \"admin\", \"clusters\": [{\"name\": \"c\", \"cluster\": {\"server\": "
		"\"http://127.0.0.1:%u\"}}], \"users\": [{\"name\": \"admin\", \"user\": {\"token\": \"admin-token\"}}, "
		"{\"name\": \"bob\", \"user\": {\"token\": \"bob-token\"}}, {\"name\": \"nobody\", \"user\": {\"token\": "
		"\"wrong-token\"}}], \"contexts\": [{\"name\": \"admin\", \"context\": {\"cluster\": \"c\", \"user\": "
		"\"admin\"}}, {\"name\": \"bob\", \"context\": {\"cluster\": \"c\", \"user\": \"bob\"}}, {\"name\": "
		"\"nobody\", \"context\": {\"cluster\": \"c\", \"user\": \"nobody\"}}]}", api_port(api));

	api_serve(api, "things");
	api_set_token(api, "admin-token");
	api_set_stranger(api, "bob-token", "bob");
	if (!file_replace(path, text, strlen(text), 0600, e))
		return false;
	until_input_ends();
	api_stop(api);
	return true;
}

/* One who asks, in a context. */
struct caller {
	struct arena *a;
	struct kube_access access;
	struct kube_cluster *cluster;
	struct kube_client *client;
	bool stop;
};

static bool caller_open(struct caller *c, struct arena *a, const char *context, struct err *e)
{
	*c = (struct caller){ .a = a };
	if (!kube_access_find(a, &(struct kube_search){ .context = context }, &c->access, e))
		return false;
	c->cluster = kube_cluster_new(&c->access);
	c->client = kube_client_new(c->cluster, &c->stop);
	return true;
}

static void caller_close(struct caller *c)
{
	kube_client_free(c->client);
	kube_cluster_free(c->cluster);
}

static struct value *parse(struct arena *a, const char *json)
{
	struct value *v;
	struct err e;

	if (!json_parse(a, json, strlen(json), &v, &e))
		abort();
	return v;
}

/* What came of a request; full: with the cluster's sentence. */
static struct value *tell(struct caller *c, const char *what, const struct kube_request *rq, bool full)
{
	struct value *v = NULL;
	struct err e = { 0 };

	if (kube_ask(c->client, c->a, rq, &v, &e))
		printf("%s: %s %s\n", what, value_path_text(v, "kind", "?"), value_path_text(v, "metadata.name", "-"));
	else
		printf("%s: %s %d %s%s%s\n", what, err_code_name(e.code), kube_client_refusal(c->client)->status,
		       kube_client_refusal(c->client)->reason, full ? ": " : "", full ? e.message : "");
	return v;
}

static struct kube_id thing(const char *name)
{
	return (struct kube_id){ .resource = &things, .namespace = "contract", .name = name };
}

static struct kube_request kube_calls_deleting(struct arena *a, const struct kube_id *id)
{
	return (struct kube_request){ .method = "DELETE", .path = kube_path(a, id) };
}

static const char thing_json[] = "{\"apiVersion\":\"example.org/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"%s\"},"
				 "\"spec\":{\"a\":1,\"b\":{\"c\":\"d\"}}}";

static void make(struct caller *c, const char *what, const char *name)
{
	struct kube_id id = thing(NULL);
	struct value *object = parse(c->a, str_format(c->a, "%.*s%s%s", (int)(strstr(thing_json, "%s") - thing_json),
						      thing_json, name, strstr(thing_json, "%s") + 2));
	struct kube_request rq = kube_creating(c->a, &id, object, false);

	tell(c, what, &rq, true);
}

static void contract_objects(struct caller *c)
{
	struct kube_id id = thing("none"), all = thing(NULL);
	struct kube_request rq = kube_reading(c->a, &id);
	struct value *v;

	tell(c, "read what is not there", &rq, true);
	rq = kube_merging(c->a, &id, parse(c->a, "{\"spec\":{}}"));
	tell(c, "change what is not there", &rq, true);
	rq = kube_calls_deleting(c->a, &id);
	tell(c, "delete what is not there", &rq, true);
	make(c, "make", "a");
	make(c, "make it twice", "a");
	make(c, "make another", "b");
	make(c, "and another", "c");
	rq = kube_creating(c->a, &all, parse(c->a, "{\"apiVersion\":\"example.org/v1\",\"kind\":\"Thing\",\"metadata\":"
						   "{\"name\":\"dry\"}}"), true);
	tell(c, "a dry run", &rq, true);
	id = thing("dry");
	rq = kube_reading(c->a, &id);
	tell(c, "which leaves nothing", &rq, true);
	id = thing("a");
	rq = kube_merging(c->a, &id, parse(c->a, "{\"metadata\":{\"annotations\":{\"x\":\"y\"}},\"spec\":{\"a\":null,"
						 "\"b\":{\"e\":\"f\"}}}"));
	v = tell(c, "change", &rq, true);
	printf("spec: %s, annotation: %s\n", json_text(c->a, value_get(v, "spec"), JSON_SORT_KEYS),
	       value_path_text(v, "metadata.annotations.x", ""));
	rq.type = "text/plain";
	tell(c, "change by a body of another type", &rq, false);
	rq = (struct kube_request){ .path = "/apis/example.org/v1/absent" };
	tell(c, "a kind that is not there", &rq, false);
}

static void contract_pages(struct caller *c)
{
	struct kube_id id = thing(NULL);
	struct kube_request rq = kube_reading(c->a, &id);
	const char *next = "";
	struct kube_page page;
	struct value *item;
	struct err e = { 0 };
	struct str text;

	for (unsigned n = 1; next && n < 5; n++) {
		rq.query = str_format(c->a, "limit=2%s%s", *next ? "&continue=" : "", next);
		if (!kube_ask_text(c->client, c->a, &rq, &text, &e) || !kube_page_read(c->a, text, &page, &e)) {
			printf("page %u: %s\n", n, e.message);
			return;
		}
		printf("page %u:", n);
		while (kube_page_next(c->a, &page, &item, &e) && item)
			printf(" %s", value_path_text(item, "metadata.name", "?"));
		printf("%s\n", *page.version ? ", with a version" : "");
		next = page.next ? page.next : NULL;
	}
}

/* What a follower hears, as marks. */
struct heard {
	struct caller *c;
	unsigned step;
};

static void contract_changed(void *heard, enum kube_change change, const struct value *object)
{
	static const char *const words[] = { "added", "modified", "deleted" };
	struct heard *h = heard;

	printf("%s %s\n", words[change], value_path_text(object, "metadata.name", "?"));
	(void)h;
}

/* Each time all is told, the next thing is done by another client, until there is no more. */
static void contract_settled(void *heard)
{
	struct heard *h = heard;
	struct err e = { 0 };
	struct caller other;

	if (!caller_open(&other, h->c->a, NULL, &e))
		exit(1);
	struct kube_id b = thing("b");
	struct kube_request rq;
	switch (h->step++) {
	case 0:
		make(&other, "meanwhile", "d");
		break;
	case 1:
		rq = kube_merging(other.a, &b, parse(other.a, "{\"spec\":{\"a\":2}}"));
		tell(&other, "meanwhile", &rq, true);
		break;
	case 2:
		rq = kube_calls_deleting(other.a, &b);
		tell(&other, "meanwhile", &rq, false);
		break;
	default:
		flag_set(&h->c->stop);
	}
	caller_close(&other);
}

static void contract_state(void *heard, const struct kube_state *state)
{
	(void)heard;
	if (state->error)
		printf("state %d: %s\n", (int)state->phase, state->error->message);
}

static void contract_follow(struct caller *c)
{
	struct heard h = { .c = c };
	struct kube_follower follower = { &h, contract_changed, contract_settled, contract_state };
	struct kube_follow_options o = { .resource = &things, .namespace = "contract", .page = 2 };

	kube_follow(c->client, &o, &follower);
}

static void contract_may(struct arena *a, const char *context)
{
	AUTO(kube_reviews) struct kube_reviews *reviews = kube_reviews_new();
	static const char *const verbs[] = { "list", "promote" };
	struct kube_verdict verdict;
	struct caller c;

	for (size_t i = 0; i < COUNTOF(verbs); i++) {
		struct kube_right right = { verbs[i], thing(NULL) };
		struct err e = { 0 };

		if (!caller_open(&c, a, context, &e))
			exit(1);
		if (kube_may(reviews, c.client, &right, &verdict, &e))
			printf("%s may %s: %s\n", context, verbs[i], verdict.allowed ? "yes" : "no");
		else
			printf("%s may %s: %s: %s\n", context, verbs[i], err_code_name(e.code), "not told");
		kube_reviews_free(reviews);
		reviews = kube_reviews_new();
		caller_close(&c);
	}
}

static bool contract(struct arena *a, struct err *e)
{
	struct kube_id id = thing(NULL);
	struct caller c, bob, nobody;

	if (!caller_open(&c, a, NULL, e) || !caller_open(&bob, a, "bob", e) || !caller_open(&nobody, a, "nobody", e))
		return false;
	contract_objects(&c);
	contract_pages(&c);
	struct kube_request rq = kube_reading(a, &id);
	tell(&bob, "bob lists", &rq, true);
	tell(&nobody, "nobody lists", &rq, false);
	rq.query = "continue=garbage";
	tell(&c, "a page that is none", &rq, false);
	contract_may(a, "admin");
	contract_may(a, "bob");
	contract_follow(&c);
	caller_close(&c);
	caller_close(&bob);
	caller_close(&nobody);
	return true;
}

static void follow_changed(void *context, enum kube_change change, const struct value *object)
{
	static const char *const marks[] = { "+", "~", "-" };

	(void)context;
	printf("%s%s\n", marks[change], value_path_text(object, "metadata.name", "?"));
}

static void follow_settled(void *context)
{
	(void)context;
	printf("settled\n");
	fflush(stdout);
}

static void follow_state(void *context, const struct kube_state *state)
{
	static const char *const words[] = { "listing", "following", "polling", "waiting", "forbidden", "absent" };

	(void)context;
	printf("%s%s%s\n", words[state->phase], state->error ? ": " : "", state->error ? state->error->message : "");
	fflush(stdout);
}

struct following {
	struct caller *c;
	struct kube_follow_options o;
};

static void following_run(void *following)
{
	struct following *f = following;
	struct kube_follower follower = { NULL, follow_changed, follow_settled, follow_state };

	kube_follow(f->c->client, &f->o, &follower);
}

static bool follow(struct arena *a, char **argv, struct err *e)
{
	struct kube_resource resource = { argv[0], "v1", argv[1] };
	struct caller c;
	struct following f = { &c, { .resource = &resource, .namespace = argv[2], .page = 3, .refused_ms = 200,
				     .poll_ms = 200 } };
	struct thread *t;

	if (!caller_open(&c, a, getenv("CONTEXT"), e) || !thread_start(&t, "follow", following_run, &f, e))
		return false;
	until_input_ends();
	flag_set(&c.stop);
	kube_client_wake(c.client);
	thread_join(t);
	caller_close(&c);
	return true;
}

static bool may(struct arena *a, char **argv, struct err *e)
{
	AUTO(kube_reviews) struct kube_reviews *reviews = kube_reviews_new();
	struct kube_resource resource = { argv[1], "v1", argv[2] };
	struct kube_right right = { argv[0], { .resource = &resource, .namespace = argv[3], .name = argv[4] } };
	struct kube_verdict verdict;
	struct caller c;
	bool fine;

	if (!caller_open(&c, a, getenv("CONTEXT"), e))
		return false;
	fine = kube_may(reviews, c.client, &right, &verdict, e);
	if (fine)
		puts(verdict.allowed ? "yes" : "no");
	caller_close(&c);
	return fine;
}

static bool who(struct arena *a, struct err *e)
{
	struct kube_request rq = { .method = "POST", .path = "/apis/authentication.k8s.io/v1/selfsubjectreviews" };
	struct value *v;
	struct caller c;
	bool fine;

	rq.body = parse(a, "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}");
	if (!caller_open(&c, a, getenv("CONTEXT"), e))
		return false;
	fine = kube_ask(c.client, a, &rq, &v, e);
	if (fine)
		printf("%s\n", value_path_text(v, "status.userInfo.username", "?"));
	caller_close(&c);
	return fine;
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *what = argc > 1 ? argv[1] : "";
	struct err e = { 0 };
	bool fine = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(what, "world") == 0 && argc == 3)
		fine = world(a, argv[2], &e);
	else if (strcmp(what, "contract") == 0)
		fine = contract(a, &e);
	else if (strcmp(what, "follow") == 0 && argc >= 4)
		fine = follow(a, argv + 2, &e);
	else if (strcmp(what, "may") == 0 && argc >= 6)
		fine = may(a, argv + 2, &e);
	else if (strcmp(what, "who") == 0)
		fine = who(a, &e);
	else
		err_set(&e, ERR_USAGE, "usage: see the top of kube_calls.c");
	if (!fine)
		printf("%s: %s\n", err_code_name(e.code), e.message);
	return fine ? 0 : 1;
}
