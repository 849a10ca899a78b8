/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every capable agent owns an equal part of a project's lease, so an agent's fair share is the sum
 * of its parts. It takes what is free up to its share, and gives back what exceeds it while another
 * agent could have it. A lease that nobody took for the length of a lease may be taken by anybody,
 * so that none is left lying when an agent announces what it does not do.
 */
#include "ledger/agents.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "git/store_remote.h"
#include "git/store_view.h"
#include "ledger/alive.h"
#include "ledger/life.h"
#include "model/credentials.h"

static const char prefix[] = "refs/gantry/agent/";

enum { TOKEN = 33, MAX_PEERS = 1000, MAX_PROJECTS = 5000, RENEWALS = 3, FORGET_AFTER = 10 };
enum { FIRST_LOOK_MS = 10000 };         /* whoever announces itself takes nothing before, or for so long */

/* Another agent. The turn's thread adds and removes them. */
struct agents_peer {
	struct arena *arena;            /* of its note */
	char token[TOKEN], id[STORE_ID];
	int64_t since;                  /* ticks: its note has been the same since then */
	bool lives, is_there;
	bool is_board;                  /* it takes no part in the division */
	struct map projects;
};

/* A project that we can execute. */
struct agents_project {
	char *name;                     /* heap */
	size_t others;                  /* living agents that can do it, too */
	bool ours, taking;              /* we have its lease; are about to get it */
	int64_t free_since;             /* ticks; 0: somebody has it */
};

struct agents {
	struct agents_options o;
	struct arena *own;
	struct store_view *view;
	struct store *store;            /* the turn's thread's, as what follows */
	struct arena *login;
	char token[TOKEN], note[STORE_ID];
	bool is_there;                  /* our announcement, at the newest look */
	int lock_file;
	int64_t renewed_at;
	int64_t began;                  /* ticks */
	unsigned told_life;             /* the life last announced to the engines */
	bool failing;
	struct life *life;

	pthread_mutex_t lock;
	struct agents_peer **peers;
	size_t npeers;
	struct agents_project **projects;
	size_t nprojects, room;
	uint64_t changed, announced;    /* the projects: how often, and as of when they are announced */
	double share;
	bool has_looked;
	bool ends;                      /* a flag */
	struct list given;              /* struct store_move *, in own: they go with the announcement */
};

static int64_t agents_lasts(const struct agents *as)
{
	return as->o.remote ? LEASE_LASTS_REMOTE : LEASE_LASTS_HERE;
}

struct agents *agents_new(const struct agents_options *o)
{
	struct agents *as = xmalloc(sizeof(*as));
	unsigned char dice[16];

	assert(o->path);
	*as = (struct agents){ .o = *o, .own = arena_new(), .lock_file = -1, .changed = 1,
			      .began = clock_ticks(), .life = life_new() };
	as->o.path = str_copy(as->own, o->path);
	as->o.remote = str_copy(as->own, o->remote);
	as->o.host = str_copy(as->own, o->host);
	random_bytes(dice, sizeof(dice));
	for (size_t i = 0; i < sizeof(dice); i++)
		snprintf(as->token + 2 * i, 3, "%02x", dice[i]);
	pthread_mutex_init(&as->lock, NULL);
	if (o->remote) {
		as->view = store_view_new();
		store_view_follow(as->view, prefix);
	}
	return as;
}

struct store_view *agents_view(struct agents *as)
{
	return as ? as->view : NULL;
}

static struct store_remote agents_remote(const struct agents *as)
{
	return (struct store_remote){ .url = as->o.remote, .cancelled = as->o.cancelled, .view = as->view,
				      .traffic = as->o.traffic };
}

/* Who we are to the remote, by the newest manifests. */
static void agents_log_in(struct agents *as)
{
	struct arena *a = arena_new();
	struct credentials c = { .username = NULL };
	struct store_login *login = arena_alloc(a, sizeof(*login));

	if (as->o.remote && as->o.credentials && as->o.credentials(as->o.context, a, as->o.remote, &c))
		*login = (struct store_login){ .username = c.username, .password = c.password,
					       .ssh_key = c.ssh_key };
	store_log_in(as->store, login);
	arena_free(as->login);
	as->login = a;
}

/* At the end the projects go whose Secrets know the remote: then we stay who we were. */
static bool agents_open(struct agents *as, struct err *e)
{
	if (!as->store && !store_open(as->o.path, true, &as->store, e))
		return false;
	if (!flag_is_set(&as->ends))
		agents_log_in(as);
	return true;
}

/* Points our ref to the note id, "": nowhere. */
static bool agents_move(struct agents *as, const char *token, const struct store_move *m, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct store_remote r = agents_remote(as);
	const struct store_move move = { str_format(a, "%s%s", prefix, token), m->id, m->old };

	return as->o.remote ? store_push(as->store, &r, &move, e)
			    : store_ref_set(as->store, move.ref, move.id, move.old, e);
}

/* *version: of the projects in it. */
static const char *agents_note(struct agents *as, struct arena *a, int64_t now, uint64_t *version)
{
	struct value *v = value_map(a), *names = value_list(a);

	value_set(a, v, "host", value_string(a, as->o.host));
	value_set(a, v, "token", value_string(a, as->token));
	if (as->lock_file >= 0)
		value_set(a, v, "kernel", value_string(a, alive_kernel(a)));
	value_set(a, v, "renewedAt", value_string(a, clock_rfc3339(a, now)));
	pthread_mutex_lock(&as->lock);
	for (size_t i = 0; i < as->nprojects; i++)
		value_append(a, names, value_string(a, as->projects[i]->name));
	*version = as->changed;
	pthread_mutex_unlock(&as->lock);
	value_set(a, v, "projects", names);
	if (!as->o.announces)
		value_set(a, v, "board", value_bool(a, true));
	return json_text(a, v, 0);
}

static bool agents_announce(struct agents *as, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t now = clock_now(), start = clock_ticks();
	char id[STORE_ID];
	uint64_t version;

	if (as->lock_file < 0)
		as->lock_file = alive_lock(a, as->o.path, as->token);
	const char *note = agents_note(as, a, now, &version);
	if (!store_note_new(as->store, note, now / 1000, id, e))
		return false;
	const struct store_move move = { .id = id, .old = as->note };
	if (!agents_move(as, as->token, &move, e)) {
		store_note_drop(as->store, id);
		return false;
	}
	if (as->note[0] && strcmp(as->note, id) != 0)
		store_note_drop(as->store, as->note);
	memcpy(as->note, id, STORE_ID);
	as->renewed_at = clock_ticks();
	as->announced = version;
	life_renew(as->life, start, agents_lasts(as));
	return true;
}

static void agents_peer_free(struct agents_peer *p)
{
	arena_free(p->arena);
	free(p);
}

/* What it says of itself; anything else is an agent that can do nothing. */
static bool agents_peer_read(struct agents *as, struct agents_peer *p)
{
	struct value *v = NULL;
	struct store_commit c;
	struct err e;

	arena_free(p->arena);
	p->arena = arena_new();
	p->projects = (struct map){ 0 };
	if (!store_commit_read(as->store, p->arena, p->id, &c, &e) ||
	    !json_parse(p->arena, c.message.at, c.message.len, &v, &e))
		return false;
	const struct value *names = value_get(v, "projects");
	p->is_board = value_truth(value_get(v, "board"), false);
	for (size_t i = 0; value_is(names, VALUE_LIST) && i < names->list.count && i < MAX_PROJECTS; i++)
		map_set(p->arena, &p->projects, value_text(value_at(names, i), "-"), p);
	const struct alive who = { as->o.path, value_text(value_get(v, "token"), ""),
				   value_text(value_get(v, "kernel"), "") };
	return !alive_is_dead(p->arena, &who);
}

static struct agents_peer *agents_peer(struct agents *as, const char *token)
{
	struct agents_peer *made;

	for (size_t i = 0; i < as->npeers; i++)
		if (strcmp(as->peers[i]->token, token) == 0)
			return as->peers[i];
	if (as->npeers == MAX_PEERS)
		return NULL;
	made = xmalloc(sizeof(*made));
	*made = (struct agents_peer){ .arena = arena_new(), .since = clock_ticks() };
	memcpy(made->token, token, TOKEN);
	as->peers = xrealloc(as->peers, (as->npeers + 1) * sizeof(struct agents_peer *));
	as->peers[as->npeers++] = made;
	return made;
}

/* The lock is held, here and where shares are counted. */
static void agents_see(struct agents *as, const struct store_head *h)
{
	const char *token = h->ref + strlen(prefix);
	struct agents_peer *p;

	if (strcmp(token, as->token) == 0) {
		as->is_there = true;
		memcpy(as->note, h->id, STORE_ID);      /* the answer to its push may have been lost */
		return;
	}
	if (strlen(token) != TOKEN - 1 || token[strspn(token, "0123456789abcdef")])
		return;
	p = agents_peer(as, token);
	if (!p)
		return;
	p->is_there = true;
	if (strcmp(p->id, h->id) != 0) {
		memcpy(p->id, h->id, STORE_ID);
		p->since = clock_ticks();
	}
	p->lives = agents_peer_read(as, p) && clock_ticks() - p->since < agents_lasts(as);
}

static void agents_count(struct agents *as)
{
	as->share = 0;
	for (size_t i = 0; i < as->nprojects; i++) {
		struct agents_project *p = as->projects[i];

		p->others = 0;
		for (size_t j = 0; j < as->npeers; j++)
			p->others += as->peers[j]->lives && !as->peers[j]->is_board &&
				     map_get(&as->peers[j]->projects, p->name);
		as->share += 1.0 / (double)(p->others + 1);
	}
}

static bool agents_heads(struct agents *as, struct arena *a, struct list *heads, struct err *e)
{
	const struct store_remote r = agents_remote(as);

	if (!as->o.remote)
		return store_heads(as->store, a, prefix, heads, e);
	if (!store_look(as->store, &r, e))
		return false;
	store_view_list(as->view, a, prefix, heads);
	return true;
}

/* Those whose refs are gone go; those that are dead for long are cleared away by whoever sees it. */
static void agents_sweep(struct agents *as)
{
	struct err ignored;

	for (size_t i = as->npeers; i-- > 0;) {
		struct agents_peer *p = as->peers[i];
		const struct store_move gone = { .id = "", .old = p->id };
		bool old = clock_ticks() - p->since > FORGET_AFTER * agents_lasts(as);

		if (p->is_there && !(old && as->o.announces && agents_move(as, p->token, &gone, &ignored)))
			continue;
		pthread_mutex_lock(&as->lock);
		as->peers[i] = as->peers[--as->npeers];
		pthread_mutex_unlock(&as->lock);
		agents_peer_free(p);
	}
}

static bool agents_look(struct agents *as, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list heads = { 0 };

	if (!agents_heads(as, a, &heads, e))
		return false;
	as->is_there = false;
	pthread_mutex_lock(&as->lock);
	for (size_t i = 0; i < as->npeers; i++)
		as->peers[i]->is_there = as->peers[i]->lives = false;
	for (size_t i = 0; i < heads.count; i++)
		agents_see(as, heads.items[i]);
	pthread_mutex_unlock(&as->lock);
	if (!as->is_there) {            /* if it was, others may take our leases now */
		as->note[0] = '\0';
		life_end(as->life);
	}
	agents_sweep(as);
	return true;
}

/* The same trouble again and again is one line. */
static void agents_complain(struct agents *as, const struct err *e)
{
	if (e && !as->failing && e->code != ERR_CANCELLED)
		log_line(LOG_WARN, "agents", "%s", e->message);
	as->failing = e != NULL;
}

/* The lock is held. */
static double agents_mine(const struct agents *as)
{
	double mine = 0;

	for (size_t i = 0; i < as->nprojects; i++)
		mine += as->projects[i]->ours || as->projects[i]->taking;
	return mine;
}

/* A board is announced while it holds something, for that lasts as long as its life. */
static bool agents_is_due(struct agents *as)
{
	bool wanted, is_due = !as->note[0] || clock_ticks() >= as->renewed_at + agents_lasts(as) / RENEWALS;

	pthread_mutex_lock(&as->lock);
	wanted = as->o.announces || agents_mine(as) > 0;
	is_due = is_due || as->announced != as->changed;
	pthread_mutex_unlock(&as->lock);
	return wanted && is_due;
}

int64_t agents_turn(struct agents *as, bool *moved)
{
	int64_t period = agents_lasts(as) / RENEWALS, until;
	bool fine;
	double before;
	unsigned life;
	struct err e, why;

	pthread_mutex_lock(&as->lock);
	before = as->has_looked ? as->share : -1;
	pthread_mutex_unlock(&as->lock);
	fine = agents_open(as, &e);
	if (fine && agents_is_due(as))
		fine = agents_announce(as, &e);
	/* After a conflict the look finds where our announcement is, so that the next try can replace it. */
	if (fine || (as->store && e.code == ERR_CONFLICT))
		fine = agents_look(as, fine ? &e : &why) && fine;
	agents_complain(as, fine ? NULL : &e);
	pthread_mutex_lock(&as->lock);
	agents_count(as);
	as->has_looked = as->has_looked || fine;
	life = life_now(as->life, &until);
	*moved = as->has_looked && (as->share != before || life != as->told_life);
	as->told_life = life;
	pthread_mutex_unlock(&as->lock);
	return fine ? period / 2 : period / 4;
}

static struct agents_project *agents_find(struct agents *as, const char *project)
{
	for (size_t i = 0; i < as->nprojects; i++)
		if (strcmp(as->projects[i]->name, project) == 0)
			return as->projects[i];
	return NULL;
}

void agents_come(struct agents *as, const char *project)
{
	struct agents_project *made = xmalloc(sizeof(*made));

	assert(project && *project);
	*made = (struct agents_project){ .name = xstrdup(project) };
	pthread_mutex_lock(&as->lock);
	if (as->nprojects == as->room) {
		as->room = as->room ? as->room * 2 : 8;
		as->projects = xrealloc(as->projects, as->room * sizeof(struct agents_project *));
	}
	as->projects[as->nprojects++] = made;
	as->changed++;
	agents_count(as);
	pthread_mutex_unlock(&as->lock);
}

void agents_go(struct agents *as, const char *project)
{
	assert(project && *project);
	pthread_mutex_lock(&as->lock);
	for (size_t i = 0; i < as->nprojects; i++) {
		struct agents_project *p = as->projects[i];

		if (strcmp(p->name, project) != 0)
			continue;
		as->projects[i] = as->projects[--as->nprojects];
		free(p->name);
		free(p);
		break;
	}
	as->changed++;
	agents_count(as);
	pthread_mutex_unlock(&as->lock);
}

/* Whoever does not announce itself takes what is left lying, and makes room for those that do. */
static enum agents_wish agents_decide(const struct agents *as, const struct agents_project *p,
				      const struct agents_lease *now)
{
	int64_t lying = p->free_since ? clock_ticks() - p->free_since : 0;

	if (!as->has_looked && as->o.announces && now->is_free &&
	    clock_ticks() - as->began < FIRST_LOOK_MS)
		return AGENTS_WAIT;
	if (!p->others)
		return AGENTS_TAKE;
	if (now->ours && now->is_idle && (!as->o.announces || agents_mine(as) >= as->share + 1))
		return AGENTS_GIVE;
	if (now->ours || lying >= agents_lasts(as) || (as->o.announces && agents_mine(as) < as->share))
		return AGENTS_TAKE;
	return AGENTS_WAIT;
}

enum agents_wish agents_wish(struct agents *as, const char *project, const struct agents_lease *now)
{
	enum agents_wish wish = AGENTS_TAKE;
	struct agents_project *p;

	assert(project && now);
	pthread_mutex_lock(&as->lock);
	p = agents_find(as, project);
	if (p) {
		if (!now->is_free)
			p->free_since = 0;
		else if (!p->free_since)
			p->free_since = clock_ticks();
		p->ours = now->ours;
		p->taking = false;
		wish = agents_decide(as, p, now);
		p->taking = wish == AGENTS_TAKE && now->is_free;
		p->ours = now->ours && wish != AGENTS_GIVE;
	}
	pthread_mutex_unlock(&as->lock);
	return wish;
}

void agents_held(struct agents *as, const char *project, bool ours)
{
	struct agents_project *p;

	pthread_mutex_lock(&as->lock);
	p = agents_find(as, project);
	if (p) {
		p->ours = ours;
		p->taking = false;
	}
	pthread_mutex_unlock(&as->lock);
}

struct agents_life agents_life(struct agents *as)
{
	struct agents_life out = { .token = as->token };
	bool wanted = false;

	pthread_mutex_lock(&as->lock);
	for (size_t i = 0; i < as->nprojects; i++)
		wanted = wanted || (as->projects[i]->ours && as->projects[i]->others);
	out.is_settled = !wanted || (as->o.announces && agents_mine(as) < as->share + 1);
	pthread_mutex_unlock(&as->lock);
	out.number = life_now(as->life, &out.until);
	return out;
}

int64_t agents_life_until(struct agents *as, unsigned number)
{
	return life_until(as->life, number);
}

void agents_end(struct agents *as)
{
	flag_set(&as->ends);
}

bool agents_give(struct agents *as, const struct store_move *m)
{
	if (!as || !as->o.remote || !flag_is_set(&as->ends))
		return false;
	pthread_mutex_lock(&as->lock);
	const struct store_move move = { str_copy(as->own, m->ref), str_copy(as->own, m->id),
					 str_copy(as->own, m->old) };
	list_add(as->own, &as->given, arena_copy(as->own, &move, sizeof(move)));
	pthread_mutex_unlock(&as->lock);
	return true;
}

/* Thirty leases given back one push at a time would outlast the patience of whoever ends us. */
static bool agents_give_all(struct agents *as, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct store_remote r = agents_remote(as);
	const struct store_move gone = { str_format(a, "%s%s", prefix, as->token), "", as->note };
	struct list moves = { 0 };

	pthread_mutex_lock(&as->lock);
	for (size_t i = 0; i < as->given.count; i++)
		list_add(a, &moves, as->given.items[i]);
	pthread_mutex_unlock(&as->lock);
	if (as->note[0])
		list_add(a, &moves, &gone);
	return store_push_many(as->store, &r, &moves, e);
}

void agents_leave(struct agents *as)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct store_move gone = { .id = "", .old = as->note };
	bool fine = true;
	struct err e;

	if (as->store && as->o.remote)
		fine = agents_give_all(as, &e);
	else if (as->note[0])
		fine = agents_move(as, as->token, &gone, &e);
	if (!fine)
		log_line(LOG_INFO, "agents", "our leases at the remote last until they run out: %s",
			 e.message);
	as->note[0] = '\0';
	/* Of leases that were not given back, the lock that nobody holds says that their holder is dead. */
	if (fine)
		alive_unlock(a, as->o.path, as->token, as->lock_file);
	else if (as->lock_file >= 0)
		close(as->lock_file);
	as->lock_file = -1;
}

void agents_free(struct agents *as)
{
	if (!as)
		return;
	life_free(as->life);
	for (size_t i = 0; i < as->npeers; i++)
		agents_peer_free(as->peers[i]);
	free(as->peers);
	for (size_t i = 0; i < as->nprojects; i++) {
		free(as->projects[i]->name);
		free(as->projects[i]);
	}
	free(as->projects);
	store_close(as->store);
	store_view_free(as->view);
	pthread_mutex_destroy(&as->lock);
	arena_free(as->login);
	arena_free(as->own);
	free(as);
}
