/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pull requests on GitHub, GitLab, Gitea (and Forgejo), Bitbucket Cloud and Azure DevOps: find,
 * create, read, merge, comment, close. One file a forge behind one small interface.
 * May use base data net.
 *
 * app_token.h    tokens made of a GitHub App's key
 * forge.h        this table, and all that others use
 * forge_inner.h  what the files of this folder share
 * github_objects.h  commits and refs made through GitHub's API
 */
#ifndef GANTRY_FORGE_FORGE_H
#define GANTRY_FORGE_FORGE_H

#include "base/base.h"

struct arena;
struct err;
struct forge;
struct http;
struct http_reply;
struct http_request;
struct list;

/* One exchange with the forge; tests put their own in place of http_send(). */
typedef bool forge_send(void *context, struct arena *a, const struct http_request *rq,
			struct http_reply *reply, struct err *e);

struct forge_options {
	const char *url;                /* of the repository, in any form that git takes */
	const char *provider;           /* "github", "gitlab", …; NULL: told by the host */
	const char *token;              /* NULL: ask without */
	bool insecure;                  /* the certificate is not checked */
	struct http *http;              /* of the calling thread */
	forge_send *send;               /* NULL: http_send() on http */
	void *context;                  /* of send */
	const bool *cancelled;          /* polled; may be NULL */
};

/*
 * The forge of a repository. Everything lives in the arena. ERR_CONFIG when the address
 * belongs to no forge or names no repository on it; nothing is asked yet.
 */
bool forge_open(struct arena *a, const struct forge_options *o, struct forge **out,
		struct err *e) MUST_USE;

/* "github", …: the name that a step's `provider` takes. */
const char *forge_name(const struct forge *f);

enum forge_ready {
	FORGE_READY,                    /* a merge may be tried */
	FORGE_DRAFT,
	FORGE_CONFLICT,                 /* cannot be merged until somebody resolves it */
	FORGE_BLOCKED,                  /* reviews, checks or policies are missing */
	FORGE_CHECKING,                 /* the forge has not worked it out yet */
};

struct forge_pull {
	int64_t number;
	const char *url;                /* for people; never "" */
	bool is_open, is_merged;        /* neither: closed without a merge */
	bool is_draft;
	enum forge_ready ready;
	const char *title;
	const char *source, *target;    /* branches, without refs/heads/ */
	const char *head;               /* the source's commit; 12 digits on Bitbucket; "" when not told */
	const char *merge_commit;       /* "" when there is none */
	int64_t created_at;             /* ms; 0: not told */
	const char *note;               /* just opened: what of it was refused, as labels; NULL: nothing */
};

enum forge_state { FORGE_OPEN, FORGE_CLOSED, FORGE_ANY };

/* What to look for; NULL members: anything. */
struct forge_filter {
	const char *source, *target;
	const char *head;               /* 40 hex digits */
	enum forge_state state;
};

/* Adds a struct forge_pull * for each that fits, every page, 2,000 at most. */
bool forge_find(struct forge *f, struct arena *a, const struct forge_filter *filter,
		struct list *out, struct err *e) MUST_USE;

struct forge_request {
	const char *title, *description;
	const char *source, *target;
	const char *const *labels;      /* NULL: none are asked for */
	size_t nlabels;
};

/*
 * Opens a pull request. When it was opened but its labels were refused it succeeds and out->note
 * says so. ERR_CONFLICT: the forge says that one exists already.
 */
bool forge_create(struct forge *f, struct arena *a, const struct forge_request *rq,
		  struct forge_pull *out, struct err *e) MUST_USE;

bool forge_get(struct forge *f, struct arena *a, int64_t number, struct forge_pull *out,
	       struct err *e) MUST_USE;

struct forge_merge {
	const char *method;             /* asked for: the forge's own word; NULL: its default */
	bool merged;
	struct forge_pull pull;         /* as it is afterwards; when not merged, as it was before */
	const char *waits_for;          /* not merged: why it is not ready */
};

/*
 * Merges with m->method, and sets the rest of *m. True with merged false: not ready yet.
 * ERR_REFUSED: it never will be (closed, method not allowed); ERR_CONFIG: no such method.
 * Errors with `again` set decide nothing.
 */
bool forge_merge(struct forge *f, struct arena *a, int64_t number, struct forge_merge *m,
		 struct err *e) MUST_USE;

/* Deletes a branch; one that is gone already is fine. */
bool forge_delete_branch(struct forge *f, struct arena *a, const char *branch,
			 struct err *e) MUST_USE;

bool forge_comment(struct forge *f, struct arena *a, int64_t number, const char *text,
		   struct err *e) MUST_USE;

/* Closes without a merge; one that is closed already is fine. */
bool forge_close(struct forge *f, struct arena *a, int64_t number, struct err *e) MUST_USE;

/* Reviews and checks. Counts are -1 where the forge does not report them. */
struct forge_review {
	int approvals, approvals_wanted, refusals;
	int checks_passed, checks_failed, checks_pending;
};

bool forge_review(struct forge *f, struct arena *a, const struct forge_pull *pull,
		  struct forge_review *out, struct err *e) MUST_USE;

/*
 * The page where people see a commit of the repository at url, in the arena. provider as in struct
 * forge_options. NULL when the address belongs to no forge or has no pages. Nothing is asked.
 */
const char *forge_commit_url(struct arena *a, const char *provider, const char *url,
			     const char *commit);

#endif
