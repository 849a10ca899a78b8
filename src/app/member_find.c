/* SPDX-License-Identifier: Apache-2.0 */
/* Finding one among the members, and what is known of it. */
#include "app/app_inner.h"

#include <string.h>

#include "model/record.h"

struct member *app_member(const struct app *app, const char *project)
{
	if (!project)
		return app->nmembers > 1 && !*app->members[0]->name ? app->members[1]
		       : app->nmembers ? app->members[0] : NULL;
	for (size_t i = 0; i < app->nmembers; i++)
		if (strcmp(app->members[i]->name, project) == 0)
			return app->members[i];
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
