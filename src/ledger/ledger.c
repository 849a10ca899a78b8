/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger opened and closed, and what it can be asked without reading. */
#include "ledger/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/part.h"
#include "base/str.h"
#include "git/git.h"
#include "ledger/contact.h"
#include "ledger/lease.h"
#include "ledger/ledger_inner.h"
#include "ledger/turn.h"
#include "model/state.h"

static struct ledger *ledger_new(const struct ledger_options *o)
{
	struct ledger *l = xmalloc(sizeof(*l));
	struct arena *a = arena_new();
	unsigned char dice[16];

	*l = (struct ledger){ .own = a, .part = part_new(), .options = *o, .lease_lock = -1,
			      .turn = -1 };
	l->arena = part_arena(l->part);
	l->options.path = str_copy(a, o->path);
	l->options.project = str_copy(a, o->project);
	l->options.remote = str_copy(a, o->remote);
	l->options.host = o->host ? str_copy(a, o->host) : "";
	l->options.signing_key = str_copy(a, o->signing_key);
	l->options.allowed_signers = str_copy(a, o->allowed_signers);
	l->ref = str_format(a, "refs/heads/gantry/%s", o->project);
	l->lease_ref = str_format(a, "refs/gantry/lease/%s", o->project);
	l->now.state = l->now.written = state_empty(l->arena);
	contact_follow(l);
	random_bytes(dice, sizeof(dice));
	for (size_t i = 0; i < sizeof(dice); i++)
		snprintf(l->token + 2 * i, 3, "%02x", dice[i]);
	return l;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	lease_end(l);
	turn_end(l);
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
	if (cache_take(l, l->arena, &l->now) && ledger_advance(l, head, &why)) {
		cache_keep(l);
		return true;
	}
	if (!ledger_load(l, l->arena, head, &l->now, e))
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
	if (l->options.remote && !ledger_sync(l, true, &moved, e)) {
		if (!l->now.head[0] || e->code == ERR_CANCELLED)
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

	assert(o->path && o->project);
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
	return l->now.head;
}

bool ledger_is_shared(const struct ledger *l)
{
	return l->options.remote != NULL;
}

const struct state *ledger_state(const struct ledger *l)
{
	return l->now.state;
}

struct part *ledger_part(const struct ledger *l)
{
	return l->part;
}
