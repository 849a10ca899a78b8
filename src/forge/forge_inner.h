/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share: the interface that each forge fills in, and one way
 * to ask. Requests are those of Kargo's own clients (doc/kargo-rules.md, pull requests).
 */
#ifndef GANTRY_FORGE_FORGE_INNER_H
#define GANTRY_FORGE_FORGE_INNER_H

#include "forge/forge.h"

#include "net/http.h"

struct value;

enum { FORGE_SEGMENTS = 24, FORGE_PULLS_MAX = 2000, FORGE_PAGES_MAX = 200 };

/* A repository's address in its normal form, taken apart. */
struct forge_address {
	const char *normal;             /* for messages */
	const char *scheme;             /* "http" or "https" */
	const char *host;               /* with its port, as the API is reached */
	const char *path;               /* decoded, no slash at either end */
	const char *segments[FORGE_SEGMENTS];
	size_t count;
};

struct forge_def;

struct forge {
	const struct forge_def *def;
	struct forge_options options;   /* texts are copies */
	struct forge_address address;
	const char *base;               /* of the API, no slash at the end */
	const char *owner, *repo, *project; /* as the API's paths have them, escaped */
	struct http_header headers[4];  /* sent with each request, the token among them */
	size_t nheaders;
	bool is_checked;                /* Gitea: its version was looked at */
};

struct forge_def {
	const char *name;
	/* Whether a repository at this host is taken to be one of this forge. */
	bool (*is_at)(const char *host);
	/* Fills base, owner, repo, project and headers. ERR_CONFIG. */
	bool (*open)(struct forge *f, struct arena *a, struct err *e);
	bool (*find)(struct forge *f, struct arena *a, const struct forge_filter *filter,
		     struct list *out, struct err *e);
	bool (*create)(struct forge *f, struct arena *a, const struct forge_request *rq,
		       struct value **pull, struct err *e);
	/* Puts labels on what was just created; NULL where create() has done it. */
	bool (*label)(struct forge *f, struct arena *a, int64_t number,
		      const struct forge_request *rq, struct err *e);
	bool (*get)(struct forge *f, struct arena *a, int64_t number, struct value **pull,
		    struct err *e);
	/* Reads the forge's own record. ERR_NET when it is none. */
	bool (*read)(struct forge *f, struct arena *a, const struct value *pull,
		     struct forge_pull *out, struct err *e);
	/* Tries the merge of an open pull request whose record is `pull`. */
	bool (*merge)(struct forge *f, struct arena *a, const struct value *pull,
		      struct forge_merge *m, struct err *e);
	const char *const *methods;     /* that merge takes; NULL: any */
	bool (*delete_branch)(struct forge *f, struct arena *a, const char *branch, struct err *e);
	bool (*comment)(struct forge *f, struct arena *a, int64_t number, const char *text,
			struct err *e);
	bool (*close)(struct forge *f, struct arena *a, int64_t number, struct err *e);
	bool (*review)(struct forge *f, struct arena *a, const struct forge_pull *pull,
		       struct forge_review *out, struct err *e);
	/* Of f's address alone. NULL: it names no repository. */
	const char *(*commit_url)(const struct forge *f, struct arena *a, const char *commit);
	bool tells_head;                /* a record must have the source's commit */
	unsigned retries;               /* of an answer 429 or 5xx, within one call */
};

extern const struct forge_def forge_azure, forge_bitbucket, forge_gitea, forge_github, forge_gitlab;

/* One request: method, path below the base (or a whole URL of the same origin), body. */
struct forge_call {
	const char *method, *path;
	const struct value *body;       /* NULL: none */
	bool any_status;                /* a refusal is an answer, too */
	int kind;                       /* enum value_kind that the answer must be; 0: any, or none */
};

struct forge_answer {
	int status;
	struct value *body;             /* NULL: empty, or no JSON */
	const char *next;               /* Link: the URL of rel="next"; NULL: none */
	const char *next_page;          /* X-Next-Page: its number; NULL: none */
	const char *message;            /* what the forge says when it refuses; "" when nothing */
	bool is_limited;                /* refused because it was asked too often */
	int64_t after_ms;               /* how long it wants to be left alone; 0: not told */
};

/*
 * Sends the request. A status of 400 and above, or a redirect that is not followed, is an error
 * that holds the forge's own words, unless any_status; so is one that is not of the kind. `again`
 * is set for 408, 429, 5xx and what the network does.
 */
bool forge_ask(struct forge *f, struct arena *a, const struct forge_call *c,
	       struct forge_answer *out, struct err *e) MUST_USE;

/* What a refusal means: `again` for outages and rate limits only. Returns false. */
bool forge_refused(const struct forge *f, struct arena *a, const struct forge_call *c,
		   const struct forge_answer *answer, struct err *e);

/* A list that comes in pages: where the first one is, and which records are wanted. */
struct forge_listing {
	const char *path;               /* with a query */
	const char *items;              /* the member of the answer that is the list; NULL: the answer */
	const struct forge_filter *filter;
};
/* Asks for all pages, and adds what fits. */
bool forge_pages(struct forge *f, struct arena *a, const struct forge_listing *l, struct list *out,
		 struct err *e) MUST_USE;

/* All pages in one list, without a filter. ERR_LIMIT: too many of them. */
bool forge_list(struct forge *f, struct arena *a, const struct forge_listing *l, struct value **out,
		struct err *e) MUST_USE;

/* Whether the pull request is what the filter asks for; the state is not looked at. */
bool forge_fits(const struct forge_filter *filter, const struct forge_pull *pull);

/* Whether the record has the source's commit, where the forge promises it. */
bool forge_tells_head(const struct forge *f, const struct forge_pull *pull, struct err *e) MUST_USE;

/* A member that must be a whole number above zero. */
bool forge_number(const struct value *pull, const char *key, int64_t *out, struct err *e) MUST_USE;

/* The text at that path, cleaned; "" when absent. The time at that key, ms; 0 when absent. */
const char *forge_text(struct arena *a, const struct value *v, const char *path);
int64_t forge_time(const struct value *v, const char *key);

/* text as one segment of a path, and in a query: as Go's url.PathEscape and QueryEscape. */
const char *forge_segment(struct arena *a, const char *text);
const char *forge_query(struct arena *a, const char *text);

/* Exactly owner/name, or ERR_CONFIG. */
bool forge_owner_and_name(struct forge *f, struct arena *a, struct err *e) MUST_USE;
/* For every request; the value lives in the arena. */
void forge_add_header(struct forge *f, const char *name, const char *value);

/* "https://host/path", for links. */
const char *forge_site(const struct forge *f, struct arena *a);

/* Not ready: why, for out->waits_for; returns true. Merged: reads the record into out->pull. */
bool forge_not_ready(struct forge_merge *out, const char *why);
bool forge_was_merged(struct forge *f, struct arena *a, const struct value *pull,
		      struct forge_merge *out, struct err *e) MUST_USE;

#endif
