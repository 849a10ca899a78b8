/* SPDX-License-Identifier: Apache-2.0 */
/* A project of a reading keeps what it lies in, so that giving it back finds that again. */
#include "config/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/part.h"
#include "model/world.h"

struct manifest_project *reading_add(struct manifest_reading *r, const char *name)
{
	struct arena *a = part_arena(r->part);
	struct manifest_project *made = arena_alloc(a, sizeof(*made));

	*made = (struct manifest_project){ .name = name, .part = r->part };
	list_add(a, &r->projects, made);
	return made;
}

/*
 * An object whose project is unknown marks none of several: what is wrong with it is a warning to
 * each of them then.
 */
static const struct complaint *reading_complaint_to(const struct manifest_reading *r,
						    const struct complaint *c)
{
	struct complaint *made;

	if (!r->has_several || !c->is_homeless || !c->is_error)
		return c;
	made = arena_copy(part_arena(r->part), c, sizeof(*c));
	made->is_error = false;
	return made;
}

/* Its own, and those about all; errors first. */
static void reading_add_complaints(const struct manifest_reading *r, struct manifest_project *p)
{
	struct arena *a = part_arena(r->part);
	struct list warnings = { 0 };

	for (size_t i = 0; i < r->complaints->count; i++) {
		const struct complaint *c = r->complaints->items[i];

		if (c->project && strcmp(c->project, p->name) != 0)
			continue;
		c = reading_complaint_to(r, c);
		list_add(a, c->is_error ? &p->complaints : &warnings, c);
	}
	for (size_t i = 0; i < warnings.count; i++)
		list_add(a, &p->complaints, warnings.items[i]);
}

struct manifest_project *reading_add_project(struct manifest_reading *r, const struct project *p)
{
	struct manifest_project *made = reading_add(r, p->name);
	struct held_project *held;

	reading_add_complaints(r, made);
	made->fault = p->fault;
	if (p->fault)
		return made;
	held = arena_alloc(part_arena(r->part), sizeof(*held));
	held->project = *p;
	held->part = r->part;
	made->project = &held->project;
	return made;
}
