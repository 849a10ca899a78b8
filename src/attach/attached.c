/* SPDX-License-Identifier: Apache-2.0 */
/* The projects that are known, by name. */
#include "attach/attach_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/part.h"
#include "base/str.h"
#include "config/reading.h"
#include "data/glob.h"
#include "model/record.h"

enum { MOST_PROJECTS = 5000 };

static size_t attached_place(const struct attach *at, const char *name, bool *found)
{
	size_t low = 0, high = at->nprojects;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(at->projects[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < at->nprojects && strcmp(at->projects[low]->name, name) == 0;
	return low;
}

struct attached *attached_find(const struct attach *at, const char *name)
{
	bool found;
	size_t place = attached_place(at, name, &found);

	return found ? at->projects[place] : NULL;
}

struct attached *attached_make(struct attach *at, const char *name)
{
	bool found;
	size_t place = attached_place(at, name, &found);
	struct attached *p;

	if (found)
		return at->projects[place];
	if (!glob_selects(at->o.projects, name) || at->nprojects == MOST_PROJECTS)
		return NULL;
	if (at->nprojects == at->room) {
		at->room = at->room ? at->room * 2 : 8;
		at->projects = xrealloc(at->projects, at->room * sizeof(struct attached *));
	}
	p = xmalloc(sizeof(*p));
	*p = (struct attached){
		.name = xstrdup(name), .state = attach_state_new(), .manifests = attach_manifests_new(),
		.history = attach_history_new(), .warehouses = attach_warehouses_new(),
		.spec_changed = true, .state_changed = true,
	};
	memmove(&at->projects[place + 1], &at->projects[place],
		(at->nprojects - place) * sizeof(struct attached *));
	at->projects[place] = p;
	at->nprojects++;
	at->set_changed = true;
	return p;
}

void attached_free(struct attached *p)
{
	attach_state_free(p->state);
	attach_manifests_free(p->manifests);
	attach_history_free(p->history);
	attach_warehouses_free(p->warehouses);
	if (p->read)
		part_release(p->read->part);
	record_release(p->record);
	arena_free(p->rights);
	arena_free(p->secrets_arena);
	free(p->left_out);
	free(p->name);
	free(p);
}

void attached_drop(struct attach *at, const char *name)
{
	bool found;
	size_t place = attached_place(at, name, &found);

	if (!found)
		return;
	attached_free(at->projects[place]);
	at->nprojects--;
	memmove(&at->projects[place], &at->projects[place + 1],
		(at->nprojects - place) * sizeof(struct attached *));
	at->set_changed = true;
}

void attach_tell(struct attach *at)
{
	at->news_there = true;
	pthread_cond_signal(&at->news);
}
