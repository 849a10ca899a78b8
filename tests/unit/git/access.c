/* SPDX-License-Identifier: Apache-2.0 */
/* The right password is found, and no other. */
#include "git/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/netrc.h"
#include "base/str.h"
#include "tap.h"

static void finds(const char *text, const char *host, const char *user, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct netrc_login l = { NULL, NULL };
	bool found = netrc_read(a, text, host, user, &l);

	is_text(found ? str_format(a, "%s:%s", l.username ? l.username : "", l.password) : NULL, want,
		"%s of %s", user ? user : "anybody", host);
}

TEST(netrc_is_read)
{
	static const char text[] =
		"# a comment machine x login y password z\n"
		"machine a.example login ann password one\n"
		"machine a.example\n\tlogin bob\n\tpassword \"t wo\\\"\" account none\n"
		"macdef init\ncd /x\nmachine evil login e password e\n\n"
		"machine b.example login only-a-name\n"
		"machine c.example password \xc3\xa9 login cy\n";

	finds(text, "a.example", NULL, "ann:one");
	finds(text, "a.example:8443", "bob", "bob:t wo\"");
	finds(text, "a.example", "eve", NULL);
	finds(text, "b.example", NULL, NULL);
	finds(text, "c.example", "", "cy:\xc3\xa9");
	finds(text, "evil", NULL, NULL);
	finds(text, "x", NULL, NULL);
	finds("", "a", NULL, NULL);
	finds("machine", "a", NULL, NULL);
	finds("machine a password p login l default login d password q", "z", NULL, "d:q");
	finds("machine a login", "a", NULL, NULL);
}

TEST(a_long_netrc_takes_no_more_than_it_holds)
{
	AUTO(arena) struct arena *a = arena_new();
	struct netrc_login l;
	char *text = arena_alloc(a, 200001);
	size_t before;

	for (size_t i = 0; i < 200000; i += 4)
		memcpy(text + i, i % 8 ? "\"b\" " : "aaa ", 4);
	before = arena_used(a);
	ok(!netrc_read(a, text, "host", NULL, &l), "nothing is found");
	ok(arena_used(a) - before < 4000000, "in %zu bytes", arena_used(a) - before);
}

TEST(tokens_go_to_their_hosts_only)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = NULL, *password = NULL;

	setenv("NETRC", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GITHUB_TOKEN", "github-token", 1);
	unsetenv("GITLAB_TOKEN");
	ok(access_find(a, "https://github.com/a/b.git", NULL, &name, &password), "GitHub's");
	is_text(password, "github-token", "token");
	ok(!access_find(a, "https://github.com.evil.example/a/b.git", NULL, &name, &password),
	   "is nobody else's");
	ok(!access_find(a, "http://github.com/a/b.git", NULL, &name, &password), "nor sent in the clear");
	ok(!access_find(a, "https://x\nhost=github.com/", NULL, &name, &password), "whatever the url");
	unsetenv("GITHUB_TOKEN");
	unsetenv("NETRC");
}
