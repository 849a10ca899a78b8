/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes that come together make one reading and one record. A project is published once all of it has
 * been listed: half a project would look as if something were missing.
 */
#include "attach/attach_inner.h"

#include <stdlib.h>
#include <string.h>

#include "attach/act.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/part.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/complain.h"
#include "config/reading.h"
#include "model/attachment.h"
#include "model/record.h"
#include "model/world.h"

/* In ms: news are gathered; without any, how it stands is told; rights are asked for again, of many later. */
enum { GATHER_MS = 40, LOOK_MS = 1000, HEARD_MS = 15000, RIGHTS_MS = 300000, RIGHTS_EACH_MS = 500 };
enum { RIGHTS_AT_ONCE = 16, NAMES_MAX = 400 };

/* What one round reports once the lock is released. */
struct publishing {
	struct arena *a;
	struct list readings;           /* struct manifest_project *, each with a reference to its part */
	struct list names, records;     /* const char *, const struct record *; in step */
	bool is_reading;
};

static void publish_complain(struct attach *at, struct attached *p, bool is_error, const char *message)
{
	struct arena *a = part_arena(p->read->part);
	struct complaint *c = arena_alloc(a, sizeof(*c));

	*c = (struct complaint){
		.file = str_copy(a, at->o.transport.context), .line = 1, .column = 1,
		.is_error = is_error, .project = str_copy(a, p->name), .message = message,
	};
	list_add(a, &p->read->complaints, c);
}

/* Kinds that we may not list are reported like manifests that do not read. */
static void publish_add_missing(struct attach *at, struct attached *p)
{
	struct arena *a = part_arena(p->read->part);

	for (size_t i = 0; i < at->nfollowers; i++) {
		const struct attach_follower *f = at->followers[i];
		const struct attach_kind_def *def = attach_kind_def(f->kind);

		if (f->standing.forbidden && (!f->project || strcmp(f->project, p->name) == 0))
			publish_complain(at, p, def->is_needed,
					 str_format(a, "you may not list %s; nothing is shown of %s",
						    def->plural, def->without));
	}
	if (p->runs_denied)
		publish_complain(at, p, false, "you may not get analysisruns; nothing is shown of what "
				 "verifications measured");
	complaints_sort(&p->read->complaints);
}

/* Reads the manifests again. The lock is held. */
static void publish_read(struct attach *at, struct attached *p)
{
	const struct attach_sources from = { .project = p->name, .own = p->manifests, .cluster = at->cluster,
					     .secrets = p->secrets, .beside = &at->beside };

	if (p->read)
		part_release(p->read->part);
	p->read = attach_manifests_read(&from);
	publish_add_missing(at, p);
	p->spec_changed = false;
}

/* It is named, with the reason. */
static void publish_left_out(struct attached *p)
{
	struct part *part = part_new();
	struct manifest_project *mp = arena_alloc(part_arena(part), sizeof(*mp));

	*mp = (struct manifest_project){
		.name = str_copy(part_arena(part), p->name), .part = part, .fault_code = ERR_AUTH,
		.fault = str_format(part_arena(part), "%s is not shown: %s", p->name, p->left_out),
	};
	p->read = mp;
}

/* What Kargo cannot do for anybody, and what we have no right to do. */
static const struct denial *publish_denials(struct arena *a, const struct attached *p, size_t *count)
{
	struct denial *out = arena_array(a, p->ndenials + INTENT_TRAVEL + 1, sizeof(*out));

	*count = 0;
	for (int kind = INTENT_PROMOTE; kind <= INTENT_TRAVEL; kind++)
		if (attach_lacks((enum intent_kind)kind))
			out[(*count)++] = (struct denial){ (enum intent_kind)kind, NULL,
							   attach_lacks((enum intent_kind)kind) };
	for (size_t i = 0; i < p->ndenials; i++)
		out[(*count)++] = (struct denial){ p->denials[i].kind, str_copy(a, p->denials[i].stage),
						   str_copy(a, p->denials[i].why) };
	return out;
}

static const struct attachment *publish_attachment(struct attach *at, struct attached *p, struct part *part)
{
	struct arena *a = part_arena(part);
	struct attachment *made = arena_alloc(a, sizeof(*made));

	*made = (struct attachment){
		.context = str_copy(a, at->o.transport.context),
		.server = str_copy(a, at->o.transport.server),
	};
	made->denials = publish_denials(a, p, &made->ndenials);
	made->warehouses = attach_warehouses_make(p->warehouses, part, &made->nwarehouses);
	return made;
}

static void publish_record(struct attach *at, struct attached *p)
{
	struct part *part = part_new();
	const struct state *state = attach_state_make(p->state, part);
	const struct event_tail *tail = attach_history_tail(p->history, p->state);

	record_release(p->record);
	p->record = record_of_attached(state, publish_attachment(at, p, part), part, tail);
	p->state_changed = false;
}

/* What has changed of the projects. The lock is held. */
static void publish_gather(struct attach *at, struct publishing *out)
{
	out->is_reading = at->set_changed || !at->told;
	for (size_t i = 0; i < at->nprojects; i++) {
		struct attached *p = at->projects[i];

		if (p->left_out && !p->read) {
			publish_left_out(p);
			out->is_reading = true;
		}
		if (!p->is_known || p->left_out || !attach_has_listed(at, p))
			continue;
		if (p->spec_changed || !p->read) {
			publish_read(at, p);
			out->is_reading = true;
		}
		if (!p->state_changed && p->record)
			continue;
		publish_record(at, p);
		list_add(out->a, &out->names, str_copy(out->a, p->name));
		list_add(out->a, &out->records, record_acquire(p->record));
	}
	for (size_t i = 0; out->is_reading && i < at->nprojects; i++)
		if (at->projects[i]->read) {
			part_acquire(at->projects[i]->read->part);
			list_add(out->a, &out->readings, at->projects[i]->read);
		}
	at->set_changed = false;
}

/* No project was found, or several where one is needed: the reading says so, as config_choose() does. */
static void publish_none(struct attach *at, struct manifest_reading *r, const struct publishing *p)
{
	AUTO(buf) struct buf names;
	struct arena *a = part_arena(r->part);
	const struct list *asked = at->o.projects;
	struct manifest_project *none;

	buf_init(&names, NAMES_MAX);
	for (size_t i = 0; i < p->readings.count; i++)
		buf_format(&names, "%s%s", i ? ", " : "",
			   ((struct manifest_project *)p->readings.items[i])->name);
	none = reading_add(r, asked->count == 1 ? str_copy(a, asked->items[0]) : "");
	none->complaints = *r->complaints;
	none->fault_code = p->readings.count ? ERR_USAGE : asked->count ? ERR_NAME : ERR_CONFIG;
	none->fault = p->readings.count
		? str_format(a, "several projects; choose with --project: %s", buf_str(&names))
		: asked->count ? str_format(a, "Kargo at %s has no project \"%s\" that you may see",
					    at->o.transport.context, (const char *)asked->items[0])
			       : str_format(a, "Kargo at %s has no project that you may see",
					    at->o.transport.context);
	r->is_empty = true;
}

static void publish_tell_reading(struct attach *at, const struct publishing *p)
{
	struct part *part = part_new();
	struct list none = { 0 };
	struct manifest_reading r = { .part = part, .fingerprint = "", .complaints = &none };

	if (!p->readings.count || (at->o.is_alone && p->readings.count > 1))
		publish_none(at, &r, p);
	else
		r.projects = p->readings;
	at->o.on_reading(at->o.context, &r);
	part_release(part);
}

static void publish_tell(struct attach *at, struct publishing *p)
{
	if (p->is_reading)
		publish_tell_reading(at, p);
	for (size_t i = 0; i < p->records.count; i++) {
		at->o.on_record(at->o.context, p->names.items[i], p->records.items[i]);
		record_release(p->records.items[i]);
	}
	for (size_t i = 0; i < p->readings.count; i++)
		part_release(((struct manifest_project *)p->readings.items[i])->part);
}

/* The worst and oldest of all that is followed. The lock is held. */
static struct source publish_source(struct attach *at, struct arena *a)
{
	struct source s = { .kind = SOURCE_LEDGER, .name = "kargo", .address = at->o.transport.server };

	for (size_t i = 0; i < at->nfollowers; i++) {
		const struct attach_standing *f = &at->followers[i]->standing;

		s.seen_at = f->heard > s.seen_at ? f->heard : s.seen_at;
		if (!f->failing_since || (s.failing_since && s.failing_since <= f->failing_since))
			continue;
		s.failing_since = f->failing_since;
		s.error = str_copy(a, f->error ? f->error : "no answer");
	}
	return s;
}

/* Whether there is anything to be said yet: projects, or that there are none. The lock is held. */
static bool publish_may(const struct attach *at)
{
	bool listed = at->begun;

	for (size_t i = 0; i < at->nfollowers && listed; i++)
		if (at->followers[i]->kind == ATTACH_PROJECT)
			listed = at->followers[i]->standing.listed;
	for (size_t i = 0; i < at->nprojects && listed && !at->told; i++) {
		const struct attached *p = at->projects[i];

		listed = !p->is_known || p->left_out || attach_has_listed(at, p);
	}
	return listed;
}

/* Projects whose rights were not asked for lately. The lock is held. */
static void publish_want_rights(struct attach *at, struct list *names, struct arena *a)
{
	int64_t again = clock_ticks() + RIGHTS_MS + (int64_t)at->nprojects * RIGHTS_EACH_MS;

	for (size_t i = 0; i < at->nprojects && names->count < RIGHTS_AT_ONCE; i++) {
		struct attached *p = at->projects[i];

		if (!p->record || p->rights_due > clock_ticks())
			continue;
		p->rights_due = again;
		list_add(a, names, str_copy(a, p->name));
	}
}

/* One round. The lock is held, and given back while others are told. */
static void publish_round(struct attach *at, struct source *said)
{
	AUTO(arena) struct arena *a = arena_new();
	struct publishing p = { .a = a };
	struct list rights = { 0 };
	struct source now = publish_source(at, a);
	bool is_news = now.failing_since != said->failing_since || now.seen_at - said->seen_at > HEARD_MS ||
		       !said->name;

	if (publish_may(at)) {
		publish_gather(at, &p);
		at->told = at->told || p.is_reading;
	}
	publish_want_rights(at, &rights, a);
	pthread_mutex_unlock(&at->lock);
	publish_tell(at, &p);
	if (is_news || p.is_reading)
		at->o.on_source(at->o.context, &now);
	if (is_news)
		*said = (struct source){ .name = now.name, .seen_at = now.seen_at,
					 .failing_since = now.failing_since };
	for (size_t i = 0; i < rights.count; i++)
		attach_ask_rights(at, rights.items[i]);
	pthread_mutex_lock(&at->lock);
}

void attach_publish(void *attach)
{
	struct attach *at = attach;
	struct source said = { .name = NULL };

	pthread_mutex_lock(&at->lock);
	while (!flag_is_set(&at->ending)) {
		if (!at->news_there)
			condition_wait(&at->news, &at->lock, LOOK_MS);
		at->news_there = false;
		publish_round(at, &said);
		pthread_mutex_unlock(&at->lock);
		clock_sleep(GATHER_MS);
		pthread_mutex_lock(&at->lock);
	}
	pthread_mutex_unlock(&at->lock);
}
