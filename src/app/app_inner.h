/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the app share. Only this folder includes it. */
#ifndef GANTRY_APP_APP_INNER_H
#define GANTRY_APP_APP_INNER_H

#include <pthread.h>

#include "app/app.h"
#include "base/list.h"
#include "model/intent.h"
#include "ui/port.h"

struct credentials;
struct engine;
struct observer;
struct observer_options;
struct outside;
struct plan;
struct queue;
struct slot;
struct step_services;
struct thread;

/* There is none before the first good configuration, nor while the program starts and ends. */
enum engine_state { ENGINE_CLOSED, ENGINE_MISSING, ENGINE_STARTING, ENGINE_READY };

struct app {
	struct arena *arena;            /* of the main thread; under the lock once threads run */
	const struct settings *settings;
	unsigned flags;
	struct slot *slot;
	struct observer *observer;
	pthread_mutex_t lock;           /* over engine: the observer may speak while it starts and stops */
	pthread_cond_t changed;         /* manifests became good, or the program ends */
	bool ending;
	bool begun;                     /* the same: nobody needs to look out for signals any more */
	bool give_up;                   /* a flag of base/thread.h: the ledger must not wait any more */
	enum engine_state state;
	struct engine *engine;          /* when ENGINE_READY */
	struct list found;              /* struct value *, in the arena: freight that came before it */
	struct outside *outside;
	struct queue *replies;          /* struct answer * */
	struct queue *plans;            /* struct plan * */
	int wake[2];
	struct thread *starter;         /* starts the engine, where the main thread did not */
	int64_t unreadable_since;       /* the ledger can't be opened since then, ms; 0: it could */
	struct thread *identity;        /* asks git who the user is, while the first frame is drawn */
	struct arena *own;              /* what it found lies here */
	const char *actor;              /* valid once it was joined */
	uint64_t next_id;
	struct ui_port port;
};

/* An answer for the ui, which is woken. Any thread. */
void app_answer(struct app *app, const struct reply *r);

/* The next answer, copied into the arena; false: there is none. For queue_free(): an answer. */
bool app_next_reply(void *app, struct arena *a, struct reply *out);
void app_answer_free(void *answer);

/* The intent with its actor, whom git has named by the time that somebody presses a key. */
struct intent app_signed(struct app *app, const struct intent *i);

/* Waits for the pipe, at most a moment, and empties it. left: ms; negative: for ever. */
void app_sleep(struct app *app, int64_t left);

/* Plans: their functions of the port, and what they are kept in; the engine hands one over. */
void plans_begin(struct app *app);
void plans_end(struct app *app);
void plans_take(void *app, struct plan *p);

/* Wakes whoever waits on the pipe. Any thread. */
void app_wake(void *app);

/* The callbacks of the observer, for its options. */
void join_observer(struct app *app, struct observer_options *o);

/* Starts the engine where it is missing and there is a good configuration; opening the ledger blocks. */
bool join_engine(struct app *app, struct err *e) MUST_USE;

/* Starts it as soon as that can be done, or returns when the program ends. A thread's whole life. */
void join_keep_trying(struct app *app);

/* What steps get of the outside, and on a worker how; with Secrets of the newest configuration. */
struct outside *secrets_outside(struct app *app);
bool secrets_services(void *app, struct arena *a, unsigned needs, struct step_services *out,
		      struct err *e) MUST_USE;

/* Who we are to a git remote, for ledger_options; by a Secret of type git. Any thread. */
bool secrets_credentials(void *app, struct arena *a, const char *url, struct credentials *out);

#endif
