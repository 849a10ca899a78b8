/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One repository of an OCI registry (github.com/opencontainers/distribution-spec v1.1): tags,
 * manifests, blobs, uploads. Anonymous, basic and bearer-token authentication; Docker Hub's
 * short names; plain http for loopback registries. Owned by one thread; blocks: workers and commands.
 */
#ifndef GANTRY_NET_REGISTRY_H
#define GANTRY_NET_REGISTRY_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct err;
struct http;
struct rate;
struct registry;

struct registry_options {
	const char *username, *password; /* NULL: as docker login left them, or anonymous */
	const char *docker_config;      /* folder of config.json; NULL: $DOCKER_CONFIG or ~/.docker */
	bool insecure;                  /* the certificate is not checked */
	struct rate *rate;              /* shared pace, rate_new(20); NULL: one of its own */
	const bool *cancelled;          /* polled; may be NULL */
};

struct registry_manifest {
	const char *digest;             /* "sha256:…", computed from the body and checked */
	const char *type;               /* media type, without parameters */
	struct str body;                /* JSON, as served; empty after registry_head */
};

/*
 * Opens repository "nginx", "ghcr.io/x/y", "localhost:5000/z" or "oci://host/chart"; asks nothing yet. h is
 * the caller's and must live longer. ERR_CONFIG for a name that no repository can have.
 */
bool registry_open(struct registry **r, struct http *h, const char *repository,
		   const struct registry_options *o, struct err *e) MUST_USE;
void registry_free(struct registry *r);
void auto_registry(struct registry **r);

/* "docker.io" and "library/nginx": what is asked, for messages and links. */
const char *registry_host(const struct registry *r);
const char *registry_repository(const struct registry *r);

/* Tags, and by what to ask whether they have changed. */
struct registry_tag_list {
	const char *validator;          /* of the known list, then of the new one; NULL: there is none */
	bool is_known;                  /* the known one still holds, and tags is empty */
	struct list tags;               /* const char *, in the registry's order */
};

/*
 * All tags, at most 100,000 (ERR_LIMIT). Only a list of a single page that has room for more has a
 * validator: that a page is as it was says nothing of the next. Many registries, Docker's own among them,
 * give none at all.
 */
bool registry_tags(struct registry *r, struct arena *a, struct registry_tag_list *list,
		   struct err *e) MUST_USE;

/*
 * The manifest or index behind a tag or digest, at most 4 MB; its digest is checked when asked by
 * digest. ERR_NOT_FOUND when there is none.
 */
bool registry_manifest(struct registry *r, struct arena *a, const char *reference,
		       struct registry_manifest *out, struct err *e) MUST_USE;

/* Its digest and type only; costs Docker Hub's pull limit nothing. digest is NULL when not told. */
bool registry_head(struct registry *r, struct arena *a, const char *reference,
		   struct registry_manifest *out, struct err *e) MUST_USE;

struct registry_blob {
	const char *digest;
	size_t max;                     /* bytes; ERR_LIMIT when it has more */
};

/* A blob, its digest checked. */
bool registry_blob(struct registry *r, struct arena *a, const struct registry_blob *blob, struct str *out,
		   struct err *e) MUST_USE;

/* The same into a file, replacing all of it: for blobs that are too large to hold. */
bool registry_blob_to(struct registry *r, struct arena *a, const struct registry_blob *blob, int fd,
		      struct err *e) MUST_USE;

bool registry_has_blob(struct registry *r, struct arena *a, const char *digest, bool *has,
		       struct err *e) MUST_USE;

struct registry_loan {
	const struct registry *from;    /* the repository that has the blob */
	const char *digest;
};

/*
 * Lets r have a blob that another repository of the same registry has, without moving it. Not
 * *done: it is another registry, or this one does not do that; the blob must be copied.
 */
bool registry_borrow(struct registry *r, struct arena *a, const struct registry_loan *loan, bool *done,
		     struct err *e) MUST_USE;

/* Uploads the whole file, whose digest this must be. */
bool registry_put_blob_from(struct registry *r, struct arena *a, const char *digest, int fd,
			    struct err *e) MUST_USE;

/* Uploads the bytes unless they are there; *digest is theirs. */
bool registry_put_blob(struct registry *r, struct arena *a, struct str bytes, const char **digest,
		       struct err *e) MUST_USE;

/* Publishes m->body of type m->type under a tag (NULL: by digest only), and sets m->digest. */
bool registry_put_manifest(struct registry *r, struct arena *a, const char *tag,
			   struct registry_manifest *m, struct err *e) MUST_USE;

#endif
