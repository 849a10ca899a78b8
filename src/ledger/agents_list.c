/* SPDX-License-Identifier: Apache-2.0 */
/* Who executes what, for people: announcements and leases put together. */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "git/store.h"
#include "git/store_remote.h"
#include "git/store_view.h"
#include "ledger/agents.h"
#include "model/credentials.h"

static const char agent_prefix[] = "refs/gantry/agent/", lease_prefix[] = "refs/gantry/lease/";

struct agents_listing {
	struct arena *a;
	struct store *store;
	struct list *lines;             /* struct agent_line * */
};

static const struct value *agents_listing_note(const struct agents_listing *l, const char *id)
{
	struct value *v = NULL;
	struct store_commit c;
	struct err e;

	if (!store_commit_read(l->store, l->a, id, &c, &e) ||
	    !json_parse(l->a, c.message.at, c.message.len, &v, &e))
		return NULL;
	return v;
}

static struct agent_line *agents_listing_add(struct agents_listing *l, const struct value *note)
{
	struct agent_line *made = arena_alloc(l->a, sizeof(*made));

	made->host = value_text(value_get(note, "host"), "unknown");
	made->token = value_text(value_get(note, "token"), "");
	made->projects = arena_alloc(l->a, sizeof(*made->projects));
	made->can = value_count(value_get(note, "projects"));
	clock_parse(value_text(value_get(note, "renewedAt"), ""), &made->renewed_at);
	list_add(l->a, l->lines, made);
	return made;
}

/* The line of whoever holds the lease: leases and announcements of one process name one host. */
static struct agent_line *agents_listing_holder(struct agents_listing *l, const struct value *note)
{
	for (size_t i = 0; i < l->lines->count; i++) {
		struct agent_line *line = l->lines->items[i];

		if (strcmp(line->host, value_text(value_get(note, "host"), "")) == 0)
			return line;
	}
	return agents_listing_add(l, note);
}

static void agents_listing_fill(struct agents_listing *l, const struct list *agents,
				const struct list *leases)
{
	for (size_t i = 0; i < agents->count; i++) {
		const struct store_head *h = agents->items[i];
		const struct value *note = agents_listing_note(l, h->id);

		if (note)
			agents_listing_add(l, note);
	}
	for (size_t i = 0; i < leases->count; i++) {
		const struct store_head *h = leases->items[i];
		const struct value *note = agents_listing_note(l, h->id);

		if (note && !value_truth(value_get(note, "dropped"), false))
			list_add(l->a, agents_listing_holder(l, note)->projects,
				 h->ref + strlen(lease_prefix));
	}
}

static bool agents_listing_heads(const struct agents_options *o, struct agents_listing *l,
				 struct list out[2], struct err *e)
{
	const char *const prefixes[2] = { agent_prefix, lease_prefix };
	struct credentials c = { .username = NULL };
	struct store_remote r = { .url = o->remote, .cancelled = o->cancelled };
	bool fine = true;

	if (o->remote && o->credentials && o->credentials(o->context, l->a, o->remote, &c)) {
		const struct store_login login = { c.username, c.password, c.ssh_key };
		store_log_in(l->store, arena_copy(l->a, &login, sizeof(login)));
	}
	r.view = o->remote ? store_view_new() : NULL;
	for (int i = 0; r.view && i < 2; i++)
		store_view_follow(r.view, prefixes[i]);
	fine = !r.view || store_look(l->store, &r, e);
	for (int i = 0; fine && i < 2; i++) {
		if (r.view)
			store_view_list(r.view, l->a, prefixes[i], &out[i]);
		else
			fine = store_heads(l->store, l->a, prefixes[i], &out[i], e);
	}
	store_view_free(r.view);
	return fine;
}

bool agents_list(const struct agents_options *o, struct arena *a, struct list *out, struct err *e)
{
	struct agents_listing l = { .a = a, .lines = out };
	struct list heads[2] = { { 0 }, { 0 } };
	bool fine;

	if (!store_open(o->path, o->remote != NULL, &l.store, e))
		return false;
	fine = agents_listing_heads(o, &l, heads, e);
	if (fine)
		agents_listing_fill(&l, &heads[0], &heads[1]);
	store_close(l.store);
	return fine;
}
