/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords from where people keep them. git credential runs in "/" so that no
 * repository's own settings can name a helper, and may ask nobody: a dashboard has no
 * terminal to spare.
 */
#include "git/transport.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/netrc.h"
#include "base/process.h"
#include "base/str.h"

enum { HELPER_MS = 15000, ANSWER_MAX = 65536 };

/* The parts of a url that credentials depend on. */
struct access_place {
	const char *protocol, *host;    /* host with its port */
	const char *path;
};

static bool access_place_of(struct arena *a, const char *url, struct access_place *out)
{
	const char *rest = strstr(url, "://");
	size_t len;

	if (!has_prefix(url, "https://") && !has_prefix(url, "http://"))
		return false;
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p < ' ')
			return false; /* a line end would be another attribute to the helper */
	out->protocol = str_copy_n(a, url, (size_t)(rest - url));
	rest += 3;
	len = strcspn(rest, "/?#");
	out->host = str_copy_n(a, rest, len);
	if (strchr(out->host, '@'))
		out->host = strrchr(out->host, '@') + 1;
	out->path = str_copy(a, rest + len + (rest[len] == '/'));
	return *out->host != '\0';
}

static const char *access_attribute(struct arena *a, const char *answer, const char *name)
{
	size_t len = strlen(name);

	while (answer && *answer) {
		size_t line = strcspn(answer, "\n");

		if (line > len && strncmp(answer, name, len) == 0 && answer[len] == '=')
			return str_copy_n(a, answer + len + 1, line - len - 1);
		answer += line + (answer[line] == '\n');
	}
	return NULL;
}

/* What helpers of desktops and command lines need beyond the clean environment. */
static const char *const *helper_environment(struct arena *a)
{
	static const char *const kept[] = {
		"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM",
		"GIT_CONFIG_SYSTEM", "GNUPGHOME", "GPG_TTY", "WAYLAND_DISPLAY", "XDG_CACHE_HOME",
		"XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
	};
	struct list env = { 0 };

	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (getenv(kept[i]))
			list_add(a, &env, str_format(a, "%s=%s", kept[i], getenv(kept[i])));
	list_add(a, &env, str_format(a, "GIT_TERMINAL_PROMPT=0"));
	list_add(a, &env, str_format(a, "GIT_ASKPASS=false"));
	list_add(a, &env, NULL);
	return (const char *const *)env.items;
}

static bool from_helpers(struct arena *a, const struct access_place *p, const char *user,
			 const char **username, const char **password)
{
	static const char *const argv[] = { "git", "credential", "fill", NULL };
	const char *question = str_format(a, "protocol=%s\nhost=%s\npath=%s\n%s%s%s\n", p->protocol,
					  p->host, p->path, user && *user ? "username=" : "",
					  user && *user ? user : "", user && *user ? "\n" : "");
	const struct process run = { .argv = argv, .folder = "/", .env = helper_environment(a),
				     .input = str_of(question), .timeout_ms = HELPER_MS,
				     .max_output = ANSWER_MAX };
	struct process_result result;
	struct err e;
	const char *word;

	if (!process_run(a, &run, &result, &e)) {
		log_line(LOG_WARN, "git", "credential helpers: %s", e.message);
		return false;
	}
	word = result.status == 0 ? access_attribute(a, result.out.at, "password") : NULL;
	if (!word)
		return false;
	*username = access_attribute(a, result.out.at, "username");
	*password = word;
	return true;
}

static bool from_environment(const struct access_place *p, const char **username,
			     const char **password)
{
	static const struct { const char *host, *variable, *user; } known[] = {
		{ "github.com", "GITHUB_TOKEN", "x-access-token" },
		{ "github.com", "GH_TOKEN", "x-access-token" },
		{ "gitlab.com", "GITLAB_TOKEN", "oauth2" },
	};

	for (size_t i = 0; i < COUNTOF(known); i++) {
		const char *token = getenv(known[i].variable);

		if (strcmp(p->host, known[i].host) == 0 && token && *token) {
			*username = known[i].user;
			*password = token;
			return strcmp(p->protocol, "https") == 0;
		}
	}
	return false;
}

bool access_find(struct arena *a, const char *url, const char *user, const char **username,
		 const char **password)
{
	struct access_place p;
	struct netrc_login l = { NULL, NULL };

	assert(url && username && password);
	if (!access_place_of(a, url, &p) ||
	    !(netrc_find(a, p.host, user, &l) ||
	      from_helpers(a, &p, user, &l.username, &l.password) ||
	      from_environment(&p, &l.username, &l.password)))
		return false;
	log_redact(l.password);
	*username = l.username;
	*password = l.password;
	return true;
}
