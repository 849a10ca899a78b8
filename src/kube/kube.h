/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kubernetes: where a cluster is, our credentials there, its objects read, followed and changed. Knows
 * nothing of Kargo. May use base data net.
 *
 * access.h      a cluster, and the ways in which it lets us in
 * client.h      requests to a cluster, and what its refusals mean
 * cluster.h     a cluster and the credentials that its clients share
 * config.h      kubeconfig files and service accounts: from a context to a cluster
 * follow.h      all objects of a kind, as they are and as they change
 * in_cluster.c  the service account of the pod that we run in
 * known.h       which objects are known, and in which version
 * kube.h        this table
 * kubeconfig.h  kubeconfig files, read and laid over each other
 * login.h       what we are to the cluster
 * pages.h       a list's text taken apart, object by object
 * plugin.c      credentials that a program gives
 * review.h      what we may do, asked beforehand
 * rules.h       all that we may do in a namespace
 * user.c        a kubeconfig's user
 * watch.h       the lines of a watch
 */
#ifndef GANTRY_KUBE_KUBE_H
#define GANTRY_KUBE_KUBE_H
#endif
