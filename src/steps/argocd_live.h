/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The applications of argocd/update.h over Argo CD's REST API, and what the steps that use them have in
 * common. Workers.
 */
#ifndef GANTRY_STEPS_ARGOCD_LIVE_H
#define GANTRY_STEPS_ARGOCD_LIVE_H

#include "base/base.h"
#include "steps/step.h"

struct arena;
struct err;
struct list;
struct value;
struct update_port;

/* What the port's functions work for. */
struct argocd_live {
	struct step_run *r;             /* its services->argocd is not NULL */
	struct value *notes;            /* a map that is kept from look to look; NULL: there is one look */
};

/* Fills in the port; live must live as long as it. */
void argocd_live_port(struct argocd_live *live, struct update_port *port);

/* Whether no Argo CD is configured; *e then says what to do. */
bool argocd_live_missing(const struct step_run *r, struct err *e);

/* The first application (struct value *) that a closed sync window holds back, and which; NULL: none. */
bool argocd_live_closed(struct step_run *r, const struct list *apps, const char **closed,
			struct err *e) MUST_USE;

/* The application compared again, waiting for it; NULL when that cannot be had now. */
struct value *argocd_live_refreshed(struct step_run *r, struct arena *a, const struct value *app);

/* matchLabels and matchExpressions. */
extern const struct step_param argocd_selector_params[];

/* Entry i of apps names an application or chooses some, one of the two. */
bool argocd_check_choice(const struct value *entry, size_t i, struct err *e) MUST_USE;

/* The Applications that the step's apps name, for people. */
const char *argocd_live_names(struct step_run *r);

#endif
