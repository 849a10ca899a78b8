/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the listener what the present takes in. */
#include <assert.h>
#include <string.h>

#include "base/list.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"

void ledger_listen(struct ledger *l, const struct ledger_listener *listener)
{
	assert(listener);
	l->listener = *listener;
}

void ledger_tell(struct ledger *l, const char *commit, const struct event *ev)
{
	if (l->news.arena && strcmp(commit, l->news.own) != 0)
		list_add(l->news.arena, l->news.events, event_copy(l->news.arena, ev));
	if (l->listener.recorded)
		l->listener.recorded(l->listener.context, commit, ev);
}

void ledger_tell_rewritten(struct ledger *l)
{
	if (l->listener.rewritten)
		l->listener.rewritten(l->listener.context);
}
