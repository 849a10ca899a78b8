/* SPDX-License-Identifier: Apache-2.0 */
/* The client is freed before the server that it may still be connected to. */
#include "argocd/play.h"

#include "argocd/client.h"
#include "argocd/connect.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http.h"
#include "tap.h"

void argocd_play_begin(struct argocd_play *p, const char *path, server_handler *answer, void *context)
{
	struct argocd_settings s = { .token = "to.k.en" };
	struct err e = { 0 };

	*p = (struct argocd_play){ .arena = arena_new(), .http = http_new() };
	ok(server_start(&p->server, &(struct server_options){ 0 }, answer, context, &e), "a server %s", e.message);
	s.base = str_format(p->arena, "http://127.0.0.1:%u%s", server_port(p->server), path);
	p->client = argocd_new(p->http, &s);
}

void argocd_play_end(struct argocd_play *p)
{
	argocd_free(p->client);
	http_free(p->http);
	server_stop(p->server);
	arena_free(p->arena);
}
