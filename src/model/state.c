/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's shape: sorted arrays that are copied when one of their elements
 * changes, small enough that a change costs a few kilobytes. What is equal by pointer is
 * equal, which makes the difference of two states cheap.
 */
#include "model/state.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/state_put.h"

const struct state *state_empty(struct arena *a)
{
	return arena_alloc(a, sizeof(struct state));
}

/* Where a name is, or would be. */
struct state_slot {
	size_t at;
	bool found;
};

static struct state_slot state_find_object(const struct state_object *const *items, size_t count,
					   const char *name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(items[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct state_slot){ low, low < count && strcmp(items[low]->name, name) == 0 };
}

static struct state_slot state_find_stage(const struct state *s, const char *name)
{
	size_t low = 0, high = s->nstages;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(s->stages[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct state_slot){ low, low < s->nstages && strcmp(s->stages[low]->name, name) == 0 };
}

/* A copy of an array of pointers with one set, put in or taken out (item NULL). */
static void *with_item(struct arena *a, const void *items, size_t *count, struct state_slot slot,
		       const void *item)
{
	size_t rest = *count - slot.at - slot.found;
	const void **out = arena_array(a, *count + 1, sizeof(*out));
	const void *const *old = items;
	size_t used = slot.at;

	if (slot.at > 0)
		memcpy(out, old, slot.at * sizeof(*out));
	if (item)
		out[used++] = item;
	if (rest > 0)
		memcpy(out + used, old + slot.at + slot.found, rest * sizeof(*out));
	*count = used + rest;
	return out;
}

static const struct state_object **with_object(struct arena *a,
					       const struct state_object *const *items,
					       size_t *count, const char *name,
					       const struct state_object *item)
{
	return with_item(a, items, count, state_find_object(items, *count, name), item);
}

static const struct state_object *object_new(struct arena *a, const char *name,
					     const struct value *object)
{
	struct state_object *o = arena_alloc(a, sizeof(*o));

	o->name = str_copy(a, name);
	o->object = object;
	return o;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The freight bucket of a name; -1 when it does not begin with two hex digits. */
static int bucket_of(const char *name)
{
	int high = digit(name[0]);
	int low = high < 0 ? -1 : digit(name[1]);

	return low < 0 ? -1 : high * 16 + low;
}

struct state *state_put_freight(struct arena *a, const struct state *s, const char *name,
				const struct value *object)
{
	struct state *out = arena_copy(a, s, sizeof(*s));
	struct state_bucket *bucket = arena_alloc(a, sizeof(*bucket));
	int b = bucket_of(name);

	if (b < 0)
		return out;
	if (s->freight[b])
		*bucket = *s->freight[b];
	size_t before = bucket->count;
	bucket->items = with_object(a, bucket->items, &bucket->count, name,
				    object ? object_new(a, name, object) : NULL);
	out->nfreight += bucket->count - before;
	out->freight[b] = bucket;
	return out;
}

static struct state *with_stage(struct arena *a, const struct state *s,
				const struct state_stage *stage)
{
	struct state *out = arena_copy(a, s, sizeof(*s));
	bool empty = !stage->object && stage->npromotions == 0;

	out->stages = with_item(a, s->stages, &out->nstages, state_find_stage(s, stage->name),
				empty ? NULL : stage);
	return out;
}

static struct state_stage *stage_copy(struct arena *a, const struct state *s, const char *name)
{
	const struct state_stage *old = state_stage(s, name);
	struct state_stage *stage = arena_alloc(a, sizeof(*stage));

	if (old)
		*stage = *old;
	else
		stage->name = str_copy(a, name);
	return stage;
}

struct state *state_put_stage(struct arena *a, const struct state *s, const char *name,
			      const struct value *object)
{
	struct state_stage *stage = stage_copy(a, s, name);

	stage->object = object;
	return with_stage(a, s, stage);
}

struct state *state_put_promotion(struct arena *a, const struct state *s, const char *stage_name,
				  const char *name, const struct value *object)
{
	struct state_stage *stage = stage_copy(a, s, stage_name);

	assert(stage_name && name);
	stage->promotions = with_object(a, stage->promotions, &stage->npromotions, name,
					object_new(a, name, object));
	return with_stage(a, s, stage);
}

struct state *state_drop_promotion(struct arena *a, const struct state *s, const char *stage_name,
				   const char *name)
{
	struct state_stage *stage = stage_copy(a, s, stage_name);

	assert(stage_name && name);
	stage->promotions = with_object(a, stage->promotions, &stage->npromotions, name, NULL);
	return with_stage(a, s, stage);
}

bool state_is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 253 && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len;
}

/* "name.json" to "name"; NULL when it is not such a file. */
static const char *stem(struct arena *a, const char *file)
{
	size_t len = strlen(file);
	const char *name;

	if (!has_suffix(file, ".json"))
		return NULL;
	name = str_copy_n(a, file, len - strlen(".json"));
	return state_is_name(name) ? name : NULL;
}

bool state_path_read(struct arena *a, const char *path, struct state_path *out, struct err *e)
{
	const char *slash = strchr(path, '/');
	const char *second = slash ? strchr(slash + 1, '/') : NULL;
	const char *name = slash ? stem(a, (second ? second : slash) + 1) : NULL;
	const char *middle = second ? str_copy_n(a, slash + 1, (size_t)(second - slash - 1)) : NULL;

	*out = (struct state_path){ .folder = middle, .name = name };
	if (name && !second && has_prefix(path, "stages/")) {
		out->kind = STATE_STAGE;
	} else if (name && second && has_prefix(path, "promotions/") && state_is_name(middle)) {
		out->kind = STATE_PROMOTION;
	} else if (name && second && has_prefix(path, "freight/") && bucket_of(name) >= 0 &&
		   strlen(middle) == 2 && has_prefix(name, middle)) {
		out->kind = STATE_FREIGHT;
		out->bucket = (unsigned)bucket_of(name);
	} else {
		return err_set(e, ERR_CONFIG, "\"%s\" is not a file of a ledger", path);
	}
	return true;
}

bool state_is_file(const char *path)
{
	AUTO(arena) struct arena *a = arena_new();
	struct state_path p;
	struct err e;

	return state_path_read(a, path, &p, &e);
}

static void add_change(struct arena *a, struct list *out, const char *path,
		       const struct value *object)
{
	struct state_change *c = arena_alloc(a, sizeof(*c));

	c->path = path;
	c->object = object;
	list_add(a, out, c);
}

/* What differs between two sorted arrays, under paths that begin with folder. */
static void object_changes(struct arena *a, const char *folder, const struct state_bucket *old,
			   const struct state_bucket *new, struct list *out)
{
	size_t i = 0, j = 0;

	while (i < old->count || j < new->count) {
		const struct state_object *was = i < old->count ? old->items[i] : NULL;
		const struct state_object *is = j < new->count ? new->items[j] : NULL;
		int order = !was ? 1 : !is ? -1 : strcmp(was->name, is->name);
		const char *name = order < 0 ? was->name : is->name;
		if (order != 0 || was != is)
			add_change(a, out, str_format(a, "%s/%s.json", folder, name),
				   order < 0 ? NULL : is->object);
		i += order <= 0;
		j += order >= 0;
	}
}

static void stage_changes(struct arena *a, const struct state_stage *old,
			  const struct state_stage *new, struct list *out)
{
	static const struct state_stage none = { .name = "" };

	if (old == new)
		return;
	old = old ? old : &none;
	new = new ? new : &none;
	const char *name = old->name[0] ? old->name : new->name;
	if (old->object != new->object)
		add_change(a, out, str_format(a, "stages/%s.json", name), new->object);
	if (old->promotions != new->promotions) {
		const struct state_bucket was = { old->promotions, old->npromotions };
		const struct state_bucket is = { new->promotions, new->npromotions };

		object_changes(a, str_format(a, "promotions/%s", name), &was, &is, out);
	}
}

void state_changes(struct arena *a, const struct state *before, const struct state *after,
		   struct list *out)
{
	static const struct state_bucket none;
	size_t i = 0, j = 0;

	for (unsigned b = 0; b < COUNTOF(after->freight); b++) {
		const struct state_bucket *old = before->freight[b] ? before->freight[b] : &none;
		const struct state_bucket *new = after->freight[b] ? after->freight[b] : &none;
		if (old != new)
			object_changes(a, str_format(a, "freight/%02x", b), old, new, out);
	}
	while (i < before->nstages || j < after->nstages) {
		const struct state_stage *old = i < before->nstages ? before->stages[i] : NULL;
		const struct state_stage *new = j < after->nstages ? after->stages[j] : NULL;
		int order = !old ? 1 : !new ? -1 : strcmp(old->name, new->name);
		stage_changes(a, order <= 0 ? old : NULL, order >= 0 ? new : NULL, out);
		i += order <= 0;
		j += order >= 0;
	}
}

static const struct state_object **state_objects_copy(struct arena *a,
						      const struct state_object *const *items,
						      size_t count)
{
	const struct state_object **out = arena_array(a, count + 1, sizeof(*out));

	for (size_t i = 0; i < count; i++)
		out[i] = object_new(a, items[i]->name, value_copy(a, items[i]->object));
	return out;
}

const struct state *state_copy(struct arena *a, const struct state *s)
{
	struct state *out = arena_copy(a, s, sizeof(*s));

	out->stages = arena_array(a, s->nstages + 1, sizeof(*out->stages));
	for (size_t i = 0; i < s->nstages; i++) {
		const struct state_stage *old = s->stages[i];
		struct state_stage *stage = arena_alloc(a, sizeof(*stage));
		stage->name = str_copy(a, old->name);
		stage->object = value_copy(a, old->object);
		stage->npromotions = old->npromotions;
		stage->promotions = state_objects_copy(a, old->promotions, old->npromotions);
		out->stages[i] = stage;
	}
	for (size_t b = 0; b < COUNTOF(s->freight); b++) {
		if (!s->freight[b])
			continue;
		struct state_bucket *bucket = arena_copy(a, s->freight[b], sizeof(*bucket));
		bucket->items = state_objects_copy(a, bucket->items, bucket->count);
		out->freight[b] = bucket;
	}
	return out;
}

const struct state_stage *state_stage(const struct state *s, const char *name)
{
	struct state_slot slot;

	if (!name)
		return NULL;
	slot = state_find_stage(s, name);
	return slot.found ? s->stages[slot.at] : NULL;
}

const struct value *state_freight(const struct state *s, const char *name)
{
	int b = name ? bucket_of(name) : -1;

	if (b < 0 || !s->freight[b])
		return NULL;
	struct state_slot slot = state_find_object(s->freight[b]->items, s->freight[b]->count, name);
	return slot.found ? s->freight[b]->items[slot.at]->object : NULL;
}

const struct state_object *state_promotion(const struct state *s, const char *name)
{
	for (size_t i = 0; name && i < s->nstages; i++) {
		const struct state_stage *stage = s->stages[i];
		struct state_slot slot = state_find_object(stage->promotions, stage->npromotions, name);
		if (slot.found)
			return stage->promotions[slot.at];
	}
	return NULL;
}

bool state_promotion_over(const struct value *promotion)
{
	const char *phase = value_path_text(promotion, "status.phase", "");

	return phase[0] && strcmp(phase, "Pending") != 0 && strcmp(phase, "Running") != 0;
}
