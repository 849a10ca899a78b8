/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at sources. Blocks on the outside, which is why it runs on workers. */
#include "observe/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/part.h"
#include "data/value.h"
#include "discover/discover.h"
#include "model/project.h"
#include "model/warehouse.h"

static bool look_at_warehouse(struct job_result *r, const struct job_tools *t)
{
	const struct warehouse *w = project_warehouse(r->job.project, r->job.warehouse);
	const struct discover_context context = {
		.http = t->http,
		.cache = t->cache,
		.mirrors = t->mirrors,
		.secrets = r->job.project->secrets,
		.shared_secrets = r->job.project->shared_secrets,
		.project = r->job.project->name,
		.cancelled = t->cancelled,
		.before = r->job.before,
	};
	struct value *discovered, *freight = NULL;
	const char *reason;
	bool fine;

	r->part = part_new();
	fine = discover_warehouse(part_arena(r->part), w, &context, &discovered, &r->err);
	r->discovered = discovered;
	if (!fine)
		return false;
	if (!discover_freight(part_arena(r->part), w, discovered, clock_now(), &freight, &reason,
			      &r->err))
		return false;
	/* It is in the world only once the engine has recorded it. */
	if (freight)
		value_set(part_arena(r->part), discovered, "freight",
			  value_string(part_arena(r->part), value_path_text(freight, "metadata.name", "")));
	if (reason)
		value_set(part_arena(r->part), discovered, "reason",
			  value_string(part_arena(r->part), reason));
	r->freight = freight;
	return true;
}

static bool look_back(struct job_result *r, const struct job_tools *t)
{
	r->job.wish.from = r->job.from;
	return t->read_past(t->context, &r->job.wish, &r->record, &r->past_at, &r->err);
}

struct job_result *job_run(struct source_job *job, const struct job_tools *tools)
{
	struct job_result *r = xmalloc(sizeof(*r));

	*r = (struct job_result){ .job = *job };
	free(job);
	switch (r->job.kind) {
	case JOB_WAREHOUSE: r->done = look_at_warehouse(r, tools); break;
	case JOB_PAST: r->done = look_back(r, tools); break;
	}
	r->at = clock_now();
	return r;
}

static void release(struct source_job *job)
{
	part_release(job->configuration);
	part_release(job->before_part);
	free(job->warehouse);
	free(job->from);
}

void job_free(struct source_job *job)
{
	release(job);
	free(job);
}

void job_result_free(struct job_result *r)
{
	release(&r->job);
	part_release(r->part);
	record_release(r->record);
	free(r);
}
