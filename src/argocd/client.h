/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Argo CD's REST API (a server documents its own at /swagger-ui). Owned by one thread; blocks:
 * workers and commands. Errors: ERR_AUTH (401 passes: log in again; 403), ERR_NOT_FOUND, ERR_CONFLICT
 * with again set (another operation runs; a test in a patch failed), ERR_REFUSED that passes (a
 * sync window is closed), ERR_CONFIG (the change itself is wrong), ERR_NET.
 */
#ifndef GANTRY_ARGOCD_CLIENT_H
#define GANTRY_ARGOCD_CLIENT_H

#include "base/base.h"

struct argocd;
struct argocd_settings;
struct arena;
struct err;
struct http;
struct http_reply;
struct http_request;
struct value;

/* Which application. */
struct argocd_id {
	const char *name;
	const char *namespace;          /* NULL or "": the one Argo CD itself is in */
	const char *project;            /* NULL: not known; then what is missing looks forbidden */
};

/* h is the caller's and must live longer; settings are copied. */
struct argocd *argocd_new(struct http *h, const struct argocd_settings *s);
/* The same for another connection: of calls made while c reads a stream. */
struct argocd *argocd_copy(const struct argocd *c, struct http *h);
void argocd_free(struct argocd *c);
void auto_argocd(struct argocd **c);

/* Calls look at this flag from now on; NULL: none. */
void argocd_set_cancelled(struct argocd *c, const bool *cancelled);

/* From now on calls that change something are refused (ERR_INTERNAL), for plans; or let through again. */
void argocd_set_asks_only(struct argocd *c, bool asks_only);

/* Since it was made, a call was answered 401: the settings may hold a newer token by now. */
bool argocd_is_token_refused(const struct argocd *c);

/* "https://host/root", for messages and links. */
const char *argocd_base(const struct argocd *c);

struct argocd_query {
	const char *selector;           /* of labels; NULL: all applications */
	const char *fields;             /* as the API's parameter "fields" has them; NULL: whole objects */
};

/* Applications we may see, as a list of Application objects. */
bool argocd_list(struct argocd *c, struct arena *a, const struct argocd_query *q,
		 const struct value **items, struct err *e) MUST_USE;

/* One application. */
bool argocd_get(struct argocd *c, struct arena *a, const struct argocd_id *id, struct value **object,
		struct err *e) MUST_USE;

/* The same after a hard refresh: waits (30 s at most) until Argo CD has rendered and compared again. */
bool argocd_refresh(struct argocd *c, struct arena *a, const struct argocd_id *id, struct value **object,
		    struct err *e) MUST_USE;

/*
 * Makes Argo CD look at it again (a normal refresh, which needs no more than the right to see it). Tries
 * once, for 3 s at most. False: no answer; the next argocd_get shows whether Argo CD looked all the same.
 */
bool argocd_nudge(struct argocd *c, struct arena *a, const struct argocd_id *id);

/* A change of one application. */
struct argocd_change {
	const struct argocd_id *id;
	const struct value *body;
};

/* Changes it by a JSON patch (RFC 6902): a list of operations. *object: the application afterwards. */
bool argocd_patch(struct argocd *c, struct arena *a, const struct argocd_change *change,
		  struct value **object, struct err *e) MUST_USE;

/* Starts a sync, of the API's ApplicationSyncRequest (NULL: none). *object: as above. */
bool argocd_sync(struct argocd *c, struct arena *a, const struct argocd_change *change,
		 struct value **object, struct err *e) MUST_USE;

/*
 * Whether a sync asked for now would be let through: *closed is NULL, or names the sync windows that
 * hold it back: "deny, 0 22 * * * for 8h".
 */
bool argocd_windows(struct argocd *c, struct arena *a, const struct argocd_id *id, const char **closed,
		    struct err *e) MUST_USE;

/* For watch.c: fills in address, token, TLS and headers for path ("/api/v1/…"). */
void argocd_prepare(struct argocd *c, struct arena *a, const char *path, const char *accept,
		    struct http_request *rq);

/* For watch.c: what a reply that is not a success means. Returns false. */
bool argocd_refused(struct argocd *c, struct arena *a, const struct http_reply *reply,
		    struct err *e);

/* For watch.c. */
struct http *argocd_http(struct argocd *c);
const bool *argocd_cancelled(const struct argocd *c);

#endif
