/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One built-in step run on one line of a set: the work directory is made from
 * the line's files, the configuration evaluated and checked, the step run, and
 * status, output, message and files compared.
 */
#ifndef GANTRY_TESTS_VECTORS_STEP_CASE_H
#define GANTRY_TESTS_VECTORS_STEP_CASE_H

#include "base/err.h"
#include "base/str.h"
#include "steps/step.h"

struct arena;
struct value;
struct vectors;
struct workdir;

struct step_case {
	struct vectors *v;
	struct arena *arena;
	const struct value *line, *input;
	const char *folder;             /* the work directory's path */
	struct workdir *work;
	const struct step_def *def;
	struct value *config;           /* evaluated; NULL when that failed */
	struct step_subject subject;
	struct step_services services;  /* the family's to fill in */
	struct step_result result;
	bool fine;                      /* the step and all before it succeeded */
	struct err e;                   /* why not */
};

/* A fault of Kargo's: which lines show it, by the beginning of their names, and what is wrong. */
struct step_bug {
	const char *lines, *why;
};

/* How a family compares; NULL members mean equal. */
struct step_rules {
	/* Whether our text of a file does as well as the expected one. */
	bool (*same_file)(struct step_case *c, const char *path, struct str original,
			  struct str ours, struct str want);
	/* Whether our result of a line that shows a bug of Kargo's is what was meant. */
	bool (*is_better)(struct step_case *c);
	/* Whether Kargo's result is not what was asked for, which is a bug without a mark. */
	bool (*shows_bug)(struct step_case *c);
	/* Lines that show a bug without the mark; ends with an empty entry. */
	const struct step_bug *bugs;
};

/* Makes the work directory; the program ends when it cannot. */
void step_case_open(struct step_case *c, struct vectors *v, struct arena *a,
		    const struct value *line);

/* Evaluates and checks the configuration and runs the step once. */
void step_case_run(struct step_case *c);

/* Compares and counts. */
void step_case_judge(struct step_case *c, const struct step_rules *rules);

/* Removes the work directory. */
void step_case_close(struct step_case *c);

/* A file as it is now; false when there is none. */
bool step_case_file(struct step_case *c, const char *path, struct str *out);

/* What the line says of a file that is a text or {b64}; false for a folder, a link or nothing. */
bool step_case_bytes(struct arena *a, const struct value *file, struct str *out);

/* All of this for every line of kargo/<set>.jsonl. */
void step_case_set(struct vectors *v, const char *path, const struct step_rules *rules);

#endif
