/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the analysis set share. */
#ifndef GANTRY_TESTS_VECTORS_ANALYSIS_H
#define GANTRY_TESTS_VECTORS_ANALYSIS_H

#include "vectors.h"

struct analysis_server;

/* One line of the set. */
struct analysis_case {
	struct arena *a;
	const struct value *line, *input;
	struct analysis_server *server;
	bool better;                    /* ours differs from theirs for a reason that is written down */
};

/* A copy without what is empty; NULL when nothing is left. And equality of such copies. */
struct value *analysis_pruned(struct arena *a, const struct value *v);
bool analysis_equal(struct arena *a, const struct value *got, const struct value *want);

/* The web server that providers ask. NULL: it could not be started. */
struct analysis_server *analysis_server_start(struct vectors *v);
void analysis_server_stop(struct analysis_server *s);

struct value *analysis_web(struct analysis_case *c, struct err *e);
bool analysis_web_judge(struct analysis_case *c, const struct value *got, const struct value *want);
struct value *analysis_job(struct analysis_case *c, struct err *e);
bool analysis_job_judge(struct analysis_case *c, const struct value *got, const struct value *want);
struct value *analysis_verify(struct analysis_case *c, struct err *e);
bool analysis_verify_judge(struct analysis_case *c, const struct value *got,
			   const struct value *want);

#endif
