/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The present put aside in a form that is quick to read, in the repository's folder
 * beside git's own files. It names its commit, so an old one is still good: the few events
 * since are replayed. It may be deleted at any time, and one that is damaged, of another
 * version or of a commit that the branch does not come from is as good as none.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/binary.h"
#include "data/value.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum {
	FILE_MAX = 256 << 20,
	SMALL = 200,                    /* objects; reading a smaller tree is no slower */
	BEHIND = 100,                   /* events; fewer are replayed faster than all is written */
	OVER_KEPT = 300,                /* promotions that are over, as ledger_load() reads them */
	HEADER = 128,                   /* bytes at most */
};

/* To be raised when states or their bytes change. */
static const char version[] = "gantry state 3";

static const char *cache_path(struct ledger *l, struct arena *a)
{
	return str_format(a, "%s/gantry-state/%s", l->options.path, l->options.project);
}

static void put_objects(struct buf *b, const struct state_object *const *items, size_t count)
{
	binary_put_count(b, count);
	for (size_t i = 0; i < count; i++) {
		binary_put_text(b, items[i]->name);
		binary_put_value(b, items[i]->object);
	}
}

/* Those that are over are left out except for the newest few: a stage keeps many. */
static void put_stage(struct buf *b, const struct state_stage *s, size_t *left)
{
	binary_put_text(b, s->name);
	binary_put_value(b, s->object);
	binary_put_count(b, s->npromotions);
	for (size_t i = s->npromotions; i-- > 0;) {
		const struct value *object = s->promotions[i]->object;
		bool over = object && state_promotion_over(object);
		binary_put_text(b, s->promotions[i]->name);
		binary_put_value(b, over && *left == 0 ? NULL : object);
		*left -= over && *left > 0;
	}
}

static void put_state(struct buf *b, const struct state *s)
{
	size_t left = OVER_KEPT;

	binary_put_count(b, s->nstages);
	for (size_t i = s->nstages; i-- > 0;)
		put_stage(b, s->stages[i], &left);
	for (size_t i = 0; i < COUNTOF(s->freight); i++)
		put_objects(b, s->freight[i] ? s->freight[i]->items : NULL,
			    s->freight[i] ? s->freight[i]->count : 0);
}

static bool take_object(struct str *in, struct arena *a, const struct state_object **out)
{
	struct state_object *o = arena_alloc(a, sizeof(*o));
	struct value *v;

	if (!binary_take_text(in, &o->name) || !o->name || !binary_take_value(in, a, &v))
		return false;
	o->object = v;
	*out = o;
	return true;
}

static bool take_stage(struct str *in, struct arena *a, const struct state_stage **out)
{
	struct state_stage *s = arena_alloc(a, sizeof(*s));
	struct value *v;

	if (!binary_take_text(in, &s->name) || !s->name || !binary_take_value(in, a, &v) ||
	    !binary_take_count(in, &s->npromotions))
		return false;
	s->object = v;
	s->promotions = arena_array(a, s->npromotions, sizeof(*s->promotions));
	for (size_t i = s->npromotions; i-- > 0;)
		if (!take_object(in, a, &s->promotions[i]))
			return false;
	*out = s;
	return true;
}

static bool take_bucket(struct str *in, struct arena *a, const struct state_bucket **out,
			size_t *nfreight)
{
	struct state_bucket *b = arena_alloc(a, sizeof(*b));

	if (!binary_take_count(in, &b->count))
		return false;
	b->items = arena_array(a, b->count, sizeof(*b->items));
	for (size_t i = 0; i < b->count; i++)
		if (!take_object(in, a, &b->items[i]))
			return false;
	*out = b->count ? b : NULL;
	*nfreight += b->count;
	return true;
}

static bool take_state(struct str *in, struct arena *a, const struct state **out)
{
	struct state *s = arena_alloc(a, sizeof(*s));

	if (!binary_take_count(in, &s->nstages))
		return false;
	s->stages = arena_array(a, s->nstages, sizeof(*s->stages));
	for (size_t i = s->nstages; i-- > 0;)
		if (!take_stage(in, a, &s->stages[i]))
			return false;
	for (size_t i = 0; i < COUNTOF(s->freight); i++)
		if (!take_bucket(in, a, &s->freight[i], &s->nfreight))
			return false;
	*out = s;
	return in->len == 0;
}

static const char *cache_header(struct arena *a, const char *head, const char *bytes, size_t len)
{
	char digest[65];

	hash_sha256(bytes, len, digest);
	return str_format(a, "%s %zu %s %s\n", version, sizeof(void *), head, digest);
}

bool cache_take(struct ledger *l, struct arena *a, struct present *out)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct present p = { .deferred = 0 };
	struct recorded_event r;
	struct str text;
	struct err e;

	if (!file_read(a, cache_path(l, scratch), FILE_MAX, &text, &e))
		return false;
	const char *end = memchr(text.at, '\n', text.len < HEADER ? text.len : HEADER);
	size_t before = sizeof(version) - 1 + strlen(" 8 ");
	if (!end || (size_t)(end - text.at) < before + STORE_ID)
		return false;
	memcpy(p.head, text.at + before, STORE_ID - 1);
	size_t len = (size_t)(end - text.at) + 1;
	struct str body = { text.at + len, text.len - len };
	const char *want = cache_header(scratch, p.head, body.at, body.len);
	if (strlen(want) != len || memcmp(want, text.at, len) != 0 ||
	    !ledger_event(l, scratch, p.head, &r, &e) || r.event.defers ||
	    !take_state(&body, a, &p.written))
		return false;
	p.state = p.written;
	p.written_time = r.event.at;
	memcpy(p.tree, r.commit.tree, STORE_ID);
	memcpy(p.written_at, p.head, STORE_ID);
	*out = p;
	return true;
}

static size_t cache_objects(const struct state *s)
{
	size_t n = s->nstages + s->nfreight;

	for (size_t i = 0; i < s->nstages; i++)
		n += s->stages[i]->npromotions;
	return n;
}

void cache_keep(struct ledger *l)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	AUTO(buf) struct buf all;
	struct err e;

	/* First of all: they are released by every return. */
	buf_init(&b, FILE_MAX - HEADER);
	buf_init(&all, FILE_MAX);
	if (l->options.read_only || !l->now.head[0] || l->behind < BEHIND ||
	    cache_objects(l->now.written) < SMALL)
		return;
	put_state(&b, l->now.written);
	buf_text(&all, cache_header(a, l->now.written_at, buf_str(&b), b.len));
	buf_add(&all, buf_str(&b), b.len);
	const char *path = cache_path(l, a);
	if (buf_ok(&b) && folder_make(path_folder(a, path), 0700, &e) &&
	    file_replace(path, buf_str(&all), all.len, 0600, &e))
		l->behind = 0;
}
