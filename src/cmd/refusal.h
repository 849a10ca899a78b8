/* SPDX-License-Identifier: Apache-2.0 */
/* Why a command does not promote or approve: answers that several commands share. Each sets e when false. */
#ifndef GANTRY_CMD_REFUSAL_H
#define GANTRY_CMD_REFUSAL_H

#include "base/base.h"

struct command;
struct err;
struct freight;
struct stage;
struct world;

/* False: what may enter is unknown, because the ledger's remote does not answer. */
bool refusal_of_stale(const struct command *c, const struct world *w, const struct stage *s,
		      struct err *e) MUST_USE;

/*
 * Freight that was backed out of the stage, without --again (or --plan); true when it may be done. That
 * its promotion failed before is only said, on stderr.
 */
bool refusal_unless_meant(const struct command *c, const struct world *w, const struct stage *s,
			  const struct freight *f, struct err *e) MUST_USE;

/* Nothing but freight that was backed out is newer than what runs. */
bool refusal_of_backed_out(const struct command *c, const struct world *w, const struct stage *s,
			   const struct freight *f, struct err *e) MUST_USE;

/* "uat runs soft-squirrel already", or that nothing was found: e->again, since a look may find something. */
bool refusal_of_nothing_newer(const struct command *c, const struct world *w, const struct stage *s,
			      struct err *e) MUST_USE;

#endif
