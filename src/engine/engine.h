/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what must happen, runs it, records it. The only writer of the ledger.
 * May use base data model expr ledger steps verify.
 *
 * basis.h         what a running promotion sees of the manifests
 * decide.h        what must happen next, a pure function
 * engine.h        this table, and how the rest speaks with it
 * engine_inner.h  what the files of the engine share
 * evaluate.c      a step's expressions
 * message.h       what it is told
 * needs.h         which steps a plan cannot rehearse
 * options.h       what the engine is given, and whom it tells
 * orchestrate.h   one pass over a promotion's steps
 * pass.c          what a pass and a rehearsal do alike
 * past.h          the ledger as it stood at another moment
 * progress.c      what of it is worth an event
 * pull_plan.c     the diff of a pull request that a promotion opened
 * rehearse.c      a promotion's steps on a scratch copy
 * request.h       making Promotion objects
 * retention.c     what may leave the tree
 * round.h         what every part of the engine does with the ledger
 * run_steps.h     the steps of a promotion, or of its plan, are run
 * task_steps.h    a template's steps with its tasks written out
 * wording.c       the sentences of the ledger
 * worker.h        what workers do
 * writing.h       what is written to the ledger, and what leaves it
 */
#ifndef GANTRY_ENGINE_ENGINE_H
#define GANTRY_ENGINE_ENGINE_H

#include "base/base.h"
#include "engine/options.h"

struct engine;
struct err;
struct intent;
struct value;

bool engine_start(const struct engine_options *o, struct engine **out, struct err *e) MUST_USE;

/*
 * Begins to stop it without waiting, so that many can stop at the same time: engine_stop(), on the
 * same thread, counts its time from here. NULL is fine.
 */
void engine_end(struct engine *en);

/*
 * Finishes what is being recorded, cancels steps and joins all threads: at most 1.7 s, even if
 * nothing outside answers. False: a thread is stuck where it cannot be cancelled (a DNS lookup), so
 * nothing was freed and the process must end soon. NULL is fine.
 */
bool engine_stop(struct engine *en);

/* Sends a copy of the intent; false when its queue is full. Any thread; never waits. */
bool engine_submit(struct engine *en, const struct intent *i);

/*
 * Asks for the plan of an INTENT_PROMOTE or INTENT_ROLLBACK: on_plan() gets it with the
 * intent's id. Nothing is recorded and no gate is asked; read-only engines and those that
 * do not execute plan as well. False: the queue is full. Any thread; never waits.
 */
bool engine_plan(struct engine *en, const struct intent *i);

/* Nobody wants that plan any more: it is cancelled, and on_plan() does not get it. Any thread. */
void engine_unplan(struct engine *en, uint64_t id);

/* Freight was found: a Kargo Freight object, recorded unless it is known. Any thread. */
bool engine_found(struct engine *en, const struct value *freight);

/*
 * Configuration or health has changed: decide again; other processes that execute came or went:
 * check the lease; the lease's or the ledger's ref on this machine has moved. Any thread; never
 * waits.
 */
void engine_wake(struct engine *en);
void engine_look_at_lease(struct engine *en);
void engine_lease_moved(struct engine *en);
void engine_ledger_moved(struct engine *en);

#endif
