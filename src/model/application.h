/* SPDX-License-Identifier: Apache-2.0 */
/* An Argo CD Application, as much of it as gantry needs. */
#ifndef GANTRY_MODEL_APPLICATION_H
#define GANTRY_MODEL_APPLICATION_H

#include "base/base.h"

struct arena;
struct err;
struct list;

struct application {
	const char *name, *namespace, *project;
	const char *health;             /* Argo CD's word: "Healthy", "Progressing", "Degraded", … */
	const char *health_message;     /* "" when none */
	int64_t health_since;           /* when that became so, ms; 0: Argo CD does not say */
	const char *sync;               /* "Synced", "OutOfSync", "Unknown" */
	const char *revision;           /* of the first source, as synced; "" when never */
	const char **revisions;         /* of each source; "" when never */
	size_t nsources;
	const char *operation_phase;    /* "Running", "Succeeded", "Failed", "Error"; "" when none */
	const char *operation_message;
	const char *authorized_stages;  /* the annotation, raw; "" when absent */
	const char **images;
	size_t nimages;
	int64_t seen_at;                /* when this was true, ms */
	const char *error;              /* it can't be compared, or its spec is invalid; NULL: neither */
	bool is_asked;                  /* an operation was asked for */
	bool is_stale;                  /* its status is older than the end of its newest operation */
};

/* One resource of an Application; texts are cleaned, "" where Argo CD says nothing. */
struct application_resource {
	const char *kind, *namespace, *name;
	const char *health, *message;   /* as an application's */
	const char *sync;
};

/* What is too much to keep of every application: a look at one, made when somebody asks. */
struct application_detail {
	const char *name, *namespace;
	int64_t seen_at;                /* ms */
	const char *error;              /* why it could not be looked at; NULL: it could */
	const char *page;               /* of Argo CD's own screens, a URL */
	const struct application_resource *resources; /* worst first, at most APPLICATION_RESOURCES */
	size_t nresources, more;        /* more: how many are left out */
	const char **urls;              /* where people reach what runs */
	size_t nurls;
	int64_t operation_started, operation_finished; /* ms; 0: never, or not yet */
	const char *operation_by;       /* who started it; "" unknown */
};

enum { APPLICATION_RESOURCES = 1000 };

/*
 * Applications by namespace and name. They lie in pages, all full but the last, so that lists which
 * differ in one application share the other pages: each world of a fleet may hold a list of its own.
 */
struct application_list {
	struct application *const *const *pages;
	size_t count;
};

enum { APPLICATION_PAGE = 128 };

static inline struct application *application_at(const struct application_list *l, size_t i)
{
	return l->pages[i / APPLICATION_PAGE][i % APPLICATION_PAGE];
}

/* As strcmp() does of its key, "namespace/name", and another. */
int application_compare(const struct application *app, const char *key);

/* The one of that key, "namespace/name"; NULL: it is not known. */
struct application *application_by_key(const struct application_list *l, const char *key);

/* The first of that name, in whichever namespace; NULL: none is known. */
struct application *application_by_name(const struct application_list *l, const char *name);

/* How bad a resource or an application is, by Argo CD's words: 0 is fine, more is worse. */
int application_badness(const char *health, const char *sync);

/*
 * The stages ("project:stage", const char *) that an authorized-stage annotation
 * allows to change the application (1.14); ERR_CONFIG when it makes no sense.
 */
bool application_stages(struct arena *a, const char *annotation, struct list *out,
			struct err *e) MUST_USE;

#endif
