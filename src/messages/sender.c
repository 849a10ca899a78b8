/* SPDX-License-Identifier: Apache-2.0 */
/* From the cursor on, until a message is not accepted; each is recorded before the next is sent. */
#include "messages/sender.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "ledger/ledger.h"
#include "messages/burst.h"
#include "messages/cursor.h"
#include "messages/deliver.h"
#include "messages/gathering.h"
#include "messages/kargo_event.h"

enum { FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 5 * 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

struct sender {
	const char *ledger;             /* the owner's */
	const char *branch;             /* in names */
	int64_t started_at;             /* ms: a channel without a cursor begins here */
	struct arena *names;
	struct arena *arena;            /* of the next four; replaced now and then */
	struct channel_name name;       /* in names */
	struct cursor cursor;
	const char *seen;               /* the ledger's head that was looked at to its end; "" */
	const char *said;               /* the newest fault, so that it is told once; "" */
	bool is_known;                  /* the cursor was read */
	unsigned failures;              /* in a row */
	int64_t next;                   /* ticks: not before */
	struct burst burst;
	pthread_mutex_t lock;           /* over count */
	struct message_counts count;
};

static struct cursor_place sender_place(const struct sender *s)
{
	return (struct cursor_place){ s->ledger, s->branch, s->name.kind, s->name.name };
}

/* Copies the cursor to a fresh arena: the old one still holds every earlier thread. */
static void sender_keep(struct sender *s, const struct cursor *cursor)
{
	struct arena *old = s->arena;

	s->arena = arena_new();
	s->cursor = cursor_copy(s->arena, cursor);
	s->seen = str_copy(s->arena, s->seen);
	s->said = str_copy(s->arena, s->said);
	arena_free(old);
}

static void sender_save(struct sender *s)
{
	const struct cursor_place place = sender_place(s);
	struct err e;

	if (!cursor_write(&place, &s->cursor, &e))
		log_line(LOG_WARN, "messages", "%s: %s; after a restart messages may be sent twice",
			 s->count.channel, e.message);
}

/* A new channel begins now; one whose file was lost begins a day ago, so that nothing is missed. */
static void sender_load(struct sender *s)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct cursor_place place = sender_place(s);
	struct cursor cursor;
	struct err e;

	if (s->is_known)
		return;
	if (!cursor_read(a, &place, &cursor, &e)) {
		cursor = (struct cursor){ .commit = "", .partial = "", .threads = value_map(a),
					  .at = s->started_at };
		if (e.code != ERR_NOT_FOUND) {
			log_line(LOG_WARN, "messages", "%s; messages of the last day will be "
						       "sent again", e.message);
			cursor.at = clock_now() - DAY_MS;
		}
	}
	sender_keep(s, &cursor);
	s->is_known = true;
	s->seen = "";
	sender_save(s);
}

static void sender_count_one(struct sender *s, uint64_t *which)
{
	pthread_mutex_lock(&s->lock);
	++*which;
	pthread_mutex_unlock(&s->lock);
}

static void sender_set_pending(struct sender *s, uint64_t pending)
{
	pthread_mutex_lock(&s->lock);
	s->count.pending = pending;
	pthread_mutex_unlock(&s->lock);
}

static void sender_say(struct sender *s, enum log_level level, const char *text)
{
	if (strcmp(s->said, text) == 0)
		return;
	s->said = str_copy(s->arena, text);
	log_line(level, "messages", "%s: %s", s->count.channel, text);
}

static void sender_put_off(struct sender *s, const struct err *e)
{
	int64_t pause = backoff_ms(++s->failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

	s->next = clock_ticks() + (pause > e->after_ms ? pause : e->after_ms);
	sender_say(s, LOG_WARN, e->message);
}

/* Records what was delivered of the event before the next one begins. */
static void sender_advance(struct sender *s, const struct gathered_message *m, bool is_last)
{
	struct cursor now = s->cursor;

	if (is_last) {
		now.commit = m->event->commit;
		now.at = m->event->at;
		now.partial = "";
		now.done = 0;
	} else {
		now.partial = m->event->commit;
		now.done = m->index + 1;
	}
	sender_keep(s, &now);
	sender_save(s);
}

/*
 * True when it was accepted, or refused for good; false: send it again later. A wrong token or an
 * untrusted certificate can be fixed, and a message waits a day for that. at: its event's time, ms.
 */
static bool sender_send(struct sender_round *r, struct sender *s, const struct channel *channel,
			const struct message *m, int64_t at)
{
	struct message_delivery d = { .channel = channel, .message = m, .now = clock_now(),
			      .cancelled = r->cancelled };
	const char *thread;
	struct err e;

	d.thread = m->group ? cursor_thread(&s->cursor, m->group) : NULL;
	if (deliver(r->http, r->a, &d, &thread, &e)) {
		if (s->failures)
			log_line(LOG_INFO, "messages", "%s: accepts messages "
						       "again", s->count.channel);
		s->failures = 0;
		s->said = "";
		if (m->group && thread)
			cursor_set_thread(s->arena, &s->cursor, m->group, thread);
		burst_spend(&s->burst, clock_ticks());
		sender_count_one(s, &s->count.sent);
		return true;
	}
	if (e.code == ERR_CANCELLED)
		return false;
	if (!e.passes && (!e.again || clock_now() - at > DAY_MS)) {
		sender_say(s, LOG_ERROR, str_format(r->a, "a message is lost: %s", e.message));
		sender_count_one(s, &s->count.failed);
		return true;
	}
	sender_count_one(s, &s->count.retried);
	sender_put_off(s, &e);
	return false;
}

/* One gathered message; more: what it says of the messages that it stands for. */
static bool sender_tell(struct sender_round *r, struct sender *s, const struct channel *channel,
			const struct gathered_message *m, const char *more)
{
	const struct router_wish wish = {
		.router = m->router, .target = m->target, .event = m->event, .more = more,
		.scene = &r->scene,
		.marks = channel->medium == CHANNEL_SLACK || channel->medium == CHANNEL_SLACK_WEBHOOK,
	};
	struct message message;
	struct err e;

	if (!router_message(r->a, &wish, &message, &e)) {
		sender_say(s, LOG_ERROR, str_format(r->a, "EventRouter %s: %s; a message is lost",
						    value_path_text(m->router, "metadata.name", ""),
						    e.message));
		sender_count_one(s, &s->count.failed);
		return true;
	}
	return sender_send(r, s, channel, &message, m->event->at);
}

/* The last message stands for all beyond the limit. */
static bool sender_tell_rest(struct sender_round *r, struct sender *s, const struct channel *channel,
			     struct gathering *g)
{
	const struct gathered_message *last = g->messages.items[g->messages.count - 1];
	const struct gathered_message *shown = g->shown;

	if (kargo_event_is_bad(last->event) && !kargo_event_is_bad(shown->event))
		shown = last;
	burst_add(g->arena, &g->rest, last->event->type);
	burst_take(&g->rest, shown->event->type);
	return sender_tell(r, s, channel, shown, burst_text(r->a, &g->rest));
}

static bool sender_tell_all(struct sender_round *r, struct sender *s, const struct channel *channel,
			    struct gathering *g)
{
	size_t single = g->messages.count - (g->rest.count ? 1 : 0);

	for (size_t i = 0; i < single; i++) {
		const struct gathered_message *m = g->messages.items[i];
		const struct gathered_message *next = i + 1 < g->messages.count ? g->messages.items[i + 1]
										: NULL;

		if (!r->may_send(r->context, s->branch) || !sender_tell(r, s, channel, m, NULL))
			return false;
		sender_advance(s, m, !next || strcmp(next->event->commit, m->event->commit) != 0);
		sender_set_pending(s, g->messages.count + g->rest.count - i - 1);
	}
	return !g->rest.count ||
	       (r->may_send(r->context, s->branch) && sender_tell_rest(r, s, channel, g));
}

static bool sender_open(struct sender_round *r, const struct sender *s, struct err *e)
{
	const struct ledger_options o = { .path = s->ledger, .project = s->branch, .host = "",
					  .read_only = true, .cancelled = r->cancelled };

	return r->ledger || ledger_open(&o, &r->ledger, e);
}

/* All events up to here are handled; the file is written only after something was sent. */
static void sender_reach(struct sender_round *r, struct sender *s, const struct gathering *g)
{
	struct cursor now = s->cursor;
	bool had_any = g->messages.count > 0;

	if (*g->head) {
		now.commit = g->head;
		now.at = g->at;
		now.partial = "";
		now.done = 0;
		sender_keep(s, &now);
	}
	s->seen = str_copy(s->arena, ledger_head(r->ledger));
	sender_set_pending(s, 0);
	if (had_any)
		sender_save(s);
}

void sender_serve(struct sender *s, struct sender_round *r)
{
	struct gathering g = { .arena = r->a, .project = r->project, .channel = s->name,
			       .cursor = &s->cursor, .scene = &r->scene, .cancelled = r->cancelled };
	AUTO(log_about) struct log_about before =
		log_about((struct log_about){ .project = s->count.project });
	struct channel channel;
	struct err e;

	sender_load(s);
	if (clock_ticks() < s->next || strcmp(s->seen, r->head) == 0)
		return;
	g.most = burst_allows(&s->burst, clock_ticks());
	if (!g.most) {
		s->next = burst_next(&s->burst, clock_ticks());
		return;
	}
	if (!sender_open(r, s, &e) || !gather(&g, r->ledger, &e)) {
		if (e.code != ERR_CANCELLED)
			sender_put_off(s, &e);
		return;
	}
	for (size_t i = 0; i < g.faults.count; i++)
		sender_say(s, LOG_ERROR, g.faults.items[i]);
	sender_set_pending(s, g.messages.count + g.rest.count);
	if (g.messages.count && !channel_find(r->a, r->project, &s->name, &channel, &e)) {
		sender_put_off(s, &e);
		return;
	}
	if (!g.messages.count || sender_tell_all(r, s, &channel, &g))
		sender_reach(r, s, &g);
}

struct sender *sender_new(const struct sender_place *place, const struct channel_name *name,
			  int64_t started_at)
{
	struct sender *s = xmalloc(sizeof(*s));

	assert(place->ledger && place->branch && place->project && name);
	*s = (struct sender){ .ledger = place->ledger, .started_at = started_at, .names = arena_new(),
			      .arena = arena_new(), .seen = "", .said = "" };
	s->name = (struct channel_name){ str_copy(s->names, name->kind), str_copy(s->names, name->name) };
	s->count.project = str_copy(s->names, place->project);
	s->branch = str_copy(s->names, place->branch);
	s->count.channel = channel_label(s->names, &s->name);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void sender_free(struct sender *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
	arena_free(s->names);
	free(s);
}

bool sender_is_of(const struct sender *s, const char *branch, const struct channel_name *name)
{
	return strcmp(s->branch, branch) == 0 && strcmp(s->name.kind, name->kind) == 0 &&
	       strcmp(s->name.name, name->name) == 0;
}

void sender_forget(struct sender *s)
{
	s->is_known = false;
}

void sender_skip(struct sender *s, const char *head, int64_t at)
{
	struct cursor now;

	sender_load(s);
	now = s->cursor;
	now.commit = head;
	now.at = at;
	now.partial = "";
	now.done = 0;
	sender_keep(s, &now);
	sender_save(s);
}

struct message_counts sender_counts(struct sender *s, struct arena *a)
{
	struct message_counts out;

	pthread_mutex_lock(&s->lock);
	out = s->count;
	pthread_mutex_unlock(&s->lock);
	out.project = str_copy(a, out.project);
	out.channel = str_copy(a, out.channel);
	return out;
}
