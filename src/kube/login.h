/* SPDX-License-Identifier: Apache-2.0 */
/* Logging in to a cluster: user entries, plugins, a pod's own account. This folder only. */
#ifndef GANTRY_KUBE_LOGIN_H
#define GANTRY_KUBE_LOGIN_H

#include "base/base.h"

struct arena;
struct err;
struct kube_access;
struct kube_entry;
struct kube_user;

/*
 * in_cluster.c: the service account of our own pod
 * (kubernetes.io/docs/tasks/run-application/access-api-from-pod).
 */

#define KUBE_IN_CLUSTER "in-cluster"

/* Whether the environment says that this is a pod: KUBERNETES_SERVICE_HOST and _PORT. */
bool kube_is_in_cluster(void);

/* folder: where the account's files are; NULL: where Kubernetes mounts them. */
bool kube_in_cluster(struct arena *a, const char *folder, struct kube_access *out, struct err *e) MUST_USE;

/*
 * user.c: a kubeconfig's user: how it logs in, and whom it impersonates. Any thread; reads files.
 */

/* cluster: its entry may hold settings for a plugin. ERR_CONFIG as kube_complain() has it. */
bool kube_user_read(struct arena *a, const struct kube_entry *user, const struct kube_entry *cluster,
		    struct kube_user *out, struct err *e) MUST_USE;

/*
 * plugin.c: credentials from a program, run as kubectl runs it: without a shell, with our whole
 * environment and KUBERNETES_EXEC_INFO (kubernetes.io/docs/reference/access-authn-authz/authentication,
 * "client-go credential plugins"). Blocks: workers and commands.
 */

/* What a plugin gave. NULL members: not given. */
struct kube_gift {
	const char *token;
	const char *certificate, *key;  /* PEM */
	int64_t expires;                /* wall clock, ms; 0: not said */
};

struct kube_plugin_run {
	const struct kube_access *access; /* whose user has a plugin */
	bool has_terminal;              /* a person is there, and no screen is up */
	const bool *cancelled;          /* may be NULL */
};

/*
 * Runs it, for at most a minute without a terminal and five with one. ERR_AUTH when it fails or
 * gives nothing usable, with its own words; ERR_CONFIG when it is not installed, with the hint.
 */
bool kube_plugin_ask(struct arena *a, const struct kube_plugin_run *run, struct kube_gift *out,
		     struct err *e) MUST_USE;

#endif
