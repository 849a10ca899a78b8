/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger opened, and events appended. A commit goes to the remote before the local
 * branch points to it: what was refused there never happened here either.
 */
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/part.h"
#include "base/str.h"
#include "data/json.h"
#include "git/git.h"
#include "ledger/contact.h"
#include "ledger/crash.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum { COMPACT_AT = 32 << 20 };

static struct ledger *ledger_new(const struct ledger_options *o)
{
	struct ledger *l = xmalloc(sizeof(*l));
	struct arena *a = arena_new();
	unsigned char dice[16];

	*l = (struct ledger){ .own = a, .part = part_new(), .options = *o, .lease_lock = -1 };
	l->arena = part_arena(l->part);
	l->options.path = str_copy(a, o->path);
	l->options.project = str_copy(a, o->project);
	l->options.remote = str_copy(a, o->remote);
	l->options.host = o->host ? str_copy(a, o->host) : "";
	l->options.signing_key = str_copy(a, o->signing_key);
	l->options.allowed_signers = str_copy(a, o->allowed_signers);
	l->ref = str_format(a, "refs/heads/gantry/%s", o->project);
	l->lease_ref = str_format(a, "refs/gantry/lease/%s", o->project);
	l->state = state_empty(l->arena);
	random_bytes(dice, sizeof(dice));
	for (size_t i = 0; i < sizeof(dice); i++)
		snprintf(l->token + 2 * i, 3, "%02x", dice[i]);
	return l;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	ledger_lease_drop(l);
	cache_keep(l);
	contact_end(l);
	pack_end(l);
	store_close(l->store);
	reader_close(l);
	part_release(l->part);
	arena_free(l->login);
	arena_free(l->own);
	free(l);
}

/* The present from what was put aside and the few events since, else from the tree. */
static bool read_present(struct ledger *l, struct err *e)
{
	char head[STORE_ID];
	struct err why;

	if (!ledger_here(l, head, e))
		return false;
	if (!head[0])
		return true;
	if (cache_take(l, l->arena, &l->state, l->head) && ledger_advance(l, head, &why)) {
		cache_keep(l);
		return true;
	}
	memcpy(l->head, head, STORE_ID);
	if (!ledger_load(l, l->arena, head, false, &l->state, e))
		return err_wrap(e, "reading the ledger of %s", l->options.project);
	l->behind = SIZE_MAX / 2;
	cache_keep(l);
	return true;
}

static bool open_store(struct ledger *l, struct err *e)
{
	bool moved;

	if (l->options.must_exist && !l->options.remote && !folder_exists(l->options.path))
		return err_set(e, ERR_NOT_FOUND, "there is no ledger at %s: name its folder with --ledger, "
			       "or the repository that operators share with --remote", l->options.path);
	if (!(l->options.read_only ? reader_open(l, e)
				   : store_open(l->options.path, true, &l->store, e)) ||
	    !read_present(l, e))
		return false;
	contact_recall(l);
	l->live = arena_used(l->arena);
	if (l->options.remote && !ledger_sync(l, true, &moved, e)) {
		if (!l->head[0])
			return false;
		log_line(LOG_WARN, "ledger", "%s", e->message);
	}
	return true;
}

bool ledger_prepare(struct err *e)
{
	return git_start(e);
}

bool ledger_open(const struct ledger_options *o, struct ledger **out, struct err *e)
{
	struct ledger *l = ledger_new(o);
	struct err why;

	if (!open_store(l, &why)) {
		*e = why;
		ledger_close(l);
		return false;
	}
	*out = l;
	return true;
}

const char *ledger_head(const struct ledger *l)
{
	return l->head;
}

bool ledger_is_shared(const struct ledger *l)
{
	return l->options.remote != NULL;
}

const struct state *ledger_state(const struct ledger *l)
{
	return l->state;
}

struct part *ledger_part(const struct ledger *l)
{
	return l->part;
}

void ledger_listen(struct ledger *l, const struct ledger_listener *listener)
{
	l->listener = *listener;
}

const char *ledger_text(struct arena *a, const struct value *object)
{
	return str_format(a, "%s\n", json_text(a, object, JSON_SORT_KEYS | JSON_INDENT));
}

bool ledger_write(struct ledger *l, const char *parent, const struct state *before,
		  const struct state *after, const struct event *ev, char id[STORE_ID],
		  struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list files = { 0 };

	state_changes(a, before, after, &files);
	struct store_change *changes = arena_array(a, files.count + 1, sizeof(*changes));
	for (size_t i = 0; i < files.count; i++) {
		const struct state_change *f = files.items[i];
		changes[i].path = f->path;
		changes[i].gone = f->object == NULL;
		if (f->object)
			changes[i].content = str_of(ledger_text(a, f->object));
	}
	struct store_new n = {
		.parent = parent, .changes = changes, .nchanges = files.count,
		.message = event_message(a, ev), .author = ev->actor, .at = ev->at / 1000,
		.signing_key = l->options.signing_key,
	};
	return store_commit_new(l->store, &n, id, e);
}

/* States share memory, so what events replaced stays; from time to time only the newest is kept. */
static void compact(struct ledger *l)
{
	if (arena_used(l->arena) < COMPACT_AT || arena_used(l->arena) < 4 * l->live)
		return;
	struct part *fresh = part_new();
	l->state = state_copy(part_arena(fresh), l->state);
	part_release(l->part);
	l->part = fresh;
	l->arena = part_arena(fresh);
	l->live = arena_used(l->arena);
}

/* Sends the commit, and with it everything that waits. */
static bool ledger_push(struct ledger *l, const char *id, struct err *e)
{
	if (!store_push(l->store, l->options.remote, l->ref, id, l->remote, e)) {
		contact_note(l, e->code == ERR_CONFLICT || e->code == ERR_REFUSED ? NULL : e);
		return false;
	}
	contact_note(l, NULL);
	memcpy(l->remote, id, STORE_ID);
	crash_point("after the push");
	return true;
}

/*
 * Takes in what the others did. Another process here may have fetched our own commit (id; ""
 * when none was made) before our branch pointed to it: then it is recorded, and no race was lost.
 */
static bool lost_race(struct ledger *l, const char *id, struct err *e)
{
	bool moved;

	l->last[0] = '\0';
	if (!ledger_sync(l, l->options.remote != NULL, &moved, e))
		return false;
	if (id[0] && l->head[0] && store_is_ancestor(l->store, id, l->head))
		return true;
	return err_again(e, ERR_CONFLICT, "somebody was first: %s", l->last[0] ? l->last : "look again");
}

/* Neither word that it was taken nor that it was not: the remote is asked once more. */
static bool ledger_failed(struct ledger *l, const char *id, bool pushed, struct err *e)
{
	struct err why;
	bool moved;

	if (e->code == ERR_CONFLICT)
		return lost_race(l, id, e);
	if (!pushed)
		return err_wrap(e, "writing the ledger");
	if (!ledger_sync(l, true, &moved, &why))
		return err_wrap(e, "it is not known whether the ledger's remote has recorded it");
	if (l->head[0] && store_is_ancestor(l->store, id, l->head))
		return true;
	return err_wrap(e, "writing the ledger");
}

static bool ledger_record(struct ledger *l, const char *id, bool send, struct err *e)
{
	if (!store_save(l->store, e) || (send && !ledger_push(l, id, e)))
		return false;
	return store_ref_set(l->store, l->ref, id, l->head, e);
}

bool ledger_append(struct ledger *l, const struct event *ev, enum ledger_push when, struct err *e)
{
	char here[STORE_ID], id[STORE_ID];
	const struct state *after;
	bool send = l->options.remote && when == LEDGER_PUSH_NOW;

	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	compact(l);
	if (!store_ref(l->store, l->ref, here, e))
		return false;
	if (strcmp(here, l->head) != 0)
		return lost_race(l, "", e);
	if (!state_apply(l->arena, l->state, event_copy(l->arena, ev), &after, e))
		return false;
	crash_point("before an event is written");
	if (!ledger_write(l, l->head, l->state, after, ev, id, e))
		return err_wrap(e, "writing the ledger");
	crash_point("before an event is recorded");
	bool answered = !l->failing_since;
	if (!ledger_record(l, id, send, e))
		return ledger_failed(l, id, send && answered && l->failing_since, e);
	memcpy(l->head, id, STORE_ID);
	l->state = after;
	l->behind++;
	crash_point("after an event is recorded");
	ledger_tell(l, id, ev);
	pack_tend(l);
	return true;
}
