/* SPDX-License-Identifier: Apache-2.0 */
/* One list in the order of arrival; the queue for a thing is what it holds of it. */
#include "steps/turns.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct ticket {
	char *what, *who;               /* heap */
};

struct turns {
	pthread_mutex_t lock;
	struct ticket *tickets;
	size_t count, room;
};

struct turns *turns_new(void)
{
	struct turns *t = xmalloc(sizeof(*t));

	*t = (struct turns){ .tickets = NULL };
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

static void turns_remove_at(struct turns *t, size_t at)
{
	free(t->tickets[at].what);
	free(t->tickets[at].who);
	t->count--;
	memmove(&t->tickets[at], &t->tickets[at + 1], (t->count - at) * sizeof(*t->tickets));
}

void turns_free(struct turns *t)
{
	if (!t)
		return;
	while (t->count)
		turns_remove_at(t, t->count - 1);
	free(t->tickets);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* The first ticket for what; NULL: none. */
static const struct ticket *first_for(const struct turns *t, const char *what)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->tickets[i].what, what) == 0)
			return &t->tickets[i];
	return NULL;
}

static bool has_ticket(const struct turns *t, const char *what, const char *who)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->tickets[i].what, what) == 0 && strcmp(t->tickets[i].who, who) == 0)
			return true;
	return false;
}

static void add_ticket(struct turns *t, const char *what, const char *who)
{
	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 16;
		t->tickets = xrealloc(t->tickets, t->room * sizeof(*t->tickets));
	}
	t->tickets[t->count++] = (struct ticket){ xstrdup(what), xstrdup(who) };
}

bool turns_take(struct turns *t, const char *what, const char *who)
{
	bool mine;

	assert(what && who);
	pthread_mutex_lock(&t->lock);
	if (!has_ticket(t, what, who))
		add_ticket(t, what, who);
	mine = strcmp(first_for(t, what)->who, who) == 0;
	pthread_mutex_unlock(&t->lock);
	return mine;
}

bool turns_has(struct turns *t, const char *who)
{
	bool has = false;

	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->count && !has; i++)
		has = strcmp(t->tickets[i].who, who) == 0 &&
		      first_for(t, t->tickets[i].what) == &t->tickets[i];
	pthread_mutex_unlock(&t->lock);
	return has;
}

void turns_leave(struct turns *t, const char *who)
{
	pthread_mutex_lock(&t->lock);
	for (size_t i = t->count; i-- > 0;)
		if (strcmp(t->tickets[i].who, who) == 0)
			turns_remove_at(t, i);
	pthread_mutex_unlock(&t->lock);
}
