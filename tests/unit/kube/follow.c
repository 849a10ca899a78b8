/* SPDX-License-Identifier: Apache-2.0 */
/* A kind followed through all that goes wrong, each change told once. */
#include "kube/follow.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "kube/access.h"
#include "kube/api.h"
#include "kube/cluster.h"
#include "tap.h"

#define THINGS "/apis/example.org/v1/namespaces/ns/things"

enum { PATIENCE_MS = 60000 };

static const struct kube_resource things = { "example.org", "v1", "things" };

/* A follower on a thread of its own, which notes what it is told. */
struct trail {
	struct arena *a;
	struct api *api;
	struct kube_access access;
	struct kube_cluster *cluster;
	struct kube_client *client;
	struct kube_follow_options o;
	struct thread *thread;
	bool stop;
	pthread_mutex_t lock;
	struct buf told;                /* "+name ", "~name ", "-name ", "| " when settled */
	enum kube_phase phase;
	unsigned phases[8];             /* how often each was told */
	char error[300];
};

static void trail_add(struct trail *t, const char *mark, const char *name)
{
	pthread_mutex_lock(&t->lock);
	buf_format(&t->told, "%s%s ", mark, name);
	pthread_mutex_unlock(&t->lock);
}

static void trail_changed(void *trail, enum kube_change change, const struct value *object)
{
	static const char *const marks[] = { "+", "~", "-" };

	trail_add(trail, marks[change], value_path_text(object, "metadata.name", "?"));
}

static void trail_settled(void *trail)
{
	trail_add(trail, "|", "");
}

static void trail_state(void *trail, const struct kube_state *state)
{
	struct trail *t = trail;

	pthread_mutex_lock(&t->lock);
	t->phase = state->phase;
	t->phases[state->phase]++;
	if (state->error)
		memcpy(t->error, state->error->message, sizeof(t->error) - 1);
	pthread_mutex_unlock(&t->lock);
}

static void trail_run(void *trail)
{
	struct trail *t = trail;
	struct kube_follower follower = { t, trail_changed, trail_settled, trail_state };

	kube_follow(t->client, &t->o, &follower);
}

static void trail_open(struct trail *t)
{
	*t = (struct trail){ .a = arena_new(), .api = api_start() };
	t->access = (struct kube_access){ .context = "test", .origin = "context 'test'" };
	t->access.server = str_format(t->a, "http://127.0.0.1:%u", api_port(t->api));
	t->cluster = kube_cluster_new(&t->access);
	t->client = kube_client_new(t->cluster, &t->stop);
	t->o = (struct kube_follow_options){ .resource = &things, .namespace = "ns", .page = 2, .poll_ms = 20,
					     .refused_ms = 20, .first_pause_ms = 10 };
	pthread_mutex_init(&t->lock, NULL);
	buf_init(&t->told, 16 << 20);
}

static void trail_go(struct trail *t)
{
	struct err e = { 0 };

	ok(thread_start(&t->thread, "follow", trail_run, t, &e), "a follower %s", e.message);
}

static void trail_close(struct trail *t)
{
	flag_set(&t->stop);
	kube_client_wake(t->client);
	thread_join(t->thread);
	kube_client_free(t->client);
	kube_cluster_free(t->cluster);
	api_stop(t->api);
	pthread_mutex_destroy(&t->lock);
	buf_release(&t->told);
	arena_free(t->a);
}

static void put(struct trail *t, const char *name, const char *spec)
{
	api_put(t->api, THINGS, str_format(t->a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":%s}", name, spec));
}

/* t0, t1 and so on. */
static void put_several(struct trail *t, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		put(t, str_format(t->a, "t%u", i), "1");
}

/* Without marks of settling: how they fall depends on how bytes arrive. */
static const char *trail_told(struct trail *t)
{
	struct buf out;
	const char *text;

	buf_init(&out, 16 << 20);
	pthread_mutex_lock(&t->lock);
	for (const char *p = buf_str(&t->told); *p; p += strcspn(p, " ") + 1)
		if (*p != '|')
			buf_add(&out, p, strcspn(p, " ") + 1);
	pthread_mutex_unlock(&t->lock);
	text = buf_copy(&out, t->a);
	buf_release(&out);
	return text;
}

/* Waits until this was told since the last time, settled; then it is forgotten. */
static void is_told(struct trail *t, const char *want, const char *sentence)
{
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool settled = false;

	while (clock_ticks() < end) {
		const char *told = trail_told(t);
		pthread_mutex_lock(&t->lock);
		settled = !t->told.len || has_suffix(buf_str(&t->told), "| ");
		pthread_mutex_unlock(&t->lock);
		if (settled && strlen(told) >= strlen(want))
			break;
		clock_sleep(5);
	}
	is_text(trail_told(t), want, "%s", sentence);
	ok(settled, "and settled");
	pthread_mutex_lock(&t->lock);
	buf_clear(&t->told);
	pthread_mutex_unlock(&t->lock);
}

static bool trail_in(struct trail *t, enum kube_phase phase)
{
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool in = false;

	while (!in && clock_ticks() < end) {
		pthread_mutex_lock(&t->lock);
		in = t->phase == phase;
		pthread_mutex_unlock(&t->lock);
		if (!in)
			clock_sleep(5);
	}
	return in;
}

static bool trail_watches(struct trail *t)
{
	int64_t end = clock_ticks() + PATIENCE_MS;

	while (clock_ticks() < end && !api_watches(t->api))
		clock_sleep(5);
	return api_watches(t->api) == 1;
}

static unsigned trail_count(struct trail *t, enum kube_phase phase)
{
	unsigned count;

	pthread_mutex_lock(&t->lock);
	count = t->phases[phase];
	pthread_mutex_unlock(&t->lock);
	return count;
}

TEST(all_are_listed_and_followed)
{
	struct trail t;

	trail_open(&t);
	put_several(&t, 5);
	api_put(t.api, "/apis/example.org/v1/namespaces/other/things", "{\"metadata\":{\"name\":\"x\"}}");
	trail_go(&t);
	is_told(&t, "+t0 +t1 +t2 +t3 +t4 ", "five, in three pages, and none of another namespace");
	ok(trail_watches(&t) && trail_in(&t, KUBE_FOLLOWING), "then it watches");
	is_text(api_asked(t.api, t.a), "GET " THINGS "?limit=2\nGET " THINGS "?limit=2&continue=106%3A2\n"
		"GET " THINGS "?limit=2&continue=106%3A4\nGET " THINGS " watch\n", "this was asked");
	put(&t, "t5", "1");
	put(&t, "t0", "2");
	api_remove(t.api, THINGS, "t1");
	is_told(&t, "+t5 ~t0 -t1 ", "what is made, changed and deleted is told");
	trail_close(&t);
}

TEST(a_cut_watch_is_taken_up)
{
	struct trail t;

	trail_open(&t);
	put(&t, "a", "1");
	trail_go(&t);
	is_told(&t, "+a ", "one");
	ok(trail_watches(&t), "watched");
	api_cut(t.api, "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"na");
	put(&t, "b", "1");
	is_told(&t, "+b ", "what happened meanwhile is told, and half a line is not");
	ok(trail_watches(&t), "watched again");
	api_cut(t.api, NULL);
	put(&t, "c", "1");
	is_told(&t, "+c ", "and again");
	ok(!strstr(api_asked(t.api, t.a) + strlen("GET " THINGS "?limit=2\n"), "limit="), "without another list");
	trail_close(&t);
}

TEST(a_forgotten_version_is_listed_anew_and_only_what_differs_is_told)
{
	struct trail t;

	trail_open(&t);
	put_several(&t, 3);
	trail_go(&t);
	is_told(&t, "+t0 +t1 +t2 ", "three");
	ok(trail_watches(&t), "watched");
	api_fail(t.api, 1000000, 503, NULL);
	api_cut(t.api, NULL);
	ok(trail_in(&t, KUBE_WAITING), "the cluster is down");
	put(&t, "t3", "1");
	put(&t, "t1", "2");
	api_remove(t.api, THINGS, "t0");
	api_compact(t.api);
	api_fail(t.api, 0, 0, NULL);
	is_told(&t, "~t1 +t3 -t0 ", "what changed, what came, and what went");
	ok(trail_in(&t, KUBE_FOLLOWING), "and it goes on");
	put(&t, "t4", "1");
	is_told(&t, "+t4 ", "as before");
	trail_close(&t);
}

TEST(a_list_that_expires_between_pages_is_begun_again)
{
	struct trail t;

	trail_open(&t);
	put_several(&t, 4);
	api_expire_pages(t.api, 2);
	trail_go(&t);
	is_told(&t, "+t0 +t1 +t2 +t3 ", "each is told once");
	ok(trail_in(&t, KUBE_FOLLOWING), "and then followed");
	trail_close(&t);
}

TEST(what_a_watch_must_not_send_leads_to_a_new_list)
{
	static const char *const bad[] = {
		"garbage\n",
		"[1]\n",
		"{\"type\":\"ADDED\"}\n",
		"{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}\n",
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"etcd\"}}\n",
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n",
	};
	struct trail t;

	trail_open(&t);
	put(&t, "a", "1");
	trail_go(&t);
	is_told(&t, "+a ", "one");
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		const char *name = str_format(t.a, "b%zu", i);

		ok(trail_watches(&t), "watched");
		api_cut(t.api, bad[i]);
		put(&t, name, "1");
		is_told(&t, str_format(t.a, "+%s ", name), bad[i]);
	}
	ok(trail_in(&t, KUBE_FOLLOWING), "and then all is well");
	trail_close(&t);
}

TEST(what_is_not_known_is_passed_over)
{
	struct trail t;

	trail_open(&t);
	trail_go(&t);
	ok(trail_watches(&t), "watched");
	api_cut(t.api, "{\"type\":\"SOMETHING\",\"object\":{\"metadata\":{\"name\":\"z\"}}}\n\r\n"
		       "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"9\"},\"new\":[{}]}}\n"
		       "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"unknown\",\"resourceVersion\":\"9\"}}}\n");
	is_told(&t, "+n ", "an event of an unknown kind, an empty line, an object that was not known");
	trail_close(&t);
}

TEST(a_list_without_end_is_given_up)
{
	struct trail t;

	trail_open(&t);
	put_several(&t, 3);
	api_repeat_pages(t.api);
	trail_go(&t);
	ok(trail_in(&t, KUBE_WAITING), "the first page comes again and again");
	is_text(t.error, "the list does not advance: the cluster sent the same page "
			 "again", "and that is said");
	trail_close(&t);
}

TEST(a_busy_cluster_is_given_time)
{
	struct trail t;
	int64_t began = clock_ticks();

	trail_open(&t);
	put(&t, "a", "1");
	api_fail(t.api, 1, 429, "1");
	trail_go(&t);
	ok(trail_in(&t, KUBE_WAITING), "it waits");
	is_told(&t, "+a ", "and asks again");
	ok(clock_ticks() - began >= 1000, "not sooner than it was told");
	trail_close(&t);
}

TEST(who_may_list_but_not_watch_looks_again)
{
	struct trail t;

	trail_open(&t);
	put(&t, "a", "1");
	api_forbid(t.api, "watch", "things");
	trail_go(&t);
	is_told(&t, "+a ", "one");
	ok(trail_in(&t, KUBE_POLLING), "it polls");
	put(&t, "b", "1");
	api_remove(t.api, THINGS, "a");
	is_told(&t, "+b -a ", "and sees what changed");
	trail_close(&t);
}

TEST(who_polls_forgets_an_outage_that_is_over)
{
	struct trail t;
	int64_t began;

	trail_open(&t);
	t.o.first_pause_ms = 50;
	put(&t, "a", "1");
	api_forbid(t.api, "watch", "things");
	trail_go(&t);
	is_told(&t, "+a ", "one");
	api_fail(t.api, 4, 503, NULL);
	ok(trail_in(&t, KUBE_WAITING), "the cluster is down");
	put(&t, "b", "1");
	is_told(&t, "+b ", "and up again");
	began = clock_ticks();
	api_fail(t.api, 4, 503, NULL);
	ok(trail_in(&t, KUBE_WAITING), "down once more");
	put(&t, "c", "1");
	is_told(&t, "+c ", "and up");
	ok(clock_ticks() - began < 8000, "not after pauses that grew on from the first outage's, 12 s in all");
	trail_close(&t);
}

TEST(who_may_not_read_is_told_and_asks_again)
{
	struct trail t;

	trail_open(&t);
	put(&t, "a", "1");
	api_forbid(t.api, "list", "things");
	trail_go(&t);
	ok(trail_in(&t, KUBE_FORBIDDEN), "it is told");
	is_text(t.error, "things.example.org is forbidden: User \"bob\" cannot list resource \"things\" in API group "
		"\"example.org\" in the namespace \"ns\"",
		"in the cluster's words");
	api_allow_all(t.api);
	is_told(&t, "+a ", "and sees all once it may");
	trail_close(&t);
}

TEST(a_kind_may_be_absent_and_come_and_go)
{
	struct trail t;

	trail_open(&t);
	api_serve(t.api, "others");
	trail_go(&t);
	ok(trail_in(&t, KUBE_ABSENT), "there is no such kind");
	put(&t, "a", "1");
	api_serve(t.api, "things");
	is_told(&t, "+a ", "it was installed");
	ok(trail_watches(&t), "watched");
	api_serve(t.api, NULL);
	api_serve(t.api, "others");
	api_cut(t.api, NULL);
	is_told(&t, "-a ", "it was removed, and its objects with it");
	trail_close(&t);
}

TEST(a_revoked_token_is_an_outage)
{
	struct trail t;

	trail_open(&t);
	t.access.user.token = "abcdef";
	put(&t, "a", "1");
	api_set_token(t.api, "abcdef");
	trail_go(&t);
	is_told(&t, "+a ", "one");
	ok(trail_watches(&t), "watched");
	api_set_token(t.api, "newone");
	api_cut(t.api, NULL);
	ok(trail_in(&t, KUBE_WAITING), "it waits: %s", t.error);
	put(&t, "b", "1");
	api_set_token(t.api, "abcdef");
	is_told(&t, "+b ", "and goes on");
	trail_close(&t);
}

TEST(many_and_large_objects_take_little_memory)
{
	struct trail t;
	struct buf big;
	const char *asked;

	trail_open(&t);
	t.o.page = 0;
	buf_init(&big, 4 << 20);
	buf_text(&big, "\"");
	while (big.len < (1u << 20))
		buf_text(&big, "0123456789abcdef");
	buf_text(&big, "\"");
	for (unsigned i = 0; i < 20; i++)
		put(&t, str_format(t.a, "t%02u", i), buf_str(&big));
	trail_go(&t);
	is_told(&t, "+t00 +t01 +t02 +t03 +t04 +t05 +t06 +t07 +t08 +t09 "
		"+t10 +t11 +t12 +t13 +t14 +t15 +t16 +t17 +t18 +t19 ", "20 objects of a megabyte each");
	asked = api_asked(t.api, t.a);
	ok(strstr(asked, "?limit=500\n") && strstr(asked, "?limit=7\n") && strstr(asked, "?limit=7&continue="),
	   "in smaller pages, since a whole one would be too large");
	is_number(trail_count(&t, KUBE_WAITING), 0, "without a failure");
	buf_release(&big);
	trail_close(&t);
}
