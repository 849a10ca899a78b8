/* SPDX-License-Identifier: Apache-2.0 */
/* A kubeconfig's user: all the ways in which it may log in, and whom it acts for. Any thread; reads files. */
#ifndef GANTRY_KUBE_USER_H
#define GANTRY_KUBE_USER_H

#include "base/base.h"

struct arena;
struct err;
struct kube_entry;
struct kube_user;

/* cluster: its entry may hold settings for a plugin. ERR_CONFIG as kube_complain() has it. */
bool kube_user_read(struct arena *a, const struct kube_entry *user, const struct kube_entry *cluster,
		    struct kube_user *out, struct err *e) MUST_USE;

#endif
