/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and stops the threads and connects their queues: the whole program except its
 * screens and its command line. Each project of the manifests is a member of the fleet, with an
 * observer, an engine and a ledger of its own. Main thread.
 * May use base data model config ledger messages steps verify engine observe attach recorder ui.
 *
 * answers.c      replies on their way to who asked
 * app.c          starting and stopping
 * app.h          this table, and the whole
 * app_inner.h    what the files of the app share
 * choose.c       the one project that is meant, of several clusters
 * cluster.h      a running Kargo
 * clusters.h     running Kargos instead of engines and ledgers
 * fleet.c        members come and go with the manifests' projects
 * identity.c     who the user is, and where from
 * join.c         connects a member's engine and observer
 * member.c       one project: its observer, its engine, its ledger
 * member_find.c  one of them by name
 * members.h      what the app knows of a project
 * own_command.c  a command of the settings, with the terminal to itself
 * parts.h        what app.c begins and ends beside members
 * plans.c        plans, from the engine to whoever asked
 * pools.c        the threads that all members share
 * port.c         worlds out, intents in, replies back
 * recorded.c     which projects of running Kargos have a history
 * recording.h    the history of a running Kargo
 * refs.c         engines are told when the ledger on this machine moves
 * secrets.c      which of the manifests' Secrets steps and the ledger get
 * sharing.c      divides the projects with other agents
 * verifying.c    what the engine is given for verifications
 * wait.c         waits until the world is as a command needs it, and for replies
 * wishes.c       what is wished of a running Kargo
 */
#ifndef GANTRY_APP_APP_H
#define GANTRY_APP_APP_H

#include "base/base.h"

struct app;
struct arena;
struct err;
struct fleet;
struct intent;
struct list;
struct plan;
struct reply;
struct settings;
struct traffic;
struct ui_port;
struct world;

enum app_flags {
	APP_EXECUTES = 1 << 0,  /* runs promotions, when it gets the lease */
	APP_OBSERVES = 1 << 1,  /* looks at registries, git, charts and Argo CD */
	APP_READS = 1 << 3,     /* asks for nothing to be recorded; a ledger that is missing is not made */
	APP_WATCHES = 1 << 4,   /* looks at Argo CD alone: for the health of stages */
	APP_FINDS = 1 << 6,     /* records freight that is found, as what executes does, and nothing else */
	APP_SHOWS = 1 << 2,     /* the first frame waits for nothing: not the ledger, nor the engine */
	APP_RECORDS = 1 << 7,   /* writes down what an attached Kargo does */
	APP_ALL = 1 << 5,       /* all projects that the settings name; else exactly one, or none */
};

/* Starts; settings must outlive the app. Nothing is running when it fails. */
bool app_start(const struct settings *settings, unsigned flags, struct app **out,
	       struct err *e) MUST_USE;

/*
 * Cancels running steps, stops every thread and frees everything, within 2 s even when a server does not
 * answer. If a thread is stuck, it is left behind and nothing is freed: the process must end. NULL is fine.
 */
void app_stop(struct app *app);

/* What the ui talks to; lives as long as the app. */
const struct ui_port *app_port(struct app *app);

/* What it has asked of the outside; lives as long as the app. */
struct traffic *app_traffic(const struct app *app);

/* Gives a borrowed world back. */
void app_return_world(struct app *app, const struct world *w);

/* How a world is waited for. */
struct app_wait {
	bool (*ready)(void *context, const struct world *w);
	void *context;
	int64_t timeout_ms;             /* negative: for ever */
};

/*
 * Waits until ready() is true of the newest world (where there are several projects: of the first). The
 * world is borrowed in *out: give it back. ERR_TIMEOUT when that took too long.
 */
bool app_wait(struct app *app, const struct app_wait *wait, const struct world **out,
	      struct err *e) MUST_USE;

/*
 * Without APP_ALL, and of several clusters: keeps the one that has the only project that may be meant.
 * ERR_USAGE lists them where there are several; ERR_NET: a cluster that may have it does not answer.
 */
bool app_choose(struct app *app, int64_t timeout_ms, struct err *e) MUST_USE;

/* How a fleet is waited for. */
struct app_fleet_wait {
	bool (*ready)(void *context, const struct fleet *f);
	void *context;
	int64_t timeout_ms;             /* negative: for ever */
	const volatile int *cancelled;  /* NULL: never */
};

/* As app_wait(), for all projects; give the fleet back through the port. */
bool app_wait_fleet(struct app *app, const struct app_fleet_wait *wait, const struct fleet **out,
		    struct err *e) MUST_USE;

/*
 * Submits the intent and waits a minute at most for its reply, copied into the arena. False when it
 * was refused or failed: *e has the reply's code and message.
 */
bool app_ask(struct app *app, struct arena *a, const struct intent *i, struct reply *reply,
	     struct err *e) MUST_USE;

/*
 * The plan of an INTENT_PROMOTE or INTENT_ROLLBACK, which the caller frees. False when it can't
 * be made, with the reason.
 */
bool app_plan(struct app *app, const struct intent *i, int64_t timeout_ms, struct plan **out,
	      struct err *e) MUST_USE;

/*
 * What the project's ledger is called: as the project, or, of a running Kargo, "shop@staging", where the
 * context is looked up but the cluster is not asked. ERR_CONFIG, ERR_NOT_FOUND: there is no such context.
 */
bool app_ledger_name(const struct settings *s, struct arena *a, const char *project, const char **out,
		     struct err *e) MUST_USE;

/*
 * Adds the projects of the attached Kargos, const char *, that the ledger has a history of and that --project
 * means: "shop", or, of several clusters, "staging/shop". No cluster is asked.
 */
bool app_recorded_projects(const struct settings *s, struct arena *a, struct list *out,
			   struct err *e) MUST_USE;

/* "Ada <ada@example.org>", "ssh 198.51.100.7 on bastion-2" and "bastion-2". */
const char *identity_actor(struct arena *a);
const char *identity_from(struct arena *a);
const char *identity_host(struct arena *a);

#endif
