/* SPDX-License-Identifier: Apache-2.0 */
/* Where tags, charts and commits come from, and with which credentials. Workers. */
#ifndef GANTRY_DISCOVER_FETCH_H
#define GANTRY_DISCOVER_FETCH_H

#include "base/base.h"
#include "discover/source.h"

struct arena;
struct chart_versions;
struct commit_source;
struct credentials;
struct credentials_query;
struct discover_context;
struct err;
struct git_source;
struct mirror;
struct registry;
struct remote_access;
struct subscription;

/* source_access.c: who we are to a source: the one place where discovery looks up credentials. */

/*
 * The project's credentials for a source; members NULL: there are none. A GitHub App's key is
 * exchanged for a token. False: there are some, but they are not available now.
 */
bool source_access_find(struct arena *a, const struct discover_context *c,
			const struct credentials_query *q, struct credentials *out,
			struct err *e) MUST_USE;

/*
 * git_update.c: brings a mirror up to date, once for everybody who looks at the remote at about
 * the same time.
 */

struct git_update {
	const struct discover_context *look;
	const struct remote_access *access;
	const char *url;
	const struct credentials *who;
};

bool git_update_mirror(struct arena *a, struct mirror *m, const struct git_update *u,
		       struct err *e) MUST_USE;

/* git_source.c: a mirror of a remote as a source of commits and tags. */

/* Brings the mirror of the subscription's repository up to date and opens it. */
bool git_source_open(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct git_source **out,
		     struct err *e) MUST_USE;
void git_source_close(struct git_source *g);

const struct commit_source *git_source_commits(const struct git_source *g);

/* chart_fetch.c: asking a classic chart repository for its index. */

/*
 * The versions of the subscription's chart, added to *out. The repository is asked as its Secret or ~/.netrc
 * says, once for all who ask as the same user, and sends its index only when it has changed. Workers.
 */
bool chart_fetch(struct arena *a, const struct subscription *s, const struct discover_context *c,
		 struct chart_versions *out, struct err *e) MUST_USE;

/* registry_source.c: an OCI registry as a source of images. */

struct registry_access {
	const char *type;               /* of the credentials: "image", "helm" */
	const char *url;
	bool insecure;                  /* the certificate is not checked */
	bool tags_stay;                 /* a tag that was seen is not asked for again */
};

struct registry_source {
	struct registry *registry;
	struct image_source images;
};

/* Opens the repository with the credentials that the context knows for its url. */
bool registry_source_open(struct arena *a, const struct discover_context *c,
			  const struct registry_access *access, struct registry_source *out,
			  struct err *e) MUST_USE;

/* Zeroed is fine. */
void auto_registry_source(struct registry_source *s);

#endif
