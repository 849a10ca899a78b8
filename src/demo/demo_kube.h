/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small Kubernetes API over a cluster's objects: lists, watches, patches, reviews, and the creation of
 * Promotions, with its status codes and Status objects. Two users: one may do everything, one may look.
 * Its own threads.
 */
#ifndef GANTRY_DEMO_DEMO_KUBE_H
#define GANTRY_DEMO_DEMO_KUBE_H

#include "base/base.h"

/* Whose user may do everything; the other's name ends in "-viewer". No command is called so. */
#define DEMO_KUBE_CONTEXT "kargo-demo"

struct arena;
struct demo_cluster;
struct demo_kargo;
struct demo_kube;
struct err;

/* Listens on loopback, on port (0: a free one). Plain http. The others must live longer. */
bool demo_kube_start(struct demo_kube **out, unsigned port, struct demo_cluster *c, struct demo_kargo *k,
		     struct err *e) MUST_USE;
void demo_kube_stop(struct demo_kube *d);

/* A kubeconfig with both contexts; the one that may do everything is the current one. */
const char *demo_kube_config(struct arena *a, const struct demo_kube *d);

#endif
