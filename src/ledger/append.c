/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events appended. A commit goes to the remote before the local branch points to it: what was
 * refused there never happened here either. Who loses a race takes in what the others
 * recorded and, unless that concerns the same thing, puts its event on top of it.
 */
#include "ledger/append.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/part.h"
#include "base/str.h"
#include "ledger/contact.h"
#include "ledger/crash.h"
#include "ledger/ledger_inner.h"
#include "ledger/turn.h"
#include "model/event.h"
#include "model/state.h"

/*
 * Bytes of states from which on the newest is copied out of them: while events come, when two
 * thirds are old; at rest, when a fifth is.
 */
enum { COMPACT_AT = 4 << 20, COMPACT_AT_REST = 256 << 10 };

/*
 * How long one event tries to get in, in ms. Who executes renews the lease between events, and must not be
 * late; who does not has time until the person who asked is told that nothing came of it.
 */
enum { TRY_HERE = 10000, TRY_LEADING = 30000, TRY_REMOTE = 50000 };

/* One event on its way. */
struct appending {
	struct ledger *ledger;
	const struct event *event;
	bool send;
	char id[STORE_ID];              /* its newest commit, "" before the first */
};

/*
 * States share memory, so what events replaced stays; from time to time only the newest is kept.
 * What the tree holds must be that one, too, since the two share what is equal; a reader needs no tree.
 */
static void append_copy_newest(struct ledger *l)
{
	struct part *fresh = part_new();
	struct err why;

	l->now.state = l->now.written = state_copy(part_arena(fresh), l->now.state);
	part_release(l->part);
	l->part = fresh;
	l->arena = part_arena(fresh);
	/* Whoever reads a state parses it there, so that is part of what lives. */
	if (!state_parse(l->arena, l->now.state, &why))
		log_line(LOG_WARN, "ledger", "%s", why.message);
	l->live = arena_used(l->arena);
}

static void append_compact(struct ledger *l)
{
	if (arena_used(l->arena) < COMPACT_AT || arena_used(l->arena) < 3 * l->live)
		return;
	l->writes_tree = l->now.written != l->now.state;
	if (!l->writes_tree)
		append_copy_newest(l);
}

bool ledger_rest(struct ledger *l)
{
	size_t used = arena_used(l->arena);
	bool may_copy = l->now.written == l->now.state || l->options.read_only;

	store_rest(l->store);
	if (l->local)
		store_rest(l->local);
	if (used < COMPACT_AT_REST || used < l->live + l->live / 4 || !may_copy)
		return false;
	append_copy_newest(l);
	return true;
}

/* What has happened already is so whatever others did; all else was decided on what they changed. */
static bool append_is_report(const struct event *ev)
{
	return ev->kind == EVENT_PROMOTION_STEP || ev->kind == EVENT_PROMOTION_FINISHED ||
	       ev->kind == EVENT_STAGE_VERIFYING || ev->kind == EVENT_STAGE_VERIFIED ||
	       ev->kind == EVENT_FREIGHT_DISCOVERED;
}

/* Refuses the event when others have changed what it is about since it was decided. */
static bool append_is_still_so(struct appending *p, const struct list *news, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct event *ev = p->event;

	for (size_t i = 0; !append_is_report(ev) && i < news->count; i++) {
		const struct event *other = news->items[i];
		if ((ev->stage && same_text(ev->stage, other->stage)) ||
		    (ev->promotion && same_text(ev->promotion, other->promotion)))
			return err_again(e, ERR_CONFLICT, "somebody was first: %s: \"%s\", %s ago",
					 other->actor ? other->actor : "gantry", other->subject,
					 clock_age(a, clock_now() - other->at));
	}
	return true;
}

/* Sends the commit, and with it everything that waits. */
static bool append_send(struct ledger *l, const char *id, struct err *e)
{
	const struct store_remote r = ledger_remote(l);
	const struct store_move move = { .ref = l->ref, .id = id, .old = l->remote };

	if (!store_push(l->store, &r, &move, e)) {
		contact_note(l, e->code == ERR_CONFLICT || e->code == ERR_REFUSED ? NULL : e);
		return false;
	}
	contact_note(l, NULL);
	memcpy(l->remote, id, STORE_ID);
	crash_point("after the push");
	return true;
}

static bool append_record(struct appending *p, struct present *next, struct err *e)
{
	struct ledger *l = p->ledger;

	crash_point("before an event is written");
	if (!ledger_put(l, next, p->event, e))
		return false;
	memcpy(p->id, next->head, STORE_ID);
	crash_point("before an event is recorded");
	if (!store_save(l->store, e) || (p->send && !append_send(l, p->id, e)))
		return false;
	return store_ref_set(l->store, l->ref, p->id, l->now.head, e);
}

/*
 * After a failure: what others did is taken in. *done: our commit is among it after all, as
 * when the remote took it and its answer was lost.
 */
static bool append_look(struct appending *p, bool *done, struct err *e)
{
	struct ledger *l = p->ledger;

	*done = false;
	if (!ledger_catch_up(l, e) || (p->send && !ledger_meet_remote(l, e)))
		return false;
	*done = p->id[0] && store_has_commit(l->store, p->id) &&
		store_is_ancestor(l->store, p->id, l->now.head);
	return true;
}

/* One try. *lost: others were faster; what they did was taken in. */
static bool append_try(struct appending *p, const struct list *news, bool *lost, struct err *e)
{
	struct ledger *l = p->ledger;
	struct present next;
	struct err why;
	bool done;

	*lost = false;
	if (!ledger_catch_up(l, e) || !append_is_still_so(p, news, e))
		return false;
	next = l->now;
	if (append_record(p, &next, e)) {
		l->now = next;
		l->behind++;
		crash_point("after an event is recorded");
		ledger_tell(l, p->id, p->event);
		return true;
	}
	bool raced = e->code == ERR_CONFLICT && e->again;
	bool unknown = p->send && !e->unsent && (e->code == ERR_NET || e->code == ERR_TIMEOUT);

	if (p->send && e->unsent && e->code != ERR_CONFLICT)
		return err_wrap(e, "nothing was recorded: the ledger's remote was not reached");
	if (!raced && !unknown)
		return e->code == ERR_CONFLICT ? false : err_wrap(e, "writing the ledger");
	if (!append_look(p, &done, &why)) {
		if (raced)
			*e = why;
		return err_wrap(e, raced ? "writing the ledger"
					 : "it is not known whether the ledger's remote has recorded it");
	}
	if (done)
		return true;
	*lost = raced;
	return raced ? false : err_wrap(e, "writing the ledger");
}

static int64_t append_patience(const struct appending *p)
{
	if (!p->send)
		return TRY_HERE;
	return p->ledger->note[0] ? TRY_LEADING : TRY_REMOTE;
}

static bool append_until(struct appending *p, struct ledger_race *race, const struct list *news,
			 struct err *e)
{
	if (!race->end)
		race->end = clock_ticks() + append_patience(p);
	for (;;) {
		bool lost;

		if (!turn_wait(p->ledger, race->end, e))
			return false;
		bool done = append_try(p, news, &lost, e);
		turn_end(p->ledger);
		if (done || !lost || clock_ticks() > race->end)
			return done;
		if (!turn_yield(p->ledger, ++race->lost, e))
			return false;
	}
}

bool ledger_race_again(struct ledger *l, struct ledger_race *race, const struct err *e)
{
	struct err why;
	bool moved;

	assert(race && e->code != ERR_NONE);
	if (e->code != ERR_CONFLICT || !e->again || clock_ticks() > race->end)
		return false;
	if (race->lost++ == 0)
		return true;
	return turn_yield(l, race->lost, &why) &&
	       (ledger_sync(l, true, &moved, &why) || why.code != ERR_CANCELLED);
}

bool ledger_append(struct ledger *l, const struct event *ev, enum ledger_push when, struct err *e)
{
	struct ledger_race race = { 0 };

	return ledger_append_in(l, &race, ev, when, e);
}

bool ledger_begin(struct ledger *l, const struct event *events, size_t count, struct err *e)
{
	struct present next = l->now;

	assert(events && count > 0);
	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	if (l->now.head[0])
		return err_set(e, ERR_CONFLICT, "the ledger has events already");
	for (size_t i = 0; i < count; i++)
		if (!ledger_put(l, &next, &events[i], e))
			return err_wrap(e, "event %zu", i + 1);
	if (!store_save(l->store, e) || !store_ref_set(l->store, l->ref, next.head, "", e))
		return err_wrap(e, "writing the ledger");
	return ledger_catch_up(l, e);
}

bool ledger_append_in(struct ledger *l, struct ledger_race *race, const struct event *ev,
		      enum ledger_push when, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct appending p = { .ledger = l, .event = ev,
			       .send = l->options.remote && when == LEDGER_PUSH_NOW };
	struct list news = { 0 };
	bool done;

	assert(race && ev && ev->subject);
	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	append_compact(l);
	l->news = (struct ledger_news){ .arena = a, .events = &news, .own = p.id };
	done = append_until(&p, race, &news, e);
	l->news = (struct ledger_news){ .arena = NULL };
	/* That the remote does not answer is noted as such, and only until it answers again. */
	if (done || !p.send || !l->failing_since)
		contact_note_append(l, done ? NULL : e);
	if (!done)
		return false;
	l->writes_tree &= l->now.deferred > 0;
	pack_tend(l);
	return true;
}
