/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expected results of the real engines, compared with ours. One file a family of
 * sets, one line a set in main.c. A set's function reads its files below the
 * vectors folder and says of each case how it went.
 */
#ifndef GANTRY_TESTS_VECTORS_VECTORS_H
#define GANTRY_TESTS_VECTORS_VECTORS_H

#include "base/base.h"

struct arena;
struct err;
struct value;

struct vectors {
	const char *folder;             /* of all sets */
	const char *set;                /* the one that runs */
	bool verbose;                   /* show every failure, not only the first ones */
	size_t passed, failed, better;
};

/* One case as expected; sentence and details are shown when it is not. */
void vectors_case(struct vectors *v, bool passed, const char *format, ...) PRINTF(3, 4);

/* A case in which Kargo's own result is a bug, and ours is what was meant. */
void vectors_better(struct vectors *v);

/*
 * Whether theirs is ours but for whole numbers that went through a double there: which Go does to
 * all of JSON. In a text that is JSON, too.
 */
bool vectors_lost_digits(struct arena *a, const struct value *ours, const struct value *theirs);

/* The text of a file below the folder; ends the program when it cannot be read. */
const char *vectors_file(struct vectors *v, struct arena *a, const char *path, size_t *len);

/* The same, as JSON. */
struct value *vectors_json(struct vectors *v, struct arena *a, const char *path);

/*
 * Calls each with the value of every line of a JSON Lines file. The arena is emptied
 * between lines.
 */
void vectors_lines(struct vectors *v, const char *path,
		   void (*each)(struct vectors *v, struct arena *a, const struct value *line,
				void *context),
		   void *context);

void vectors_analysis(struct vectors *v);
void vectors_argocd(struct vectors *v);
void vectors_expr(struct vectors *v);
void vectors_forges(struct vectors *v);
void vectors_freight_ids(struct vectors *v);
void vectors_functions(struct vectors *v);
void vectors_gates(struct vectors *v);
void vectors_http_step(struct vectors *v);
void vectors_json_update(struct vectors *v);
void vectors_kustomize_set_image(struct vectors *v);
void vectors_selection(struct vectors *v);
void vectors_parse(struct vectors *v);
void vectors_rrule(struct vectors *v);
void vectors_pr_steps(struct vectors *v);
void vectors_semver(struct vectors *v);
void vectors_set_objects(struct vectors *v);
void vectors_step_conditions(struct vectors *v);
void vectors_templates(struct vectors *v);
void vectors_toml_update(struct vectors *v);
void vectors_urls(struct vectors *v);
void vectors_yaml_merge(struct vectors *v);
void vectors_yaml_update(struct vectors *v);
void vectors_files(struct vectors *v);

#endif
