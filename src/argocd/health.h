/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's health: what the checks that its last promotion registered say about the applications
 * (doc/kargo-rules.md 7.5). Pure. Any thread.
 */
#ifndef GANTRY_ARGOCD_HEALTH_H
#define GANTRY_ARGOCD_HEALTH_H

#include "base/base.h"
#include "model/stage.h"

struct application;
struct application_list;
struct arena;
struct list;
struct value;

/*
 * One application against the revisions wanted of its sources (list of texts; NULL: none). NULL
 * application: it is not there. Adds to issues (const char *) why it is not healthy. *stale (may be
 * NULL) is set when Argo CD has not compared since the operation ended: refresh it.
 */
enum health application_health(struct arena *a, const struct application *app,
			       const struct value *desired, struct list *issues, bool *stale);

/*
 * A check as argocd-update registers it: {apps: [{name, namespace, desiredRevisions}]}, over the
 * applications known. The worst of them; HEALTH_UNKNOWN when one is not among them.
 */
enum health argocd_health(struct arena *a, const struct value *check,
			  const struct application_list *apps, struct list *issues);

/* The applications a check names, in its order: those known of them, const struct application *. */
void argocd_health_applications(struct arena *a, const struct value *check,
				const struct application_list *apps, struct list *out);

#endif
