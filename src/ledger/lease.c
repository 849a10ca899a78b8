/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who executes: a note that only one can replace at a time, by compare-and-swap on its
 * ref, here or at the remote. Whoever wants it watches the note for as long as a lease
 * lasts, by a clock that nobody sets; its holder counts from before it was renewed, and so
 * always knows first that it has run out.
 */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/agents.h"
#include "ledger/alive.h"
#include "ledger/lease.h"
#include "ledger/ledger_inner.h"

/* For display only: a lease that is older than any clock error is not shown as held. */
enum { MARGIN = 1000, STALE = 86400000 };

static int64_t lease_lasts(const struct ledger *l)
{
	return l->options.remote ? LEASE_LASTS_REMOTE : LEASE_LASTS_HERE;
}

static bool lease_current(struct ledger *l, char id[STORE_ID], struct err *e)
{
	const struct store_remote r = ledger_remote(l);

	return r.url ? store_fetch(l->store, &r, l->lease_ref, id, e)
		     : store_ref(l->store, l->lease_ref, id, e);
}

static bool lease_replace(struct ledger *l, const char *id, const char *old, struct err *e)
{
	const struct store_remote r = ledger_remote(l);
	const struct store_move move = { .ref = l->lease_ref, .id = id, .old = old };

	return r.url ? store_push(l->store, &r, &move, e)
		     : store_ref_set(l->store, l->lease_ref, id, old, e);
}

/*
 * Whether the holder is known to be dead, so that nobody has to wait until its lease runs out.
 */
static bool lease_holder_is_dead(struct ledger *l, struct arena *a, const struct value *note)
{
	const struct alive who = { l->options.path, value_text(value_get(note, "token"), ""),
				   value_text(value_get(note, "kernel"), "") };

	return alive_is_dead(a, &who);
}

/* Since when, by our own ticks, this has been the note. */
static int64_t lease_unchanged(struct ledger *l, const char *id)
{
	if (strcmp(l->watched, id) != 0 || !l->watched_at) {
		memcpy(l->watched, id, STORE_ID);
		l->watched_at = clock_ticks();
	}
	return clock_ticks() - l->watched_at;
}

/* The lease as it is now. */
struct lease_view {
	char id[STORE_ID];              /* its note; "" when there is none */
	struct lease lease;
	bool is_free;                   /* it may be taken from its holder */
};

/* The wall clock only counts for what is shown. */
static bool lease_look(struct ledger *l, struct arena *a, struct lease_view *out, struct err *e)
{
	struct value *v = NULL;
	struct store_commit c;
	struct err why;

	*out = (struct lease_view){ .lease.host = "" };
	if (!lease_current(l, out->id, e))
		return false;
	out->is_free = !out->id[0];
	if (out->is_free)
		return true;
	if (l->note[0] && strcmp(out->id, l->note) == 0) {      /* our own need not be read again */
		out->lease = (struct lease){ .ours = true, .host = l->options.host,
					     .renewed_at = clock_now() };
		out->is_free = lease_unchanged(l, out->id) >= lease_lasts(l);
		out->lease.held = !out->is_free;
		return true;
	}
	if (!store_commit_read(l->store, a, out->id, &c, e))
		return err_wrap(e, "reading the lease");
	/* Whatever else was pushed there is waited for as a lease is. */
	if (!json_parse(a, c.message.at, c.message.len, &v, &why))
		v = value_map(a);
	struct lease *lease = &out->lease;
	lease->host = str_copy(a, value_text(value_get(v, "host"), "unknown"));
	clock_parse(value_text(value_get(v, "renewedAt"), ""), &lease->renewed_at);
	lease->ours = strcmp(value_text(value_get(v, "token"), ""), l->token) == 0;
	out->is_free = value_truth(value_get(v, "dropped"), false) ||
		       (!lease->ours && lease_holder_is_dead(l, a, v)) ||
		       lease_unchanged(l, out->id) >= lease_lasts(l);
	lease->held = !out->is_free && clock_now() - lease->renewed_at < STALE;
	return true;
}

static const char *lease_note(struct ledger *l, struct arena *a, int64_t now, bool dropped)
{
	struct value *v = value_map(a);

	value_set(a, v, "host", value_string(a, l->options.host));
	value_set(a, v, "token", value_string(a, l->token));
	if (l->lease_lock >= 0)
		value_set(a, v, "kernel", value_string(a, alive_kernel(a)));
	value_set(a, v, "renewedAt", value_string(a, clock_rfc3339(a, now)));
	if (dropped)
		value_set(a, v, "dropped", value_bool(a, true));
	return json_text(a, v, 0);
}

static bool lease_renew(struct ledger *l, struct arena *a, const char *old, bool dropped,
			struct err *e)
{
	int64_t now = clock_now();
	char id[STORE_ID];

	if (!store_note_new(l->store, lease_note(l, a, now, dropped), now / 1000, id, e))
		return err_wrap(e, "noting in %s who executes", l->options.path);
	const struct store_move move = { .ref = l->lease_ref, .id = id, .old = old };
	if (dropped && agents_give(l->options.agents, &move))
		return true;
	if (!lease_replace(l, id, old, e)) {
		store_note_drop(l->store, id);
		return false;
	}
	if (strcmp(old, id) != 0)
		store_note_drop(l->store, old);
	memcpy(l->note, id, STORE_ID);
	l->renewed_at = clock_ticks();
	return true;
}

bool ledger_lease_look(struct ledger *l, struct arena *a, struct lease *out, struct err *e)
{
	struct lease_view v;

	if (!lease_look(l, a, &v, e))
		return false;
	*out = v.lease;
	return true;
}

/* Takes or renews it, as the look found it. */
static bool lease_take(struct ledger *l, struct arena *a, const struct lease_view *v,
		       struct lease *out, struct err *e)
{
	bool was_ours = v->lease.ours && strcmp(v->id, l->note) == 0;
	int64_t start = clock_ticks();

	if (l->lease_lock < 0)
		l->lease_lock = alive_lock(a, l->options.path, l->token);
	if (!lease_renew(l, a, v->id, false, e))
		return e->code == ERR_CONFLICT && ledger_lease_look(l, a, out, e);
	*out = (struct lease){ .held = true, .ours = true, .is_new = !was_ours,
			       .host = l->options.host, .renewed_at = clock_now(),
			       .until = start + lease_lasts(l) - MARGIN };
	return true;
}

static bool lease_settle(struct ledger *l, struct arena *a, const struct lease_view *v,
			 struct lease *out, struct err *e)
{
	if (v->is_free || v->lease.ours)
		return lease_take(l, a, v, out, e);
	*out = v->lease;
	out->held = true;                       /* until it is known to have run out */
	return true;
}

bool ledger_lease(struct ledger *l, struct arena *a, struct lease *out, struct err *e)
{
	struct lease_view v;

	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	return lease_look(l, a, &v, e) && lease_settle(l, a, &v, out, e);
}

bool ledger_lease_share(struct ledger *l, struct arena *a, bool can_give, struct lease *out,
			struct err *e)
{
	struct agents *agents = l->options.agents;
	struct lease_view v;
	bool fine = true;

	if (!agents)
		return ledger_lease(l, a, out, e);
	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	if (!lease_look(l, a, &v, e))
		return false;
	const struct agents_lease now = { .ours = v.lease.ours && !v.is_free, .is_free = v.is_free,
					  .is_idle = can_give };
	switch (agents_wish(agents, l->options.project, &now)) {
	case AGENTS_TAKE:
		fine = lease_settle(l, a, &v, out, e);
		break;
	case AGENTS_GIVE:
		ledger_lease_drop(l);
		/* fall through */
	case AGENTS_WAIT:
		*out = (struct lease){ .held = !v.is_free && !v.lease.ours, .host = v.lease.host,
				       .renewed_at = v.lease.renewed_at };
		break;
	}
	agents_held(agents, l->options.project, fine && out->ours);
	return fine;
}

void ledger_lease_drop(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;

	if (l->note[0] && lease_renew(l, a, l->note, true, &e))
		l->note[0] = '\0';
	lease_end(l);
}

void lease_end(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();

	/* Of a lease that was not given back, the lock that nobody holds says that its holder is dead. */
	if (l->note[0] && l->lease_lock >= 0)
		close(l->lease_lock);
	else
		alive_unlock(a, l->options.path, l->token, l->lease_lock);
	l->lease_lock = -1;
}
