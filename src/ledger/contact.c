/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever shows the local ledger must say when its remote does not answer. */
#include "ledger/contact.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "git/store_view.h"
#include "ledger/agents.h"
#include "ledger/ledger_inner.h"
#include "model/credentials.h"

enum { KEEP_MS = 60000, FORGET_MS = 600000, TEXT_MAX = 64 };

static const char *contact_path(const struct ledger *l, struct arena *a)
{
	return str_format(a, "%s/gantry-state/%s.reached", l->options.path, l->options.project);
}

void ledger_contact(const struct ledger *l, struct ledger_contact *out)
{
	bool unwritten = !l->failing_since && l->unwritten_since && clock_now() - l->unwritten_at < FORGET_MS;

	*out = (struct ledger_contact){ .reached_at = l->reached_at, .failing_since = l->failing_since,
					.error = l->failing_since ? l->failing_why : NULL };
	if (!unwritten)
		return;
	out->failing_since = l->unwritten_since;
	out->error = l->unwritten_why;
	out->unwritten = true;
}

void contact_recall(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str text;
	struct err e;

	if (l->options.remote && file_read(a, contact_path(l, a), TEXT_MAX, &text, &e))
		clock_parse(str_text(a, str_trim(text)), &l->reached_kept);
	l->reached_at = l->reached_kept;
}

void contact_log_in(struct ledger *l)
{
	struct arena *a = arena_new();
	struct credentials c = { .username = NULL };
	struct store_login *login = arena_alloc(a, sizeof(*login));

	*login = (struct store_login){ .username = NULL };
	if (l->options.credentials && l->options.credentials(l->options.context, a, l->options.remote, &c))
		*login = (struct store_login){ .username = c.username, .password = c.password,
					       .ssh_key = c.ssh_key };
	store_log_in(l->store, login);
	arena_free(l->login);
	l->login = a;
}

/* That this fails does no harm: the next process knows less. */
static void contact_keep(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = contact_path(l, a), *text = clock_rfc3339(a, l->reached_at);
	struct err e;

	if (folder_make(path_folder(a, path), 0700, &e) &&
	    file_replace(path, text, strlen(text), 0600, &e))
		l->reached_kept = l->reached_at;
}

void contact_end(struct ledger *l)
{
	if (!l->options.read_only && l->reached_at > l->reached_kept)
		contact_keep(l);
}

void contact_note(struct ledger *l, const struct err *e)
{
	int64_t now = clock_now();

	if (e) {
		l->failing_since = l->failing_since ? l->failing_since : now;
		snprintf(l->failing_why, sizeof(l->failing_why), "%.500s", e->message);
		return;
	}
	l->failing_since = 0;
	l->reached_at = now;
	if (!l->options.read_only && now - l->reached_kept >= KEEP_MS)
		contact_keep(l);
}

void contact_note_append(struct ledger *l, const struct err *e)
{
	if (e && (e->code == ERR_CONFLICT || e->code == ERR_CANCELLED))
		return;
	l->unwritten_at = e ? clock_now() : 0;
	l->unwritten_since = e && l->unwritten_since ? l->unwritten_since : l->unwritten_at;
	if (e)
		snprintf(l->unwritten_why, sizeof(l->unwritten_why), "%.500s", e->message);
}

struct store_remote ledger_remote(const struct ledger *l)
{
	return (struct store_remote){ .url = l->options.remote, .cancelled = l->options.cancelled,
				      .traffic = l->options.traffic,
				      .view = agents_view(l->options.agents) };
}

void contact_follow(struct ledger *l)
{
	struct store_view *view = agents_view(l->options.agents);

	if (!view)
		return;
	store_view_follow(view, l->ref);
	store_view_follow(view, l->lease_ref);
}
