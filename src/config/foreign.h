/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that lie beside Kargo's manifests: what other tools read, what has to be rendered
 * first, and what only changes other files. Any thread.
 */
#ifndef GANTRY_CONFIG_FOREIGN_H
#define GANTRY_CONFIG_FOREIGN_H

#include "base/base.h"
#include "base/map.h"
#include "base/str.h"

struct arena;
struct value;

/* Whether a text that does not read seems to be one of Kargo's objects, or of Rollouts' analysis. */
bool foreign_is_kargo(struct arena *a, struct str text);

/*
 * Whether the text is a Helm template. loose: also by constructs that links of a
 * ProjectConfig may hold, which only counts for what does not read.
 */
bool foreign_is_helm(struct arena *a, struct str text, bool loose);

/* The chart that a template belongs to, by its path; else the file's folder. */
const char *foreign_chart(struct arena *a, const char *file);

/*
 * What somebody has to fill in first: "${PROJECT}" of envsubst or "<user>"; NULL: nothing.
 * ${{ … }} is Kargo's.
 */
const char *foreign_placeholder(struct arena *a, const char *text);

/* Files that a kustomization names as patches. */
struct foreign_patches {
	struct map files;
};

/* Notes the patches when object is a kustomization. */
void foreign_learn(struct arena *a, struct foreign_patches *p, const char *file,
		   const struct value *object);

bool foreign_is_patch(struct arena *a, const struct foreign_patches *p, const char *file);

#endif
