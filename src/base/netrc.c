/* SPDX-License-Identifier: Apache-2.0 */
/* Words may be quoted as in curl, and a macro's text is skipped. */
#include "base/netrc.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

enum { NETRC_MAX = 1 << 20 };

/* The next word of a netrc file, or NULL. */
static const char *netrc_next_word(struct arena *a, const char **text)
{
	const char *p = *text + strspn(*text, " \t\r\n"), *end;
	char *word;
	size_t n = 0;

	if (!*p)
		return NULL;
	if (*p != '"') {
		n = strcspn(p, " \t\r\n");
		*text = p + n;
		return str_copy_n(a, p, n);
	}
	for (end = p + 1; *end && *end != '"'; end++)
		end += *end == '\\' && end[1];
	word = arena_alloc(a, (size_t)(end - p));
	for (p++; p < end; p++) {
		p += *p == '\\' && p[1];
		word[n++] = *p;
	}
	*text = end + (*end == '"');
	return word;
}

/* A macro definition goes on to the first empty line. */
static void skip_macro(const char **text)
{
	const char *end = strstr(*text, "\n\n");

	*text = end ? end : *text + strlen(*text);
}

struct netrc_entry {
	const char *login, *password;
	bool fits;
};

static bool entry_is_it(const struct netrc_entry *entry, const char *user)
{
	return entry->fits && entry->password &&
	       (!user || !*user || !entry->login || same_text(user, entry->login));
}

bool netrc_read(struct arena *a, const char *text, const char *host, const char *user,
		struct netrc_login *out)
{
	struct netrc_entry now = { 0 };
	const char *name = str_copy_n(a, host, strcspn(host, ":")), *word;

	while ((word = netrc_next_word(a, &text))) {
		bool is_machine = strcmp(word, "machine") == 0;

		if (is_machine || strcmp(word, "default") == 0) {
			const char *machine = is_machine ? netrc_next_word(a, &text) : NULL;

			if (entry_is_it(&now, user))
				break;
			now = (struct netrc_entry){ .fits = !is_machine ||
							    same_text(machine, name) };
		} else if (strcmp(word, "login") == 0) {
			now.login = netrc_next_word(a, &text);
		} else if (strcmp(word, "password") == 0) {
			now.password = netrc_next_word(a, &text);
		} else if (strcmp(word, "account") == 0) {
			netrc_next_word(a, &text);
		} else if (strcmp(word, "macdef") == 0) {
			skip_macro(&text);
		} else if (*word == '#') {
			text += strcspn(text, "\n");
		}
	}
	if (!entry_is_it(&now, user))
		return false;
	*out = (struct netrc_login){ now.login ? now.login : user, now.password };
	return true;
}

bool netrc_find(struct arena *a, const char *host, const char *user, struct netrc_login *out)
{
	const char *path = getenv("NETRC"), *home = getenv("HOME");
	struct str text;
	struct err e;

	if (!path && home)
		path = path_join(a, home, ".netrc");
	if (!path || !file_read(a, path, NETRC_MAX, &text, &e) ||
	    !netrc_read(a, text.at, host, user, out))
		return false;
	log_redact(out->password);
	return true;
}
