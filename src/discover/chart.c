/* SPDX-License-Identifier: Apache-2.0 */
/* Versions come from a classic repository's index, or are an OCI registry's tags. */
#include "discover/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/value.h"
#include "discover/chart_index.h"
#include "discover/discover.h"
#include "discover/registry_source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/read.h"
#include "model/warehouse.h"
#include "net/registry.h"

static bool is_oci(const struct subscription *s)
{
	return has_prefix(s->repo_url, "oci://");
}

static bool read_rules(struct arena *a, const struct subscription *s, struct tag_rules *out,
		       struct err *e)
{
	if (!tag_rules_read(a, s->spec, TAGS_SEMVER, s->constraint, out, e))
		return false;
	out->strict = is_oci(s);
	return true;
}

/* Of the version that a tag stands for: a registry's tags have no "+", and may begin with "v". */
static enum tag_verdict chart_judge(struct arena *a, const struct subscription *s,
				    const struct tag_rules *r, const char *text, struct tag *out)
{
	char *version;

	if (!is_oci(s))
		return tag_rules_judge(r, text, out);
	version = str_format(a, "%s", text);
	for (char *p = version; *p; p++)
		*p = *p == '_' ? '+' : *p;
	return tag_rules_judge(r, version, out);
}

static bool chart_take(struct arena *a, const struct subscription *s, const struct tag_rules *r,
		       const char *text, struct tally *tally, struct tag *out)
{
	enum tag_verdict verdict;
	struct tag tag = { .name = text };

	verdict = chart_judge(a, s, r, text, &tag);
	tally_name(tally, verdict, &tag);
	if (verdict == TAG_ACCEPTED)
		*out = tag;
	return verdict == TAG_ACCEPTED;
}

bool chart_select(struct arena *a, const struct subscription *s, const struct list *versions,
		  struct value **out, const char **reason, struct err *e)
{
	struct tally tally = { .noun = "version", .is_chart = true };
	struct tag *tags = arena_array(a, versions->count, sizeof(*tags));
	struct value *list = value_list(a);
	struct tag_rules rules;
	size_t count = 0;

	if (!read_rules(a, s, &rules, e))
		return false;
	for (size_t i = 0; i < versions->count; i++)
		count += chart_take(a, s, &rules, versions->items[i], &tally, &tags[count]);
	if (count)
		qsort(tags, count, sizeof(*tags), tag_by_version);
	for (size_t i = 0; i < count && (!rules.limit || i < rules.limit); i++)
		value_append(a, list, value_string(a, tags[i].name));
	*out = list;
	*reason = count ? NULL : tally_sentence(a, &tally, s);
	return true;
}

static bool fetch_versions(struct arena *a, const struct subscription *s,
			   const struct discover_context *c, struct list *versions,
			   const char **reason, struct err *e)
{
	AUTO(registry) struct registry *r = NULL;
	struct registry_access access = { .type = "helm", .url = s->repo_url };
	struct image_source source;

	if (!read_truth(s->spec, "insecureSkipTLSVerify", false, &access.insecure, e))
		return false;
	if (!is_oci(s))
		return chart_index_fetch(a, s, c, access.insecure, versions, reason, e);
	return registry_source_open(a, c, &access, &r, &source, e) &&
	       source.tags(source.context, a, versions, e);
}

bool discover_chart(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out, struct err *e)
{
	struct value *v = value_map(a), *chosen;
	const char *missing = NULL, *reason;
	struct list versions = { 0 };

	if (!fetch_versions(a, s, c, &versions, &missing, e) ||
	    !chart_select(a, s, &versions, &chosen, &reason, e))
		return err_wrap(e, "chart %s %s", s->repo_url, s->chart);
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*s->chart)
		value_set(a, v, "name", value_string(a, s->chart));
	if (*s->constraint)
		value_set(a, v, "semverConstraint", value_string(a, s->constraint));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	value_set(a, v, "versions", chosen);
	if (reason)
		value_set(a, v, "reason", value_string(a, missing ? missing : reason));
	*out = v;
	return true;
}
