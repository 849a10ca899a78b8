/* SPDX-License-Identifier: Apache-2.0 */
/* One answer at a time; what we moved while it was on its way is newer than it. */
#include "git/store_view.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "base/thread.h"
#include "git/repo.h"

/* In ms: between looks whether whoever waits is to give up; how long a failure is everybody's. */
enum { LOOK_MS = 50, FAILURE_MS = 2000 };

struct store_view {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	bool asking;
	int64_t asked_at;               /* ticks: when the question was put that is answered; 0: none */
	int64_t failed_at;              /* ticks; 0: the last one was answered */
	struct err failure;
	struct arena *arena;            /* of the answer */
	struct list heads;              /* struct store_head *, by name */
	struct arena *moves_arena;
	struct list moves;              /* struct store_head *: ours since the question was put */
	bool pushing;                   /* somebody pushes a group */
	struct store_view_push *wanted; /* the next group */
	struct arena *own;              /* of what follows */
	struct list followed;           /* const char * */
	struct map is_followed;
};

struct store_view *store_view_new(void)
{
	struct store_view *v = xmalloc(sizeof(*v));

	*v = (struct store_view){ .arena = arena_new(), .moves_arena = arena_new(), .own = arena_new() };
	pthread_mutex_init(&v->lock, NULL);
	pthread_cond_init(&v->answered, NULL);
	return v;
}

void store_view_free(struct store_view *v)
{
	if (!v)
		return;
	pthread_cond_destroy(&v->answered);
	pthread_mutex_destroy(&v->lock);
	arena_free(v->arena);
	arena_free(v->moves_arena);
	arena_free(v->own);
	free(v);
}

void store_view_follow(struct store_view *v, const char *ref)
{
	pthread_mutex_lock(&v->lock);
	if (!map_get(&v->is_followed, ref)) {
		map_set(v->own, &v->is_followed, ref, v);
		if (has_suffix(ref, "/"))
			list_add(v->own, &v->followed, str_copy(v->own, ref));
		v->asked_at = 0;
	}
	pthread_mutex_unlock(&v->lock);
}

bool store_view_follows(struct store_view *v, const char *ref)
{
	bool follows;

	pthread_mutex_lock(&v->lock);
	follows = map_get(&v->is_followed, ref);
	for (size_t i = 0; !follows && i < v->followed.count; i++)
		follows = has_prefix(ref, v->followed.items[i]);
	pthread_mutex_unlock(&v->lock);
	return follows;
}

enum store_view_turn store_view_begin(struct store_view *v, int64_t max_age, const bool *cancelled,
				      struct err *e)
{
	enum store_view_turn turn = STORE_VIEW_ASK;
	int64_t since = clock_ticks();
	bool is_over = false;

	pthread_mutex_lock(&v->lock);
	while (v->asking && !is_over) {
		condition_wait(&v->answered, &v->lock, LOOK_MS);
		is_over = flag_is_set(cancelled);
	}
	if (is_over) {
		turn = STORE_VIEW_FAILED;
		err_set(e, ERR_CANCELLED, "cancelled");
	} else if (v->asked_at && since - v->asked_at <= max_age) {
		turn = STORE_VIEW_KNOWN;
	} else if (v->failed_at && clock_ticks() - v->failed_at < FAILURE_MS) {
		turn = STORE_VIEW_FAILED;
		*e = v->failure;
	} else {
		v->asking = true;
		v->asked_at = clock_ticks();
		arena_reset(v->moves_arena);
		v->moves = (struct list){ 0 };
	}
	pthread_mutex_unlock(&v->lock);
	return turn;
}

/* Where the ref is, or belongs. The lock is held, as in what follows. */
static size_t store_view_place(const struct store_view *v, const char *ref)
{
	size_t low = 0, high = v->heads.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(((struct store_head *)v->heads.items[middle])->ref, ref) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct store_head *store_view_at(const struct store_view *v, const char *ref)
{
	size_t at = store_view_place(v, ref);
	struct store_head *h = at < v->heads.count ? v->heads.items[at] : NULL;

	return h && strcmp(h->ref, ref) == 0 ? h : NULL;
}

static struct store_head *store_head_new(struct arena *a, const char *ref, const char *id)
{
	struct store_head *made = arena_alloc(a, sizeof(*made));

	made->ref = str_copy(a, ref);
	memcpy(made->id, id, strlen(id) + 1);
	return made;
}

static void store_view_put(struct store_view *v, const char *ref, const char *id)
{
	struct store_head *h = store_view_at(v, ref);
	size_t at = store_view_place(v, ref);

	if (h) {
		memcpy(h->id, id, strlen(id) + 1);
		return;
	}
	list_add(v->arena, &v->heads, NULL);
	memmove(&v->heads.items[at + 1], &v->heads.items[at],
		(v->heads.count - 1 - at) * sizeof(*v->heads.items));
	v->heads.items[at] = store_head_new(v->arena, ref, id);
}

static int store_view_by_ref(const void *x, const void *y)
{
	return strcmp((*(struct store_head *const *)x)->ref, (*(struct store_head *const *)y)->ref);
}

void store_view_answer(struct store_view *v, const struct list *refs, const struct err *failure)
{
	pthread_mutex_lock(&v->lock);
	v->asking = false;
	v->failed_at = refs || failure->code == ERR_CANCELLED ? 0 : clock_ticks();
	if (refs) {
		arena_reset(v->arena);
		v->heads = (struct list){ 0 };
		for (size_t i = 0; i < refs->count; i++) {
			const struct repo_ref *r = refs->items[i];

			list_add(v->arena, &v->heads, store_head_new(v->arena, r->name, r->id.hex));
		}
		if (v->heads.count)
			qsort(v->heads.items, v->heads.count, sizeof(*v->heads.items), store_view_by_ref);
		for (size_t i = 0; i < v->moves.count; i++) {
			const struct store_head *m = v->moves.items[i];

			store_view_put(v, m->ref, m->id);
		}
	} else {
		v->failure = *failure;
		v->asked_at = 0;
	}
	pthread_cond_broadcast(&v->answered);
	pthread_mutex_unlock(&v->lock);
}

void store_view_find(struct store_view *v, const char *ref, char id[STORE_ID])
{
	const struct store_head *h;

	pthread_mutex_lock(&v->lock);
	h = store_view_at(v, ref);
	memcpy(id, h ? h->id : "", h ? strlen(h->id) + 1 : 1);
	pthread_mutex_unlock(&v->lock);
}

void store_view_list(struct store_view *v, struct arena *a, const char *prefix, struct list *out)
{
	pthread_mutex_lock(&v->lock);
	for (size_t i = store_view_place(v, prefix); i < v->heads.count; i++) {
		const struct store_head *h = v->heads.items[i];

		if (!has_prefix(h->ref, prefix))
			break;
		if (h->id[0])
			list_add(a, out, store_head_new(a, h->ref, h->id));
	}
	pthread_mutex_unlock(&v->lock);
}

void store_view_moved(struct store_view *v, const char *ref, const char *id)
{
	pthread_mutex_lock(&v->lock);
	store_view_put(v, ref, id);
	if (v->asking)
		list_add(v->moves_arena, &v->moves, store_head_new(v->moves_arena, ref, id));
	pthread_mutex_unlock(&v->lock);
}

void store_view_forget(struct store_view *v)
{
	pthread_mutex_lock(&v->lock);
	v->asked_at = 0;
	pthread_mutex_unlock(&v->lock);
}

/* Takes its own out again, where nobody has begun to push it. The lock is held. */
static bool store_view_withdraw(struct store_view *v, struct store_view_push *push)
{
	struct store_view_push **at = &v->wanted;

	while (*at && *at != push)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = push->next;
	return true;
}

bool store_view_join(struct store_view *v, struct store_view_push *push, const bool *cancelled,
		     struct store_view_push **group)
{
	bool leads = false;

	pthread_mutex_lock(&v->lock);
	push->next = v->wanted;
	v->wanted = push;
	while (!push->is_done && v->pushing) {
		condition_wait(&v->answered, &v->lock, LOOK_MS);
		/* What is on its way is waited for: it lies with us. */
		if (!push->is_done && flag_is_set(cancelled) && store_view_withdraw(v, push)) {
			push->is_done = true;
			err_set(push->e, ERR_CANCELLED, "cancelled");
		}
	}
	if (!push->is_done) {
		leads = v->pushing = true;
		*group = v->wanted;
		v->wanted = NULL;
	}
	pthread_mutex_unlock(&v->lock);
	return leads;
}

void store_view_pushed(struct store_view *v, const struct store_view_push *own,
		       struct store_view_push *group)
{
	struct store_view_push *next;

	pthread_mutex_lock(&v->lock);
	v->pushing = false;
	for (; group; group = next) {
		next = group->next;
		group->is_done = group == own || group->is_fine || group->e->code != ERR_CANCELLED;
		if (group->is_done)
			continue;
		group->is_again = true;
		group->next = v->wanted;
		v->wanted = group;
	}
	pthread_cond_broadcast(&v->answered);
	pthread_mutex_unlock(&v->lock);
}
