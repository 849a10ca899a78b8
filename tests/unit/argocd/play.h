/* SPDX-License-Identifier: Apache-2.0 */
/* An Argo CD on this machine that a test plays, and a client of it. */
#ifndef GANTRY_TESTS_UNIT_ARGOCD_PLAY_H
#define GANTRY_TESTS_UNIT_ARGOCD_PLAY_H

#include "net/server.h"

struct arena;
struct argocd;
struct http;

struct argocd_play {
	struct arena *arena;            /* lives as long as the play */
	struct http *http;
	struct server *server;
	struct argocd *client;
};

/* path: what its addresses begin with, "" or such as "/root". The client has the token "to.k.en". */
void argocd_play_begin(struct argocd_play *p, const char *path, server_handler *answer, void *context);
void argocd_play_end(struct argocd_play *p);

#endif
