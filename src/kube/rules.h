/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that we may do in a namespace, asked in one question (SelfSubjectRulesReview): rules as RBAC has them
 * (kubernetes.io/docs/reference/access-authn-authz/rbac). Any thread; the client is the calling thread's.
 */
#ifndef GANTRY_KUBE_RULES_H
#define GANTRY_KUBE_RULES_H

#include "base/base.h"
#include "kube/client.h"

struct arena;
struct err;
struct value;

/* A right: its verb, and what for; verbs may be a project's own, as Kargo's "promote" is. */
struct kube_right {
	const char *verb;
	struct kube_id on;              /* resource.version is not looked at */
};

/* *out: the rules, in the arena. */
bool kube_rules_ask(struct kube_client *c, struct arena *a, const char *namespace, const struct value **out,
		    struct err *e) MUST_USE;

enum kube_ruling { KUBE_RULES_ALLOW, KUBE_RULES_DENY, KUBE_RULES_DO_NOT_SAY };

/* What they say of a right in that namespace; nothing where a cluster has more than rules to go by. */
enum kube_ruling kube_rules_of(const struct value *rules, const struct kube_right *right);

#endif
