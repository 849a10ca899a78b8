/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worlds and fleets are counted under one mutex: a slot holds its newest world, a fleet those of its
 * moment, and the slots the newest fleet for as long as nothing was published since.
 */
#include "observe/snapshot.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/part.h"
#include "base/str.h"
#include "model/fleet.h"
#include "model/world.h"

/* A world, and what it lies in. */
struct snapshot {
	struct world world;             /* first: a borrowed world is a pointer to it */
	struct slots *all;
	unsigned held;                  /* by its slot, fleets and borrowers */
	struct part *own, *parts[SNAPSHOT_PARTS];
};

struct snapshot_fleet {
	struct fleet fleet;             /* first: a borrowed fleet is a pointer to it */
	unsigned held;                  /* by the slots and borrowers */
	const struct world *worlds[];
};

struct slot {
	struct slots *all;
	char *project;                  /* heap */
	struct snapshot *newest;        /* NULL before the first */
	uint64_t serial;
};

struct slots {
	pthread_mutex_t lock;
	struct slot **slots;            /* by the projects' names */
	size_t count, room;
	struct snapshot_fleet *newest;  /* NULL: must be made */
	unsigned gatherers;             /* while there are any, it stays as it is, */
	bool has_gathered;              /* though something has changed since */
	uint64_t serial;
};

/* What was let go of under the lock and is freed after it. */
struct snapshot_unused {
	struct snapshot **items;
	size_t count, room;
};

struct slots *slots_new(void)
{
	struct slots *all = xmalloc(sizeof(*all));

	*all = (struct slots){ .newest = NULL };
	pthread_mutex_init(&all->lock, NULL);
	return all;
}

static void snapshot_drop(struct snapshot *snapshot)
{
	for (size_t i = 0; i < SNAPSHOT_PARTS; i++)
		part_release(snapshot->parts[i]);
	part_release(snapshot->own);
	free(snapshot);
}

static void snapshot_drop_all(struct snapshot_unused *unused)
{
	for (size_t i = 0; i < unused->count; i++)
		snapshot_drop(unused->items[i]);
	free(unused->items);
}

/* The lock is held, here and in what follows. */
static void snapshot_let_go(struct snapshot *s, struct snapshot_unused *unused)
{
	if (!s || --s->held)
		return;
	if (unused->count == unused->room) {
		unused->room = unused->room ? unused->room * 2 : 4;
		unused->items = xrealloc(unused->items, unused->room * sizeof(struct snapshot *));
	}
	unused->items[unused->count++] = s;
}

static struct snapshot *snapshot_of(const struct world *w)
{
	return (struct snapshot *)unconst(w);
}

static void fleet_let_go(struct snapshot_fleet *f, struct snapshot_unused *unused)
{
	if (!f || --f->held)
		return;
	for (size_t i = 0; i < f->fleet.nworlds; i++)
		snapshot_let_go(snapshot_of(f->worlds[i]), unused);
	free(f);
}

static void slots_have_changed(struct slots *all, struct snapshot_unused *unused)
{
	all->has_gathered = all->gatherers;
	if (all->gatherers)
		return;
	fleet_let_go(all->newest, unused);
	all->newest = NULL;
}

/* Whether it says why there is no project, while there is one: of all, or of "staging/". */
static bool slots_hide(const struct slots *all, size_t at)
{
	const char *name = all->slots[at]->project;
	size_t len = strlen(name);

	if (len && name[len - 1] != '/')
		return false;
	while (++at < all->count && strncmp(all->slots[at]->project, name, len) == 0)
		if (all->slots[at]->newest)
			return true;
	return false;
}

/* Those of projects, or else those that say why there are none. */
static struct snapshot_fleet *fleet_make(struct slots *all)
{
	struct snapshot_fleet *f = xmalloc(sizeof(*f) + all->count * sizeof(*f->worlds));
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->slots[i]->newest && !slots_hide(all, i))
			f->worlds[count++] = &all->slots[i]->newest->world;
	for (size_t i = 0; i < count; i++)
		snapshot_of(f->worlds[i])->held++;
	f->fleet = (struct fleet){ .serial = ++all->serial, .worlds = f->worlds, .nworlds = count };
	f->held = 1;
	return f;
}

void slots_begin(struct slots *all)
{
	pthread_mutex_lock(&all->lock);
	if (!all->newest)
		all->newest = fleet_make(all);
	all->gatherers++;
	pthread_mutex_unlock(&all->lock);
}

void slots_end(struct slots *all)
{
	struct snapshot_unused unused = { .count = 0 };

	pthread_mutex_lock(&all->lock);
	assert(all->gatherers);
	if (--all->gatherers == 0 && all->has_gathered)
		slots_have_changed(all, &unused);
	pthread_mutex_unlock(&all->lock);
	snapshot_drop_all(&unused);
}

void slots_free(struct slots *all)
{
	struct snapshot_unused unused = { .count = 0 };

	if (!all)
		return;
	assert((!all->newest || all->newest->held == 1) && "a fleet is still borrowed");
	slots_have_changed(all, &unused);
	snapshot_drop_all(&unused);
	while (all->count)
		slot_free(all->slots[all->count - 1]);
	pthread_mutex_destroy(&all->lock);
	free(all->slots);
	free(all);
}

struct slot *slot_new(struct slots *all, const char *project)
{
	struct slot *s = xmalloc(sizeof(*s));
	size_t at = 0;

	*s = (struct slot){ .all = all, .project = xstrdup(project) };
	pthread_mutex_lock(&all->lock);
	if (all->count == all->room) {
		all->room = all->room ? all->room * 2 : 8;
		all->slots = xrealloc(all->slots, all->room * sizeof(*all->slots));
	}
	while (at < all->count && strcmp(all->slots[at]->project, project) < 0)
		at++;
	memmove(&all->slots[at + 1], &all->slots[at], (all->count - at) * sizeof(*all->slots));
	all->slots[at] = s;
	all->count++;
	pthread_mutex_unlock(&all->lock);
	return s;
}

void slot_free(struct slot *s)
{
	struct snapshot_unused unused = { .count = 0 };
	struct slots *all;
	size_t at = 0;

	if (!s)
		return;
	all = s->all;
	pthread_mutex_lock(&all->lock);
	while (all->slots[at] != s)
		at++;
	all->count--;
	memmove(&all->slots[at], &all->slots[at + 1], (all->count - at) * sizeof(*all->slots));
	snapshot_let_go(s->newest, &unused);
	slots_have_changed(all, &unused);
	pthread_mutex_unlock(&all->lock);
	snapshot_drop_all(&unused);
	free(s->project);
	free(s);
}

void slot_publish(struct slot *s, const struct world *w, struct part *own,
		  struct part *const parts[SNAPSHOT_PARTS])
{
	struct snapshot *made = xmalloc(sizeof(*made));
	struct snapshot_unused unused = { .count = 0 };

	*made = (struct snapshot){ .world = *w, .all = s->all, .held = 1, .own = own };
	for (size_t i = 0; i < SNAPSHOT_PARTS; i++)
		made->parts[i] = parts[i];
	pthread_mutex_lock(&s->all->lock);
	made->world.serial = ++s->serial;
	snapshot_let_go(s->newest, &unused);
	s->newest = made;
	slots_have_changed(s->all, &unused);
	pthread_mutex_unlock(&s->all->lock);
	snapshot_drop_all(&unused);
}

void world_give_back(const struct world *w)
{
	struct snapshot_unused unused = { .count = 0 };
	struct snapshot *held;

	if (!w)
		return;
	held = snapshot_of(w);
	pthread_mutex_lock(&held->all->lock);
	assert(held->held && "giving back what was not borrowed");
	struct slots *all = held->all;
	snapshot_let_go(held, &unused);
	pthread_mutex_unlock(&all->lock);
	snapshot_drop_all(&unused);
}

const struct fleet *slots_borrow(struct slots *all)
{
	const struct fleet *f;

	pthread_mutex_lock(&all->lock);
	if (!all->newest)
		all->newest = fleet_make(all);
	all->newest->held++;
	f = &all->newest->fleet;
	pthread_mutex_unlock(&all->lock);
	return f;
}

void slots_give_back(struct slots *all, const struct fleet *f)
{
	struct snapshot_unused unused = { .count = 0 };

	if (!f)
		return;
	pthread_mutex_lock(&all->lock);
	fleet_let_go((struct snapshot_fleet *)unconst(f), &unused);
	pthread_mutex_unlock(&all->lock);
	snapshot_drop_all(&unused);
}

const struct world *slots_first(struct slots *all)
{
	const struct fleet *f = slots_borrow(all);
	const struct world *w = f->nworlds ? f->worlds[0] : NULL;

	if (w) {
		pthread_mutex_lock(&all->lock);
		snapshot_of(w)->held++;
		pthread_mutex_unlock(&all->lock);
	}
	slots_give_back(all, f);
	return w;
}
