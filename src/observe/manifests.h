/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests of all sources as projects, each with what it has wrong. Any thread. */
#ifndef GANTRY_OBSERVE_MANIFESTS_H
#define GANTRY_OBSERVE_MANIFESTS_H

#include "base/base.h"
#include "base/err.h"
#include "base/list.h"
#include "model/project.h"

struct part;
struct settings;

/* A project and what it lies in, so that giving it back finds that again. */
struct held_project {
	struct project project;         /* first: a held project is a pointer to it */
	struct part *part;              /* no reference */
};

/* One project as the manifests have it. */
struct manifest_project {
	const char *name;               /* "" or what was asked for: there is none, and fault says why */
	const struct project *project;  /* in a held_project; NULL: nothing of it can run */
	const char *fault;              /* why; NULL: it can */
	enum err_code fault_code;       /* its kind: ERR_USAGE, ERR_NAME: not the manifests' */
	struct list complaints;         /* struct complaint *: its own, and those about all */
	struct part *part;              /* all of it lies there; the reading's reference */
};

/* One reading of the manifests: good or bad, all of it lies in the part. */
struct manifest_reading {
	struct part *part;
	struct list projects;           /* struct manifest_project *, by name; never empty */
	bool is_empty;                  /* the only one says that there is no project */
	bool is_partial;                /* projects that are missing may only not read: they are not gone */
	bool has_failed;                /* a source could not be read; a complaint says why */
	const struct list *complaints;  /* struct complaint *: all of them */
	const char *fingerprint;        /* changes when the manifests do */
};

/*
 * Reads what the settings name; is_alone: exactly one project, else there is none. False only when
 * nothing could be read at all (*e); otherwise *out is the caller's, with its part's reference.
 */
bool manifests_read(const struct settings *s, bool is_alone, struct manifest_reading *out,
		    struct err *e) MUST_USE;

/*
 * A file that is saved in place is empty for a moment, and a folder that is copied is half there:
 * a change is believed when two looks that lie MANIFESTS_SETTLE ms apart see the same.
 */
enum { MANIFESTS_SETTLE = 1000 };

enum manifest_change { MANIFESTS_SAME, MANIFESTS_CHANGING, MANIFESTS_CHANGED };

/*
 * known: the fingerprint of what was believed last; seen: what *now was at the last look, or NULL.
 * CHANGING: *now, on the heap, is for the next look. What git holds is whole: it is never CHANGING.
 * CHANGED as well when it cannot be known.
 */
enum manifest_change manifests_look(const struct settings *s, const char *known, const char *seen,
				    char **now);

/* Before a first reading: waits until nothing has changed for so long; for 3 s at most. Blocks. */
void manifests_settle(const struct settings *s);

#endif
