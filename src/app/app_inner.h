/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the app share. Only this folder includes it. */
#ifndef GANTRY_APP_APP_INNER_H
#define GANTRY_APP_APP_INNER_H

#include <pthread.h>
#include "app/app.h"
#include "app/members.h"
#include "model/intent.h"
#include "ui/port.h"

struct agents;
struct actors;
struct app_cluster;
struct applications;
struct manifest_project;
struct manifest_reading;
struct observer_options;
struct outside;
struct plan;
struct pool;
struct projects_reader;
struct queue;
struct ref_watch;
struct slots;
struct source;
struct sources;
struct thread;
struct traffic;

struct app {
	struct arena *arena;            /* of the main thread */
	const struct settings *settings;
	unsigned flags;
	struct slots *slots;            /* the newest world of each member */
	struct projects_reader *projects; /* reads the manifests; NULL: Kargo has them */
	bool is_attached;               /* to running Kargos; else there are ledgers and engines */
	struct list clusters;           /* struct app_cluster *: those; under the lock */
	const char *const *contexts;    /* that there are; NULL ends them */
	struct queue *switches;         /* char *, heap: contexts that are to be shown instead */
	struct thread *switcher;        /* shows them; NULL: none was asked for yet */
	struct applications *applications; /* what Argo CD says; NULL: not asked */
	struct outside *outside;        /* what steps get, of all projects */
	struct sources *sources;        /* what observers share */
	struct traffic *traffic;        /* what was asked of the outside */
	struct actors *engines;         /* threads for the engines' turns */
	struct pool *workers;           /* threads for their steps */
	pthread_mutex_t lock;           /* over the members: observers call back while engines come and go */
	pthread_cond_t changed;         /* an engine is missing, or has started, or the program ends */
	struct member **members;        /* by name */
	size_t nmembers, room;
	bool ending;
	bool stuck;                     /* a flag: a member's thread was left behind: nothing may be freed */
	bool begun;                     /* a flag: signals are no longer watched for */
	struct queue *replies;          /* struct answer * */
	struct queue *plans;            /* struct plan * */
	int wake[2];
	struct agents *agents;          /* who else executes; NULL: nobody asks */
	struct queue *comings;          /* an item for each new project; only their number matters */
	struct thread *sharing;
	int64_t leaves_at;              /* ticks: when the end began, for the members */
	bool leave;                     /* a flag: do not wait for the announcement any longer */
	struct ref_watch *refs;         /* tells what moves in the ledger on this machine; NULL: none */
	struct thread *starter;         /* starts engines, gives memory back */
	int64_t rested_at;              /* a moment: an engine rested; 0: its memory was given back */
	struct thread *identity;        /* asks git who the user is, while the first frame is drawn */
	struct arena *own;              /* what it found lies here */
	const char *actor;              /* valid once it was joined */
	uint64_t next_id;
	struct ui_port port;
};

/* An answer for the ui, which is woken; for queue_free(), too. Any thread. */
void app_answer(struct app *app, const struct reply *r);
void app_answer_free(void *answer);

/* The next answer, copied into the arena; false: there is none. */
bool app_next_reply(void *app, struct arena *a, struct reply *out);

/* Adds who asks, and from where. Git has named the user by the time that somebody presses a key. */
struct intent app_signed(struct app *app, const struct intent *i);

/* Wakes whoever waits on the pipe (any thread); waits for it, at most left ms (negative: for ever). */
void app_wake(void *app);
void app_sleep(struct app *app, int64_t left);

/* The port, except begin and the plans; and its run_command. */
bool app_run_command(void *app, const struct own_command *c, const char *const *selected,
		     struct err *e) MUST_USE;
void app_make_port(struct app *app);

/* By its name (NULL: the first); by the project's in the cluster (NULL: the manifests). Under the lock. */
struct member *app_member(const struct app *app, const char *name);
struct member *app_member_of(const struct app *app, const struct app_cluster *cluster, const char *project);

/* Sends a copy to the engine or observer that is meant; false: its queue is full. Main thread. */
bool app_submit(void *app, const struct intent *i);

/* Plans: their functions of the port, and what they are kept in; the engine hands one over. */
void plans_begin(struct app *app);
void plans_end(struct app *app);
void plans_take(void *member, struct plan *p);
void plans_go_on(struct member *m);             /* its Secrets came, or do not; the lock is held */

/*
 * Makes the member of the cluster's project (NULL: of the manifests), starts its observer and publishes its
 * first world; mp is what the manifests have of it, NULL: not read yet. The app's lock is not held.
 */
struct member *member_new(struct app *app, struct app_cluster *cluster, const char *project,
			  const struct manifest_project *mp);

/* Stops and frees it, once out of the fleet, without the lock. False: a thread is stuck, nothing is freed. */
bool member_free(struct member *m) MUST_USE;

/* The callbacks of the observer, for its options. */
void join_observer(struct member *m, struct observer_options *o);
/* Opens the ledger, which blocks, and starts the engine, ENGINE_STARTING. The lock is not held. */
bool join_engine(struct member *m, struct err *e) MUST_USE;

/* One that stands for all before the manifests are read; one for each cluster. */
void fleet_begin(struct app *app);

/* A cluster's projects as they are (NULL: the manifests'); or none any more, false: a thread is stuck. */
void fleet_bring(struct app *app, struct app_cluster *cluster, const struct manifest_reading *r);
bool fleet_leave(struct app *app, const struct app_cluster *cluster) MUST_USE;

/* The threads that all members share. */
bool pools_begin(struct app *app, struct err *e) MUST_USE;
bool pools_end(struct app *app) MUST_USE;

/* Divides the projects with other agents; begins and ends with the app. Told which projects come and go. */
void sharing_begin(struct app *app);
bool sharing_start(struct app *app, struct err *e) MUST_USE;
void sharing_leave(struct app *app);            /* before the members go */
bool sharing_end(struct app *app) MUST_USE;     /* after they went */
void sharing_come(struct app *app, const char *project);
void sharing_go(struct app *app, const char *project);

/* The manifests were read, or can't be; Argo CD said something. */
void fleet_take(void *app, const struct manifest_reading *r);
void fleet_source(void *app, const struct source *s);
void fleet_applications(void *app, const char *authorized);

/* Starts engines as soon as that can be done. A thread's whole life. */
void fleet_start_engines(struct app *app);

/* Stops all members, together. False: a thread is stuck, and nothing of the app may be freed. */
bool fleet_end(struct app *app) MUST_USE;

#endif
