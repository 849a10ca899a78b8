/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: put together by a worker, then only read. */
#include "model/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/value.h"

enum { MAX_MARKED = 256 << 20, MAX_VARYING = 50 };

struct plan *plan_new(uint64_t id)
{
	struct arena *a = arena_new();
	struct plan *p = arena_alloc(a, sizeof(*p));

	p->arena = a;
	p->id = id;
	p->stage = p->freight = p->mark = "";
	p->phase = PHASE_PENDING;
	return p;
}

void plan_free(struct plan *p)
{
	if (p)
		arena_free(p->arena);
}

const char *plan_way_word(enum plan_way way)
{
	static const char *const words[] = { "ran", "announced", "unforeseen", "skipped", "fails" };

	return (size_t)way < COUNTOF(words) ? words[way] : "";
}

bool plan_would_fail(const struct plan *p)
{
	return !p->error && p->phase != PHASE_SUCCEEDED;
}

size_t plan_count(const struct plan *p, enum plan_way way)
{
	size_t count = 0;

	for (size_t i = 0; i < p->nsteps; i++)
		count += p->steps[i].way == way;
	return count;
}

static void plan_split(struct arena *a, struct plan_diff *d, const char *text)
{
	size_t count = 0;

	for (const char *c = text; *c; c++)
		count += *c == '\n' || !c[1];
	d->lines = arena_array(a, count + 1, sizeof(*d->lines));
	d->nlines = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");

		d->lines[d->nlines++] = str_copy_n(a, text, len);
		text += len + (text[len] == '\n');
	}
}

static bool plan_gives_way(const struct plan_diff *old, const struct plan_diff *d)
{
	return strcmp(old->url, d->url) == 0 && strcmp(old->branch, d->branch) == 0 &&
	       (!old->into || same_text(old->into, d->into));
}

void plan_add_diff(struct plan *p, const struct plan_diff *d, const char *text)
{
	struct plan_diff *own = arena_copy(p->arena, d, sizeof(*d));

	plan_split(p->arena, own, text);
	for (size_t i = 0; i < p->diffs.count; i++)
		if (plan_gives_way(p->diffs.items[i], d)) {
			p->diffs.items[i] = own;
			return;
		}
	list_add(p->arena, &p->diffs, own);
}

/* Neither a password nor a query. */
static const char *without_secrets(struct arena *a, const char *text)
{
	const char *host = strstr(text, "://");
	size_t len = strcspn(text, "?#");
	const char *at;

	if (!host)
		return text;
	host += strlen("://");
	at = memchr(host, '@', strcspn(host, "/?#"));
	return at ? str_format(a, "%.*s%.*s", (int)(host - text), text, (int)(text + len - at - 1), at + 1)
		  : str_copy_n(a, text, len);
}

const char *plan_about(struct arena *a, const struct value *config)
{
	static const char *const telling[] = { "message", "targetBranch", "repoURL", "outPath",
					       "path", "url", "inPath", "destRef", "srcRef" };

	for (size_t i = 0; i < COUNTOF(telling); i++) {
		const char *text = value_text(value_get(config, telling[i]), NULL);

		if (text && *text)
			return without_secrets(a, text);
	}
	return value_text(value_get(value_at(value_get(config, "apps"), 0), "name"), "");
}

static bool plan_holds(const struct plan_diff *d, const char *text)
{
	if (strstr(d->branch, text))
		return true;
	for (size_t i = 0; i < d->nlines; i++)
		if (d->lines[i][0] == '+' && strstr(d->lines[i], text))
			return true;
	return false;
}

static bool varies(const struct plan *p, const struct plan_diff *d)
{
	for (size_t i = 0; i < p->varying.count && i < MAX_VARYING; i++)
		if (plan_holds(d, p->varying.items[i]))
			return true;
	return false;
}

void plan_seal(struct plan *p)
{
	AUTO(buf) struct buf all;
	char mark[41];

	buf_init(&all, MAX_MARKED);
	for (size_t i = 0; i < p->diffs.count; i++) {
		struct plan_diff *d = p->diffs.items[i];

		d->varies = varies(p, d);
		buf_format(&all, "%s\n%s\n", d->url, d->branch);
		for (size_t k = 0; k < d->nlines; k++)
			buf_format(&all, "%s\n", d->lines[k]);
	}
	hash_sha1(buf_str(&all), all.len, mark);
	p->mark = str_copy(p->arena, mark);
}

static void plan_set(struct arena *a, struct value *v, const char *key, const char *text)
{
	value_set(a, v, key, value_string(a, text ? text : ""));
}

static void set_count(struct arena *a, struct value *v, const char *key, size_t n)
{
	value_set(a, v, key, value_int(a, (int64_t)n));
}

static struct value *steps_value(struct arena *a, const struct plan *p)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < p->nsteps; i++) {
		struct value *v = value_map(a);

		plan_set(a, v, "alias", p->steps[i].alias);
		plan_set(a, v, "uses", p->steps[i].uses);
		plan_set(a, v, "way", plan_way_word(p->steps[i].way));
		plan_set(a, v, "about", p->steps[i].about);
		plan_set(a, v, "message", p->steps[i].message);
		value_append(a, all, v);
	}
	return all;
}

static struct value *commits_value(struct arena *a, const struct plan_commit *c, size_t count)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < count; i++) {
		struct value *v = value_map(a);

		plan_set(a, v, "id", c[i].id);
		plan_set(a, v, "subject", c[i].subject);
		plan_set(a, v, "author", c[i].author);
		plan_set(a, v, "at", clock_rfc3339(a, c[i].at));
		value_append(a, all, v);
	}
	return all;
}

static struct value *files_value(struct arena *a, const struct plan_diff *d)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < d->nfiles; i++) {
		struct value *v = value_map(a);
		char what[2] = { d->files[i].what, '\0' };

		plan_set(a, v, "path", d->files[i].path);
		plan_set(a, v, "oldPath", d->files[i].old_path);
		plan_set(a, v, "change", what);
		set_count(a, v, "added", d->files[i].added);
		set_count(a, v, "removed", d->files[i].removed);
		value_set(a, v, "binary", value_bool(a, d->files[i].is_binary));
		value_append(a, all, v);
	}
	return all;
}

static const char *plan_text_of(struct arena *a, const struct plan_diff *d)
{
	AUTO(buf) struct buf text;

	buf_init(&text, MAX_MARKED);
	for (size_t i = 0; i < d->nlines; i++)
		buf_format(&text, "%s\n", d->lines[i]);
	return buf_copy(&text, a);
}

static struct value *diff_value(struct arena *a, const struct plan_diff *d)
{
	struct value *v = value_map(a);

	plan_set(a, v, "repoURL", d->url);
	plan_set(a, v, "branch", d->branch);
	plan_set(a, v, "pullRequestInto", d->into);
	value_set(a, v, "newBranch", value_bool(a, d->is_new));
	set_count(a, v, "fileCount", d->files_in_all);
	set_count(a, v, "added", d->added);
	set_count(a, v, "removed", d->removed);
	value_set(a, v, "files", files_value(a, d));
	value_set(a, v, "commits", commits_value(a, d->commits, d->ncommits));
	plan_set(a, v, "diff", plan_text_of(a, d));
	value_set(a, v, "cut", value_bool(a, d->is_cut));
	value_set(a, v, "varies", value_bool(a, d->varies));
	return v;
}

static struct value *changelog_value(struct arena *a, const struct plan_changelog *c)
{
	struct value *v = value_map(a);

	plan_set(a, v, "repoURL", c->url);
	plan_set(a, v, "from", c->from);
	plan_set(a, v, "to", c->to);
	value_set(a, v, "takenBack", value_bool(a, c->is_back));
	set_count(a, v, "count", c->commits_in_all);
	value_set(a, v, "commits", commits_value(a, c->commits, c->ncommits));
	return v;
}

struct value *plan_value(struct arena *a, const struct plan *p)
{
	struct value *v = value_map(a), *diffs = value_list(a), *logs = value_list(a);

	for (size_t i = 0; i < p->diffs.count; i++)
		value_append(a, diffs, diff_value(a, p->diffs.items[i]));
	for (size_t i = 0; i < p->changelogs.count; i++)
		value_append(a, logs, changelog_value(a, p->changelogs.items[i]));
	plan_set(a, v, "stage", p->stage);
	plan_set(a, v, "freight", p->freight);
	plan_set(a, v, "fromFreight", p->from_freight);
	value_set(a, v, "rollback", value_bool(a, p->rollback));
	plan_set(a, v, "madeAt", clock_rfc3339(a, p->made_at));
	plan_set(a, v, "phase", phase_name(p->phase));
	plan_set(a, v, "mark", p->mark);
	value_set(a, v, "steps", steps_value(a, p));
	value_set(a, v, "diffs", diffs);
	value_set(a, v, "changelogs", logs);
	return v;
}
