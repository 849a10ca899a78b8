/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as the events of a ledger. Pure. */
#ifndef GANTRY_RECORDER_TELL_H
#define GANTRY_RECORDER_TELL_H

struct arena;
struct event;
struct recorder_fact;
struct state;

/* The fact as an event that follows from the state; NULL: the state has it already. */
const struct event *recorder_tell(struct arena *a, const struct state *known, const struct recorder_fact *f);

#endif
