/* SPDX-License-Identifier: Apache-2.0 */
/* Who the user is: from git's settings, or else from the machine's. */
#include "app/app.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/process.h"
#include "base/str.h"

enum { LONGEST = 200, PATIENCE_MS = 2000 };

static const char *git_setting(struct arena *a, const char *name)
{
	const char *const argv[] = { "git", "config", "--get", name, NULL };
	struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS, .max_output = 4096 };
	struct process_result r;
	struct str text;
	struct err e;

	if (!process_run(a, &p, &r, &e) || r.status != 0)
		return NULL;
	text = str_trim(r.out);
	return text.len ? str_clean(a, text.at, text.len, LONGEST) : NULL;
}

const char *identity_host(struct arena *a)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1))
		return "an unnamed host";
	return str_clean(a, name, strlen(name), LONGEST);
}

/* NULL when this user has none. Reentrant: every app has a thread that asks. */
static const char *login_name(struct arena *a)
{
	struct passwd room, *user = NULL;
	char text[4096];

	if (getpwuid_r(geteuid(), &room, text, sizeof(text), &user) != 0 || !user)
		return NULL;
	return str_clean(a, user->pw_name, strlen(user->pw_name), LONGEST);
}

const char *identity_actor(struct arena *a)
{
	const char *name = git_setting(a, "user.name"), *mail = git_setting(a, "user.email");
	const char *login;

	if (name && mail)
		return str_format(a, "%s <%s>", name, mail);
	login = login_name(a);
	return str_format(a, "%s <%s@%s>", name ? name : login ? login : "somebody",
			  login ? login : "nobody", identity_host(a));
}

const char *identity_from(struct arena *a)
{
	const char *connection = getenv("SSH_CONNECTION"), *client;

	if (connection && *connection) {
		client = str_clean(a, connection, strcspn(connection, " "), LONGEST);
		return str_format(a, "ssh %s on %s", client, identity_host(a));
	}
	return str_format(a, "on %s", identity_host(a));
}
