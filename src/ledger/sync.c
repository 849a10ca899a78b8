/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking in what others appended: other processes here, other machines at the remote.
 * When both went on, what is only here moves on top of theirs, event by event; an event
 * that no longer makes sense there is dropped and logged, not forced.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "ledger/contact.h"
#include "ledger/crash.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum { REPLAY_MAX = 5000,              /* events; past this the tree is read instead */
       TRIES = 10 };

struct step_back {
	const char *commit;
	struct event *event;
};

/* Events after old up to new, newest first; false without error (*reached) when old is not met. */
static bool sync_collect(struct ledger *l, struct arena *a, const char *old, const char *new,
			 struct list *out, bool *reached, struct err *e)
{
	char id[STORE_ID], parent[STORE_ID];

	memcpy(id, new, STORE_ID);
	*reached = true;
	while (id[0] && strcmp(id, old) != 0) {
		struct step_back *b = arena_alloc(a, sizeof(*b));
		b->event = arena_alloc(a, sizeof(*b->event));
		b->commit = str_copy(a, id);
		if (!ledger_event(l, a, id, b->event, parent, e))
			return false;
		list_add(a, out, b);
		memcpy(id, parent, STORE_ID);
		if (out->count > REPLAY_MAX)
			break;
	}
	*reached = strcmp(id, old) == 0;
	return true;
}

void ledger_tell(struct ledger *l, const char *commit, const struct event *ev)
{
	AUTO(arena) struct arena *a = arena_new();

	snprintf(l->last, sizeof(l->last), "%s: \"%s\", %s ago", ev->actor ? ev->actor : "gantry",
		 ev->subject, clock_age(a, clock_now() - ev->at));
	if (l->listener.recorded)
		l->listener.recorded(l->listener.context, commit, ev);
}

static void sync_tell_rewritten(struct ledger *l)
{
	if (l->listener.rewritten)
		l->listener.rewritten(l->listener.context);
}

/* Oldest first; back has the newest first. */
static void sync_tell_all(struct ledger *l, const struct list *back)
{
	for (size_t i = back->count; i-- > 0;) {
		const struct step_back *b = back->items[i];
		ledger_tell(l, b->commit, b->event);
	}
}

/* The state of new, by replay where that is short, and the news told. */
bool ledger_advance(struct ledger *l, const char *new, struct err *e)
{
	struct list back = { 0 };
	AUTO(arena) struct arena *a = arena_new();
	const struct state *state = l->state;
	bool reached, met;

	if (!sync_collect(l, a, l->head, new, &back, &met, e))
		return false;
	reached = met;
	for (size_t i = back.count; reached && i-- > 0;) {
		struct step_back *b = back.items[i];
		struct err why;
		reached = state_apply(l->arena, state, event_copy(l->arena, b->event), &state, &why);
	}
	if (!reached && !ledger_load(l, l->arena, new, false, &state, e))
		return false;
	l->state = state;
	l->behind += back.count;
	memcpy(l->head, new, STORE_ID);
	sync_tell_all(l, &back);
	if (!met)
		sync_tell_rewritten(l);
	return true;
}

/* Puts one of our events on top of the state; an event that can't follow is left out. */
static bool put_again(struct ledger *l, const struct event *ev, char head[STORE_ID],
		      const struct state **state, struct err *e)
{
	const struct state *after;
	struct err why;
	char id[STORE_ID];

	if (!state_apply(l->arena, *state, event_copy(l->arena, ev), &after, &why)) {
		log_line(LOG_WARN, "ledger", "\"%s\" was dropped: %s", ev->subject, why.message);
		return true;
	}
	if (!ledger_write(l, head, *state, after, ev, id, e))
		return false;
	memcpy(head, id, STORE_ID);
	*state = after;
	return true;
}

bool ledger_rebase(struct ledger *l, const char *onto, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list ours = { 0 };
	const struct state *state;
	char base[STORE_ID], head[STORE_ID];
	bool reached;

	if (!store_base(l->store, l->head, onto, base, e) ||
	    !sync_collect(l, a, base, l->head, &ours, &reached, e) ||
	    !ledger_load(l, l->arena, onto, false, &state, e))
		return false;
	memcpy(head, onto, STORE_ID);
	for (size_t i = ours.count; i-- > 0;)
		if (!put_again(l, ((struct step_back *)ours.items[i])->event, head, &state, e))
			return false;
	if (!store_save(l->store, e) || !store_ref_set(l->store, l->ref, head, l->head, e))
		return false;
	l->state = state;
	memcpy(l->head, head, STORE_ID);
	return true;
}

/* The remote's branch has become ours; the local ref follows. */
static bool sync_follow(struct ledger *l, const char *new, struct err *e)
{
	return store_ref_set(l->store, l->ref, new, l->head, e) && ledger_advance(l, new, e);
}

static bool send_rest(struct ledger *l, struct err *e)
{
	if (strcmp(l->head, l->remote) == 0)
		return true;
	if (!store_push(l->store, l->options.remote, l->ref, l->head, l->remote, e))
		return false;
	memcpy(l->remote, l->head, STORE_ID);
	return true;
}

/* Both went on: ours moves on top of theirs, of which the listener is told first of all. */
static bool sync_join(struct ledger *l, const char *there, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list theirs = { 0 };
	char base[STORE_ID];
	bool reached;

	if (!store_base(l->store, l->head, there, base, e) ||
	    !sync_collect(l, a, base, there, &theirs, &reached, e) || !ledger_rebase(l, there, e))
		return false;
	sync_tell_all(l, &theirs);
	sync_tell_rewritten(l);
	return true;
}

/*
 * A reader follows the remote, or what is here where that has gone on; it can't put one on top of
 * the other, so where both have, it shows what is shared.
 */
static bool sync_read(struct ledger *l, const char *there, struct err *e)
{
	if (!there[0] || store_is_ancestor(l->store, there, l->head))
		return true;
	return ledger_advance(l, there, e);
}

static bool sync_exchange(struct ledger *l, struct err *e)
{
	char there[STORE_ID];

	if (!store_fetch(l->store, l->options.remote, l->ref, there, e))
		return false;
	memcpy(l->remote, there, STORE_ID);
	crash_point("after a fetch");
	if (l->options.read_only)
		return sync_read(l, there, e);
	if (!there[0] || store_is_ancestor(l->store, there, l->head))
		return send_rest(l, e);
	if (store_is_ancestor(l->store, l->head, there))
		return sync_follow(l, there, e);
	return sync_join(l, there, e) && send_rest(l, e);
}

/* What others recorded on this machine; a reader that has followed the remote stays there. */
static bool sync_here(struct ledger *l, struct err *e)
{
	char here[STORE_ID];

	if (!ledger_here(l, here, e))
		return false;
	if (strcmp(here, l->head) == 0)
		return true;
	if (l->options.read_only && (!here[0] || store_is_ancestor(l->store, here, l->head) ||
				     (l->remote[0] && !store_is_ancestor(l->store, l->remote, here))))
		return true;
	if (!here[0])
		return err_set(e, ERR_IO, "the branch %s is gone", l->ref);
	return ledger_advance(l, here, e) || err_wrap(e, "reading what others recorded");
}

/*
 * Others may move the branch here, or there, between our look and our step: then the look is
 * repeated, since what it brought is no longer what is so.
 */
static bool sync_remote(struct ledger *l, struct err *e)
{
	bool good;

	contact_log_in(l);
	good = sync_exchange(l, e);
	for (int i = 1; !good && e->code == ERR_CONFLICT && e->again && i < TRIES && sync_here(l, e); i++)
		good = sync_exchange(l, e);

	/* Whoever was faster has proved that it answers. */
	contact_note(l, good || e->code == ERR_CONFLICT ? NULL : e);
	return good;
}

bool ledger_sync(struct ledger *l, bool remote, bool *moved, struct err *e)
{
	char before[STORE_ID];

	memcpy(before, l->head, STORE_ID);
	if (!sync_here(l, e))
		return false;
	if (remote && l->options.remote && !sync_remote(l, e))
		return err_wrap(e, "the ledger's remote");
	*moved = strcmp(before, l->head) != 0;
	return true;
}
