/* SPDX-License-Identifier: Apache-2.0 */
/* Requests come on the server's threads, looks on the main thread: one lock over what both use. */
#include "cmd/watched.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/traffic.h"
#include "cmd/readiness.h"
#include "cmd/scrape.h"
#include "config.h"
#include "messages/channel.h"
#include "messages/outbox.h"
#include "metrics/metrics.h"
#include "model/fleet.h"
#include "model/project.h"
#include "model/world.h"
#include "ui/port.h"

/* Projects whose ledgers are read at the same time: each takes a thread, and a fleet may have a thousand. */
enum { MOST_READINGS = 32 };

/* What is kept of each project of the fleet. */
struct watched_project {
	struct watched_project *next;
	char *name;
	struct counters *counters;
	struct readiness readiness;
	bool is_there;                  /* in the fleet that was looked at last */
	bool is_read;                   /* its ledger is being read */
};

struct watched {
	struct serve_options options;
	pthread_mutex_t lock;           /* over projects */
	struct watched_project *projects;
};

static const struct fleet *watched_borrow(const struct watched *s)
{
	return s->options.port->borrow_fleet(s->options.port->context);
}

static void watched_give_back(const struct watched *s, const struct fleet *f)
{
	s->options.port->give_back_fleet(s->options.port->context, f);
}

/* The lock is held. */
static struct watched_project *watched_project(struct watched *s, const char *name)
{
	struct watched_project *p = s->projects;

	while (p && strcmp(p->name, name) != 0)
		p = p->next;
	if (p)
		return p;
	p = xmalloc(sizeof(*p));
	*p = (struct watched_project){ .next = s->projects, .name = xstrdup(name),
				     .counters = counters_new(s->options.ledger) };
	s->projects = p;
	return p;
}

static void watched_project_free(struct watched_project *p)
{
	counters_free(p->counters);
	free(p->name);
	free(p);
}

/* Those that left the fleet go. The lock is held. */
static void watched_drop(struct watched *s)
{
	for (struct watched_project **p = &s->projects; *p;) {
		struct watched_project *gone = *p;

		if (gone->is_there) {
			gone->is_there = false;
			p = &gone->next;
			continue;
		}
		*p = gone->next;
		watched_project_free(gone);
	}
}

/* The lock is held. */
static void watched_look(struct watched_project *p, const struct world *w)
{
	const struct counts *counts = counters_borrow(p->counters, w);

	readiness_look(&p->readiness, w, counts != NULL, clock_now());
	counters_give_back(p->counters);
}

void watched_tick(struct watched *s)
{
	const struct fleet *f = watched_borrow(s);
	size_t readings = 0;

	pthread_mutex_lock(&s->lock);
	for (struct watched_project *p = s->projects; p; p = p->next)
		readings += p->is_read;
	for (size_t i = 0; i < f->nworlds; i++) {
		struct watched_project *p = watched_project(s, world_name(f->worlds[i]));

		p->is_there = true;
		readings -= p->is_read;
		p->is_read = counters_tick(p->counters, f->worlds[i], readings < MOST_READINGS);
		readings += p->is_read;
		watched_look(p, f->worlds[i]);
	}
	watched_drop(s);
	pthread_mutex_unlock(&s->lock);
	watched_give_back(s, f);
}

static void watched_channels(struct watched *s, struct arena *a, struct metrics_page *page)
{
	struct metrics_channel *all;
	const struct message_counts *counts;

	if (!s->options.outbox)
		return;
	counts = outbox_counts(s->options.outbox, a, &page->nchannels);
	all = arena_array(a, page->nchannels, sizeof(*all));
	for (size_t i = 0; i < page->nchannels; i++)
		all[i] = (struct metrics_channel){ .project = counts[i].project, .channel = counts[i].channel,
						   .sent = counts[i].sent, .retried = counts[i].retried,
						   .failed = counts[i].failed, .pending = counts[i].pending };
	page->channels = all;
}

/* Each project's counters are borrowed until the page is written. */
static void watched_write(struct watched *s, struct arena *a, struct buf *out, struct metrics_page *page)
{
	const struct fleet *f = watched_borrow(s);
	struct metrics_project *projects = arena_array(a, f->nworlds, sizeof(*projects));
	struct counters **borrowed = arena_array(a, f->nworlds, sizeof(*borrowed));

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < f->nworlds; i++) {
		const struct world *w = f->worlds[i];

		if (w->loading)
			continue;
		borrowed[page->nprojects] = watched_project(s, world_name(w))->counters;
		projects[page->nprojects] = (struct metrics_project){
			.world = w, .counts = counters_borrow(borrowed[page->nprojects], w) };
		page->nprojects++;
	}
	page->projects = projects;
	metrics_write(a, out, page);
	for (size_t i = 0; i < page->nprojects; i++)
		counters_give_back(borrowed[i]);
	pthread_mutex_unlock(&s->lock);
	watched_give_back(s, f);
}

void watched_metrics(struct watched *s, struct arena *a, struct buf *out, enum exposition_format format)
{
	struct traffic_count traffic[TRAFFIC_KINDS];
	struct metrics_page page = { .now = clock_now(), .version = PACKAGE_VERSION, .format = format,
				     .traffic = traffic };

	traffic_read(s->options.traffic, traffic);
	scrape_process(&page.process);
	watched_channels(s, a, &page);
	watched_write(s, a, out, &page);
}

bool watched_ready(struct watched *s, struct arena *a, const char **out)
{
	const struct fleet *f = watched_borrow(s);
	const char *text = "";
	bool is_ready = f->nworlds > 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < f->nworlds; i++) {
		struct watched_project *p = watched_project(s, world_name(f->worlds[i]));

		watched_look(p, f->worlds[i]);
		is_ready = is_ready && readiness_is(&p->readiness);
		text = str_format(a, "%s%s", text,
				  readiness_text(&p->readiness, a, f->worlds[i],
						 f->nworlds > 1 ? world_name(f->worlds[i]) : NULL));
	}
	pthread_mutex_unlock(&s->lock);
	watched_give_back(s, f);
	*out = str_format(a, "%s\n%s", is_ready ? "ready" : "not ready", text);
	return is_ready;
}

struct watched *watched_new(const struct serve_options *o)
{
	struct watched *s = xmalloc(sizeof(*s));

	*s = (struct watched){ .options = *o };
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void watched_free(struct watched *s)
{
	if (!s)
		return;
	for (struct watched_project *p = s->projects, *next; p; p = next) {
		next = p->next;
		watched_project_free(p);
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}
