/* SPDX-License-Identifier: Apache-2.0 */
/* The applications of argocd/update.h over Argo CD's REST API. Workers. */
#ifndef GANTRY_STEPS_ARGOCD_LIVE_H
#define GANTRY_STEPS_ARGOCD_LIVE_H

#include "base/base.h"

struct step_run;
struct update_port;

/* Fills in the port; r must live as long as it, and services->argocd not be NULL. */
void argocd_live_port(struct step_run *r, struct update_port *port);

/* Where applications are when nobody says: $ARGOCD_NAMESPACE, else "argocd". */
const char *argocd_default_namespace(void);

#endif
