/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger event as a CloudEvent 1.0 (https://github.com/cloudevents/spec), with Kargo's event types and
 * payloads where Kargo has the event, and gantry's word where it has not. Pure. Any thread.
 */
#ifndef GANTRY_CMD_CLOUD_EVENT_H
#define GANTRY_CMD_CLOUD_EVENT_H

struct arena;
struct ledger_entry;
struct state;
struct value;

/*
 * In the structured mode: a map, for one line of JSON. Its id is the commit. present: where promotions and
 * freight that the event only names are found; what was pruned since is left out.
 */
const struct value *cloud_event(struct arena *a, const char *project, const struct ledger_entry *entry,
				const struct state *present);

#endif
