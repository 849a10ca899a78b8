/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who executes: a note that only one process can replace at a time, by compare-and-swap on its ref,
 * here or at the remote. Whoever wants it must see the note unchanged for the length of a lease, by
 * a clock that nobody sets; its holder counts from before the last renewal, so it always knows
 * first that the lease has run out.
 */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "git/store_remote.h"
#include "ledger/agents.h"
#include "ledger/alive.h"
#include "ledger/lease.h"
#include "ledger/ledger_inner.h"

/* For display only: a lease that is older than any clock error is not shown as held. */
enum { MARGIN = 1000, STALE = 86400000, SETTLED_MS = 60000 };

static int64_t lease_lasts(const struct ledger *l)
{
	return l->options.remote ? LEASE_LASTS_REMOTE : LEASE_LASTS_HERE;
}

static bool lease_current(struct ledger *l, const char *ref, char id[STORE_ID], struct err *e)
{
	const struct store_remote r = ledger_remote(l);

	return r.url ? store_fetch(l->store, &r, ref, id, e) : store_ref(l->store, ref, id, e);
}

static struct agents_life lease_life(const struct ledger *l)
{
	return l->options.agents ? agents_life(l->options.agents) : (struct agents_life){ 0 };
}

static bool lease_replace(struct ledger *l, const char *id, const char *old, struct err *e)
{
	const struct store_remote r = ledger_remote(l);
	const struct store_move move = { .ref = l->lease_ref, .id = id, .old = old };

	return r.url ? store_push(l->store, &r, &move, e)
		     : store_ref_set(l->store, l->lease_ref, id, old, e);
}

/* What a note says; whatever else was pushed there is waited for as a lease is. */
static bool lease_read(struct ledger *l, struct arena *a, const char *id, struct value **out, struct err *e)
{
	struct store_commit c;
	struct err why;

	if (!store_commit_read(l->store, a, id, &c, e))
		return err_wrap(e, "reading the lease");
	if (!json_parse(a, c.message.at, c.message.len, out, &why))
		*out = value_map(a);
	return true;
}

/* Who is announced, where the lease lasts as long as that; NULL: it stands for itself. */
static const char *lease_agent(const struct value *note)
{
	const char *token = value_text(value_get(note, "agent"), "");

	return strlen(token) == 32 && !token[strspn(token, "0123456789abcdef")] ? token : NULL;
}

/* Whether the holder is known to be dead, so that nobody has to wait until its lease runs out. */
static bool lease_holder_is_dead(struct ledger *l, struct arena *a, const struct value *note)
{
	const char *agent = lease_agent(note);
	const struct alive who = { l->options.path,
				   agent ? agent : value_text(value_get(note, "token"), ""),
				   value_text(value_get(note, "kernel"), "") };

	return alive_is_dead(a, &who);
}

/* The lease as it is now. */
struct lease_view {
	char id[STORE_ID];              /* its note; "" when there is none */
	char agent[STORE_ID];           /* the announcement that it lives by; "": of none */
	int64_t asked_at;               /* ticks: what is seen is no older, but for a remote's view */
	struct lease lease;
	bool is_free;                   /* it may be taken from its holder */
};

/* Whether, by our own ticks, nobody has renewed it for the length of a lease. */
static bool lease_has_run_out(struct ledger *l, const struct lease_view *v)
{
	/* A renewal of the announcement does not make our compare-and-swap of the lease fail. */
	int64_t old_news = v->agent[0] && l->options.remote ? STORE_VIEW_AGE : 0;

	if (!l->watched_at || strcmp(l->watched, v->id) != 0 ||
	    (v->agent[0] && strcmp(l->watched_agent, v->agent) != 0)) {
		memcpy(l->watched, v->id, STORE_ID);
		memcpy(l->watched_agent, v->agent, STORE_ID);
		l->watched_at = clock_ticks();
	}
	return v->asked_at - l->watched_at >= lease_lasts(l) + old_news;
}

/* The announcement that the note names, if it speaks of our project. */
static bool lease_look_at_agent(struct ledger *l, struct arena *a, const char *token,
				struct lease_view *v, struct err *e)
{
	const struct value *names;
	struct value *said;
	char id[STORE_ID];

	if (!lease_current(l, str_format(a, "refs/gantry/agent/%s", token), id, e))
		return false;
	if (!id[0])
		return true;
	if (!lease_read(l, a, id, &said, e))
		return false;
	names = value_get(said, "projects");
	for (size_t i = 0; i < value_count(names); i++)
		if (strcmp(value_text(value_at(names, i), ""), l->options.project) == 0) {
			memcpy(v->agent, id, STORE_ID);
			clock_parse(value_text(value_get(said, "renewedAt"), ""), &v->lease.renewed_at);
		}
	return true;
}

/* Our own note, which need not be read again. */
static void lease_look_at_own(struct ledger *l, struct lease_view *v)
{
	v->lease = (struct lease){ .ours = true, .host = l->options.host, .renewed_at = clock_now() };
	v->is_free = l->note_life ? !agents_life_until(l->options.agents, l->note_life)
				  : lease_has_run_out(l, v);
	v->lease.held = !v->is_free;
}

/* The wall clock only counts for what is shown. */
static bool lease_look(struct ledger *l, struct arena *a, struct lease_view *out, struct err *e)
{
	struct lease *lease = &out->lease;
	bool is_dropped;
	const char *agent;
	struct value *v;

	*out = (struct lease_view){ .lease.host = "", .asked_at = clock_ticks() };
	if (!lease_current(l, l->lease_ref, out->id, e))
		return false;
	out->is_free = !out->id[0];
	if (out->is_free)
		return true;
	if (l->note[0] && strcmp(out->id, l->note) == 0) {
		lease_look_at_own(l, out);
		return true;
	}
	if (!lease_read(l, a, out->id, &v, e))
		return false;
	lease->host = str_copy(a, value_text(value_get(v, "host"), "unknown"));
	clock_parse(value_text(value_get(v, "renewedAt"), ""), &lease->renewed_at);
	is_dropped = value_truth(value_get(v, "dropped"), false);
	lease->ours = !is_dropped && strcmp(value_text(value_get(v, "token"), ""), l->token) == 0;
	out->is_free = is_dropped || (!lease->ours && lease_holder_is_dead(l, a, v));
	agent = lease_agent(v);
	if (!out->is_free && agent && !lease_look_at_agent(l, a, agent, out, e))
		return false;
	out->is_free = out->is_free || lease_has_run_out(l, out) ||
		       (!lease->ours && agent && same_text(agent, lease_life(l).token));
	lease->held = !out->is_free && clock_now() - lease->renewed_at < STALE;
	return true;
}

/* What is written: old is what it replaces; life NULL: it stands for itself. */
struct lease_writing {
	const char *old;
	bool dropped;
	const struct agents_life *life;
};

static const char *lease_note(struct ledger *l, struct arena *a, int64_t now,
			      const struct lease_writing *w)
{
	struct value *v = value_map(a);

	value_set(a, v, "host", value_string(a, l->options.host));
	value_set(a, v, "token", value_string(a, l->token));
	if (w->life)
		value_set(a, v, "agent", value_string(a, w->life->token));
	if (l->lease_lock >= 0 || w->life)
		value_set(a, v, "kernel", value_string(a, alive_kernel(a)));
	value_set(a, v, "renewedAt", value_string(a, clock_rfc3339(a, now)));
	if (w->dropped)
		value_set(a, v, "dropped", value_bool(a, true));
	return json_text(a, v, 0);
}

static bool lease_renew(struct ledger *l, struct arena *a, const struct lease_writing *w, struct err *e)
{
	int64_t now = clock_now();
	char id[STORE_ID];

	if (!store_note_new(l->store, lease_note(l, a, now, w), now / 1000, id, e))
		return err_wrap(e, "noting in %s who executes", l->options.path);
	const struct store_move move = { .ref = l->lease_ref, .id = id, .old = w->old };
	if (w->dropped && agents_give(l->options.agents, &move))
		return true;
	if (!lease_replace(l, id, w->old, e)) {
		store_note_drop(l->store, id);
		return false;
	}
	if (strcmp(w->old, id) != 0)
		store_note_drop(l->store, w->old);
	memcpy(l->note, id, STORE_ID);
	l->note_life = w->life ? w->life->number : 0;
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

int64_t ledger_life_until(const struct ledger *l, unsigned life)
{
	return l->options.agents ? agents_life_until(l->options.agents, life) : 0;
}

/* Takes or renews it, as the look found it. While our life lasts, there is nothing to renew. */
static bool lease_take(struct ledger *l, struct arena *a, const struct lease_view *v,
		       struct lease *out, struct err *e)
{
	bool was_ours = v->lease.ours && strcmp(v->id, l->note) == 0;
	const struct agents_life life = lease_life(l);
	const struct lease_writing w = { .old = v->id, .life = life.number ? &life : NULL };
	int64_t start = clock_ticks();

	if (!life.number && l->lease_lock < 0)
		l->lease_lock = alive_lock(a, l->options.path, l->token);
	if (!(was_ours && life.number && l->note_life == life.number) && !lease_renew(l, a, &w, e))
		return e->code == ERR_CONFLICT && ledger_lease_look(l, a, out, e);
	if (life.number) {              /* its own lock speaks for it */
		alive_unlock(a, l->options.path, l->token, l->lease_lock);
		l->lease_lock = -1;
	}
	*out = (struct lease){ .held = true, .ours = true, .is_new = !was_ours, .life = life.number,
			       .host = l->options.host, .renewed_at = clock_now(),
			       .until = life.number ? life.until : start + lease_lasts(l) - MARGIN,
			       .look_in = life.number && life.is_settled ? SETTLED_MS : 0 };
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
	case AGENTS_GIVE: case AGENTS_WAIT:
		/* Left lying, it would last as long as our life does. */
		if (v.lease.ours)
			memcpy(l->note, v.id, STORE_ID);
		if (v.lease.ours)
			ledger_lease_drop(l);
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
	char old[STORE_ID];
	const struct lease_writing w = { .old = old, .dropped = true };
	struct err e;

	memcpy(old, l->note, STORE_ID);
	if (l->note[0] && lease_renew(l, a, &w, &e))
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
