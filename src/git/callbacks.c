/* SPDX-License-Identifier: Apache-2.0 */
/* libgit2's callbacks of one session: credentials, certificates, progress, pushes, transports. */
#include <stdlib.h>
#include <string.h>

#include <git2.h>
#include <git2/sys/transport.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "git/handle.h"
#include "git/session.h"
#include "git/transport.h"
#include "git/types.h"

/* What was refused may have been revoked and is then renewed, which passes. None at all must be set up. */
static int no_credentials(struct session *t)
{
	if (t->access->password)
		return session_stop_outage(t, ERR_AUTH,
					   "the user name and password given for it were refused");
	if (t->asked > 1)
		return session_stop_outage(t, ERR_AUTH,
					   "the user name and password that git's settings have for "
					   "it were refused");
	return session_stop(t, ERR_AUTH,
			    "it asks for a user name and password: add a Secret of type git, "
			    "a credential helper of git's, or a line to ~/.netrc");
}

/* Where a url leads to, between its scheme and its path. */
static struct str host_of(const char *url)
{
	const char *rest = strstr(url, "://");
	struct str all;

	rest = rest ? rest + 3 : url;
	all = (struct str){ rest, strcspn(rest, "/") };
	for (size_t i = all.len; i > 0; i--)
		if (all.at[i - 1] == '@')
			return (struct str){ all.at + i, all.len - i };
	return all;
}

/* Another host, or the same one without encryption, must not learn a password. */
static bool is_same_origin(const char *one, const char *two)
{
	return has_prefix(one, "https://") == has_prefix(two, "https://") &&
	       str_equal(host_of(one), host_of(two));
}

static int on_credentials(git_credential **out, const char *url, const char *user,
			  unsigned allowed, void *payload)
{
	struct session *t = payload;
	const char *name = t->access->username, *password = t->access->password;

	t->asked++;
	if (!(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
		return allowed & GIT_CREDENTIAL_DEFAULT && t->asked == 1
			       ? git_credential_default_new(out) : no_credentials(t);
	if (t->asked > 1 || !session_goes_on(t))
		return no_credentials(t);
	/* A redirect, or url.insteadOf of a checkout's settings, may have led elsewhere. */
	if (password && !is_same_origin(url, t->url))
		name = password = NULL;
	if (!password && !access_find(t->arena, url, user ? user : name, &name, &password))
		return no_credentials(t);
	if (!name || !*name)
		name = user && *user ? user : "git";
	return git_credential_userpass_plaintext_new(out, name, password);
}

static int on_certificate(git_cert *cert, int valid, const char *host, void *payload)
{
	struct session *t = payload;

	(void)cert;
	if (valid || t->access->insecure)
		return 0;
	session_stop(t, ERR_AUTH, "the certificate of %.200s is not trusted: add its authority to the "
			       "system's (or SSL_CERT_FILE), or set insecureSkipTLSVerify", host);
	return GIT_ECERTIFICATE;
}

static int session_on_progress(const git_indexer_progress *p, void *payload)
{
	struct session *t = payload;

	if (p->received_bytes > t->max_bytes)
		return session_stop(t, ERR_LIMIT, "it sends more than %zu bytes", t->max_bytes);
	if (t->access->progress)
		t->access->progress(t->access->context, p->received_objects, p->total_objects);
	return session_goes_on(t) ? 0 : -1;
}

static int on_push_progress(unsigned sent, unsigned total, size_t bytes, void *payload)
{
	struct session *t = payload;

	(void)bytes;
	if (t->access->progress)
		t->access->progress(t->access->context, sent, total);
	return session_goes_on(t) ? 0 : -1;
}

static int on_pack(int stage, uint32_t done, uint32_t total, void *payload)
{
	(void)stage;
	(void)done;
	(void)total;
	return session_goes_on(payload) ? 0 : -1;
}

/* What the remote prints for people: hooks say here why they refuse. */
static int on_words(const char *text, int len, void *payload)
{
	struct session *t = payload;

	if (len > 0 && t->words.len + (size_t)len <= t->words.max)
		buf_add(&t->words, text, (size_t)len);
	return session_goes_on(t) ? 0 : -1;
}

static const struct remote_push *push_to(const struct session *t, const char *target)
{
	for (size_t i = 0; i < t->push_count; i++)
		if (strcmp(t->pushes[i].target, target) == 0)
			return &t->pushes[i];
	return NULL;
}

/* Before anything is sent: is the remote as the caller saw it? */
static int on_negotiation(const git_push_update **updates, size_t count, void *payload)
{
	struct session *t = payload;
	struct oid there;

	for (size_t i = 0; i < count; i++) {
		const struct remote_push *p = push_to(t, updates[i]->dst_refname);

		if (!p || !p->expected)
			continue;
		oid_write(&updates[i]->src, &there);
		if (git_oid_is_zero(&updates[i]->src))
			there.hex[0] = '\0';
		if (strcmp(there.hex, p->expected->hex) != 0)
			return session_stop_again(t, ERR_CONFLICT, "%s was moved by somebody else",
					       p->target);
	}
	return session_goes_on(t) ? 0 : -1;
}

/* git's own words for a ref that is not what the client was told. */
static bool is_race(const char *status)
{
	static const char *const words[] = {
		"non-fast-forward",         "fetch first",         "stale info",
		"failed to update ref",     "failed to lock",      "cannot lock ref",
		"reference already exists", "incorrect old value",
	};

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (strstr(status, words[i]))
			return true;
	return false;
}

static int on_pushed(const char *ref, const char *status, void *payload)
{
	struct session *t = payload;
	const char *words;

	if (!status)
		return 0;
	if (is_race(status)) {
		session_stop_again(t, ERR_CONFLICT, "%s was moved by somebody else (%.100s)", ref,
				status);
		return 0;
	}
	words = str_clean(t->arena, buf_str(&t->words), t->words.len, 300);
	session_stop(t, ERR_REFUSED, "%s was refused: %.100s%s%s", ref, status, *words ? ": " : "",
		  str_text(t->arena, str_trim(str_of(words))));
	return 0;
}

static int make_transport(git_transport **out, git_remote *owner, void *payload)
{
	struct session *t = payload;
	const char *url = git_remote_url(owner);

	if (spawn_fits(url))
		return spawn_transport(out, owner, t);
	if (!has_prefix(url, "https://") && !has_prefix(url, "http://") &&
	    !has_prefix(url, "git://"))
		return session_stop(t, ERR_CONFIG, "is not an https, ssh or file url");
	if (has_prefix(url, "https://"))
		authorities_read();
	return git_transport_new(out, owner, url);
}

void session_callbacks(struct session *t, git_remote_callbacks *out)
{
	git_remote_init_callbacks(out, GIT_REMOTE_CALLBACKS_VERSION);
	out->payload = t;
	out->transport = make_transport;
	out->credentials = on_credentials;
	out->certificate_check = on_certificate;
	out->transfer_progress = session_on_progress;
	out->push_transfer_progress = on_push_progress;
	out->pack_progress = on_pack;
	out->sideband_progress = on_words;
	out->push_negotiation = on_negotiation;
	out->push_update_reference = on_pushed;
}
