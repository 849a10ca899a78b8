/* SPDX-License-Identifier: Apache-2.0 */
/* libgit2 reads the files; the environment, which it does not read, is read here. */
#include "git/transport.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/str.h"

enum { MOST_VARIABLES = 1000 };

struct settings_walk {
	void (*each)(void *context, const char *name, const char *value);
	void *context;
};

static int settings_see(const git_config_entry *entry, void *payload)
{
	const struct settings_walk *w = payload;

	w->each(w->context, entry->name, entry->value ? entry->value : "");
	return 0;
}

/* Section and key in lower case; what is between them stays as it is. */
static const char *setting_name(struct arena *a, const char *key)
{
	const char *first = strchr(key, '.'), *last = strrchr(key, '.');

	if (!first || first == key || !last[1])
		return NULL;
	return str_format(a, "%s%.*s%s", str_lower(a, str_copy_n(a, key, (size_t)(first - key))),
			  (int)(last - first), first, str_lower(a, last));
}

static void settings_of_environment(const struct settings_walk *w)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = getenv("GIT_CONFIG_COUNT");
	unsigned long count = text ? strtoul(text, NULL, 10) : 0;

	for (unsigned long i = 0; i < count && i < MOST_VARIABLES; i++) {
		const char *key = getenv(str_format(a, "GIT_CONFIG_KEY_%lu", i));
		const char *value = getenv(str_format(a, "GIT_CONFIG_VALUE_%lu", i));
		const char *name = key && value ? setting_name(a, key) : NULL;

		if (name)
			w->each(w->context, name, value);
	}
}

void git_settings_each(void (*each)(void *context, const char *name, const char *value),
		       void *context)
{
	struct settings_walk w = { each, context };
	git_config *config;

	assert(each);
	if (git_config_open_default(&config) == 0) {
		git_config_foreach(config, settings_see, &w);
		git_config_free(config);
	}
	settings_of_environment(&w);
}
