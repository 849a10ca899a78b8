/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking in what others appended: other processes here, other machines at the remote.
 * When both went on, our own events move on top of theirs, one by one; an event that
 * can no longer follow is dropped and logged, not forced.
 */
#include <assert.h>
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
#include "ledger/turn.h"
#include "model/event.h"
#include "model/state.h"

enum { REPLAY_MAX = 5000,               /* events; past this the tree is read instead */
       TRIES = 10,
       FIRST_TURN_MS = 20000 };

/* From old (left out) to new. */
struct sync_walk {
	const char *old, *new;
	struct list events;             /* struct past_event *, newest first; 5,000 at most */
	bool reached;                   /* old was met */
};

static bool sync_walk(struct ledger *l, struct arena *a, struct sync_walk *w, struct err *e)
{
	const char *id = str_copy(a, w->new);
	while (id[0] && strcmp(id, w->old) != 0 && w->events.count <= REPLAY_MAX) {
		struct past_event *b = arena_alloc(a, sizeof(*b));
		struct recorded_event r;
		if (!ledger_event(l, a, id, &r, e))
			return false;
		b->commit = id;
		b->event = arena_copy(a, &r.event, sizeof(r.event));
		memcpy(b->tree, r.commit.tree, STORE_ID);
		list_add(a, &w->events, b);
		id = str_copy(a, r.commit.parent);
	}
	w->reached = strcmp(id, w->old) == 0;
	return true;
}

/* What leads to another commit, newest first. */
struct sync_path {
	struct list news;               /* struct past_event *: what came */
	struct list gone;               /* the same: what was taken back or put elsewhere */
	bool follows;                   /* the news follow from where we are */
};

static bool sync_path_find(struct ledger *l, struct arena *a, const char *new,
			   struct sync_path *out, struct err *e)
{
	struct sync_walk whole = { .old = l->now.head, .new = new };
	char base[STORE_ID];

	if (!sync_walk(l, a, &whole, e))
		return false;
	out->news = whole.events;
	out->follows = whole.reached;
	if (out->follows || !l->now.head[0])
		return true;
	if (!store_base(l->store, l->now.head, new, base, e))
		return false;
	struct sync_walk news = { .old = base, .new = new }, gone = { .old = base, .new = l->now.head };
	if (!sync_walk(l, a, &news, e) || !sync_walk(l, a, &gone, e))
		return false;
	out->news = news.events;
	out->gone = gone.events;
	return true;
}

/* Moved on top of another commit, an event is still the same and no news. */
static bool sync_is_known(const struct sync_path *path, const struct event *ev)
{
	for (size_t i = 0; i < path->gone.count; i++) {
		const struct event *old = ((struct past_event *)path->gone.items[i])->event;
		if (old->kind == ev->kind && old->at == ev->at && same_text(old->subject, ev->subject) &&
		    same_text(old->promotion, ev->promotion) && same_text(old->actor, ev->actor))
			return true;
	}
	return false;
}

/* One event further; false when its tree has to be read. */
static bool sync_replay(struct ledger *l, struct present *p, const struct past_event *b)
{
	struct err why;

	if (b->event->kind == EVENT_UNKNOWN && strcmp(b->tree, p->tree) != 0)
		return false;
	if (!state_apply(l->arena, p->state, event_copy(l->arena, b->event), &p->state, &why))
		return false;
	memcpy(p->head, b->commit, STORE_ID);
	memcpy(p->tree, b->tree, STORE_ID);
	p->deferred++;
	if (b->event->defers)
		return true;
	p->deferred = 0;
	p->written = p->state;
	p->written_time = b->event->at;
	memcpy(p->written_at, b->commit, STORE_ID);
	return true;
}

bool ledger_advance(struct ledger *l, const char *new, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct sync_path path = { .follows = false };
	struct present p = l->now;
	bool replayed;

	assert(new && *new);
	if (!sync_path_find(l, a, new, &path, e))
		return false;
	replayed = path.follows;
	for (size_t i = path.news.count; replayed && i-- > 0;)
		replayed = sync_replay(l, &p, path.news.items[i]);
	if (!replayed && !ledger_load(l, l->arena, new, &p, e))
		return false;
	l->now = p;
	l->behind += path.news.count;
	for (size_t i = path.news.count; i-- > 0;) {
		const struct past_event *b = path.news.items[i];
		if (!sync_is_known(&path, b->event))
			ledger_tell(l, b->commit, b->event);
	}
	if (!path.follows)
		ledger_tell_rewritten(l);
	return true;
}

/* Puts one of our events on top of theirs; an event that can't follow is left out. */
static bool sync_put_again(struct ledger *l, struct present *p, const struct event *ev,
			   struct err *e)
{
	if (ev->kind == EVENT_UNKNOWN)
		return err_set(e, ERR_CONFLICT, "a newer gantry recorded \"%s\" here, which has not been "
			       "sent yet: let that one send it, or update this one", ev->subject);
	if (ledger_put(l, p, ev, e))
		return true;
	if (e->code != ERR_CONFLICT)
		return false;
	log_line(LOG_WARN, "ledger", "\"%s\" was dropped: %s", ev->subject, e->message);
	return true;
}

/* Moves what is only here on top of what the remote has. */
static bool ledger_rebase(struct ledger *l, const char *onto, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char base[STORE_ID];
	struct sync_walk ours = { .old = base, .new = l->now.head };
	struct present p;

	if (!store_base(l->store, l->now.head, onto, base, e) || !sync_walk(l, a, &ours, e) ||
	    !ledger_load(l, l->arena, onto, &p, e))
		return false;
	for (size_t i = ours.events.count; i-- > 0;)
		if (!sync_put_again(l, &p, ((struct past_event *)ours.events.items[i])->event, e))
			return false;
	if (!store_save(l->store, e) || !store_ref_set(l->store, l->ref, p.head, l->now.head, e))
		return false;
	l->now = p;
	return true;
}

static bool send_rest(struct ledger *l, struct err *e)
{
	const struct store_remote r = ledger_remote(l);
	const struct store_move move = { .ref = l->ref, .id = l->now.head, .old = l->remote };

	if (strcmp(l->now.head, l->remote) == 0)
		return true;
	if (!store_push(l->store, &r, &move, e))
		return false;
	memcpy(l->remote, l->now.head, STORE_ID);
	return true;
}

/* Their events, then ours on top. Sending may fail afterwards; the listener hears of theirs before. */
static bool sync_merge(struct ledger *l, const char *there, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char base[STORE_ID];
	struct sync_walk theirs = { .old = base, .new = there };

	if (!store_base(l->store, l->now.head, there, base, e) ||
	    !sync_walk(l, a, &theirs, e) || !ledger_rebase(l, there, e))
		return false;
	for (size_t i = theirs.events.count; i-- > 0;) {
		const struct past_event *b = theirs.events.items[i];
		ledger_tell(l, b->commit, b->event);
	}
	ledger_tell_rewritten(l);
	return send_rest(l, e);
}

/* The remote's branch has become ours; the local ref follows. */
static bool sync_follow(struct ledger *l, const char *there, struct err *e)
{
	return store_ref_set(l->store, l->ref, there, l->now.head, e) && ledger_advance(l, there, e);
}

/*
 * A reader follows the remote, or what is here where that has gone on; it can't put one on top of
 * the other, so where both have, it shows what is shared.
 */
static bool sync_read(struct ledger *l, const char *there, struct err *e)
{
	if (!there[0] || store_is_ancestor(l->store, there, l->now.head))
		return true;
	return ledger_advance(l, there, e);
}

static bool sync_meet(struct ledger *l, const char *there, struct err *e)
{
	if (!ledger_catch_up(l, e))
		return false;
	memcpy(l->remote, there, STORE_ID);
	if (l->options.read_only)
		return sync_read(l, there, e);
	if (!there[0] || store_is_ancestor(l->store, there, l->now.head))
		return send_rest(l, e);
	if (store_is_ancestor(l->store, l->now.head, there))
		return sync_follow(l, there, e);
	return sync_merge(l, there, e);
}

static bool sync_exchange(struct ledger *l, struct err *e)
{
	const struct store_remote r = ledger_remote(l);
	char there[STORE_ID];

	if (!store_fetch(l->store, &r, l->ref, there, e))
		return false;
	crash_point("after a fetch");
	return sync_meet(l, there, e);
}

/*
 * Others may move the branch here, or there, between our look and our step: then the look is
 * repeated, since what it found is out of date.
 */
bool ledger_meet_remote(struct ledger *l, struct err *e)
{
	bool good;

	assert(l->options.remote);
	contact_log_in(l);
	good = sync_exchange(l, e);
	for (int i = 1; !good && e->code == ERR_CONFLICT && e->again && i < TRIES; i++)
		good = sync_exchange(l, e);
	/* Whoever was faster has proved that it answers. */
	contact_note(l, good || e->code == ERR_CONFLICT ? NULL : e);
	return good;
}

bool ledger_catch_up(struct ledger *l, struct err *e)
{
	char here[STORE_ID];

	if (!ledger_here(l, here, e))
		return false;
	if (strcmp(here, l->now.head) == 0)
		return true;
	/* A reader that has followed the remote stays there. */
	if (l->options.read_only && (!here[0] || store_is_ancestor(l->store, here, l->now.head) ||
				     (l->remote[0] && !store_is_ancestor(l->store, l->remote, here))))
		return true;
	if (!here[0])
		return err_set(e, ERR_IO, "the branch %s is gone", l->ref);
	return ledger_advance(l, here, e) || err_wrap(e, "reading what others recorded");
}

/*
 * Another process here that is at the remote brings its news home, too; only who has nothing yet
 * waits for that.
 */
static bool sync_turn(struct ledger *l, struct err *e)
{
	return l->now.head[0] ? turn_try(l) : turn_wait(l, clock_ticks() + FIRST_TURN_MS, e);
}

bool ledger_sync(struct ledger *l, bool remote, bool *moved, struct err *e)
{
	char before[STORE_ID];
	struct err none;
	bool good = true;

	assert(moved);
	memcpy(before, l->now.head, STORE_ID);
	if (!ledger_catch_up(l, e))
		return false;
	if (remote && l->options.remote) {
		if (!l->options.read_only && !sync_turn(l, &none))
			remote = false;
		good = !remote || ledger_meet_remote(l, e) || err_wrap(e, "the ledger's remote");
		turn_end(l);
	}
	if (good)
		*moved = strcmp(before, l->now.head) != 0;
	return good;
}
