/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions and names come and go for weeks, and an arena only grows: once half of it is of no use, what is
 * there moves into a new one.
 */
#include "kube/known.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

enum { LEAST_WASTE = 1000 };

struct known_entry {
	const char *namespace, *name, *version;
	unsigned round;                 /* of the newest list or event that had it */
	bool gone;
};

bool kube_name_of(const struct value *object, struct kube_name *out)
{
	const struct value *meta = value_get(object, "metadata");

	out->namespace = value_path_text(meta, "namespace", "");
	out->name = value_path_text(meta, "name", "");
	out->version = value_path_text(meta, "resourceVersion", "");
	return *out->name != '\0';
}

struct value *kube_name_object(struct arena *a, const struct kube_name *name)
{
	struct value *object = value_map(a), *meta = value_map(a);

	value_set(a, meta, "name", value_string(a, name->name));
	if (*name->namespace)
		value_set(a, meta, "namespace", value_string(a, name->namespace));
	value_set(a, object, "metadata", meta);
	return object;
}

void kube_known_init(struct kube_known *k)
{
	*k = (struct kube_known){ .a = arena_new() };
}

void kube_known_release(struct kube_known *k)
{
	arena_free(k->a);
}

static struct known_entry *known_add(struct arena *a, struct map *entries, const struct kube_name *name)
{
	struct known_entry *entry = arena_alloc(a, sizeof(*entry));

	entry->namespace = *name->namespace ? str_copy(a, name->namespace) : "";
	entry->name = str_copy(a, name->name);
	entry->version = str_copy(a, name->version);
	map_set(a, entries, str_format(a, "%s/%s", entry->namespace, entry->name), entry);
	return entry;
}

static void known_move(struct kube_known *k)
{
	struct arena *a = arena_new();
	struct map entries = { 0 };

	for (size_t i = 0; i < k->entries.room; i++) {
		const struct known_entry *old = k->entries.slots[i].value;
		struct kube_name name;

		if (!k->entries.slots[i].key || old->gone)
			continue;
		name = (struct kube_name){ old->namespace, old->name, old->version };
		known_add(a, &entries, &name)->round = old->round;
	}
	arena_free(k->a);
	k->a = a;
	k->entries = entries;
	k->waste = 0;
}

static void known_waste(struct kube_known *k)
{
	if (++k->waste > k->live + LEAST_WASTE)
		known_move(k);
}

static struct known_entry *known_find(const struct kube_known *k, const struct kube_name *name)
{
	AUTO(arena) struct arena *a = arena_new_sized(512);

	return map_get(&k->entries, str_format(a, "%s/%s", name->namespace, name->name));
}

enum kube_novelty kube_known_see(struct kube_known *k, const struct kube_name *name)
{
	struct known_entry *entry = known_find(k, name);

	if (!entry) {
		known_add(k->a, &k->entries, name)->round = k->round;
		k->live++;
		return KUBE_NEW;
	}
	bool was_gone = entry->gone;
	entry->round = k->round;
	entry->gone = false;
	k->live += was_gone;
	/* Without a version it cannot be compared: it counts as changed. */
	if (!was_gone && *name->version && strcmp(entry->version, name->version) == 0)
		return KUBE_SAME;
	entry->version = str_copy(k->a, name->version);
	known_waste(k);
	return was_gone ? KUBE_NEW : KUBE_CHANGED;
}

static void known_forget(struct kube_known *k, struct known_entry *entry)
{
	entry->gone = true;
	k->live--;
	k->waste++;
}

bool kube_known_drop(struct kube_known *k, const struct kube_name *name)
{
	struct known_entry *entry = known_find(k, name);

	if (!entry || entry->gone)
		return false;
	known_forget(k, entry);
	known_waste(k);
	return true;
}

void kube_known_begin(struct kube_known *k)
{
	k->round++;
}

void kube_known_sweep(struct kube_known *k, void (*gone)(void *context, const struct kube_name *name),
		      void *context)
{
	for (size_t i = 0; i < k->entries.room; i++) {
		struct known_entry *entry = k->entries.slots[i].value;

		if (!k->entries.slots[i].key || entry->gone || entry->round == k->round)
			continue;
		struct kube_name name = { entry->namespace, entry->name, entry->version };
		known_forget(k, entry);
		gone(context, &name);
	}
	if (k->waste > k->live + LEAST_WASTE)
		known_move(k);
}
