/* SPDX-License-Identifier: Apache-2.0 */
/* Finding one among the members, and what is known of it. */
#include "app/app_inner.h"

#include <string.h>

#include "model/record.h"

struct member *app_member(const struct app *app, const char *name)
{
	if (!name)
		return app->nmembers > 1 && !*app->members[0]->project ? app->members[1]
		       : app->nmembers ? app->members[0] : NULL;
	for (size_t i = 0; i < app->nmembers; i++)
		if (strcmp(app->members[i]->name, name) == 0)
			return app->members[i];
	return NULL;
}

struct member *app_member_of(const struct app *app, const struct app_cluster *cluster, const char *project)
{
	for (size_t i = 0; i < app->nmembers; i++) {
		struct member *m = app->members[i];

		if (m->cluster == cluster && strcmp(m->project, project) == 0)
			return m;
	}
	return NULL;
}

const struct record *member_newest(void *member)
{
	struct member *m = member;
	const struct record *newest;

	pthread_mutex_lock(&m->app->lock);
	newest = m->record ? record_acquire(m->record) : NULL;
	pthread_mutex_unlock(&m->app->lock);
	return newest;
}
