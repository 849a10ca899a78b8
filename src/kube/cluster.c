/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin runs under the lock, so that ten clients which find the token expired run it once, not ten times.
 * One that failed, or whose credentials were refused as soon as it gave them, rests a while.
 */
#include "kube/cluster.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "kube/access.h"
#include "kube/login.h"

enum {
	FILE_MS = 10 * 1000,            /* a token's file is read again after that */
	REST_MS = 10 * 1000,            /* between two runs of a plugin */
	EARLY_MS = 10 * 1000,           /* credentials that end so soon are asked for anew */
	MAX_TOKEN = 1 << 20,
};

struct kube_cluster {
	const struct kube_access *access;
	pthread_mutex_t lock;
	struct arena *a;                /* of what the plugin or the file gave last */
	struct kube_gift gift;
	bool has_gift, has_terminal;
	unsigned serial;                /* counts gifts, from 1 */
	int64_t asked;                  /* clock_ticks() of the newest question */
	int64_t refused;                /* and of the newest refusal that led to one */
	struct err failed;              /* code ERR_NONE: the newest question was answered */
};

struct kube_cluster *kube_cluster_new(const struct kube_access *access)
{
	struct kube_cluster *c = xmalloc(sizeof(*c));

	*c = (struct kube_cluster){ .access = access, .a = arena_new(), .serial = 1 };
	c->refused = clock_ticks() - REST_MS;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void kube_cluster_free(struct kube_cluster *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	arena_free(c->a);
	free(c);
}

void auto_kube_cluster(struct kube_cluster **c)
{
	kube_cluster_free(*c);
}

const struct kube_access *kube_cluster_access(const struct kube_cluster *c)
{
	return c->access;
}

void kube_cluster_set_terminal(struct kube_cluster *c, bool has_terminal)
{
	pthread_mutex_lock(&c->lock);
	c->has_terminal = has_terminal;
	c->failed = (struct err){ 0 };  /* a plugin that could not ask a person may do so now */
	pthread_mutex_unlock(&c->lock);
}

static bool cluster_reads_file(const struct kube_cluster *c)
{
	return c->access->user.token_file != NULL;
}

/* A token or password of the kubeconfig makes a plugin needless, as for kubectl; a certificate does not. */
static bool cluster_asks_plugin(const struct kube_cluster *c)
{
	const struct kube_user *u = &c->access->user;

	return u->plugin && !u->token && !u->token_file && !u->password;
}

static bool cluster_read_file(struct kube_cluster *c, struct kube_gift *gift, struct err *e)
{
	const char *path = c->access->user.token_file;
	struct str text;

	if (!file_read(c->a, path, MAX_TOKEN, &text, e)) {
		e->code = ERR_AUTH;
		e->again = true;
		return err_wrap(e, "the token's file");
	}
	text = str_trim(text);
	gift->token = str_text(c->a, text);
	log_redact(gift->token);
	if (!text.len)
		return err_again(e, ERR_AUTH, "the token's file %s is empty", path);
	return true;
}

static bool cluster_is_fresh(const struct kube_cluster *c)
{
	int64_t age = clock_ticks() - c->asked;

	if (!c->has_gift)
		return false;
	if (cluster_reads_file(c))
		return age < FILE_MS;
	return !c->gift.expires || c->gift.expires - clock_now() > EARLY_MS || age < REST_MS;
}

/* Asks file or plugin, unless what they gave is good still. The lock is held. */
static bool cluster_refresh(struct kube_cluster *c, const bool *cancelled, struct err *e)
{
	struct kube_plugin_run run = { .access = c->access, .has_terminal = c->has_terminal,
				       .cancelled = cancelled };
	struct kube_gift gift = { 0 };
	struct arena *old = c->a;
	bool fine;

	if (cluster_is_fresh(c))
		return true;
	if (c->failed.code && clock_ticks() - c->asked < REST_MS && !cluster_reads_file(c)) {
		*e = c->failed;
		return false;
	}
	c->a = arena_new();
	c->failed = (struct err){ 0 };
	fine = cluster_reads_file(c) ? cluster_read_file(c, &gift, e) : kube_plugin_ask(c->a, &run, &gift, e);
	c->asked = clock_ticks();
	if (!fine) {
		arena_free(c->a);
		c->a = old;
		if (e->code != ERR_CANCELLED)
			c->failed = *e;
		return false;
	}
	if (!c->has_gift || !same_text(gift.token, c->gift.token) ||
	    !same_text(gift.certificate, c->gift.certificate))
		c->serial++;
	arena_free(old);
	c->gift = gift;
	c->has_gift = true;
	return true;
}

bool kube_cluster_pass(struct kube_cluster *c, struct arena *a, const bool *cancelled, struct kube_pass *out,
		       struct err *e)
{
	const struct kube_user *u = &c->access->user;
	struct kube_pass pass = { .username = u->username, .password = u->password, .bearer = u->token,
				  .certificate = u->certificate, .key = u->key };
	bool fine = true;

	pthread_mutex_lock(&c->lock);
	if (cluster_reads_file(c) || cluster_asks_plugin(c)) {
		fine = cluster_refresh(c, cancelled, e);
		if (fine) {
			pass.bearer = str_copy(a, c->gift.token);
			if (c->gift.certificate && !u->certificate) {
				pass.certificate = str_copy(a, c->gift.certificate);
				pass.key = str_copy(a, c->gift.key);
			}
		}
	}
	pass.serial = c->serial;
	pthread_mutex_unlock(&c->lock);
	if (fine)
		*out = pass;
	return fine;
}

bool kube_cluster_refused(struct kube_cluster *c, unsigned serial)
{
	bool changes, asks = cluster_reads_file(c) || cluster_asks_plugin(c);

	pthread_mutex_lock(&c->lock);
	/* Of many clients that were refused at once, the first had them dropped. */
	changes = serial != c->serial || (asks && !c->has_gift);
	if (!changes && asks) {
		/* Soon after another refusal it would give the same again. */
		changes = clock_ticks() - c->refused >= REST_MS;
		if (changes) {
			c->refused = clock_ticks();
			c->has_gift = false;
		}
	}
	pthread_mutex_unlock(&c->lock);
	return changes;
}
