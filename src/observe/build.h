/* SPDX-License-Identifier: Apache-2.0 */
/* world = f(manifests, ledger, observations). Pure; the observe thread. */
#ifndef GANTRY_OBSERVE_BUILD_H
#define GANTRY_OBSERVE_BUILD_H

#include "base/base.h"
#include "base/err.h"
#include "base/list.h"
#include "model/application.h"
#include "model/attachment.h"
#include "model/promotion.h"
#include "model/world.h"

struct application_detail;
struct arena;
struct project;
struct state;
struct value;

/* What a running step said. */
struct progress_view {
	const char *promotion, *alias;
	const char *status;             /* Kargo's word; "" when nothing changed */
	const char *line;               /* "" when it said nothing */
	struct step_wait wait;          /* until when it is not asked again */
};

struct observations {
	int64_t now;                    /* ms */
	bool loading, read_only, stale_manifests;
	int64_t past_at;                /* the state is of then, and nothing else is known of it; 0: now */
	const struct project *project;  /* NULL: none yet */
	const char *project_name;       /* for the title while there is none */
	const char *name;               /* in the fleet; NULL: as the project */
	const struct list *complaints;  /* struct complaint * */
	const char *manifests_fault;    /* why the newest manifests give no project; NULL: they do */
	enum err_code manifests_fault_code;
	const struct state *state;      /* NULL: the ledger has not been read */
	const char *head;
	const struct event_line *events; /* newest first */
	size_t nevents;
	const struct warehouse_view *warehouses;
	size_t nwarehouses;
	struct application_list applications;
	const struct application_detail *detail; /* NULL: none was looked at */
	const struct source *sources;
	size_t nsources;
	const struct attachment *attachment; /* NULL: none; else its warehouses stand for those */
	const struct progress_view *progress; /* oldest first */
	size_t nprogress;
	enum engine_place engine;
	const char *engine_host;
};

/*
 * The world in the arena. Pointers into the observations stay, so what they point
 * into must live as long. ERR_CONFIG when the ledger's objects cannot be read.
 */
bool build_world(struct arena *a, const struct observations *o, struct world **out,
		 struct err *e) MUST_USE;

#endif
