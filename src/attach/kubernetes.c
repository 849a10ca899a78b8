/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what is the cluster's to say. */
#include "attach/kubernetes.h"

#include <stdlib.h>
#include <string.h>

#include "attach/kubernetes_calls.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "kube/access.h"
#include "kube/cluster.h"
#include "kube/config.h"
#include "kube/follow.h"
#include "kube/review.h"

/* All that the threads share. */
struct kubernetes {
	struct arena *arena;            /* of access */
	struct kube_access access;
	struct kube_cluster *cluster;
	struct kube_reviews *reviews;
};

/* What one thread has. */
struct kubernetes_desk {
	struct kubernetes *shared;
	struct kube_client *client;
};

/* What admission or the cluster's rights refuse is refused: no waiting and no other login helps. */
static bool kubernetes_refuse(const struct kubernetes_desk *d, struct err *e)
{
	const struct err said = *e;
	int status = kube_client_refusal(d->client)->status;

	if (status == 403 || said.code == ERR_REFUSED || strstr(said.message, " is forbidden: "))
		return err_set(e, ERR_REFUSED, "%s", kubernetes_words(said.message));
	return false;
}

static void *kubernetes_open(void *it, const bool *cancelled)
{
	struct kubernetes_desk *d = xmalloc(sizeof(*d));

	*d = (struct kubernetes_desk){ .shared = it };
	d->client = kube_client_new(d->shared->cluster, cancelled);
	return d;
}

static void kubernetes_wake(void *own)
{
	kube_client_wake(((struct kubernetes_desk *)own)->client);
}

static void kubernetes_close(void *own)
{
	struct kubernetes_desk *d = own;

	kube_client_free(d->client);
	free(d);
}

static void kubernetes_changed(void *context, enum kube_change change, const struct value *object)
{
	const struct attach_listener *l = context;

	l->changed(l->context, object, change == KUBE_DELETED);
}

static void kubernetes_settled(void *context)
{
	const struct attach_listener *l = context;

	l->settled(l->context);
}

static void kubernetes_stands(void *context, const struct kube_state *s)
{
	const struct attach_listener *l = context;
	const struct attach_standing standing = {
		.listed = s->phase != KUBE_LISTING && s->phase != KUBE_WAITING,
		.forbidden = s->phase == KUBE_FORBIDDEN,
		.heard = s->heard,
		.failing_since = s->phase == KUBE_WAITING ? s->since : 0,
		.error = s->error ? s->error->message : NULL,
	};

	l->stands(l->context, &standing);
}

/* Of Events only Kargo's own: a cluster has a thousand times as many. */
static void kubernetes_follow(void *own, enum attach_kind kind, const char *project,
			      const struct attach_listener *l)
{
	struct kubernetes_desk *d = own;
	struct kube_resource resource;
	struct attach_listener listener = *l;
	const struct kube_follow_options o = {
		.resource = kubernetes_resource_of(kind, &resource),
		.namespace = attach_kind_def(kind)->is_cluster ? NULL : project,
		.fields = kind == ATTACH_EVENT ? "reason=FreightApproved" : NULL,
	};
	const struct kube_follower follower = { &listener, kubernetes_changed, kubernetes_settled,
						kubernetes_stands };

	kube_follow(d->client, &o, &follower);
}

static bool kubernetes_call(void *own, struct arena *a, const struct attach_call *call,
			    const struct value **out, struct err *e)
{
	struct kubernetes_desk *d = own;
	const struct kube_request rq = kubernetes_request(a, call);
	struct value *answer;

	if (!kube_ask(d->client, a, &rq, &answer, e))
		return kubernetes_refuse(d, e);
	*out = answer;
	return true;
}

static bool kubernetes_may(void *own, const struct attach_right *right, struct attach_verdict *out,
			   struct err *e)
{
	struct kubernetes_desk *d = own;
	struct kube_resource resource;
	struct kube_verdict verdict;
	const struct kube_right asked = {
		.verb = right->verb,
		.on = { .resource = kubernetes_resource_of(right->kind, &resource),
			.namespace = right->project, .name = right->name,
			.subresource = right->subresource },
	};

	if (!kube_may(d->shared->reviews, d->client, &asked, &verdict, e))
		return false;
	out->allowed = verdict.allowed;
	memcpy(out->reason, verdict.reason, sizeof(out->reason));
	return true;
}

static bool kubernetes_secrets(void *own, struct arena *a, const char *project, const struct value **out,
			       struct err *e)
{
	static const struct kube_resource secrets = { .group = "", .version = "v1", .plural = "secrets" };
	struct kubernetes_desk *d = own;
	const struct kube_id id = { .resource = &secrets, .namespace = project };
	struct kube_request rq = kube_reading(a, &id);
	struct value *answer;

	rq.query = "labelSelector=kargo.akuity.io%2Fcred-type";
	if (!kube_ask(d->client, a, &rq, &answer, e))
		return false;
	*out = value_get(answer, "items");
	return true;
}

static bool kubernetes_analysis_run(void *own, struct arena *a, const struct attach_object *which,
				    const struct value **out, struct err *e)
{
	static const struct kube_resource runs = { "argoproj.io", "v1alpha1", "analysisruns" };
	struct kubernetes_desk *d = own;
	const struct kube_id id = { .resource = &runs, .namespace = which->project, .name = which->name };
	const struct kube_request rq = kube_reading(a, &id);
	struct value *answer;

	if (!kube_ask(d->client, a, &rq, &answer, e))
		return kubernetes_refuse(d, e);
	*out = answer;
	return true;
}

static void kubernetes_allow_asking(void *it)
{
	kube_cluster_set_terminal(((struct kubernetes *)it)->cluster, true);
}

static void kubernetes_free(void *it)
{
	struct kubernetes *k = it;

	kube_reviews_free(k->reviews);
	kube_cluster_free(k->cluster);
	arena_free(k->arena);
	free(k);
}

bool attach_kubernetes_open(const char *context, struct attach_transport *out, struct err *e)
{
	const struct kube_search search = { .context = *context ? context : NULL };
	struct kubernetes *k = xmalloc(sizeof(*k));

	*k = (struct kubernetes){ .arena = arena_new() };
	if (!kube_access_find(k->arena, &search, &k->access, e)) {
		arena_free(k->arena);
		free(k);
		return false;
	}
	k->cluster = kube_cluster_new(&k->access);
	k->reviews = kube_reviews_new();
	*out = (struct attach_transport){
		.it = k,
		.context = k->access.context,
		.server = k->access.server,
		.project = k->access.namespace,
		.allow_asking = kubernetes_allow_asking,
		.open = kubernetes_open,
		.wake = kubernetes_wake,
		.close = kubernetes_close,
		.follow = kubernetes_follow,
		.call = kubernetes_call,
		.may = kubernetes_may,
		.secrets = kubernetes_secrets,
		.analysis_run = kubernetes_analysis_run,
		.free = kubernetes_free,
	};
	return true;
}
