/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may change an Argo CD Application. Globs, which Kargo once allowed, are refused
 * rather than ignored: an operator who wrote one believes that it protects.
 */
#include "model/application.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"

static bool application_read_entry(struct arena *a, struct str entry, const char **out,
				   struct err *e)
{
	const char *colon = memchr(entry.at, ':', entry.len);
	struct str project = { entry.at, colon ? (size_t)(colon - entry.at) : 0 };
	struct str stage = { "", 0 };

	if (colon)
		stage = (struct str){ colon + 1, entry.len - project.len - 1 };
	project = str_trim(project);
	stage = str_trim(stage);
	if (!project.len || !stage.len)
		return err_set(e, ERR_CONFIG, "authorized stage \"%.*s\" must be project:stage",
			       (int)entry.len, entry.at);
	if (memchr(entry.at, '*', entry.len))
		return err_set(e, ERR_CONFIG,
			       "authorized stage \"%.*s\": * is not supported, list the stages",
			       (int)entry.len, entry.at);
	*out = str_format(a, "%.*s:%.*s", (int)project.len, project.at, (int)stage.len, stage.at);
	return true;
}

int application_compare(const struct application *app, const char *key)
{
	size_t len = strlen(app->namespace);
	int order = strncmp(app->namespace, key, len);

	if (order == 0)
		order = '/' - (unsigned char)key[len];
	return order ? order : strcmp(app->name, key + len + 1);
}

struct application *application_by_key(const struct application_list *l, const char *key)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = application_compare(application_at(l, middle), key);

		if (order == 0)
			return application_at(l, middle);
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	return NULL;
}

struct application *application_by_name(const struct application_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(application_at(l, i)->name, name) == 0)
			return application_at(l, i);
	return NULL;
}

int application_badness(const char *health, const char *sync)
{
	static const char *const worse[] = { "Suspended", "Progressing", "Unknown", "Missing", "Degraded" };

	for (int i = COUNTOF(worse); i-- > 0;)
		if (strcmp(health, worse[i]) == 0)
			return i + 2;
	return strcmp(sync, "OutOfSync") == 0;
}

bool application_stages(struct arena *a, const char *annotation, struct list *out, struct err *e)
{
	struct list found = { 0 };
	const char *at = annotation;

	for (bool more = true; more;) {
		size_t len = strcspn(at, ",");
		struct str entry = str_trim((struct str){ at, len });
		const char *stage = NULL;

		more = at[len] == ',';
		at += len + more;
		if (!entry.len)
			continue;
		if (!application_read_entry(a, entry, &stage, e))
			return false;
		list_add(a, &found, stage);
	}
	if (!found.count)
		return err_set(e, ERR_CONFIG, "no stage is authorized by \"%s\"", annotation);
	*out = found;
	return true;
}
