/* SPDX-License-Identifier: Apache-2.0 */
/* includePaths and excludePaths of a git subscription (doc/kargo-rules.md 2.3). Any thread. */
#ifndef GANTRY_DISCOVER_PATH_RULES_H
#define GANTRY_DISCOVER_PATH_RULES_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct path_selector;
struct value;

struct path_selectors {
	const struct path_selector *items;
	size_t count;
};

struct path_rules {
	struct path_selectors include, exclude;
};

/* ERR_CONFIG names the selector that makes no sense. */
bool path_rules_read(struct arena *a, const struct value *spec, struct path_rules *out,
		     struct err *e) MUST_USE;

/* Whether there is any rule: without, a commit need not change anything. */
bool path_rules_any(const struct path_rules *r);

/*
 * Whether one of the changed paths (const char *, raw) is included and not excluded.
 * Paths are looked at as git prints them: "\303\251/x" in quotes unless it is all ASCII.
 */
bool path_rules_pass(const struct path_rules *r, const struct list *paths);

/* "glob:…", "regex:…", "regexp:…" or a file or folder. Lives as long as the arena. */
bool path_selector_read(struct arena *a, const char *text, struct path_selector *out,
			struct err *e) MUST_USE;

/* path as git prints it. */
bool path_selector_matches(const struct path_selector *s, const char *path);

struct path_selector {
	const char *glob;               /* one of the three is set */
	struct pattern *regex;
	const char *folder;             /* cleaned: no ".", no double slash */
};

#endif
