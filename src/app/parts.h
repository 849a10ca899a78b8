/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that app.c begins and ends. Only this folder includes it. */
#ifndef GANTRY_APP_PARTS_H
#define GANTRY_APP_PARTS_H

#include "base/base.h"

struct app;
struct arena;
struct credentials;
struct err;
struct intent;
struct member;
struct outside;
struct step_services;
struct traffic;
struct value;
struct verification_subject;

/* secrets.c: what steps and the ledger get of the manifests' Secrets. */

/* What steps and the ledger get; with Secrets of the member's newest configuration. Any thread. */
struct outside *secrets_outside(struct traffic *traffic);
void secrets_end(struct outside *o);
bool secrets_services(void *member, struct arena *a, unsigned needs, struct step_services *out,
		      struct err *e) MUST_USE;
bool secrets_credentials(void *member, struct arena *a, const char *url, struct credentials *out);

/* verifying.c: what the engine is given for verifications. */

/* As engine_options.verify has it. A worker. */
bool verifying_look(void *context, struct arena *a, const struct verification_subject *of,
		    const struct value **info, struct err *e) MUST_USE;

/*
 * refs.c: one watch over the ledger's repository tells each engine when its branch or lease has
 * moved.
 */

/* From now on, where the process lives long enough. */
bool refs_start(struct app *app, struct err *e) MUST_USE;
void refs_stop(struct app *app);

/* Whether the member's engine is told. Any thread. */
bool refs_are_told(void *member);

/* wishes.c: what is wished of an attached Kargo. */

/* Takes an intent about the member's project; false: too much is under way. The lock is held. */
bool wishes_take(struct app *app, struct member *m, const struct intent *i);

#endif
