/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping. */
#include "attach/attach.h"

#include <stdlib.h>

#include "attach/attach_inner.h"
#include "attach/beside.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/thread.h"

bool attach_start(const struct attach_options *o, struct attach **out, struct err *e)
{
	struct attach *at = xmalloc(sizeof(*at));

	*at = (struct attach){ .o = *o, .cluster = attach_manifests_new() };
	pthread_mutex_init(&at->lock, NULL);
	pthread_cond_init(&at->news, NULL);
	pthread_cond_init(&at->stages_moved, NULL);
	*out = at;
	return attach_begin_desk(at, e) && attach_beside_read(&at->beside, o->beside, e) &&
	       thread_start(&at->publisher, "attach-publish", attach_publish, at, e) &&
	       thread_start(&at->reader, "attach-runs", attach_read_runs, at, e) &&
	       thread_start(&at->starter, "attach-start", attach_begin_following, at, e);
}

bool attach_stop(struct attach *at, int64_t ms)
{
	if (!at)
		return true;
	attach_end_following(at);
	attach_end_desk(at);
	attach_end_runs(at);
	pthread_mutex_lock(&at->lock);
	attach_tell(at);
	pthread_mutex_unlock(&at->lock);
	if (!thread_join_within(at->starter, ms) || !thread_join_within(at->publisher, ms) ||
	    !thread_join_within(at->reader, ms) || !attach_join_desk(at, ms) ||
	    !attach_join_following(at, ms)) {
		log_line(LOG_WARN, "attach", "a thread did not stop in time and was abandoned");
		return false;
	}
	attach_free_desk(at);
	attach_free_following(at);
	for (size_t i = 0; i < at->nprojects; i++)
		attached_free(at->projects[i]);
	free(at->projects);
	attach_manifests_free(at->cluster);
	attach_beside_release(&at->beside);
	at->o.transport.free(at->o.transport.it);
	pthread_cond_destroy(&at->news);
	pthread_cond_destroy(&at->stages_moved);
	pthread_mutex_destroy(&at->lock);
	free(at);
	return true;
}
