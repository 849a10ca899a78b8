/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which version of an artifact runs where: a row for each image, chart or repository of commits in
 * each project, a cell for each stage that runs it. A filter is words, all of which must hold:
 *
 *     nginx          the artifact or its project holds these letters
 *     stage:prod     only stages whose names begin so
 *     kind:image     image, chart or commit
 *     version:1.2    only stages that run a version that begins so
 *     not:1.2.3      only stages that are not there yet: what they run is older, or cannot be compared
 *     differs:yes    only stages that do not run the row's newest; differs:no, those that do
 *
 * Pure. Any thread.
 */
#ifndef GANTRY_MODEL_MATRIX_H
#define GANTRY_MODEL_MATRIX_H

#include "base/base.h"

struct arena;
struct stage;
struct world;

enum artifact_kind { ARTIFACT_IMAGE, ARTIFACT_CHART, ARTIFACT_COMMIT };

struct matrix_cell {
	const struct stage *stage;
	const char *version;    /* tag, else the digest's beginning; chart version; tag, else short id */
	int64_t since;          /* ms; 0: unknown */
	bool differs;           /* from the row's newest */
};

struct matrix_row {
	const struct world *world;
	enum artifact_kind kind;
	const char *repo;          /* URL; of a chart with its name behind */
	const char *name;          /* the last part of it */
	const char *newest;        /* the version in the newest freight that has it */
	struct matrix_cell *cells; /* that the filter keeps, upstream before downstream */
	size_t ncells;
};

struct matrix {
	struct matrix_row *rows; /* by artifact, then by project; only those with a cell */
	size_t count;
};

void matrix_make(struct arena *a, const struct world *const *worlds, size_t nworlds,
		 const char *filter, struct matrix *out);

/* "image", "chart", "commit" */
const char *artifact_kind_word(enum artifact_kind kind);

/* The cell of that stage, or NULL. */
const struct matrix_cell *matrix_row_cell(const struct matrix_row *row, const char *stage);

#endif
