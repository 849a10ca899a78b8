/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Argo CD as far as its REST API shows it: version, session, applications (list, get, refresh, patch,
 * sync, terminate), their project with its sync windows, and the event stream, with its status codes and
 * error bodies. Its own threads.
 */
#ifndef GANTRY_DEMO_DEMO_ARGOCD_H
#define GANTRY_DEMO_DEMO_ARGOCD_H

#include "base/base.h"

struct demo_argocd;
struct err;
struct simulation;

/* Listens on loopback, on port (0: a free one). Plain http. s must live longer. */
bool demo_argocd_start(struct demo_argocd **out, unsigned port, struct simulation *s,
		       struct err *e) MUST_USE;
void demo_argocd_stop(struct demo_argocd *d);

unsigned demo_argocd_port(const struct demo_argocd *d);

/* The token that it lets in. */
const char *demo_argocd_token(void);

#endif
