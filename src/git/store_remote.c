/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store's exchange with a remote. A push looks at what the remote says it has
 * before it sends anything; the server then compares again, so that of two that
 * push at once one is refused.
 */
#include "git/store.h"

#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "git/store_inner.h"

/* One conversation: what is expected of the remote, and how it went. */
struct exchange {
	const char *old;                /* where the remote's ref must be; "": nowhere */
	const char *ref;
	bool moved, refused, asked;
};

static void auto_remote(git_remote **r)
{
	git_remote_free(*r);
}

static int credentials(git_credential **out, const char *url, const char *user, unsigned allowed,
		       void *payload)
{
	struct exchange *x = payload;

	(void)url;
	if (x->asked)
		return GIT_EAUTH;       /* the first answer was not good enough */
	x->asked = true;
	if (allowed & GIT_CREDENTIAL_SSH_KEY)
		return git_credential_ssh_key_from_agent(out, user ? user : "git");
	if (allowed & GIT_CREDENTIAL_DEFAULT)
		return git_credential_default_new(out);
	return GIT_PASSTHROUGH;
}

static int negotiate(const git_push_update **updates, size_t count, void *payload)
{
	struct exchange *x = payload;
	char id[STORE_ID];

	for (size_t i = 0; i < count; i++) {
		bool none = git_oid_is_zero(&updates[i]->src);
		git_oid_tostr(id, sizeof(id), &updates[i]->src);
		if (strcmp(none ? "" : id, x->old) != 0)
			x->moved = true;
	}
	return x->moved ? GIT_EUSER : 0;
}

static int reported(const char *ref, const char *status, void *payload)
{
	struct exchange *x = payload;

	(void)ref;
	if (status)
		x->refused = true;
	return 0;
}

static bool net_failed(struct err *e, int code, const char *doing, const char *url)
{
	const git_error *last = git_error_last();
	const char *why = last && last->message ? last->message : "no answer";

	if (code == GIT_EAUTH)
		return err_set(e, ERR_AUTH, "%s %s: %s", doing, url, why);
	return err_again(e, ERR_NET, "%s %s: %s", doing, url, why);
}

static void callbacks(git_remote_callbacks *c, struct exchange *x)
{
	git_remote_init_callbacks(c, GIT_REMOTE_CALLBACKS_VERSION);
	c->credentials = credentials;
	c->push_negotiation = negotiate;
	c->push_update_reference = reported;
	c->payload = x;
}

static const git_remote_head *head_of(const git_remote_head **heads, size_t count, const char *ref)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(heads[i]->name, ref) == 0)
			return heads[i];
	return NULL;
}

/* Asks where the ref is; downloads what it reaches when we don't have it. */
static int download(struct store *s, git_remote *remote, const char *ref, char id[STORE_ID])
{
	AUTO(arena) struct arena *a = arena_new();
	const git_remote_head **heads;
	size_t count;
	git_fetch_options o;
	git_commit *have = NULL;
	int code = git_remote_ls(&heads, &count, remote);
	const git_remote_head *head = code == 0 ? head_of(heads, count, ref) : NULL;

	id[0] = '\0';
	if (!head)
		return code;
	git_oid_tostr(id, STORE_ID, &head->oid);
	if (git_commit_lookup(&have, s->repo, &head->oid) == 0) {
		git_commit_free(have);
		return 0;
	}
	git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	char *spec = str_format(a, "+%s:refs/gantry/remote/%s", ref, ref + strlen("refs/"));
	git_strarray specs = { &spec, 1 };
	return git_remote_download(remote, &specs, &o);
}

bool store_fetch(struct store *s, const char *url, const char *ref, char id[STORE_ID],
		 struct err *e)
{
	AUTO(remote) git_remote *remote = NULL;
	git_remote_callbacks c;
	struct exchange x = { .old = "", .ref = ref };
	int code = git_remote_create_anonymous(&remote, s->repo, url);

	callbacks(&c, &x);
	if (code == 0)
		code = git_remote_connect(remote, GIT_DIRECTION_FETCH, &c, NULL, NULL);
	if (code == 0)
		code = download(s, remote, ref, id);
	return code == 0 || net_failed(e, code, "fetching from", url);
}

/* libgit2 pushes refs, not commits: one of a moment. */
static int push_through(struct store *s, git_remote *remote, const char *ref, const char *id,
			git_push_options *o)
{
	AUTO(arena) struct arena *a = arena_new();
	unsigned char dice[8];
	git_reference *r = NULL;
	git_oid oid;
	int code;

	random_bytes(dice, sizeof(dice));
	const char *outgoing = str_format(a, "refs/gantry/outgoing/%02x%02x%02x%02x%02x%02x%02x%02x",
					  dice[0], dice[1], dice[2], dice[3], dice[4], dice[5],
					  dice[6], dice[7]);
	char *spec = str_format(a, "+%s:%s", id[0] ? outgoing : "", ref);
	git_strarray specs = { &spec, 1 };
	if (!id[0]) {
		spec = str_format(a, ":%s", ref);
		return git_remote_push(remote, &specs, o);
	}
	code = git_oid_fromstr(&oid, id);
	if (code == 0)
		code = git_reference_create(&r, s->repo, outgoing, &oid, 1, NULL);
	if (code == 0)
		code = git_remote_push(remote, &specs, o);
	if (r)
		git_reference_delete(r);
	git_reference_free(r);
	return code;
}

bool store_push(struct store *s, const char *url, const char *ref, const char *id,
		const char *old, struct err *e)
{
	AUTO(remote) git_remote *remote = NULL;
	git_push_options o;
	struct exchange x = { .old = old, .ref = ref };
	int code = git_remote_create_anonymous(&remote, s->repo, url);

	git_push_options_init(&o, GIT_PUSH_OPTIONS_VERSION);
	callbacks(&o.callbacks, &x);
	if (code == 0)
		code = push_through(s, remote, ref, id, &o);
	if (x.moved || x.refused || code == GIT_ENONFASTFORWARD)
		return err_again(e, ERR_CONFLICT, "%s was moved at %s by somebody else", ref, url);
	return code == 0 || net_failed(e, code, "pushing to", url);
}
