/* SPDX-License-Identifier: Apache-2.0 */
/* Which url a setting http.<url>.extraHeader is for, as git-config(1) has it. */
#include "git/extra_header.h"

#include <stdlib.h>
#include <string.h>

#include "git/git.h"
#include "git/transport.h"
#include "base/err.h"
#include "tap.h"

static bool fits(const char *pattern, const char *url)
{
	return extra_header_fits(pattern, url) > 0;
}

TEST(a_setting_fits_its_own_host_alone)
{
	ok(fits("https://a.example", "https://a.example/x.git"), "the host");
	ok(fits("https://A.example/", "https://a.EXAMPLE:443/x.git"), "in any case, with the port that is meant");
	ok(fits("", "http://a.example/x"), "none is for all");
	ok(!fits("https://a.example", "http://a.example/x.git"), "without encryption it is another");
	ok(!fits("https://a.example", "https://a.example:8443/x.git"), "at another port, too");
	ok(!fits("https://a.example", "https://a.example.evil/x.git"), "a longer name is another");
	ok(!fits("https://a.example", "https://evil-a.example/x.git"), "at its front as well");
	ok(!fits("https://a.example", "https://a.example@evil/x.git"), "a user is no host");
	ok(!fits("https://a.example", "https://evil/@a.example"), "nor is a path");
	ok(fits("https://*.example", "https://a.example/x"), "a star is a label");
	ok(!fits("https://*.example", "https://a.b.example/x"), "only one");
	ok(!fits("", "ssh://a.example/x") && !fits("", "/srv/x.git"), "ssh and paths have no headers");
}

TEST(a_setting_fits_by_path_and_user)
{
	ok(fits("https://a.example/team", "https://a.example/team/x.git"), "the beginning of a path");
	ok(!fits("https://a.example/team", "https://a.example/teams/x.git"), "ends at a slash");
	ok(fits("https://ann@a.example", "https://ann@a.example/x"), "a user is the same");
	ok(!fits("https://ann@a.example", "https://a.example/x"), "or it does not fit");
	ok(fits("https://[::1]:8/x", "https://[::1]:8/x"), "addresses of IPv6");
	ok(extra_header_fits("https://a.example/team", "https://a.example/team/x") >
	   extra_header_fits("https://a.example", "https://a.example/team/x"), "a longer path is closer");
	ok(extra_header_fits("https://a.example", "https://a.example/team/x") >
	   extra_header_fits("https://*.example/team", "https://a.example/team/x"), "a host without a star first");
}

struct settings_seen {
	unsigned found;
	char value[20];
};

static void settings_note(void *context, const char *name, const char *value)
{
	struct settings_seen *seen = context;

	if (strcmp(name, "url./srv/A.git.insteadof") != 0)
		return;
	seen->found++;
	strncpy(seen->value, value, sizeof(seen->value) - 1);
}

TEST(the_environment_has_settings_too)
{
	struct settings_seen seen = { 0 };
	struct err e;

	setenv("GIT_CONFIG_COUNT", "3", 1);
	setenv("GIT_CONFIG_KEY_0", "nothing", 1);
	setenv("GIT_CONFIG_VALUE_0", "x", 1);
	setenv("GIT_CONFIG_KEY_1", "URL./srv/A.git.insteadOf", 1);
	setenv("GIT_CONFIG_VALUE_1", "a:", 1);
	setenv("GIT_CONFIG_KEY_2", "url.x.insteadOf", 1);       /* and no value */
	ok(git_start(&e), "git starts");
	git_settings_each(settings_note, &seen);
	is_number(seen.found, 1, "the case of section and key does not matter, that between them does");
	is_text(seen.value, "a:", "with its value");
	unsetenv("GIT_CONFIG_COUNT");
	seen.found = 0;
	git_settings_each(settings_note, &seen);
	is_number(seen.found, 0, "none are counted, none are there");
}
