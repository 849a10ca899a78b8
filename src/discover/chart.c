/* SPDX-License-Identifier: Apache-2.0 */
/* Versions come from a classic repository's index, or are an OCI registry's tags. */
#include "discover/select.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/value.h"
#include "discover/chart_index.h"
#include "discover/discover.h"
#include "discover/fetch.h"
#include "discover/source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/read.h"
#include "model/warehouse.h"

static bool is_oci(const struct subscription *s)
{
	return has_prefix(s->repo_url, "oci://");
}

/* The version that a tag stands for: a registry's tags have no "+". */
static const char *chart_version(struct arena *a, const struct subscription *s, const char *text)
{
	char *version;

	if (!is_oci(s))
		return text;
	version = str_format(a, "%s", text);
	for (char *p = version; *p; p++)
		*p = *p == '_' ? '+' : *p;
	return version;
}

bool chart_select(struct arena *a, const struct subscription *s, const struct list *versions,
		  struct selection *out, struct err *e)
{
	struct tally tally = { .noun = "version", .is_chart = true };
	struct tag *tags = arena_array(a, versions->count, sizeof(*tags));
	struct value *list = value_list(a);
	struct tag_rules rules;
	size_t count = 0;

	assert(versions && s->spec);
	if (!tag_rules_read(a, s, TAGS_SEMVER, &rules, e))
		return false;
	rules.strict = is_oci(s);
	for (size_t i = 0; i < versions->count; i++) {
		const char *text = versions->items[i];
		struct tag tag = { .name = text };
		enum tag_verdict verdict = tag_rules_judge(&rules, chart_version(a, s, text), &tag);

		tally_name(&tally, verdict, &tag);
		if (verdict == TAG_ACCEPTED)
			tags[count++] = tag;
	}
	if (count)
		qsort(tags, count, sizeof(*tags), tag_by_version);
	for (size_t i = 0; i < count && (!rules.limit || i < rules.limit); i++)
		value_append(a, list, value_string(a, tags[i].name));
	*out = (struct selection){ list, count ? NULL : tally_sentence(a, &tally, s) };
	return true;
}

static bool fetch_versions(struct arena *a, const struct subscription *s,
			   const struct discover_context *c, struct chart_versions *out, struct err *e)
{
	AUTO(registry_source) struct registry_source source = { 0 };
	struct registry_access access = { .type = "helm", .url = s->repo_url };

	if (!is_oci(s))
		return chart_fetch(a, s, c, out, e);
	return read_truth(s->spec, "insecureSkipTLSVerify", false, &access.insecure, e) &&
	       registry_source_open(a, c, &access, &source, e) &&
	       source.images.tags(source.images.context, a, &out->versions, e);
}

bool discover_chart(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out, struct err *e)
{
	struct value *v = value_map(a);
	struct chart_versions found = { 0 };
	struct selection best;

	if (!fetch_versions(a, s, c, &found, e) || !chart_select(a, s, &found.versions, &best, e))
		return err_wrap(e, "chart %s %s", s->repo_url, s->chart);
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*s->chart)
		value_set(a, v, "name", value_string(a, s->chart));
	if (*s->constraint)
		value_set(a, v, "semverConstraint", value_string(a, s->constraint));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	value_set(a, v, "versions", best.chosen);
	if (best.reason)
		value_set(a, v, "reason", value_string(a, found.missing ? found.missing : best.reason));
	*out = v;
	return true;
}
