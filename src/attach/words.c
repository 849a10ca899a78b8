/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Half of what is kept of ten thousand objects are the same hundred words, and much of the rest is equal,
 * too: repositories, authors, steps. An equal value is found by what it is made of, since each of its parts
 * was made one before.
 */
#include "attach/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base.h"
#include "data/value.h"

/* Sorted by byte. */
static const char *const words[] = {
	"Aborted", "Errored", "Failed", "False", "Freight", "Healthy", "Promotion", "Ready",
	"Running", "Skipped", "Stage", "Succeeded", "Successful", "True", "Verified", "Warehouse",
	"abort", "actor", "alias", "analysisRun", "annotations", "apiVersion", "approvedAt",
	"approvedFor", "argocd-update", "artifacts", "as", "author", "autoPromotionEnabled",
	"autoPromotionHolds", "awaited", "branch", "charts", "commit", "commits", "committer",
	"conditions", "count", "creationTimestamp", "currentPromotion", "currentStep",
	"currentlyIn", "digest", "discoveredAt", "effectiveAutoPromotionHolds", "errorCount",
	"failed", "finishTime", "finishedAt", "freight", "freightHistory", "freightSummary",
	"git-clone", "git-commit", "git-open-pr", "git-push", "git-wait-for-pr", "health",
	"healthChecks", "id", "images", "items", "kargo.akuity.io/v1alpha1", "kind",
	"kustomize-set-image", "lastHandledRefresh", "lastPromotion", "lastTransitionTime",
	"longestSoak", "main", "measurements", "message", "metadata", "metricResults", "name",
	"namespace", "observedGeneration", "origin", "phase", "reason", "repoURL", "run",
	"runSummary", "since", "spec", "stage", "startTime", "startedAt", "state", "status",
	"stepExecutionMetadata", "steps", "subscriptionName", "tag", "type", "uses", "value",
	"verificationHistory", "verifiedAt", "verifiedIn", "version", "yaml-update",
};

static int words_order(const void *text, const void *word)
{
	return str_compare(*(const struct str *)text, str_of(*(const char *const *)word));
}

/* What was kept; a slot is NULL or one of them. */
struct words_table {
	const void **slots;
	size_t count, room;             /* room: a power of two, 0 at first */
};

struct attach_words {
	struct arena *a, *scratch;
	struct words_table texts;       /* struct str * */
	struct words_table values;      /* struct value * */
};

struct attach_words *attach_words_new(struct arena *a)
{
	struct attach_words *w = xmalloc(sizeof(*w));

	*w = (struct attach_words){ .a = a, .scratch = arena_new() };
	return w;
}

void attach_words_free(struct attach_words *w)
{
	free(w->texts.slots);
	free(w->values.slots);
	arena_free(w->scratch);
	free(w);
}

struct arena *attach_words_arena(const struct attach_words *w)
{
	return w->a;
}

static uint64_t words_mix(uint64_t hash, uint64_t more)
{
	return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

static uint64_t words_text_hash(const void *item)
{
	const struct str *text = item;
	uint64_t hash = text->len;

	for (size_t i = 0; i < text->len; i++)
		hash = words_mix(hash, (unsigned char)text->at[i]);
	return hash;
}

static bool words_text_equal(const void *x, const void *y)
{
	return str_compare(*(const struct str *)x, *(const struct str *)y) == 0;
}

static uint64_t words_pointer(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* Of a value whose texts and parts were kept: equal ones are the same. */
static uint64_t words_value_hash(const void *item)
{
	const struct value *v = item;
	uint64_t hash = (uint64_t)v->kind, bits;

	switch (v->kind) {
	case VALUE_NULL: return hash;
	case VALUE_FLOAT:
		memcpy(&bits, &v->number, sizeof(bits));
		return words_mix(hash, bits);
	case VALUE_STRING: return words_mix(hash, words_pointer(v->string.at));
	case VALUE_BOOL: return words_mix(hash, v->boolean);
	case VALUE_INT: return words_mix(hash, (uint64_t)v->integer);
	case VALUE_LIST:
		for (size_t i = 0; i < v->list.count; i++)
			hash = words_mix(hash, words_pointer(v->list.items[i]));
		return hash;
	case VALUE_MAP:
		for (size_t i = 0; i < v->map.count; i++)
			hash = words_mix(words_mix(hash, words_pointer(v->map.members[i].key.at)),
					 words_pointer(v->map.members[i].value));
		return hash;
	}
	return hash;
}

static bool words_members_equal(const struct value *v, const struct value *w)
{
	for (size_t i = 0; i < v->map.count; i++)
		if (v->map.members[i].key.at != w->map.members[i].key.at ||
		    v->map.members[i].value != w->map.members[i].value)
			return false;
	return true;
}

static bool words_value_equal(const void *x, const void *y)
{
	const struct value *v = x, *w = y;

	if (v->kind != w->kind)
		return false;
	switch (v->kind) {
	case VALUE_STRING: return v->string.at == w->string.at && v->string.len == w->string.len;
	case VALUE_BOOL: case VALUE_NULL: return v->boolean == w->boolean;
	case VALUE_INT: return v->integer == w->integer;
	case VALUE_LIST:
		return v->list.count == w->list.count &&
		       (!v->list.count || memcmp(v->list.items, w->list.items,
						 v->list.count * sizeof(*v->list.items)) == 0);
	case VALUE_MAP: return v->map.count == w->map.count && words_members_equal(v, w);
	case VALUE_FLOAT:
		return memcmp(&v->number, &w->number, sizeof(v->number)) == 0 &&
		       v->digits.at == w->digits.at;
	}
	return false;
}

/* How the items of a table are compared. */
struct words_kind {
	uint64_t (*hash)(const void *item);
	bool (*equal)(const void *x, const void *y);
};

static const struct words_kind words_of_text = { words_text_hash, words_text_equal };
static const struct words_kind words_of_value = { words_value_hash, words_value_equal };

/* The slot of what is equal, or an empty one. */
static const void **words_slot(const struct words_table *t, const struct words_kind *kind, const void *item)
{
	size_t at = (size_t)(kind->hash(item) >> 17) & (t->room - 1);

	while (t->slots[at] && !kind->equal(t->slots[at], item))
		at = (at + 1) & (t->room - 1);
	return &t->slots[at];
}

static void words_grow(struct words_table *t, const struct words_kind *kind)
{
	struct words_table old = *t;

	t->room = old.room ? old.room * 2 : 64;
	t->slots = xmalloc(t->room * sizeof(*t->slots));
	memset(t->slots, 0, t->room * sizeof(*t->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i])
			*words_slot(t, kind, old.slots[i]) = old.slots[i];
	free(old.slots);
}

/* Where it is, or is to be put. */
static const void **words_find(struct words_table *t, const struct words_kind *kind, const void *item)
{
	const void **slot;

	if (t->count * 2 >= t->room)
		words_grow(t, kind);
	slot = words_slot(t, kind, item);
	t->count += !*slot;
	return slot;
}

static const char *words_keep_text(struct attach_words *w, struct str text)
{
	const char *const *word = bsearch(&text, words, COUNTOF(words), sizeof(*words), words_order);
	const void **slot;
	struct str kept;

	if (word)
		return *word;
	slot = words_find(&w->texts, &words_of_text, &text);
	if (!*slot) {
		kept = (struct str){ str_text(w->a, text), text.len };
		*slot = arena_copy(w->scratch, &kept, sizeof(kept));
	}
	return ((const struct str *)*slot)->at;
}

/* What the value is of kept parts, which lie in the scratch. */
static struct value words_shape(struct attach_words *w, const struct value *v)
{
	struct value to = *v;

	to.line = to.column = 0;
	if (v->kind == VALUE_STRING) {
		to.string.at = words_keep_text(w, v->string);
	} else if (v->kind == VALUE_FLOAT && v->digits.len) {
		to.digits.at = words_keep_text(w, v->digits);
	} else if (v->kind == VALUE_LIST) {
		to.list.items = arena_array(w->scratch, v->list.count, sizeof(*to.list.items));
		to.list.room = v->list.count;
		for (size_t i = 0; i < v->list.count; i++)
			to.list.items[i] = attach_words_keep(w, v->list.items[i]);
	} else if (v->kind == VALUE_MAP) {
		to.map.members = arena_array(w->scratch, v->map.count, sizeof(*to.map.members));
		to.map.room = v->map.count;
		to.map.index = NULL;
		for (size_t i = 0; i < v->map.count; i++) {
			const struct value_member *m = &v->map.members[i];

			to.map.members[i].key = (struct str){ words_keep_text(w, m->key), m->key.len };
			to.map.members[i].value = attach_words_keep(w, m->value);
		}
	}
	return to;
}

struct value *attach_words_keep(struct attach_words *w, const struct value *v)
{
	const struct value shape = words_shape(w, v);
	struct value *to;

	/* Keeping its parts has moved the table: only now it is looked into. */
	const void **slot = words_find(&w->values, &words_of_value, &shape);

	if (*slot)
		return unconst(*slot);
	to = arena_copy(w->a, &shape, sizeof(shape));
	*slot = to;
	if (v->kind == VALUE_LIST) {
		to->list.items = arena_copy(w->a, shape.list.items,
					    shape.list.count * sizeof(*shape.list.items));
	} else if (v->kind == VALUE_MAP) {
		to->map.members = arena_copy(w->a, shape.map.members,
					     shape.map.count * sizeof(*shape.map.members));
		value_index(w->a, to);
	}
	return to;
}

struct value *attach_keep(struct arena *a, const struct value *v)
{
	struct attach_words *w = attach_words_new(a);
	struct value *kept = attach_words_keep(w, v);

	attach_words_free(w);
	return kept;
}
