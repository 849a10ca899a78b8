/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each application lies in a part of its own, and the list in pages of pointers, so that one event
 * replaces one application and one page of ten thousand.
 */
#include "observe/applications.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "argocd/decode.h"
#include "argocd/watch.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/part.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "model/application.h"
#include "model/world.h"
#include "net/http.h"

enum { RETRY_MS = 30000, SETTINGS_MS = 1000, TICK_MS = 100 };

/*
 * At a sign of life all are told what changed since, but not at each piece of a long answer; that nothing
 * did, often enough for screens not to think Argo CD silent.
 */
enum { TELL_MS = 500, ALIVE_MS = 30000 };

struct applications_entry {
	struct part *part;
	struct application *application;
};

struct applications_page {
	struct part *part;              /* NULL when it must be made again */
	struct application *const *items; /* in the part */
};

struct applications {
	void (*on_change)(void *context, const char *authorized);
	void *context;
	struct thread *thread;
	bool stopping;
	struct traffic *traffic;        /* set before it starts */
	int64_t told_at;                /* ticks: when all were told; the thread's own, as the next is */
	bool has_news;                  /* something changed since, of which not all were told */

	pthread_mutex_t lock;
	struct arena *arena;            /* the settings */
	struct argocd_settings settings;
	struct http *http;              /* of the watch under way; to be woken */
	struct applications_entry *entries; /* by key */
	size_t count, room;
	struct applications_page *pages; /* as many as the entries have room for, and one */
	struct part *list;              /* of the pages; NULL when it must be made again */
	struct application *const **made; /* in the list's arena */
	int64_t seen_at, failing_since;
	char *error;
};

/* The entry of that key, or where it belongs. The lock is held. */
static size_t applications_place_of(const struct applications *as, const char *key)
{
	size_t low = 0, high = as->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (application_compare(as->entries[middle].application, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct applications *as, size_t at, const char *key)
{
	return at < as->count && application_compare(as->entries[at].application, key) == 0;
}

/* The list must be made again: of the pages, those from the first to the last entry. The lock is held. */
static void applications_forget(struct applications *as, size_t first, size_t last)
{
	for (size_t p = first / APPLICATION_PAGE; p <= last / APPLICATION_PAGE; p++) {
		part_release(as->pages[p].part);
		as->pages[p].part = NULL;
	}
	part_release(as->list);
	as->list = NULL;
}

static void remove_at(struct applications *as, size_t at)
{
	part_release(as->entries[at].part);
	applications_forget(as, at, as->count - 1);
	as->count--;
	memmove(&as->entries[at], &as->entries[at + 1], (as->count - at) * sizeof(*as->entries));
}

static void applications_grow(struct applications *as)
{
	size_t before = as->room ? as->room / APPLICATION_PAGE + 1 : 0, pages;

	as->room = as->room ? as->room * 2 : 64;
	pages = as->room / APPLICATION_PAGE + 1;
	as->entries = xrealloc(as->entries, as->room * sizeof(*as->entries));
	as->pages = xrealloc(as->pages, pages * sizeof(*as->pages));
	memset(as->pages + before, 0, (pages - before) * sizeof(*as->pages));
}

static void applications_insert(struct applications *as, size_t at)
{
	if (as->count == as->room)
		applications_grow(as);
	memmove(&as->entries[at + 1], &as->entries[at], (as->count - at) * sizeof(*as->entries));
	as->entries[at] = (struct applications_entry){ .part = NULL };
	as->count++;
	applications_forget(as, at, as->count - 1);
}

/* Read twice, so that a part is as large as what it holds: there may be ten thousand of them. */
static struct part *applications_read(const struct value *object, struct application **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct part *part;

	if (!application_read(a, object, clock_now(), out, e))
		return NULL;
	part = part_new_sized(arena_used(a));
	if (application_read(part_arena(part), object, clock_now(), out, e))
		return part;
	part_release(part);
	return NULL;
}

/* Its key is of what was read, which is cleaned: the same application is found again in any case. */
static void applications_put(struct applications *as, struct arena *a, const struct value *object)
{
	struct application *read;
	struct err e;
	struct part *part = applications_read(object, &read, &e);
	const char *key;
	size_t at;

	if (!part) {
		log_line(LOG_WARN, "argocd", "an application cannot be read: %s", e.message);
		return;
	}
	key = str_format(a, "%s/%s", read->namespace, read->name);
	at = applications_place_of(as, key);
	if (!is_at(as, at, key))
		applications_insert(as, at);
	part_release(as->entries[at].part);
	as->entries[at].part = part;
	as->entries[at].application = read;
	applications_forget(as, at, at);
}

/* What is not among the names is gone. The lock is held. */
static void keep_only(struct applications *as, struct arena *a, const struct value *names)
{
	size_t count = value_count(names);
	bool *kept = arena_array(a, as->count + 1, sizeof(*kept));

	for (size_t i = 0; i < count; i++) {
		const char *key = application_key(a, names->list.items[i]);
		size_t at = applications_place_of(as, key);

		if (is_at(as, at, key))
			kept[at] = true;
	}
	for (size_t i = as->count; i-- > 0;)
		if (!kept[i])
			remove_at(as, i);
}

static void set_error(struct applications *as, const char *message)
{
	if (message && !as->failing_since)
		as->failing_since = clock_now();
	if (!message)
		as->failing_since = 0;
	free(as->error);
	as->error = message ? xstrdup(message) : NULL;
}

/* A copy of the application's annotation; "" while it is not there. The lock is held. */
static const char *applications_authorized(const struct applications *as, struct arena *a,
					   const char *key)
{
	size_t at = applications_place_of(as, key);

	return is_at(as, at, key) ? str_copy(a, as->entries[at].application->authorized_stages) : "";
}

/* Takes over an event; the annotation that on_change is told. The lock is held. */
static const char *applications_take(struct applications *as, struct arena *a,
				     const struct watch_event *event)
{
	const char *key = event->object ? application_key(a, event->object) : NULL;
	const char *before, *authorized = NULL;

	switch (event->kind) {
	case WATCH_NAMES:
		keep_only(as, a, event->names);
		break;
	case WATCH_SEEN:
		before = applications_authorized(as, a, key);
		applications_put(as, a, event->object);
		authorized = applications_authorized(as, a, key);
		/* Who was authorized and is not any more must know it, too. */
		if (*before && strcmp(before, authorized) != 0)
			authorized = NULL;
		break;
	case WATCH_GONE:
		if (is_at(as, applications_place_of(as, key), key))
			remove_at(as, applications_place_of(as, key));
		break;
	case WATCH_ALIVE:
		break;
	case WATCH_FAILED:
		log_line(LOG_WARN, "argocd", "%s", event->error->message);
		set_error(as, event->error->message);
		break;
	}
	return authorized;
}

/* Not of a sign of life that says nothing to anybody. */
static bool applications_must_tell(const struct applications *as, const struct watch_event *event,
				   bool recovers)
{
	return event->kind != WATCH_ALIVE || recovers ||
	       clock_ticks() - as->told_at >= (as->has_news ? TELL_MS : ALIVE_MS);
}

static bool applications_watched(void *context, const struct watch_event *event)
{
	AUTO(arena) struct arena *a = arena_new();
	struct applications *as = context;
	const char *authorized;
	bool recovers;

	pthread_mutex_lock(&as->lock);
	authorized = applications_take(as, a, event);
	recovers = as->failing_since && event->kind != WATCH_FAILED;
	if (event->kind != WATCH_FAILED) {
		as->seen_at = clock_now();
		set_error(as, NULL);
	}
	pthread_mutex_unlock(&as->lock);
	if (applications_must_tell(as, event, recovers)) {
		as->has_news = authorized != NULL;
		as->told_at = authorized ? as->told_at : clock_ticks();
		as->on_change(as->context, authorized);
	}
	/* A token that is refused now is refused for ever: there may be another in the settings. */
	if (event->kind == WATCH_FAILED && event->error->code == ERR_AUTH)
		return false;
	return !flag_is_set(&as->stopping);
}

/* Reads the settings again; true when they lead elsewhere, or hold another token. */
static bool take_settings(struct applications *as)
{
	struct arena *a = arena_new();
	struct argocd_settings found;
	struct err e;
	bool is_new = argocd_settings_find(a, &found, &e) && found.base &&
		      (!same_text(found.base, as->settings.base) ||
		       !same_text(found.token, as->settings.token));

	if (!is_new) {
		arena_free(a);
		return false;
	}
	pthread_mutex_lock(&as->lock);
	arena_free(as->arena);
	as->arena = a;
	as->settings = found;
	pthread_mutex_unlock(&as->lock);
	return true;
}

/* Until it is worth trying again: a while, or as soon as somebody has logged in again. */
static void pause_before_retry(struct applications *as)
{
	for (int64_t gone = 0; gone < RETRY_MS && !flag_is_set(&as->stopping); gone += TICK_MS) {
		if (gone % SETTINGS_MS == 0 && take_settings(as))
			return;
		clock_sleep(TICK_MS);
	}
}

/* Known to applications_stop() while the watch lasts. */
static void set_http(struct applications *as, struct http *h)
{
	pthread_mutex_lock(&as->lock);
	as->http = h;
	pthread_mutex_unlock(&as->lock);
}

static void applications_run(void *context)
{
	struct applications *as = context;
	const struct watch_options o = { .name = NULL };

	while (!flag_is_set(&as->stopping)) {
		AUTO(http) struct http *h = http_new();
		AUTO(argocd) struct argocd *c = argocd_new(h, &as->settings);
		struct err e;
		bool ok;

		http_count(h, as->traffic);
		argocd_set_cancelled(c, &as->stopping);
		set_http(as, h);
		ok = argocd_watch(c, &o, applications_watched, as, &e);
		set_http(as, NULL);
		if (!ok) {
			pthread_mutex_lock(&as->lock);
			set_error(as, e.message);
			pthread_mutex_unlock(&as->lock);
			as->on_change(as->context, NULL);
		}
		pause_before_retry(as);
	}
}

void applications_count(struct applications *as, struct traffic *t)
{
	if (as)
		as->traffic = t;
}

struct applications *applications_new(void (*on_change)(void *context, const char *authorized),
				      void *context)
{
	struct applications *as = xmalloc(sizeof(*as));
	struct err e;

	*as = (struct applications){
		.on_change = on_change, .context = context, .arena = arena_new(),
	};
	pthread_mutex_init(&as->lock, NULL);
	if (!argocd_settings_find(as->arena, &as->settings, &e)) {
		set_error(as, e.message);
		return as;
	}
	if (as->settings.base)
		return as;
	applications_stop(as);
	return NULL;
}

bool applications_start(struct applications *as, struct err *e)
{
	return !as || !as->settings.base || as->thread ||
	       thread_start(&as->thread, "argocd", applications_run, as, e);
}

bool applications_end(struct applications *as, int64_t ms)
{
	if (!as)
		return true;
	flag_set(&as->stopping);
	pthread_mutex_lock(&as->lock);
	if (as->http)
		http_wake(as->http);
	pthread_mutex_unlock(&as->lock);
	if (!thread_join_within(as->thread, ms))
		return false;
	as->thread = NULL;
	return true;
}

void applications_stop(struct applications *as)
{
	if (!as)
		return;
	flag_set(&as->stopping);
	pthread_mutex_lock(&as->lock);
	if (as->http)
		http_wake(as->http);
	pthread_mutex_unlock(&as->lock);
	thread_join(as->thread);
	while (as->count)
		remove_at(as, as->count - 1);
	part_release(as->list);
	free(as->entries);
	free(as->pages);
	free(as->error);
	pthread_mutex_destroy(&as->lock);
	arena_free(as->arena);
	free(as);
}

static void applications_make_page(struct applications *as, size_t index)
{
	size_t first = index * APPLICATION_PAGE, left = as->count - first;
	size_t count = left < APPLICATION_PAGE ? left : APPLICATION_PAGE;
	struct applications_page *page = &as->pages[index];
	struct application **items;

	page->part = part_new_sized(count * 2 * sizeof(*items));
	items = arena_array(part_arena(page->part), count, sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		items[i] = as->entries[first + i].application;
		part_keep(page->part, part_acquire(as->entries[first + i].part));
	}
	page->items = items;
}

static void applications_make_list(struct applications *as)
{
	size_t count = (as->count + APPLICATION_PAGE - 1) / APPLICATION_PAGE;

	as->list = part_new();
	as->made = arena_array(part_arena(as->list), count, sizeof(*as->made));
	for (size_t i = 0; i < count; i++) {
		if (!as->pages[i].part)
			applications_make_page(as, i);
		as->made[i] = as->pages[i].items;
		part_keep(as->list, part_acquire(as->pages[i].part));
	}
}

struct part *applications_hold(struct applications *as, struct application_list *out)
{
	struct part *held;

	pthread_mutex_lock(&as->lock);
	if (!as->list)
		applications_make_list(as);
	held = part_acquire(as->list);
	*out = (struct application_list){ .pages = as->made, .count = as->count };
	pthread_mutex_unlock(&as->lock);
	return held;
}

void applications_source(struct applications *as, struct arena *a, struct source *out)
{
	pthread_mutex_lock(&as->lock);
	*out = (struct source){
		.kind = SOURCE_ARGOCD,
		.name = "argocd",
		.address = as->settings.base ? str_copy(a, as->settings.base) : "",
		.seen_at = as->seen_at,
		.failing_since = as->failing_since,
		.error = str_copy(a, as->error),
	};
	pthread_mutex_unlock(&as->lock);
}
