/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a cluster (kubernetes.io/docs/reference/using-api). One thread owns a client; calls
 * block, so only workers and commands make them. Errors carry the cluster's own sentence: ERR_AUTH
 * (401, gone once somebody logs in again; 403), ERR_NOT_FOUND, ERR_CONFLICT, ERR_REFUSED (422:
 * refused by admission), ERR_CONFIG (400: the request is wrong), ERR_LIMIT, ERR_NET. Temporary
 * failures are marked as in base/outage.h.
 */
#ifndef GANTRY_KUBE_CLIENT_H
#define GANTRY_KUBE_CLIENT_H

#include "base/base.h"
#include "base/str.h"
#include "net/http.h"

struct arena;
struct err;
struct kube_client;
struct kube_cluster;
struct value;

/* A kind of objects, as paths name it. */
struct kube_resource {
	const char *group;              /* "" for the core's */
	const char *version, *plural;   /* "v1alpha1", "stages" */
};

/* Which object, or which objects: NULL members are left out. */
struct kube_id {
	const struct kube_resource *resource;
	const char *namespace;          /* NULL: of all, or none for kinds without */
	const char *name, *subresource;
};

struct kube_request {
	const char *method;             /* NULL: GET */
	const char *path;               /* "/apis/…", escaped: kube_path() */
	const char *query;              /* "limit=500&…", escaped; NULL: none */
	const struct value *body;       /* sent as JSON; NULL: none */
	const char *type;               /* of the body; NULL: application/json */
	size_t max_reply;               /* bytes; 0: 16 MB */
	int64_t timeout_ms;             /* 0: 30,000 */
};

/* What the newest refusal was. */
struct kube_refusal {
	int status;                     /* HTTP's; 0: there was no refusal */
	char reason[48];                /* "Expired", "Forbidden"; "" when not said */
};

/* cluster must live longer. cancelled: polled; may be NULL. */
struct kube_client *kube_client_new(struct kube_cluster *cluster, const bool *cancelled);
void kube_client_free(struct kube_client *c);
void auto_kube_client(struct kube_client **c);

/* Any thread: makes a call that waits look at its cancelled flag at once. */
void kube_client_wake(struct kube_client *c);

const bool *kube_client_cancelled(const struct kube_client *c);

/* Of the newest call. */
const struct kube_refusal *kube_client_refusal(const struct kube_client *c);

/* "/apis/kargo.akuity.io/v1alpha1/namespaces/kargo-demo/stages/test/status". */
const char *kube_path(struct arena *a, const struct kube_id *id);

/* Of one object; of a list's first page. */
struct kube_request kube_reading(struct arena *a, const struct kube_id *id);

/* Makes an object. With dry_run nothing is kept, though admission looks at it. */
struct kube_request kube_creating(struct arena *a, const struct kube_id *id, const struct value *object,
				  bool dry_run);

/* Lays a patch over an object (RFC 7396). */
struct kube_request kube_merging(struct arena *a, const struct kube_id *id, const struct value *patch);

/* Sends it; *out is the answer's object, in the arena. out may be NULL. */
bool kube_ask(struct kube_client *c, struct arena *a, const struct kube_request *rq, struct value **out,
	      struct err *e) MUST_USE;

/* The same, the answer as it came: for long lists. */
bool kube_ask_text(struct kube_client *c, struct arena *a, const struct kube_request *rq, struct str *out,
		   struct err *e) MUST_USE;

/* What an answer's body is handed to, piece by piece (net/http.h). */
struct kube_sink {
	http_chunk *chunk;
	void *context;
	int64_t silence_ms;             /* the longest time without a byte; then ERR_TIMEOUT */
};

/* The same, the answer to sink as it comes, until the server ends it or sink does. */
bool kube_stream(struct kube_client *c, struct arena *a, const struct kube_request *rq,
		 const struct kube_sink *sink, struct err *e) MUST_USE;

/* A Status object (as an ERROR event has it) as an error. Returns false. */
bool kube_status_error(struct kube_client *c, const struct value *status, struct err *e);

#endif
