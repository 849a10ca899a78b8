/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Argo CD: applications, their health and sync, refresh, sync and the event stream.
 * May use base data net model.
 *
 * argocd.h    this table
 * client.h    the REST calls
 * connect.h   where Argo CD is and who we are, found as its own CLI finds it
 * decode.h    an Application as the API gives it, into model/application.h
 * describe.h  its state in a sentence
 * health.h    a stage's health, from the applications of its last promotion
 * sources.h   an application's sources, and what a promotion wants of them
 * update.h    what step argocd-update decides
 * watch.h     the event stream
 */
#ifndef GANTRY_ARGOCD_ARGOCD_H
#define GANTRY_ARGOCD_ARGOCD_H
#endif
