/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at sources. Blocks on the outside, which is why it runs on workers. */
#include "observe/job.h"

#include <stdlib.h>
#include <string.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "argocd/decode.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/discover.h"
#include "model/application.h"
#include "model/project.h"
#include "model/warehouse.h"
#include "net/http.h"

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
		.traffic = http_traffic(t->http),
		.cancelled = t->cancelled,
		.max_age = r->job.max_age,
		.before = r->job.before,
	};
	struct freight_basis basis = { .warehouse = w, .now = clock_now() };
	struct freight_made made = { 0 };
	struct value *discovered;
	struct err why;
	bool fine;

	r->part = part_new();
	fine = discover_warehouse(part_arena(r->part), w, &context, &discovered, &r->err);
	basis.discovered = r->discovered = discovered;
	/* One subscription that fails stands by what it found before: the others still make freight. */
	if ((!fine && r->err.code == ERR_CANCELLED) ||
	    !discover_freight(part_arena(r->part), &basis, &made, fine ? &r->err : &why))
		return false;
	/* It is in the world only once the engine has recorded it. */
	if (made.freight)
		value_set(part_arena(r->part), discovered, "freight",
			  value_string(part_arena(r->part),
				       value_path_text(made.freight, "metadata.name", "")));
	if (made.reason)
		value_set(part_arena(r->part), discovered, "reason",
			  value_string(part_arena(r->part), made.reason));
	r->freight = made.freight;
	return fine;
}

static bool look_back(struct job_result *r, const struct job_tools *t)
{
	r->job.wish.from = r->job.from;
	return t->read_past(t->context, &r->job.wish, &r->record, &r->past_at, &r->err);
}

/* Texts of the key and the page go into the arena. */
static bool job_look_at(struct arena *a, const struct job_tools *t, struct application_detail *d,
			struct err *e)
{
	const struct argocd_id id = { .name = d->name, .namespace = d->namespace };
	struct argocd_settings settings;
	struct value *object;

	if (!argocd_settings_find(a, &settings, e))
		return false;
	if (!settings.base)
		return err_set(e, ERR_NOT_FOUND, "no Argo CD is configured");
	AUTO(argocd) struct argocd *c = argocd_new(t->http, &settings);
	argocd_set_cancelled(c, t->cancelled);
	if (!argocd_get(c, a, &id, &object, e))
		return false;
	application_read_detail(a, object, clock_now(), d);
	d->page = str_format(a, "%s/applications/%s/%s", settings.base, d->namespace, d->name);
	return true;
}

static bool look_at_application(struct job_result *r, const struct job_tools *t)
{
	const char *slash = strchr(r->job.application, '/');
	struct application_detail *d, named = { .seen_at = clock_now() };
	struct arena *a;

	r->part = part_new();
	a = part_arena(r->part);
	named.name = str_copy(a, slash ? slash + 1 : r->job.application);
	named.namespace = str_copy_n(a, r->job.application,
				     slash ? (size_t)(slash - r->job.application) : 0);
	d = arena_copy(a, &named, sizeof(named));
	r->detail = d;
	if (job_look_at(a, t, d, &r->err))
		return true;
	*d = named;
	d->error = str_copy(a, r->err.message);
	return false;
}

struct job_result *job_run(struct source_job *job, const struct job_tools *tools)
{
	struct job_result *r = xmalloc(sizeof(*r));

	*r = (struct job_result){ .job = *job };
	free(job);
	switch (r->job.kind) {
	case JOB_WAREHOUSE: r->done = look_at_warehouse(r, tools); break;
	case JOB_PAST: r->done = look_back(r, tools); break;
	case JOB_APPLICATION: r->done = look_at_application(r, tools); break;
	}
	r->at = clock_now();
	return r;
}

static void job_release(struct source_job *job)
{
	part_release(job->configuration);
	part_release(job->before_part);
	free(job->warehouse);
	free(job->from);
	free(job->application);
}

void job_free(struct source_job *job)
{
	job_release(job);
	free(job);
}

void job_result_free(struct job_result *r)
{
	job_release(&r->job);
	part_release(r->part);
	record_release(r->record);
	free(r);
}
