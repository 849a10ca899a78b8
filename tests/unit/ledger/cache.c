/* SPDX-License-Identifier: Apache-2.0 */
/* The present put aside: whatever becomes of that file, what is read is the same. */
#include "ledger/ledger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "fixture.h"
#include "model/event.h"
#include "model/state.h"
#include "tap.h"

#define ADA "Ada <ada@example.org>"

/* All that the state holds, as one digest. */
static const char *digest(struct arena *a, const struct state *s)
{
	AUTO(buf) struct buf b;
	struct list files = { 0 };
	char hex[41];

	buf_init(&b, 16 << 20);
	state_changes(a, state_empty(a), state_copy(a, s), &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct state_change *c = files.items[i];
		buf_format(&b, "%s %s\n", c->path,
			   c->object ? json_text(a, c->object, JSON_SORT_KEYS) : "-");
	}
	hash_sha1(buf_str(&b), b.len, hex);
	return str_format(a, "%zu files %s", files.count, hex);
}

static const char *read_anew(struct arena *a, const char *folder)
{
	struct ledger *l = opened(a, folder, "one", NULL);
	const char *out = str_format(a, "%s %s", ledger_head(l), digest(a, ledger_state(l)));

	ledger_close(l);
	return out;
}

static void fill(struct ledger *l, struct arena *a, unsigned from, unsigned to)
{
	size_t good = 0;

	for (unsigned i = from; i < to; i++)
		good += append(l, found(a, i));
	is_number(good, to - from, "freight is found");
}

static const char *filled(struct arena *a, const char *folder, const char **cache)
{
	struct ledger *l = opened(a, folder, "one", NULL);

	fill(l, a, 1, 251);
	ok(append(l, approve(a, 7, "prod", ADA)), "one is approved");
	const char *want = str_format(a, "%s %s", ledger_head(l), digest(a, ledger_state(l)));
	ledger_close(l);
	*cache = path_join(a, folder, "one/gantry-state/demo");
	return want;
}

static bool write_file(const char *path, const char *bytes, size_t len)
{
	struct err e;

	return file_write(path, bytes, len, 0600, &e);
}

TEST(put_aside)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *cache;
	const char *want = filled(a, folder, &cache);
	struct str whole = { 0 };
	struct err e;

	ok(file_exists(cache), "closing a ledger puts the present aside");
	is_text(read_anew(a, folder), want, "which the next one reads");
	ok(file_read(a, cache, 16 << 20, &whole, &e), "the file");
	ok(unlink(cache) == 0, "it may be deleted");
	is_text(read_anew(a, folder), want, "and the present is the same");
	ok(file_exists(cache), "and is put aside again");

	char *broken = arena_copy(a, whole.at, whole.len);
	broken[whole.len / 2] ^= 1;
	ok(write_file(cache, broken, whole.len), "one bit of it turns");
	is_text(read_anew(a, folder), want, "so it is not believed");
	ok(write_file(cache, whole.at, whole.len / 2), "half of it is lost");
	is_text(read_anew(a, folder), want, "so it is not believed either");
	ok(write_file(cache, "", 0), "it is empty");
	is_text(read_anew(a, folder), want, "nor then");
	broken[whole.len / 2] ^= 1;
	memset(strchr(broken, '8') + 2, 'd', 40);
	ok(write_file(cache, broken, whole.len), "it names a commit that is nowhere");
	is_text(read_anew(a, folder), want, "nor then");
	scrap(folder);
}

TEST(behind)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *cache;
	struct str old = { 0 };
	struct err e;

	filled(a, folder, &cache);
	ok(file_read(a, cache, 16 << 20, &old, &e), "what is put aside");
	struct ledger *l = opened(a, folder, "one", NULL);
	fill(l, a, 300, 310);
	const char *want = str_format(a, "%s %s", ledger_head(l), digest(a, ledger_state(l)));
	ledger_close(l);
	struct str now = { 0 };
	ok(file_read(a, cache, 16 << 20, &now, &e) && str_equal(now, old), "ten events later is kept");
	is_text(read_anew(a, folder), want, "and those are replayed");
	scrap(folder);
}

/* Somebody puts the branch back by hand: what was put aside comes after it. */
TEST(ahead)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *cache;
	struct process_result r;
	struct err e;

	filled(a, folder, &cache);
	const char *const argv[] = { "git", "-C", path_join(a, folder, "one"), "update-ref",
				     "refs/heads/gantry/demo", "gantry/demo~100", NULL };
	struct process p = { .argv = argv };
	ok(process_run(a, &p, &r, &e) && r.status == 0, "the branch goes back by a hundred events");
	const char *got = read_anew(a, folder);
	ok(strstr(got, " 151 files ") != NULL, "and so does the present: %s", got);
	is_text(read_anew(a, folder), got, "whenever it is read");
	scrap(folder);
}
