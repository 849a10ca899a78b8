/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What step argocd-update decides and asks for (doc/kargo-rules.md 6.2): which applications, whether
 * they may be touched, what is written, whether to wait. All that it knows and does goes through a
 * port, so that it is the same over memory and over the network. Any thread.
 */
#ifndef GANTRY_ARGOCD_UPDATE_H
#define GANTRY_ARGOCD_UPDATE_H

#include "argocd/client.h"
#include "base/base.h"
#include "model/promotion.h"

struct arena;
struct err;
struct list;
struct value;

/* The info item by which an operation is known as a promotion's. */
#define UPDATE_INFO "kargo.akuity.io/promotion"

/* What is to be written to one application. */
struct update_change {
	const struct value *app;        /* as it was read */
	struct value *sources;          /* list, one a source, complete; NULL: the application has none */
	bool is_list;                   /* they are spec.sources, else spec.source */
	bool edits;                     /* sources differ from the application's own */
	struct value *operation;        /* to be started, as Kargo writes it */
	const char *said;               /* "kargo-controller initiated sync to main", whoever asked */
};

/* Which applications. */
struct update_choice {
	const char *namespace;          /* NULL: not given, so Argo CD's own */
	const struct value *selector;   /* of labels */
};

struct update_port {
	void *context;
	/* id->namespace NULL: not given, so Argo CD's own. *app NULL: there is none. */
	bool (*get)(void *context, struct arena *a, const struct argocd_id *id, struct value **app,
		    struct err *e);
	/* Those that the label selector may choose, as a list; more is fine. */
	bool (*list)(void *context, struct arena *a, const struct update_choice *choice,
		     const struct value **apps, struct err *e);
	bool (*change)(void *context, struct arena *a, const struct update_change *change,
		       struct err *e);
	/*
	 * Makes Argo CD look again at an application whose operation it has not taken up. False: no answer,
	 * so others wait for the next look. NULL: a pending operation is written again, as Kargo does.
	 */
	bool (*nudge)(void *context, struct arena *a, const struct value *app);
};

struct update_request {
	const struct value *config;     /* checked */
	const char *project, *stage, *promotion;
	const char *actor;              /* NULL, "" or "controller:…": an automatic promotion */
	/* How often each application was synced for it, kept between looks; NULL: never mind. */
	struct value *syncs;
	int64_t now;                    /* ticks, for syncs */
};

struct update_result {
	enum step_status status;        /* RUNNING or SUCCEEDED */
	struct value *apps;             /* list of {name, namespace} */
	struct value *check;            /* {apps: [{name, namespace, desiredRevisions}]}, for health */
	const char *waits;              /* what it waits for when RUNNING: application, states, revisions */
};

/*
 * One look, and what it makes necessary. Errors say which application; all of them may pass (again is
 * set): rights, annotations and operations are changed by others.
 */
bool argocd_update(struct arena *a, const struct update_port *port,
		   const struct update_request *request, struct update_result *result,
		   struct err *e) MUST_USE;

/*
 * For a plan: what a look would find, changing nothing. Adds the applications (struct value *), or fails as
 * the step would: gone, not authorised, with other sources.
 */
bool argocd_update_foresee(struct arena *a, const struct update_port *port,
			 const struct update_request *request, struct list *apps,
			 struct err *e) MUST_USE;

/* The selector as the API takes it: "a=b,c in (d,e),!f". */
const char *argocd_selector_text(struct arena *a, const struct value *selector);

#endif
