/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A classic repository's index may write a version without quotes, which YAML takes
 * for a number: it is read from the text again, so that 1.10 does not become 1.1.
 */
#include "discover/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/value.h"
#include "data/yaml.h"
#include "discover/discover.h"
#include "discover/registry_source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/credentials.h"
#include "model/read.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/registry.h"

enum { LARGEST_INDEX = 64 << 20, TIMEOUT_MS = 120000, REDIRECTS = 5, NAMED = 5 };

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

/* Of the version that a tag stands for; a leading "v" is not one's own in a registry. */
static enum tag_verdict judge(struct arena *a, const struct subscription *s,
			      const struct tag_rules *r, const char *text, struct tag *out)
{
	char *version;

	if (!is_oci(s))
		return tag_rules_judge(r, text, out);
	version = str_format(a, "%s", text);
	for (char *p = version; *p; p++)
		*p = *p == '_' ? '+' : *p;
	return *version == 'v' ? TAG_NO_VERSION : tag_rules_judge(r, version, out);
}

static bool take(struct arena *a, const struct subscription *s, const struct tag_rules *r,
		 const char *text, struct tally *tally, struct tag *out)
{
	enum tag_verdict verdict;
	struct tag tag = { .name = text };

	verdict = judge(a, s, r, text, &tag);
	tally_name(tally, verdict, &tag);
	if (verdict == TAG_ACCEPTED)
		*out = tag;
	return verdict == TAG_ACCEPTED;
}

bool chart_select(struct arena *a, const struct subscription *s, const struct list *versions,
		  struct value **out, const char **reason, struct err *e)
{
	struct tally tally = { .noun = "version" };
	struct tag *tags = arena_array(a, versions->count, sizeof(*tags));
	struct value *list = value_list(a);
	struct tag_rules rules;
	size_t count = 0;

	if (!read_rules(a, s, &rules, e))
		return false;
	for (size_t i = 0; i < versions->count; i++)
		count += take(a, s, &rules, versions->items[i], &tally, &tags[count]);
	if (count)
		qsort(tags, count, sizeof(*tags), tag_by_version);
	for (size_t i = 0; i < count && (!rules.limit || i < rules.limit); i++)
		value_append(a, list, value_string(a, tags[i].name));
	*out = list;
	*reason = count ? NULL : tally_sentence(a, &tally, s);
	return true;
}

bool chart_version_matters(struct arena *a, const struct subscription *s, const char *version,
			   bool *out, struct err *e)
{
	struct tag_rules rules;
	struct tag ignored;

	if (!read_rules(a, s, &rules, e))
		return false;
	*out = judge(a, s, &rules, version, &ignored) == TAG_ACCEPTED;
	return true;
}

/* The plain scalar at line and column, as written. */
static const char *written(struct arena *a, struct str text, const struct value *v)
{
	const char *p = text.at, *end = text.at + text.len;
	struct str token;

	for (unsigned line = 1; p && line < v->line; line++) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	if (!p || (size_t)(end - p) < v->column)
		return "";
	p += v->column - 1;
	token = (struct str){ p, strcspn(p, "\r\n#,}") };
	return str_text(a, str_trim(token));
}

/* A wrong name is seen at once beside the right ones. */
static const char *other_charts(struct arena *a, const struct value *entries, const char *chart)
{
	size_t count = value_is(entries, VALUE_MAP) ? value_count(entries) : 0;
	const char *names = "";

	for (size_t i = 0; i < count && i < NAMED; i++)
		names = str_format(a, "%s%s%s", names, i ? ", " : "",
				   str_text(a, entries->map.members[i].key));
	if (count > NAMED)
		names = str_format(a, "%s and %zu more", names, count - NAMED);
	return str_format(a, "the repository has no chart \"%s\"%s%s", chart,
			  count ? "; it has " : ", nor any other", names);
}

bool chart_index(struct arena *a, struct str index, const char *chart, struct list *versions,
		 const char **reason, struct err *e)
{
	struct list documents = { 0 };
	const struct value *entries, *of;

	if (!yaml_parse(a, "index.yaml", index.at, index.len, &documents, e))
		return false;
	entries = documents.count ? documents.items[0] : NULL;
	if (!value_is(entries, VALUE_MAP))
		return err_set(e, ERR_NET, "index.yaml holds no map: this is no chart repository");
	of = value_get(value_get(entries, "entries"), chart);
	*reason = value_count(of) ? NULL : other_charts(a, value_get(entries, "entries"), chart);
	for (size_t i = 0; i < value_count(of); i++) {
		const struct value *v = value_get(value_at(of, i), "version");

		if (value_is(v, VALUE_STRING))
			list_add(a, versions, str_format(a, "%s", v->string.at));
		else if (v && v->line)
			list_add(a, versions, str_format(a, "%s", written(a, index, v)));
	}
	return true;
}

static bool fetch_index(struct arena *a, const struct subscription *s,
			const struct discover_context *c, bool insecure, struct list *versions,
			const char **reason, struct err *e)
{
	struct credentials who = { .username = NULL };
	size_t len = strlen(s->repo_url);
	struct http_request rq = {
		.timeout_ms = TIMEOUT_MS,
		.max_reply = LARGEST_INDEX,
		.redirects = REDIRECTS,
		.insecure = insecure,
		.cancelled = c->cancelled,
	};
	struct http_reply reply;

	while (len && s->repo_url[len - 1] == '/')
		len--;
	rq.url = str_format(a, "%.*s/index.yaml", (int)len, s->repo_url);
	if (credentials_find(a, c->secrets, c->shared_secrets, "helm", s->repo_url, &who)) {
		rq.username = who.username;
		rq.password = who.password;
	}
	if (!http_send(c->http, a, &rq, &reply, e))
		return false;
	if (reply.status == 401 || reply.status == 403)
		return err_set(e, ERR_AUTH, "the repository answers %d: its Secret of cred-type helm is "
			       "missing or wrong", reply.status);
	if (reply.status != 200)
		return err_set(e, ERR_NET, "index.yaml: the server answers %d", reply.status);
	return chart_index(a, reply.body, s->chart, versions, reason, e);
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
		return fetch_index(a, s, c, access.insecure, versions, reason, e);
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
