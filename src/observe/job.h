/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at one source, or at the past, on a worker. The result lies in a part of its own,
 * which passes to the observe thread with it.
 */
#ifndef GANTRY_OBSERVE_JOB_H
#define GANTRY_OBSERVE_JOB_H

#include "base/base.h"
#include "base/err.h"
#include "model/record.h"

struct application_detail;
struct discover_cache;
struct http;
struct part;
struct project;
struct value;

enum job_kind { JOB_WAREHOUSE, JOB_PAST, JOB_APPLICATION };

struct source_job {
	enum job_kind kind;
	char *warehouse;                /* heap; JOB_WAREHOUSE */
	int64_t max_age;                /* ms: how old what other looks were told may be */
	struct part *configuration;     /* what the project lies in; a reference of the job's */
	const struct project *project;
	struct part *before_part;       /* what before lies in; a reference of the job's, or NULL */
	const struct value *before;     /* what the warehouse's last look found */
	char *from;                     /* heap; JOB_PAST */
	char *application;              /* heap; "namespace/name"; JOB_APPLICATION */
	struct past_wish wish;          /* JOB_PAST */
};

struct job_result {
	struct source_job job; /* the same, passed back */
	bool done;
	struct err err;                 /* when not done */
	int64_t at;                     /* when the answer came, ms */
	struct part *part;              /* what lies below; NULL when there is nothing new */
	const struct value *discovered; /* JOB_WAREHOUSE */
	const struct value *freight;    /* JOB_WAREHOUSE: NULL when none is to be made */
	const struct record *record;    /* JOB_PAST: NULL: the present */
	int64_t past_at;
	const struct application_detail *detail; /* JOB_APPLICATION: also when it failed */
};

/* What a worker has of its own, and what all share. */
struct job_tools {
	struct http *http;
	struct discover_cache *cache;   /* safe from any thread */
	const char *mirrors;
	const bool *cancelled;
	/* As observer_options has it. */
	bool (*read_past)(void *context, const struct past_wish *wish, const struct record **out,
			  int64_t *at, struct err *e);
	void *context;
};

/* Does the job; the result is on the heap. */
struct job_result *job_run(struct source_job *job, const struct job_tools *tools);

void job_free(struct source_job *job);
void job_result_free(struct job_result *r);

#endif
