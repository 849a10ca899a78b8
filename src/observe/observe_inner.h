/* SPDX-License-Identifier: Apache-2.0 */
/* The observe thread's own: everything that it knows. Only this folder includes it. */
#ifndef GANTRY_OBSERVE_OBSERVE_INNER_H
#define GANTRY_OBSERVE_OBSERVE_INNER_H

#include <pthread.h>

#include "base/base.h"
#include "base/err.h"
#include "model/intent.h"
#include "model/promotion.h"
#include "model/world.h"
#include "observe/observe.h"
#include "observe/watch.h"

struct actor;
struct application_detail;
struct applications;
struct job_result;
struct manifest_project;
struct pool_line;
struct queue;
struct record;

struct observer;

enum { MAX_PROGRESS = 400 };

enum observer_message_kind {
	OBSERVER_RESULT,         /* a job ended */
	OBSERVER_RECORD,         /* the ledger is newer */
	OBSERVER_LEDGER,         /* how it stands with it */
	OBSERVER_PROGRESS,
	OBSERVER_LEASE,
	OBSERVER_REFRESH,
	OBSERVER_APPLICATIONS,   /* Argo CD reported a change */
	OBSERVER_LOOK,           /* look at one application */
	OBSERVER_TRAVEL,         /* show another moment */
	OBSERVER_CONFIGURE,      /* the project's manifests are newer */
	OBSERVER_MANIFESTS,      /* how it stands with reading them */
};

struct observer_message {
	enum observer_message_kind kind;
	struct job_result *result;
	const struct record *record;    /* a reference */
	struct source source;           /* its error is text; name NULL: nothing to say */
	const struct manifest_project *manifests; /* in its part, of which there is a reference */
	bool unreadable;
	char *promotion, *alias, *status, *line; /* heap */
	struct step_wait wait;
	char *text;                     /* heap: host, error, the warehouse to refresh, the application */
	enum engine_place place;
	enum travel travel;
	int64_t travel_to;              /* ms, of TRAVEL_TO */
};

/* An empty message; sent, it belongs to the observer. Any thread. */
struct observer_message *message_new(enum observer_message_kind kind);
void message_send(struct observer *ob, struct observer_message *m);
void message_free(void *message);

/* How it stands with something that others look at. */
struct observed_source {
	struct source source;           /* name NULL: nothing to say */
	char *error;                    /* heap; the source's */
};

struct observer {
	struct observer_options o;
	struct queue *inbox;
	struct pool_line *line;         /* looks that are to be made */
	struct actor *actor;
	bool stopping;                  /* polled by jobs under way */
	struct arena *arena;            /* lives as long as the observer */
	bool changed;                   /* what is known, since the last world */
	int64_t published;              /* ticks: when that was */

	/* Under the lock: what any thread may ask for. */
	pthread_mutex_t lock;
	struct part *configuration;     /* the newest good one */
	const struct project *project;
	const char *project_name;       /* in the arena; "": of none */

	/* The observe thread's alone. */
	struct part *complaints_part;   /* what the complaints lie in; may be the configuration */
	const struct list *complaints;
	const char *manifests_fault;    /* of the newest manifests; NULL: they give the project */
	enum err_code manifests_fault_code;
	bool has_read, stale;           /* once; they don't give the project */
	struct observed_source manifests; /* how it stands with reading them */
	struct folder_watch *warehouses;
	size_t nwarehouses;
	struct observer_message **progress; /* heap; at most MAX_PROGRESS */
	size_t nprogress, progress_room;
	enum engine_place engine;
	char *engine_host;
	const struct record *record;    /* the newest; NULL: none yet */
	struct observed_source ledger;
	bool unreadable;                /* no record is to be waited for */
	struct part *detail_part;       /* what the detail lies in; NULL: none */
	const struct application_detail *detail;
	const struct record *past;      /* what is shown instead of the newest; NULL: the present */
	int64_t past_at;
	bool travelling;                /* a look at the past is under way */
};

/* Takes over what the manifests have of the project. */
void observer_take_manifests(struct observer *ob, const struct manifest_project *p);

/* Builds a world from all that is known, and publishes it. */
void observer_publish(struct observer *ob);

/* ms until the next look is due; -1: none is. Starts those that are due. */
int64_t observer_schedule(struct observer *ob);

#endif
