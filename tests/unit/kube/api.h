/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small Kubernetes API on loopback: objects of any kind, lists in pages, watches, patches, reviews, refusals as
 * Status objects, and the faults that tests ask for. tests/peers/kube.t compares it with a real one. Any thread.
 */
#ifndef GANTRY_TESTS_UNIT_KUBE_API_H
#define GANTRY_TESTS_UNIT_KUBE_API_H

#include "base/base.h"

struct api;
struct arena;

struct api *api_start(void);
void api_stop(struct api *api);
unsigned api_port(const struct api *api);

/* Only this token is let in (401 otherwise); NULL: whoever comes. */
void api_set_token(struct api *api, const char *token);

/* Who comes with this token may do nothing but ask what they may. */
void api_set_stranger(struct api *api, const char *token, const char *user);

/* Requests of this verb ("list", "watch", "create" …) for this plural are refused; plural "*": all. */
void api_forbid(struct api *api, const char *verb, const char *plural);
void api_allow_all(struct api *api);

/* What it answers of rules: a status as JSON, kept by the caller; NULL: it knows no such question. */
void api_set_rules(struct api *api, const char *status);

/* Makes or replaces an object. collection: "/apis/g/v1/namespaces/ns/things"; json: the whole object. */
void api_put(struct api *api, const char *collection, const char *json);
void api_remove(struct api *api, const char *collection, const char *name);

/* The next count answers have this status; retry_after: seconds, or NULL. */
void api_fail(struct api *api, unsigned count, int status, const char *retry_after);

/* Ends all watches, in order; with rest, these bytes are sent first. */
void api_cut(struct api *api, const char *rest);

/* What was before now is forgotten: watches and further pages of then answer 410. */
void api_compact(struct api *api);

/* The next count questions for a further page are answered 410. */
void api_expire_pages(struct api *api, unsigned count);

/* From now on a question for a further page is answered with the first one. */
void api_repeat_pages(struct api *api);

/* Kinds of this plural are known from now on, and no others, once one was named. NULL: all are. */
void api_serve(struct api *api, const char *plural);

/* "GET /path?query\n" of each request so far, watches with their version left out. */
const char *api_asked(struct api *api, struct arena *a);

/* How many watches are open. */
unsigned api_watches(struct api *api);

/* The newest request's header, "" without. */
const char *api_header(struct api *api, struct arena *a, const char *name);

#endif
