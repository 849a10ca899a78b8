/* SPDX-License-Identifier: Apache-2.0 */
/* An event of the ledger for a table, JSON or an export. */
#include "cmd/events.h"

#include "base/clock.h"
#include "cmd/describe.h"
#include "data/value.h"
#include "ledger/history.h"
#include "model/event.h"

struct value *past_row(struct arena *a, const char *project, const struct ledger_entry *entry)
{
	const struct event *ev = entry->event;
	struct value *row = value_map(a);

	describe_text(a, row, "at", clock_rfc3339(a, ev->at));
	describe_text(a, row, "project", project);
	describe_text(a, row, "kind", event_word_of(ev));
	describe_text(a, row, "stage", ev->stage);
	describe_text(a, row, "subject", ev->subject);
	describe_text(a, row, "actor", ev->actor ? ev->actor : "gantry");
	describe_text(a, row, "from", ev->from);
	describe_text(a, row, "reason", ev->reason);
	describe_text(a, row, "freight", ev->freight);
	describe_text(a, row, "promotion", ev->promotion);
	describe_text(a, row, "commit", entry->commit);
	return row;
}
