/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/. Lines and columns count from 1. */
#include "cmd/formats.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "config.h"
#include "data/json.h"
#include "data/percent.h"
#include "data/value.h"
#include "model/world.h"

/* {key: v}. */
static struct value *sarif_wrap(struct arena *a, const char *key, struct value *v)
{
	struct value *map = value_map(a);

	value_set(a, map, key, v);
	return map;
}

static struct value *sarif_one(struct arena *a, struct value *v)
{
	struct value *list = value_list(a);

	value_append(a, list, v);
	return list;
}

/* A path as a URI reference; a colon in its first part would pass for a scheme. */
static const char *file_uri(struct arena *a, const char *path)
{
	const char *colon = strchr(path, ':'), *slash = strchr(path, '/');
	bool has_scheme = colon && (!slash || colon < slash);

	return str_format(a, "%s%s", has_scheme ? "./" : "", percent_encode(a, path, "-._~/!$&'()*+,;=:@"));
}

static struct value *sarif_location(struct arena *a, const struct complaint *k)
{
	struct value *uri = value_string(a, file_uri(a, k->file));
	struct value *physical = sarif_wrap(a, "artifactLocation", sarif_wrap(a, "uri", uri));
	struct value *region = value_map(a);

	value_set(a, region, "startLine", value_int(a, k->line ? k->line : 1));
	value_set(a, region, "startColumn", value_int(a, k->column ? k->column : 1));
	value_set(a, physical, "region", region);
	return sarif_wrap(a, "physicalLocation", physical);
}

static struct value *sarif_result(struct arena *a, const struct complaint *k)
{
	struct value *v = value_map(a);

	value_set(a, v, "ruleId", value_string(a, "manifest"));
	value_set(a, v, "level", value_string(a, k->is_error ? "error" : "warning"));
	value_set(a, v, "message", sarif_wrap(a, "text", value_string(a, k->message)));
	value_set(a, v, "locations", sarif_one(a, sarif_location(a, k)));
	return v;
}

static struct value *sarif_tool(struct arena *a)
{
	struct value *driver = value_map(a), *rule = value_map(a);

	value_set(a, rule, "id", value_string(a, "manifest"));
	value_set(a, rule, "shortDescription",
		  sarif_wrap(a, "text", value_string(a, "Kargo manifests mean what they say")));
	value_set(a, driver, "name", value_string(a, "gantry"));
	value_set(a, driver, "version", value_string(a, PACKAGE_VERSION));
	value_set(a, driver, "rules", sarif_one(a, rule));
	return sarif_wrap(a, "driver", driver);
}

bool sarif_print(const struct command *c, const struct list *complaints, struct err *e)
{
	struct arena *a = c->arena;
	struct value *results = value_list(a), *run = value_map(a), *log = value_map(a);
	const char *text;

	for (size_t i = 0; i < complaints->count; i++)
		value_append(a, results, sarif_result(a, complaints->items[i]));
	value_set(a, run, "tool", sarif_tool(a));
	value_set(a, run, "results", results);
	value_set(a, log, "$schema", value_string(a, "https://json.schemastore.org/sarif-2.1.0.json"));
	value_set(a, log, "version", value_string(a, "2.1.0"));
	value_set(a, log, "runs", sarif_one(a, run));
	text = json_text(a, log, JSON_INDENT);
	if (puts(text) == EOF || fflush(stdout) == EOF)
		return err_errno(e, "writing the report");
	return true;
}
