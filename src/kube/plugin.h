/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials that a program gives, run as kubectl runs it: without shell, with our whole environment and
 * KUBERNETES_EXEC_INFO (kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential
 * plugins"). Blocks: workers and commands.
 */
#ifndef GANTRY_KUBE_PLUGIN_H
#define GANTRY_KUBE_PLUGIN_H

#include "base/base.h"

struct arena;
struct err;
struct kube_access;

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
 * Runs it, a minute at most without a person and five with one. ERR_AUTH when it fails or gives nothing that
 * can be used, with what it said; ERR_CONFIG when it is not installed, with the hint.
 */
bool kube_plugin_ask(struct arena *a, const struct kube_plugin_run *run, struct kube_gift *out,
		     struct err *e) MUST_USE;

#endif
