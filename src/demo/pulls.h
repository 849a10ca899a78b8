/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pull requests on the demonstration's bare repository: opened, closed, merged. They are kept in a
 * file, so that a world that is entered again has them still. All calls lock; any thread. Trees are
 * as Gitea's API gives them, and the caller's to free; numbers returned are its statuses.
 */
#ifndef GANTRY_DEMO_PULLS_H
#define GANTRY_DEMO_PULLS_H

#include "base/base.h"

struct cJSON;
struct err;
struct pulls;

struct pulls_options {
	const char *repository;         /* path of the bare repository */
	const char *file;               /* where they are kept; NULL: nowhere */
};

bool pulls_open(struct pulls **out, const struct pulls_options *o, struct err *e) MUST_USE;

/* Where the repository's pages are: part of what is told from now on. */
void pulls_set_url(struct pulls *p, const char *url);

/* NULL is fine. */
void pulls_free(struct pulls *p);

/* Those in this state ("open", "closed", "all"), newest first. */
struct cJSON *pulls_list(struct pulls *p, const char *state);

/* By {title, body, head, base}: 201; 404 no such branch, 409 one is open already, 422 no title. */
int pulls_create(struct pulls *p, const struct cJSON *asked, struct cJSON **out);

/* 200, or 404. */
int pulls_get(struct pulls *p, int number, struct cJSON **out);

/* By {state}: 201; 404, or 412 when it is merged. */
int pulls_edit(struct pulls *p, int number, const struct cJSON *asked, struct cJSON **out);

/* By {Do}: 200; 404 it is closed, 405 it cannot be merged (so), 422 no such way. */
int pulls_merge(struct pulls *p, int number, const struct cJSON *asked);

/* What people said of it, oldest first; by {body} one more: 201. Both 404 when it is not there. */
int pulls_comments(struct pulls *p, int number, struct cJSON **out);
int pulls_comment(struct pulls *p, int number, const struct cJSON *asked, struct cJSON **out);

/* 200, or 404; deleted: 204. */
int pulls_branch(struct pulls *p, const char *name, struct cJSON **out);
int pulls_delete_branch(struct pulls *p, const char *name);

#endif
