/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaying the whole history. What an event must change follows from the state
 * before it; the files that differ between a commit and its parent must be those,
 * with that content. So neither an event nor a file can be altered alone, and one that is
 * signed can't be altered at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "git/signing.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum { COMPACT_AT = 64 << 20, CHAIN_MAX = 256 << 20, TEXT_MAX = 32 << 20 };

/* All commits, newest first, 20 digits and a NUL each would do; ids are kept whole. */
static bool verify_chain(struct ledger *l, struct buf *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char id[STORE_ID];

	memcpy(id, l->now.head, STORE_ID);
	while (id[0]) {
		struct store_commit c;
		arena_reset(a);
		if (!store_commit_read(l->store, a, id, &c, e))
			return false;
		buf_add(out, id, STORE_ID);
		memcpy(id, c.parent, STORE_ID);
	}
	return buf_ok(out) || err_set(e, ERR_LIMIT, "the ledger has more than 6 million events");
}

/* The id that git gives a file of this content. */
static void blob_id(const char *text, char id[STORE_ID])
{
	AUTO(buf) struct buf b;

	buf_init(&b, TEXT_MAX);
	buf_format(&b, "blob %zu", strlen(text));
	buf_char(&b, '\0');
	buf_text(&b, text);
	hash_sha1(b.at, b.len, id);
}

static int verify_by_path(const void *left, const void *right)
{
	return strcmp((*(const struct store_file *const *)left)->path,
		      (*(const struct store_file *const *)right)->path);
}

static void verify_expected(struct arena *a, const struct state *before, const struct state *after,
			    struct list *out)
{
	struct list changes = { 0 };

	state_changes(a, before, after, &changes);
	for (size_t i = 0; i < changes.count; i++) {
		const struct state_change *c = changes.items[i];
		struct store_file *f = arena_alloc(a, sizeof(*f));
		f->path = c->path;
		if (c->object)
			blob_id(ledger_text(a, c->object), f->id);
		list_add(a, out, f);
	}
}

/* An event may leave a file as it was, which makes no difference to git. */
static bool is_unchanged(struct ledger *l, const char *parent, const struct store_file *f)
{
	char id[STORE_ID] = "";
	struct err e;

	return parent[0] && store_file(l->store, parent, f->path, id, &e) && strcmp(id, f->id) == 0;
}

static const char *verify_compare(struct ledger *l, struct arena *a, const char *parent,
				  const struct list *want, const struct list *got)
{
	size_t i = 0, j = 0;

	if (want->count > 1)
		qsort(want->items, want->count, sizeof(void *), verify_by_path);
	if (got->count > 1)
		qsort(got->items, got->count, sizeof(void *), verify_by_path);
	while (i < want->count || j < got->count) {
		const struct store_file *w = i < want->count ? want->items[i] : NULL;
		const struct store_file *g = j < got->count ? got->items[j] : NULL;
		int order = !w ? 1 : !g ? -1 : strcmp(w->path, g->path);
		if (order < 0 && !is_unchanged(l, parent, w))
			return str_format(a, "%s should have changed and did not", w->path);
		if (order > 0 && g)
			return str_format(a, "%s changed, but this event does not change it", g->path);
		if (order == 0 && strcmp(w->id, g->id) != 0)
			return str_format(a, "%s does not hold what follows from the event",
					  w->path);
		i += order <= 0;
		j += order >= 0;
	}
	return NULL;
}

/* Where replaying has come to. */
struct verify_place {
	struct ledger *ledger;
	struct arena *states;           /* of both states */
	size_t live;                    /* bytes that were live when it was new */
	const struct state *state;      /* after the newest event */
	const struct state *written;    /* what the tree must hold: the same, or of some events ago */
	const char *parent;             /* "" before the first commit */
	char tree[STORE_ID];            /* the parent's */
};

/*
 * What a newer version's event changes can't be followed: then the tree is taken as it is, and
 * the verdict counts such events.
 */
static const char *verify_adopt(struct verify_place *v, struct arena *a, const char *commit)
{
	struct present p;
	struct err e;

	if (!ledger_load_all(v->ledger, v->states, commit, &p, &e))
		return str_copy(a, e.message);
	v->state = v->written = p.state;
	return NULL;
}

/* One commit against the state before it; NULL: it follows. */
static const char *verify_check(struct verify_place *v, struct arena *a, const char *commit,
				bool *is_known)
{
	struct list want = { 0 }, got = { 0 };
	struct recorded_event r;
	struct err e;

	if (!ledger_event(v->ledger, a, commit, &r, &e) ||
	    !state_apply(v->states, v->state, event_copy(v->states, &r.event), &v->state, &e))
		return str_copy(a, e.message);
	bool same = v->parent[0] && strcmp(r.commit.tree, v->tree) == 0;
	memcpy(v->tree, r.commit.tree, STORE_ID);
	*is_known = r.event.kind != EVENT_UNKNOWN;
	if (r.event.defers)
		return same ? NULL : "the tree changed, which this event leaves to a later one";
	if (!*is_known)
		return same ? NULL : verify_adopt(v, a, commit);
	if (!store_diff(v->ledger->store, a, &(struct store_step){ v->parent, commit }, &got, &e))
		return str_copy(a, e.message);
	verify_expected(a, v->written, v->state, &want);
	v->written = v->state;
	return verify_compare(v->ledger, a, v->parent, &want, &got);
}

/* Counts who signed; a signature that does not fit, or by an unknown key, is what is wrong. */
static const char *verify_check_signature(struct ledger *l, struct arena *a, struct arena *keep,
					  const char *commit, struct list *signers)
{
	struct store_signed s;
	const char *who;
	enum signing is;
	struct err e;

	if (!store_signature(l->store, a, commit, &s, &e))
		return str_copy(a, e.message);
	if (!s.signature)
		return NULL;
	const struct signed_text all = { s.text, s.signature, l->options.allowed_signers, NULL };

	if (!signing_check(a, &all, &is, &who, &e))
		return str_format(a, "its signature can't be checked: %s", e.message);
	if (is == SIGNING_BAD)
		return str_format(a, "its signature does not match: %s", who);
	if (is == SIGNING_UNKNOWN)
		return str_format(a, "it is signed by an unknown key: %s", who);
	struct ledger_signer *signer = NULL;
	for (size_t i = 0; i < signers->count && !signer; i++)
		if (strcmp(((struct ledger_signer *)signers->items[i])->who, who) == 0)
			signer = signers->items[i];
	if (!signer) {
		signer = arena_alloc(keep, sizeof(*signer));
		signer->who = str_copy(keep, who);
		list_add(keep, signers, signer);
	}
	signer->events++;
	return NULL;
}

static void verify_tell_signers(struct arena *a, const struct list *signers,
				struct ledger_verdict *out)
{
	struct ledger_signer *each = arena_array(a, signers->count, sizeof(*each));

	for (size_t i = 0; i < signers->count; i++) {
		each[i] = *(struct ledger_signer *)signers->items[i];
		out->nsigned += each[i].events;
	}
	out->signers = each;
	out->nsigners = signers->count;
}

/* As in append.c: a state that is large by itself is not copied at each event. */
static void verify_compact(struct verify_place *v)
{
	if (arena_used(v->states) < COMPACT_AT || arena_used(v->states) < 4 * v->live ||
	    v->written != v->state)
		return;
	struct arena *a = arena_new();
	v->state = v->written = state_copy(a, v->state);
	arena_free(v->states);
	v->states = a;
	v->live = arena_used(a);
}

/* From the first commit to the newest, or to the first that is wrong. */
static void verify_replay(struct verify_place *v, struct arena *a, const struct buf *ids,
			  struct list *signers, struct ledger_verdict *out)
{
	AUTO(arena) struct arena *scratch = arena_new();

	for (size_t left = ids->len / STORE_ID; out->sound && left > 0; left--) {
		const char *commit = ids->at + (left - 1) * STORE_ID;
		bool is_known = true;
		arena_reset(scratch);
		const char *wrong = verify_check(v, scratch, commit, &is_known);
		if (!wrong)
			wrong = verify_check_signature(v->ledger, scratch, a, commit, signers);
		if (wrong) {
			out->sound = false;
			out->commit = str_copy(a, commit);
			out->reason = str_copy(a, wrong);
			return;
		}
		out->events++;
		out->nunknown += !is_known;
		v->parent = commit;
		verify_compact(v);
	}
}

bool ledger_verify(struct ledger *l, struct arena *a, struct ledger_verdict *out, struct err *e)
{
	AUTO(buf) struct buf ids;
	struct verify_place v = { .ledger = l, .parent = "" };
	struct list signers = { 0 };

	buf_init(&ids, CHAIN_MAX);
	if (!verify_chain(l, &ids, e))
		return false;
	v.states = arena_new();
	v.state = v.written = state_empty(v.states);
	*out = (struct ledger_verdict){ .sound = true };
	verify_replay(&v, a, &ids, &signers, out);
	arena_free(v.states);
	verify_tell_signers(a, &signers, out);
	return true;
}
