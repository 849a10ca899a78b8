/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One cluster, and the credentials that all its clients share. A plugin runs once for all of them,
 * and again when its credentials expire or are refused; token files are read again. Any thread;
 * blocks while a plugin runs.
 */
#ifndef GANTRY_KUBE_CLUSTER_H
#define GANTRY_KUBE_CLUSTER_H

#include "base/base.h"

struct arena;
struct err;
struct kube_access;
struct kube_cluster;

/* access must live longer. */
struct kube_cluster *kube_cluster_new(const struct kube_access *access);
void kube_cluster_free(struct kube_cluster *c);
void auto_kube_cluster(struct kube_cluster **c);

const struct kube_access *kube_cluster_access(const struct kube_cluster *c);

/*
 * Whether plugins may prompt on the terminal: false at first; set it to false again before a screen
 * comes up.
 */
void kube_cluster_set_terminal(struct kube_cluster *c, bool has_terminal);

/* What a request shows. NULL members: nothing. */
struct kube_pass {
	const char *bearer, *username, *password, *certificate, *key;
	unsigned serial;                /* which credentials these were, for kube_cluster_refused() */
};

/*
 * Copies into the arena. ERR_AUTH, ERR_CONFIG: no credentials; again is set when a later try may
 * succeed.
 */
bool kube_cluster_pass(struct kube_cluster *c, struct arena *a, const bool *cancelled,
		       struct kube_pass *out, struct err *e) MUST_USE;

/*
 * The server rejected them (401). True when kube_cluster_pass() may return others by now, so that
 * one more try makes sense.
 */
bool kube_cluster_refused(struct kube_cluster *c, unsigned serial);

#endif
