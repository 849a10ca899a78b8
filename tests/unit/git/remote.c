/* SPDX-License-Identifier: Apache-2.0 */
/* Remotes of this machine, through the same transport as ssh; and urls. */
#include "git/remote.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/transport.h"
#include "play.h"
#include "tap.h"

static const struct remote_access nobody = { .timeout_ms = 20000 };

static void leads(const char *url, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct spawn_url u = { 0 };
	struct err e = { 0 };
	bool fine = spawn_parse(a, url, &u, &e);

	is_text(fine ? str_format(a, "%s|%s|%s", u.host ? u.host : "", u.port ? u.port : "", u.path)
		     : NULL, want, "%s", url);
}

TEST(urls_lead_where_git_says)
{
	leads("ssh://git@example.org/a/b.git", "git@example.org||/a/b.git");
	leads("ssh://git:secret@example.org:2222/~ada/b.git", "git@example.org|2222|~ada/b.git");
	leads("git+ssh://[::1]:22/a%20b", "::1|22|/a b");
	leads("git@github.com:a/b.git", "git@github.com||a/b.git");
	leads("/srv/git/a:b", "||/srv/git/a:b");
	leads("./a:b", "||./a:b");
	leads("file:///srv/a%20b", "||/srv/a b");
	leads("file://localhost/srv", "||/srv");
	leads("-oProxyCommand=x:y", NULL);
	leads("ssh://-oProxyCommand=x/y", NULL);
	leads("git@host:-x", NULL);
	leads("ssh://host:2x/a", NULL);
	leads("ssh://host", NULL);
	leads("", NULL);
	ok(!spawn_fits("https://a/b") && !spawn_fits("ext::x://y"), "https and ext are not ours");
}

TEST(passwords_are_not_in_names)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(remote_name(a, "https://u:p@host/a"), "https://host/a", "user and password go");
	is_text(remote_name(a, "https://token@host/a@b"), "https://host/a@b", "a token, too");
	is_text(remote_name(a, "ssh://git@host/a"), "ssh://git@host/a", "ssh needs its user");
	is_text(remote_name(a, "git@host:a/b"), "git@host:a/b", "in short form, too");
}

TEST(refs_are_listed_fetched_and_pruned)
{
	static const char *const specs[] = { "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*" };
	struct play p;
	struct err e = { 0 };
	struct list refs = { 0 };
	struct remote_listing there;
	AUTO(repo) struct repo *r = NULL;
	const char *head = NULL;
	struct oid tip;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	tip = play_commit(&p, path, "other", "x", "1");
	play_git(&p, path, "tag -a -m v1 v1 other");
	ok(remote_refs(p.a, &(struct remote){ path, &nobody }, &there, &e), "listing %s", e.message);
	is_number(there.refs.count, 3, "gives two branches and a tag");
	is_text(there.head, "refs/heads/main", "and the default branch");
	const struct repo_ref *tag = there.refs.count == 3 ? there.refs.items[2] : NULL;
	is_text(tag ? tag->commit.hex : NULL, tip.hex, "and what the tag's commit is");
	const char *mine = path_join(p.a, p.folder, "b.git");
	ok(repo_init(mine, true, "main", &e) && repo_open(mine, &r, &e), "an empty repository");
	const struct remote_fetch all = { { str_format(p.a, "file://%s", path), &nobody }, specs, 2, true };
	ok(remote_fetch(r, p.a, &all, &head, &e), "fetches %s", e.message);
	is_text(head, "refs/heads/main", "and tells the default branch");
	ok(repo_resolve(r, "v1", &tip, &e), "the tag is here");
	play_git(&p, path, "branch -D other");
	tip = play_commit(&p, path, "main", "y", "2");
	ok(remote_fetch(r, p.a, &all, &head, &e), "fetches again %s", e.message);
	ok(repo_refs(r, p.a, "refs/heads/*", &refs, &e) && refs.count == 1, "the branch is gone");
	is_text(((struct repo_ref *)refs.items[0])->id.hex, tip.hex, "the other moved");
	is_text(play_git(&p, mine, "fsck --no-dangling"), "", "and git is content");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(a_push_that_lost_the_race_is_a_conflict)
{
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid ours = { "" }, theirs, none = { "" };

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	const char *mine = path_join(p.a, p.folder, "b.git");
	play_git(&p, p.folder, str_format(p.a, "clone -q --bare %s %s", path, mine));
	ours = play_commit(&p, mine, "main", "ours", "1");
	ok(repo_open(mine, &r, &e), "a clone");
	struct remote_push push = { .source = "refs/heads/main", .target = "refs/heads/main" };
	ok(remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e), "pushes %s", e.message);
	is_text(play_git(&p, path, "rev-parse main"), ours.hex, "and the remote has it");
	ok(remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e), "once more is fine %s", e.message);
	theirs = play_commit(&p, path, "main", "theirs", "2");
	play_commit(&p, mine, "main", "ours", "3");
	ok(!remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e) && e.code == ERR_CONFLICT,
	   "what the remote has and we have not is a conflict: %s", e.message);
	is_text(play_git(&p, path, "rev-parse main"), theirs.hex, "and stays");
	push.force = true;
	push.expected = &ours;
	ok(!remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e) && e.code == ERR_CONFLICT,
	   "by force, too, when it is not what we expect: %s", e.message);
	push.expected = &none;
	ok(!remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e) && e.code == ERR_CONFLICT,
	   "or should not be there");
	push.expected = &theirs;
	push.source = ours.hex;
	ok(remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e), "what we expect gives way %s", e.message);
	is_text(play_git(&p, path, "rev-parse main"), ours.hex, "to an id");
	const struct remote_push two[] = {
		{ .source = ours.hex, .target = "refs/heads/new", .expected = &none },
		{ .target = "refs/heads/main" },
	};
	play_git(&p, path, "symbolic-ref HEAD refs/heads/none");
	ok(remote_push(r, &(struct remote){ path, &nobody }, two, 2, &e), "one comes, one goes %s", e.message);
	is_text(play_git(&p, path, "for-each-ref --format=%(refname)"), "refs/heads/new", "at once");
	is_text(play_git(&p, mine, "for-each-ref --format=%(refname)"), "refs/heads/main",
		"and nothing is left of it here");
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(hooks_are_heard)
{
	static const char hook[] = "#!/bin/sh\necho 'main is protected' >&2\nexit 1\n";
	struct play p;
	struct err e = { 0 };
	AUTO(repo) struct repo *r = NULL;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	const char *mine = path_join(p.a, p.folder, "b.git");
	play_git(&p, p.folder, str_format(p.a, "clone -q --bare %s %s", path, mine));
	play_commit(&p, mine, "main", "ours", "1");
	play_write(&p, path, "hooks/pre-receive", hook);
	chmod(path_join(p.a, path, "hooks/pre-receive"), 0755);
	ok(repo_open(mine, &r, &e), "a clone");
	const struct remote_push push = { .source = "refs/heads/main", .target = "refs/heads/main" };
	ok(!remote_push(r, &(struct remote){ path, &nobody }, &push, 1, &e) && e.code == ERR_REFUSED, "is refused");
	ok(strstr(e.message, "main is protected") != NULL, "in the hook's words: %s", e.message);
	repo_close(r);
	r = NULL;
	play_stop(&p);
}

TEST(what_is_wrong_is_said)
{
	struct play p;
	struct err e = { 0 };
	struct remote_listing there;
	bool cancelled = false;
	struct remote_access slow = { .timeout_ms = 300, .cancelled = &cancelled };
	int64_t start;

	play_start(&p);
	ok(!remote_refs(p.a, &(struct remote){ "/nowhere/at/all", &nobody }, &there, &e) && e.code == ERR_NOT_FOUND,
	   "no repository: %s", e.message);
	ok(!remote_refs(p.a, &(struct remote){ "ext::sh -c true://x", &nobody }, &there, &e), "no protocol: %s",
	   e.message);
	setenv("GIT_SSH_COMMAND", "sleep 100; true", 1);
	start = clock_ticks();
	ok(!remote_refs(p.a, &(struct remote){ "git@host:a", &slow }, &there, &e) && e.code == ERR_TIMEOUT,
	   "a remote that says nothing: %s", e.message);
	ok(clock_ticks() - start < 60000, "is not waited for");
	cancelled = true;
	ok(!remote_refs(p.a, &(struct remote){ "git@host:a", &slow }, &there, &e) && e.code == ERR_CANCELLED,
	   "nor when we are told to stop: %s", e.message);
	cancelled = false;
	setenv("GIT_SSH_COMMAND", "echo 'git@host: Permission denied (publickey).' >&2; false", 1);
	ok(!remote_refs(p.a, &(struct remote){ "git@host:a", &nobody }, &there, &e) && e.code == ERR_AUTH,
	   "ssh's own words: %s", e.message);
	setenv("GIT_SSH_COMMAND", "printf 'ssh: Permission denied\\r\\n' >&2; false", 1);
	ok(!remote_refs(p.a, &(struct remote){ "git@host:a", &nobody }, &there, &e) && has_suffix(e.message, "denied"),
	   "and no more than they are: %s", e.message);
	unsetenv("GIT_SSH_COMMAND");
	play_stop(&p);
}

/* A port that takes connections and never says a word. */
static int silent_server(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 5) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

TEST(a_silent_server_is_not_waited_for)
{
	static const char *const schemes[] = { "http", "https", "git" };
	struct play p;
	struct err e = { 0 };
	struct remote_listing there;
	struct remote_access access = { .timeout_ms = 300, .password = "s3cret-word" };
	unsigned port = 0;
	int64_t start;

	play_start(&p);
	AUTO(fd) int fd = silent_server(&port);
	ok(fd >= 0, "a server");
	for (size_t i = 0; i < COUNTOF(schemes); i++) {
		start = clock_ticks();
		const char *url = str_format(p.a, "%s://u:s3cret-word@127.0.0.1:%u/a", schemes[i], port);
		const struct remote silent = { url, &access };
		ok(!remote_refs(p.a, &silent, &there, &e) && e.code == ERR_TIMEOUT, "%s: %s", schemes[i],
		   e.message);
		ok(clock_ticks() - start < 5000, "ends in time");
		ok(!strstr(e.message, "s3cret-word"), "without a word of secrets");
	}
	play_stop(&p);
}
