/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking, fetching and pushing. A push tells the server what we believe it has; the
 * server compares again under its own lock, so that of two that push at once one is
 * refused, which is what the ledger stands on.
 */
#include "git/remote.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "git/extra_header.h"
#include "git/git.h"
#include "git/handle.h"
#include "git/session.h"
#include "git/transport.h"

enum { MOST_REFS = 1000000 };

/* The longest url.<base>.insteadOf that fits, as git-config(1) says. */
struct rewrite {
	const char *url;
	struct arena *arena;
	bool push, has_push;            /* pushInsteadOf counts for pushes, and before the other */
	size_t len;
	const char *base;
};

static void rewrite_see(void *rewrite, const char *name, const char *value)
{
	struct rewrite *w = rewrite;
	bool for_push = has_suffix(name, ".pushinsteadof");
	size_t len = strlen(value), tail;

	if (!has_prefix(name, "url.") || !(for_push || has_suffix(name, ".insteadof")))
		return;
	if (!len || !has_prefix(w->url, value) || (for_push && !w->push))
		return;
	if (for_push < w->has_push || (for_push == w->has_push && len < w->len))
		return;
	tail = strlen(for_push ? ".pushinsteadof" : ".insteadof") + strlen("url.");
	w->base = str_copy_n(w->arena, name + strlen("url."), strlen(name) - tail);
	w->len = len;
	w->has_push = for_push;
}

/*
 * libgit2's own way of doing this leaks 20 kB for each setting that does not fit; and
 * only the user's settings count here, not those that a work directory may hold.
 */
static const char *remote_rewritten(struct arena *a, const char *url, bool push)
{
	struct rewrite w = { .url = url, .arena = a, .push = push };

	git_settings_each(rewrite_see, &w);
	return w.base ? str_format(a, "%s%s", w.base, url + w.len) : url;
}

/* r may be NULL: asking needs no repository. */
static int make_remote(git_remote **out, struct repo *r, struct session *t, bool push)
{
	git_remote_create_options o;
	struct err e;

	git_remote_create_options_init(&o, GIT_REMOTE_CREATE_OPTIONS_VERSION);
	o.repository = r ? r->git : NULL;
	o.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
	t->url = remote_rewritten(t->arena, t->url, push);
	if (!extra_headers_find(t->arena, t->url, &t->headers, &e))
		return session_stop(t, e.code, "%s", e.message);
	return git_remote_create_with_opts(out, t->url, &o);
}

/* libgit2 sends its headers along to wherever a redirect leads: with headers none is followed. */
static void remote_add_headers(struct session *t, git_strarray *headers, git_remote_redirect_t *redirects)
{
	if (!t->headers.count)
		return;
	*headers = (git_strarray){ (char **)t->headers.items, t->headers.count };
	*redirects = GIT_REMOTE_REDIRECT_NONE;
}

static int remote_connect_to(git_remote *remote, git_direction direction, struct session *t)
{
	git_remote_connect_options o;

	git_remote_connect_options_init(&o, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	session_callbacks(t, &o.callbacks);
	o.proxy_opts.type = GIT_PROXY_AUTO;
	o.follow_redirects = GIT_REMOTE_REDIRECT_INITIAL;
	remote_add_headers(t, &o.custom_headers, &o.follow_redirects);
	return git_remote_connect_ext(remote, direction, &o);
}

static int remote_by_name(const void *one, const void *two)
{
	const struct repo_ref *const *a = one, *const *b = two;

	return strcmp((*a)->name, (*b)->name);
}

/* Annotated tags come as two lines: the tag, and "^{}" with what it names. */
static void remote_add_head(struct arena *a, struct list *refs, const git_remote_head *head)
{
	struct repo_ref *last = refs->count ? refs->items[refs->count - 1] : NULL;
	size_t len = strlen(head->name);
	struct repo_ref *ref;

	if (has_suffix(head->name, "^{}")) {
		if (last && strlen(last->name) == len - 3 && has_prefix(head->name, last->name))
			oid_write(&head->oid, &last->commit);
		return;
	}
	if (!has_prefix(head->name, "refs/"))
		return;
	ref = arena_alloc(a, sizeof(*ref));
	ref->name = str_copy(a, head->name);
	oid_write(&head->oid, &ref->id);
	ref->commit = ref->id;
	list_add(a, refs, ref);
}

/* Servers too old to say what HEAD names still say its commit: main or master with it. */
static const char *guess_head(const git_remote_head *const *heads, size_t count,
			      const git_remote_head *at)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!has_prefix(heads[i]->name, "refs/heads/") ||
		    !git_oid_equal(&heads[i]->oid, &at->oid))
			continue;
		if (!found || strcmp(heads[i]->name, "refs/heads/main") == 0)
			found = heads[i]->name;
	}
	return found;
}

static const char *head_of(struct arena *a, const git_remote_head *const *heads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(heads[i]->name, "HEAD") != 0)
			continue;
		return str_copy(a, heads[i]->symref_target ? heads[i]->symref_target
							   : guess_head(heads, count, heads[i]));
	}
	return NULL;
}

/* The refs as well, or the head alone. */
static bool read_heads(struct session *t, git_remote *remote, bool refs, struct remote_listing *out,
		       struct err *e)
{
	const git_remote_head **heads;
	size_t count;
	int code = git_remote_ls(&heads, &count, remote);

	if (code != 0)
		return session_failed(t, code, "asking", e);
	if (count > MOST_REFS)
		return err_set(e, ERR_LIMIT, "%s has more than %d refs", t->name, MOST_REFS);
	*out = (struct remote_listing){ .head = head_of(t->arena, heads, count) };
	for (size_t i = 0; refs && i < count; i++)
		remote_add_head(t->arena, &out->refs, heads[i]);
	if (out->refs.count)
		qsort(out->refs.items, out->refs.count, sizeof(*out->refs.items), remote_by_name);
	return true;
}

/* Connects and lists the refs; r may be NULL when nothing will be fetched. */
static bool remote_list(struct session *t, struct repo *r, git_remote **remote, struct remote_listing *out,
			struct err *e)
{
	int code = make_remote(remote, r, t, false);

	if (code == 0)
		code = remote_connect_to(*remote, GIT_DIRECTION_FETCH, t);
	return code == 0 ? read_heads(t, *remote, true, out, e) : session_failed(t, code, "asking", e);
}

bool remote_refs(struct arena *a, const struct remote *from, struct remote_listing *out, struct err *e)
{
	AUTO(session) struct session t;
	AUTO(git_remote) git_remote *remote = NULL;

	assert(from->url && from->access);
	session_start(&t, a, from->url, from->access, TRAFFIC_GIT_LIST);
	return git_start(e) && remote_list(&t, NULL, &remote, out, e) && session_done(&t);
}

static git_strarray array_of(struct arena *a, const char *const *texts, size_t count)
{
	git_strarray out = { arena_array(a, count, sizeof(char *)), count };

	for (size_t i = 0; i < count; i++)
		out.strings[i] = str_format(a, "%s", texts[i]);
	return out;
}

static int remote_download(git_remote *remote, struct session *t, const git_strarray *specs,
			   bool prune)
{
	git_fetch_options o;
	int code;

	git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	session_callbacks(t, &o.callbacks);
	o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	o.proxy_opts.type = GIT_PROXY_AUTO;
	remote_add_headers(t, &o.custom_headers, &o.follow_redirects);
	code = git_remote_download(remote, specs, &o);
	if (code == 0)
		git_remote_disconnect(remote);
	if (code == 0)
		code = git_remote_update_tips(remote, &o.callbacks, 0,
					      GIT_REMOTE_DOWNLOAD_TAGS_NONE, "fetch");
	if (code == 0 && prune)
		code = git_remote_prune(remote, &o.callbacks);
	return code;
}

bool remote_fetch(struct repo *r, struct arena *a, const struct remote_fetch *f, const char **head,
		  struct err *e)
{
	AUTO(session) struct session t;
	AUTO(git_remote) git_remote *remote = NULL;
	git_strarray what = array_of(a, f->specs, f->count);
	struct remote_listing there;
	int code;

	assert(r && f->from.url && f->from.access);
	session_start(&t, a, f->from.url, f->from.access, TRAFFIC_GIT_FETCH);
	if (!f->count)
		return err_set(e, ERR_INTERNAL, "fetching nothing from %s", t.name);
	code = make_remote(&remote, r, &t, false);
	if (code == 0)
		code = remote_connect_to(remote, GIT_DIRECTION_FETCH, &t);
	if (code != 0)
		return session_failed(&t, code, "fetching from", e);
	if (!read_heads(&t, remote, false, &there, e))
		return false;
	code = remote_download(remote, &t, &what, f->prune);
	if (code != 0)
		return session_failed(&t, code, "fetching from", e);
	if (head)
		*head = there.head;
	return session_done(&t);
}

bool remote_look(struct repo *r, struct arena *a, const struct remote_look *l, struct err *e)
{
	AUTO(session) struct session t;
	AUTO(git_remote) git_remote *remote = NULL;
	struct remote_listing there;
	struct list specs = { 0 };
	git_strarray what;
	int code;

	assert(r && l->from.url && l->from.access && l->choose);
	session_start(&t, a, l->from.url, l->from.access, TRAFFIC_GIT_LIST);
	if (!remote_list(&t, r, &remote, &there, e))
		return false;
	l->choose(l->context, a, &there.refs, &specs);
	if (!specs.count)
		return session_done(&t);
	/* Counted as a fetch from here on, whether it is the ledger's or another. */
	t.kind += TRAFFIC_GIT_FETCH - TRAFFIC_GIT_LIST;
	what = array_of(a, (const char *const *)specs.items, specs.count);
	code = remote_download(remote, &t, &what, false);
	return code == 0 ? session_done(&t) : session_failed(&t, code, "fetching from", e);
}

static bool source_id(struct repo *r, const char *source, git_oid *id)
{
	memset(id, 0, sizeof(*id));
	return !source || (has_prefix(source, "refs/")
				   ? git_reference_name_to_id(id, r->git, source)
				   : git_oid_fromstr(id, source)) == 0;
}

/*
 * Leaves out what the remote has already (a server hangs up on a push of nothing), and
 * compares the rest with what is expected there.
 */
static int remote_choose(struct repo *r, git_remote *remote, struct session *t,
			 struct remote_push *chosen, size_t *count)
{
	const git_remote_head **heads;
	size_t head_count;
	int code = git_remote_ls(&heads, &head_count, remote);

	for (size_t i = 0; code == 0 && i < t->push_count; i++) {
		const struct remote_push *p = &t->pushes[i];
		git_oid have = { { 0 } }, want;
		struct oid there = { "" };

		for (size_t j = 0; j < head_count; j++)
			if (strcmp(heads[j]->name, p->target) == 0)
				have = heads[j]->oid;
		if (!git_oid_is_zero(&have))
			oid_write(&have, &there);
		if (p->expected && strcmp(there.hex, p->expected->hex) != 0)
			return session_stop_again(t, ERR_CONFLICT, "%s was moved by somebody else",
					       p->target);
		if (!source_id(r, p->source, &want))
			return session_stop(t, ERR_NOT_FOUND, "%s is not here, so it cannot be "
							      "pushed",
					 p->source);
		if (!git_oid_equal(&have, &want))
			chosen[(*count)++] = *p;
	}
	return code;
}

/* libgit2 pushes refs and not ids: one of a moment, under a name nobody else has. */
static int name_source(struct repo *r, struct arena *a, const char *source, git_reference **made,
		       const char **name)
{
	unsigned char dice[8];
	git_oid id;

	*name = source ? source : "";
	if (!source || has_prefix(source, "refs/"))
		return 0;
	random_bytes(dice, sizeof(dice));
	*name = "refs/gantry/outgoing/";
	for (size_t i = 0; i < sizeof(dice); i++)
		*name = str_format(a, "%s%02x", *name, dice[i]);
	return source_id(r, source, &id) ? git_reference_create(made, r->git, *name, &id, 1, NULL)
					 : -1;
}

static int remote_upload(struct repo *r, struct arena *a, git_remote *remote, struct session *t)
{
	struct remote_push *chosen = arena_array(a, t->push_count, sizeof(*chosen));
	git_reference **made = arena_array(a, t->push_count, sizeof(*made));
	const char **specs = arena_array(a, t->push_count, sizeof(*specs));
	git_push_options o;
	git_strarray what;
	size_t count = 0;
	int code = remote_choose(r, remote, t, chosen, &count);

	if (code != 0 || !count)
		return code;
	git_push_options_init(&o, GIT_PUSH_OPTIONS_VERSION);
	session_callbacks(t, &o.callbacks);
	o.proxy_opts.type = GIT_PROXY_AUTO;
	remote_add_headers(t, &o.custom_headers, &o.follow_redirects);
	for (size_t i = 0; code == 0 && i < count; i++) {
		const struct remote_push *p = &chosen[i];
		const char *source = NULL;

		code = name_source(r, a, p->source, &made[i], &source);
		specs[i] = str_format(a, "%s%s:%s", p->force && p->source ? "+" : "", source,
				      p->target);
	}
	if (code == 0) {
		what = array_of(a, specs, count);
		t->sends = true;
		code = git_remote_upload(remote, &what, &o);
	}
	for (size_t i = 0; i < count; i++) {
		if (made[i])
			git_reference_delete(made[i]);
		git_reference_free(made[i]);
	}
	return code;
}

bool remote_push(struct repo *r, const struct remote *to, const struct remote_push *pushes, size_t count,
		 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(session) struct session t;
	AUTO(git_remote) git_remote *remote = NULL;
	int code;

	assert(r && to->url && to->access && pushes);
	session_start(&t, a, to->url, to->access, TRAFFIC_GIT_PUSH);
	t.pushes = pushes;
	t.push_count = count;
	code = make_remote(&remote, r, &t, true);
	if (code == 0)
		code = remote_connect_to(remote, GIT_DIRECTION_PUSH, &t);
	if (code == 0)
		code = remote_upload(r, a, remote, &t);
	if (code == 0 && !t.is_over)
		return session_done(&t);
	session_failed(&t, code, "pushing to", e);
	e->unsent = !t.sends;
	return false;
}
