/* SPDX-License-Identifier: Apache-2.0 */
/* The observer's inbox: what others tell it, as messages that own their memory. */
#include "observe/observe_inner.h"

#include <stdlib.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/part.h"
#include "base/queue.h"
#include "base/str.h"
#include "model/record.h"
#include "observe/applications.h"
#include "observe/health.h"
#include "observe/job.h"
#include "observe/manifests.h"

void message_free(void *message)
{
	struct observer_message *m = message;

	if (m->result)
		job_result_free(m->result);
	record_release(m->record);
	if (m->manifests)
		part_release(m->manifests->part);
	free(m->promotion);
	free(m->alias);
	free(m->status);
	free(m->line);
	free(m->text);
	free(m);
}

struct observer_message *message_new(enum observer_message_kind kind)
{
	struct observer_message *m = xmalloc(sizeof(*m));

	*m = (struct observer_message){ .kind = kind };
	return m;
}

/* Never waits: the engine and workers must not hang on a slow observer. */
void message_send(struct observer *ob, struct observer_message *m)
{
	if (queue_try(ob->inbox, m))
		actor_wake(ob->actor);
	else
		message_free(m);
}

void observer_record(struct observer *ob, const struct record *r)
{
	struct observer_message *m = message_new(OBSERVER_RECORD);

	m->record = record_acquire(r);
	message_send(ob, m);
}

void observer_remote(struct observer *ob, const struct source *s)
{
	struct observer_message *m = message_new(OBSERVER_LEDGER);

	if (s)
		m->source = (struct source){ .kind = SOURCE_LEDGER, .name = s->name, .address = "",
					     .seen_at = s->seen_at, .failing_since = s->failing_since,
					     .unwritten = s->unwritten };
	m->text = s && s->error ? xstrdup(s->error) : NULL;
	message_send(ob, m);
}

void observer_unreadable(struct observer *ob, int64_t since, const char *why)
{
	struct observer_message *m = message_new(OBSERVER_LEDGER);

	if (why)
		m->source = (struct source){ .kind = SOURCE_LEDGER, .name = "ledger", .address = "",
					     .failing_since = since };
	m->unreadable = why != NULL;
	m->text = why ? xstrdup(why) : NULL;
	message_send(ob, m);
}

void observer_configure(struct observer *ob, const struct manifest_project *p)
{
	struct observer_message *m = message_new(OBSERVER_CONFIGURE);

	part_acquire(p->part);
	m->manifests = p;
	message_send(ob, m);
}

void observer_manifests(struct observer *ob, const struct source *s)
{
	struct observer_message *m = message_new(OBSERVER_MANIFESTS);

	if (s)
		m->source = (struct source){ .kind = SOURCE_MANIFESTS, .name = s->name, .address = "",
					     .seen_at = s->seen_at, .failing_since = s->failing_since };
	m->text = s && s->error ? xstrdup(s->error) : NULL;
	message_send(ob, m);
}

void observer_applications(struct observer *ob)
{
	message_send(ob, message_new(OBSERVER_APPLICATIONS));
}

void observer_progress(struct observer *ob, const struct step_progress *p)
{
	struct observer_message *m = message_new(OBSERVER_PROGRESS);

	m->promotion = xstrdup(p->promotion);
	m->alias = xstrdup(p->alias ? p->alias : "");
	m->status = xstrdup(p->status ? p->status : "");
	m->line = xstrdup(p->line ? p->line : "");
	m->wait = p->wait;
	message_send(ob, m);
}

void observer_engine(struct observer *ob, enum engine_place place, const char *host)
{
	struct observer_message *m = message_new(OBSERVER_LEASE);

	m->place = place;
	m->text = place == ENGINE_ELSEWHERE && host ? xstrdup(host) : NULL;
	message_send(ob, m);
}

void observer_travel(struct observer *ob, enum travel travel, int64_t to)
{
	struct observer_message *m = message_new(OBSERVER_TRAVEL);

	m->travel = travel;
	m->travel_to = to;
	message_send(ob, m);
}

void observer_look(struct observer *ob, const char *application)
{
	struct observer_message *m = message_new(OBSERVER_LOOK);

	m->text = xstrdup(application);
	message_send(ob, m);
}

void observer_refresh(struct observer *ob, const char *warehouse)
{
	struct observer_message *m = message_new(OBSERVER_REFRESH);

	m->text = warehouse ? xstrdup(warehouse) : NULL;
	message_send(ob, m);
}

enum health observer_health(struct observer *ob, struct arena *a, const struct value *checks,
			    const char **issue)
{
	struct application_list list = { 0 };
	struct part *held = NULL;
	enum health health;

	if (ob->o.applications)
		held = applications_hold(ob->o.applications, &list);
	health = health_of_checks(a, checks, &list, issue);
	*issue = str_copy(a, *issue);
	part_release(held);
	return health;
}
