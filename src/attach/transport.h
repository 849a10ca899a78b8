/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one interface to a running Kargo: follows its objects, asks for rights, makes calls. Behind
 * it is the Kubernetes API (kubernetes.h) or Kargo's own (rest.h).
 */
#ifndef GANTRY_ATTACH_TRANSPORT_H
#define GANTRY_ATTACH_TRANSPORT_H

#include "attach/objects.h"
#include "base/base.h"

struct arena;
struct err;
struct value;

enum attach_verb {
	ATTACH_CREATE,                  /* a Promotion of freight, or of an origin's candidate */
	ATTACH_APPROVE,                 /* freight for a stage */
	ATTACH_ABORT,                   /* the Promotion of that name */
	ATTACH_REFRESH,                 /* the object of that kind and name */
	ATTACH_REVERIFY,                /* what runs in the stage of that name */
};

/* One call. Members that a verb does not need are NULL. */
struct attach_call {
	enum attach_verb verb;
	const char *project;
	enum attach_kind kind;          /* ATTACH_REFRESH */
	const char *name;
	const char *stage, *freight;
	const char *warehouse;          /* ATTACH_CREATE without freight: the origin */
	const char *verification;       /* ATTACH_REVERIFY: the id of the one that is to be done again */
	const struct value *annotations; /* ATTACH_CREATE: gantry's own; NULL: none */
	int64_t now;                    /* ms */
};

/* A right as Kubernetes has them; "promote" on stages is Kargo's own. */
struct attach_right {
	const char *verb;               /* "promote", "create", "patch", "list" */
	const char *project;            /* NULL: in all */
	enum attach_kind kind;
	const char *subresource, *name; /* NULL: none; any */
};

struct attach_object {
	const char *project, *name;
};

struct attach_verdict {
	bool allowed;
	char reason[200];               /* the cluster's; "" when it says nothing */
};

/* How it stands with the objects of a kind. */
struct attach_standing {
	bool listed;                    /* all are told, or there is nothing to be told */
	bool forbidden;                 /* we may not read them */
	int64_t heard, failing_since;   /* ms; 0: never; while it works */
	const char *error;              /* NULL while it works */
};

/*
 * Called with each change of a kind's objects, on the thread that follows them. Objects live until the call
 * returns.
 */
struct attach_listener {
	void *context;
	void (*changed)(void *context, const struct value *object, bool gone);
	void (*settled)(void *context);
	void (*stands)(void *context, const struct attach_standing *s);
};

struct attach_transport {
	void *it;
	const char *context, *server;   /* for people: "staging", "https://10.0.0.1:6443" */
	const char *project;            /* meant when projects may not be listed; NULL: none */

	/* What one thread has of its own, until close(). *cancelled ends what blocks, after wake(). */
	void *(*open)(void *it, const bool *cancelled);
	void (*wake)(void *own);
	void (*close)(void *own);

	/* Follows a kind, of one project or all (NULL), until cancelled. Blocks. */
	void (*follow)(void *own, enum attach_kind kind, const char *project,
		       const struct attach_listener *l);

	/* *out: the object that was made or changed. Refusals are in Kargo's own words. Blocks. */
	bool (*call)(void *own, struct arena *a, const struct attach_call *call, const struct value **out,
		     struct err *e);

	/* Blocks; answers are remembered for a minute. */
	bool (*may)(void *own, const struct attach_right *right, struct attach_verdict *out, struct err *e);

	/* The project's Secrets with credentials of repositories, as a list. Blocks. */
	bool (*secrets)(void *own, struct arena *a, const char *project, const struct value **out,
			struct err *e);

	/*
	 * The AnalysisRun of that name (argoproj.io/v1alpha1) as it is now. ERR_REFUSED: we may not. Blocks.
	 */
	bool (*analysis_run)(void *own, struct arena *a, const struct attach_object *which,
			     const struct value **out, struct err *e);

	void (*free)(void *it);

	/* What gives credentials may ask the person on the terminal. NULL: it never does. */
	void (*allow_asking)(void *it);
};

#endif
