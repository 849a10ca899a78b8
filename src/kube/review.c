/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster that refuses to answer has not denied the right itself. */
#include "kube/review.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"

enum { KEPT_MS = 60 * 1000, MOST_KEPT = 20000, MOST_RULES = 2000 };

struct kube_reviews {
	pthread_mutex_t lock;
	struct arena *a;
	struct map known;               /* struct review_answer * */
	struct map rules;               /* of namespaces: struct review_rules * */
};

struct review_rules {
	struct arena *a;                /* what they lie in */
	const struct value *rules;      /* NULL: the cluster does not tell them */
	int64_t at;                     /* clock_ticks() */
};

struct review_answer {
	struct kube_verdict verdict;
	int64_t at;                     /* clock_ticks() */
};

static const struct kube_resource selfsubjectaccessreviews = { "authorization.k8s.io", "v1",
							       "selfsubjectaccessreviews" };

struct kube_reviews *kube_reviews_new(void)
{
	struct kube_reviews *r = xmalloc(sizeof(*r));

	*r = (struct kube_reviews){ .a = arena_new() };
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

static void review_drop_rules(struct kube_reviews *r)
{
	for (size_t i = 0; i < r->rules.room; i++)
		if (r->rules.slots[i].key)
			arena_free(((struct review_rules *)r->rules.slots[i].value)->a);
	r->rules = (struct map){ 0 };
}

void kube_reviews_free(struct kube_reviews *r)
{
	if (!r)
		return;
	review_drop_rules(r);
	pthread_mutex_destroy(&r->lock);
	arena_free(r->a);
	free(r);
}

void auto_kube_reviews(struct kube_reviews **r)
{
	kube_reviews_free(*r);
}

static const char *review_part(const char *text)
{
	return text ? text : "";
}

/* No part can hold a blank. */
static const char *review_key(struct arena *a, const struct kube_right *right)
{
	const struct kube_id *on = &right->on;

	return str_format(a, "%s %s %s %s %s %s", right->verb, on->resource->group, on->resource->plural,
			  review_part(on->subresource), review_part(on->namespace), review_part(on->name));
}

bool kube_review_known(struct kube_reviews *r, const struct kube_right *right, struct kube_verdict *out)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct review_answer *answer;
	bool known;

	pthread_mutex_lock(&r->lock);
	answer = map_get(&r->known, review_key(a, right));
	known = answer && clock_ticks() - answer->at < KEPT_MS;
	if (known)
		*out = answer->verdict;
	pthread_mutex_unlock(&r->lock);
	return known;
}

/* The lock is held. */
static void review_make_room(struct kube_reviews *r)
{
	if (r->known.count < MOST_KEPT && r->rules.count < MOST_RULES)
		return;
	review_drop_rules(r);
	arena_reset(r->a);
	r->known = (struct map){ 0 };
}

static void review_keep(struct kube_reviews *r, const struct kube_right *right,
			const struct kube_verdict *verdict)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *key = review_key(a, right);
	struct review_answer *answer;

	pthread_mutex_lock(&r->lock);
	review_make_room(r);
	answer = map_get(&r->known, key);
	if (!answer) {
		answer = arena_alloc(r->a, sizeof(*answer));
		map_set(r->a, &r->known, key, answer);
	}
	*answer = (struct review_answer){ *verdict, clock_ticks() };
	pthread_mutex_unlock(&r->lock);
}

static void review_put(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

static struct value *review_question(struct arena *a, const struct kube_right *right)
{
	struct value *review = value_map(a), *spec = value_map(a), *on = value_map(a);

	review_put(a, review, "apiVersion", "authorization.k8s.io/v1");
	review_put(a, review, "kind", "SelfSubjectAccessReview");
	review_put(a, on, "namespace", right->on.namespace);
	review_put(a, on, "verb", right->verb);
	review_put(a, on, "group", right->on.resource->group);
	review_put(a, on, "resource", right->on.resource->plural);
	review_put(a, on, "subresource", right->on.subresource);
	review_put(a, on, "name", right->on.name);
	value_set(a, spec, "resourceAttributes", on);
	value_set(a, review, "spec", spec);
	return review;
}

/* Whether they are known, and what they say. */
static bool review_rules_known(struct kube_reviews *r, const struct kube_right *right, enum kube_ruling *out)
{
	const struct review_rules *known;
	bool is_known;

	pthread_mutex_lock(&r->lock);
	known = map_get(&r->rules, right->on.namespace);
	is_known = known && clock_ticks() - known->at < KEPT_MS;
	if (is_known)
		*out = known->rules ? kube_rules_of(known->rules, right) : KUBE_RULES_DO_NOT_SAY;
	pthread_mutex_unlock(&r->lock);
	return is_known;
}

static void review_keep_rules(struct kube_reviews *r, const char *namespace, struct review_rules *asked)
{
	struct review_rules *known;

	pthread_mutex_lock(&r->lock);
	review_make_room(r);
	known = map_get(&r->rules, namespace);
	if (known) {
		arena_free(known->a);
	} else {
		known = arena_alloc(r->a, sizeof(*known));
		map_set(r->a, &r->rules, str_copy(r->a, namespace), known);
	}
	*known = *asked;
	pthread_mutex_unlock(&r->lock);
}

/* Asks for the namespace's rules, unless they are known; one that does not tell them is asked again later. */
static enum kube_ruling review_ruling(struct kube_reviews *r, struct kube_client *c,
				      const struct kube_right *right)
{
	struct review_rules asked = { .a = arena_new(), .at = clock_ticks() };
	enum kube_ruling ruling = KUBE_RULES_DO_NOT_SAY;
	struct err e;

	if (!right->on.namespace || review_rules_known(r, right, &ruling)) {
		arena_free(asked.a);
		return ruling;
	}
	if (!kube_rules_ask(c, asked.a, right->on.namespace, &asked.rules, &e))
		asked.rules = NULL;
	review_keep_rules(r, right->on.namespace, &asked);
	return review_rules_known(r, right, &ruling) ? ruling : KUBE_RULES_DO_NOT_SAY;
}

bool kube_may(struct kube_reviews *r, struct kube_client *c, const struct kube_right *right,
	      struct kube_verdict *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kube_id id = { .resource = &selfsubjectaccessreviews };
	struct kube_request rq = { .method = "POST", .path = kube_path(a, &id),
				   .body = review_question(a, right) };
	struct kube_verdict verdict = { 0 };
	const struct value *allowed;
	struct value *v;

	enum kube_ruling ruling;

	if (kube_review_known(r, right, out))
		return true;
	ruling = review_ruling(r, c, right);
	if (ruling != KUBE_RULES_DO_NOT_SAY) {
		*out = (struct kube_verdict){ .allowed = ruling == KUBE_RULES_ALLOW };
		return true;
	}
	if (!kube_ask(c, a, &rq, &v, e))
		return err_wrap(e, "asking whether we may %s %s", right->verb, right->on.resource->plural);
	allowed = value_path(v, "status.allowed");
	if (!value_is(allowed, VALUE_BOOL))
		return err_set(e, ERR_NET, "the cluster does not say whether we may %s %s", right->verb,
			       right->on.resource->plural);
	verdict.allowed = allowed->boolean;
	snprintf(verdict.reason, sizeof(verdict.reason), "%s",
		 str_line(a, value_path_text(v, "status.reason", ""), sizeof(verdict.reason) - 1));
	review_keep(r, right, &verdict);
	*out = verdict;
	return true;
}
