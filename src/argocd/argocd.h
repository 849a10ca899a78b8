/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Argo CD: applications, their health and sync, refresh, sync and the event stream.
 * May use base data net model.
 *
 * argocd.h   this table
 */
#ifndef GANTRY_ARGOCD_ARGOCD_H
#define GANTRY_ARGOCD_ARGOCD_H
#endif
