/* SPDX-License-Identifier: Apache-2.0 */
/* Normal forms of repository URLs; the expected results are Kargo's. */
#include "tap.h"

#include "base/arena.h"
#include "data/go_url.h"
#include "data/unicode.h"
#include "data/url.h"

static void is_git(const char *url, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(url_normal_git(a, url), want, "git %s", url);
}

TEST(url_normal_git_forms)
{
	is_git("https://foo:bar@GitHub.com/Example/Repo.git/", "https://github.com/example/repo");
	is_git("http://github.com/a?foo=bar", "http://github.com/a?foo=bar");
	is_git("git@github.com:example/repo.git", "ssh://git@github.com/example/repo");
	is_git("git@h:a b", "ssh://git@h/a%20b");
	is_git("git@h:22:a/b", "git@h:22:a/b");
	is_git("https://host/a%2Fb.git", "https://host/a/b");
	is_git("https://ho\xc2\xadst/\xc4\xb0", "https://host/i");
	is_git("ssh://h::", "ssh://h::");
	is_git("https://h:1:2/A", "https://h:1:2/A");
	is_git("https://[::1]:8443/A.git", "https://[::1]:8443/a");
	is_git("https://[::g]/A", "https://[::g]/A");
	is_git("not even remotely a url", "not even remotely a url");
}

static void is_image(const char *url, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(url_normal_image(a, url), want, "image %s", url);
}

TEST(url_normal_image_forms)
{
	is_image("docker.io/library/busybox:1.2", "busybox");
	is_image("GHCR.io/A/B", "ghcr.io/a/b");
	is_image("localhost:5000/a/b:v1", "localhost:5000/a/b");
	is_image("a/b:", "a/b:");
	is_image("a/b@sha256:short", "a/b@sha256:short");
}

TEST(url_normal_chart_forms)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(url_normal_chart(a, "OCI://docker.io/a/b"), "a/b", "the scheme and Docker Hub go");
	is_text(url_normal_chart(a, "https://Charts.example.com"), "https://charts.example.com",
		"a classic repository keeps its scheme");
	is_text(url_normal_chart(a, "oci://a:V1"), "oci://a:V1", "a bad port is no URL");
}

TEST(unicode_is_of_no_locale)
{
	ok(unicode_is_print(0xe9) && !unicode_is_print(0xa0) && !unicode_is_print(0xe000),
	   "letters print; no-break spaces and private characters do not");
	is_number(unicode_lower(0x130), 'i', "a dotted capital I is one small i");
	is_number(unicode_lower(0x1c5), 0x1c6, "title case has a lower case");
	is_number(unicode_lower('A'), 'a', "ASCII");
	is_number(unicode_lower(0x10ffff), 0x10ffff, "the last code point");
}
