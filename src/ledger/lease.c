/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who executes: a note that only one can replace at a time, by compare-and-swap on its
 * ref, here or at the remote. Whoever wants it watches the note for as long as a lease
 * lasts, by a clock that nobody sets; its holder counts from before it was renewed, and so
 * always knows first that it has run out.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/ledger_inner.h"

/* How long a lease lasts without being renewed; a remote is asked less often. */
enum { LASTS_HERE = 15000, LASTS_REMOTE = 60000, MARGIN = 1000, LONG_AGO = 3600000 };

static int64_t lasts(const struct ledger *l)
{
	return l->options.remote ? LASTS_REMOTE : LASTS_HERE;
}

static bool current(struct ledger *l, char id[STORE_ID], struct err *e)
{
	return l->options.remote ? store_fetch(l->store, l->options.remote, l->lease_ref, id, e)
				 : store_ref(l->store, l->lease_ref, id, e);
}

static bool lease_replace(struct ledger *l, const char *id, const char *old, struct err *e)
{
	return l->options.remote
		? store_push(l->store, l->options.remote, l->lease_ref, id, old, e)
		: store_ref_set(l->store, l->lease_ref, id, old, e);
}

/* This machine since it was started; "" when that can't be told. */
static const char *machine(struct arena *a)
{
	char host[256] = "";
	struct str boot;
	struct err e;

	if (gethostname(host, sizeof(host) - 1) != 0 ||
	    !file_read(a, "/proc/sys/kernel/random/boot_id", 256, &boot, &e))
		return "";
	return str_format(a, "%s/%s", host, str_text(a, str_trim(boot)));
}

/* Killed here: nobody has to wait until the lease of a dead process runs out. */
static bool is_dead(struct arena *a, const struct value *note)
{
	const char *here = machine(a);
	int64_t pid = 0;

	return here[0] && strcmp(value_text(value_get(note, "machine"), ""), here) == 0 &&
	       value_integer(value_get(note, "pid"), &pid) && pid > 0 &&
	       kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Since when, by our own ticks, this has been the note. */
static int64_t lease_unchanged(struct ledger *l, const char *id)
{
	if (strcmp(l->seen, id) != 0 || !l->seen_at) {
		memcpy(l->seen, id, STORE_ID);
		l->seen_at = clock_ticks();
	}
	return clock_ticks() - l->seen_at;
}

/* *is_free: it may be taken from whoever has it. What is shown as held goes by the clocks. */
static bool lease_look(struct ledger *l, struct arena *a, const char *id, struct lease *out,
		       bool *is_free, struct err *e)
{
	struct value *v;
	struct store_commit c;
	int64_t still, age;
	bool given_back;

	*out = (struct lease){ .host = "" };
	*is_free = !id[0];
	if (!id[0])
		return true;
	if (!store_commit_read(l->store, a, id, &c, e) ||
	    !json_parse(a, c.message.at, c.message.len, &v, e))
		return err_wrap(e, "reading the lease");
	out->host = str_copy(a, value_text(value_get(v, "host"), ""));
	clock_parse(value_text(value_get(v, "renewedAt"), ""), &out->renewed_at);
	out->ours = strcmp(value_text(value_get(v, "token"), ""), l->token) == 0;
	still = lease_unchanged(l, id);
	age = clock_now() - out->renewed_at;
	given_back = value_truth(value_get(v, "dropped"), false) || is_dead(a, v);
	out->held = !given_back && age < lasts(l) && still < lasts(l);
	*is_free = given_back || still >= lasts(l) || age > lasts(l) + LONG_AGO;
	return true;
}

static const char *note_text(struct ledger *l, struct arena *a, int64_t now, bool dropped)
{
	struct value *v = value_map(a);

	value_set(a, v, "host", value_string(a, l->options.host));
	value_set(a, v, "token", value_string(a, l->token));
	value_set(a, v, "machine", value_string(a, machine(a)));
	value_set(a, v, "pid", value_int(a, getpid()));
	value_set(a, v, "renewedAt", value_string(a, clock_rfc3339(a, now)));
	if (dropped)
		value_set(a, v, "dropped", value_bool(a, true));
	return json_text(a, v, 0);
}

static bool renew(struct ledger *l, struct arena *a, const char *old, bool dropped, struct err *e)
{
	char id[STORE_ID];

	int64_t now = clock_now();

	if (!store_note_new(l->store, note_text(l, a, now, dropped), now / 1000, id, e))
		return false;
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
	char id[STORE_ID];
	bool is_free;

	return current(l, id, e) && lease_look(l, a, id, out, &is_free, e);
}

bool ledger_lease(struct ledger *l, struct arena *a, struct lease *out, struct err *e)
{
	char id[STORE_ID];
	int64_t start = clock_ticks();
	bool is_free, was_ours;

	if (l->options.read_only)
		return err_set(e, ERR_REFUSED, "the ledger is opened for reading only");
	if (!current(l, id, e) || !lease_look(l, a, id, out, &is_free, e))
		return false;
	was_ours = out->ours && strcmp(id, l->note) == 0;
	if (!is_free && !out->ours) {
		out->held = true;               /* until it is known to have run out */
		return true;
	}
	if (!renew(l, a, id, false, e)) {
		if (e->code != ERR_CONFLICT)
			return false;
		return ledger_lease_look(l, a, out, e);
	}
	*out = (struct lease){ .held = true, .ours = true, .is_new = !was_ours,
			       .host = l->options.host, .renewed_at = clock_now(),
			       .until = start + lasts(l) - MARGIN };
	return true;
}

void ledger_lease_drop(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;

	if (!l->store || !l->note[0])
		return;
	if (renew(l, a, l->note, true, &e))
		l->note[0] = '\0';
}
