/* SPDX-License-Identifier: Apache-2.0 */
/* What git-open-pr, git-wait-for-pr, git-merge-pr and github-push share (doc/kargo-rules.md 6.1).
 */
#include "steps/pull_request.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/go_url.h"
#include "data/value.h"
#include "forge/forge.h"
#include "model/credentials.h"

const char *const pull_request_providers[] = { "azure",  "bitbucket", "gitea",
					       "github", "gitlab",    NULL };

bool pull_request_check(const struct value *config, struct err *e)
{
	const struct value *number = value_get(config, "prNumber");
	const struct value *interval = value_get(config, "pollInterval");
	const struct value *provider = value_get(config, "provider");
	const char *url = value_text(value_get(config, "repoURL"), "");
	int64_t n, ns;

	if (!strstr(url, "://"))
		return err_set(e, ERR_CONFIG,
			       "repoURL: \"%s\" is not a URL: write https://HOST/OWNER/NAME", url);
	if (number && (!value_integer(number, &n) || n < 1))
		return err_set(e, ERR_CONFIG, "prNumber: must be a whole number above zero");
	if (provider && !*value_text(provider, "x"))
		return err_set(e, ERR_CONFIG,
			       "provider: must be azure, bitbucket, gitea, github or "
			       "gitlab; leave it out to go by the host");
	if (interval && (!duration_parse(value_text(interval, ""), &ns) || ns < 0))
		return err_set(e, ERR_CONFIG,
			       "pollInterval: \"%s\" is not a duration such as 30s or 5m",
			       value_text(interval, ""));
	return true;
}

bool pull_request_open(struct step_run *r, struct forge_options *o, struct forge **out,
		       struct err *e)
{
	const struct step_services *s = r->services;

	assert(s->http || s->forge);
	o->http = s->http;
	o->cancelled = r->cancelled;
	return s->forge ? s->forge(s->context, r->arena, o, out, e)
			: forge_open(r->arena, o, out, e);
}

bool pull_request_forge(struct step_run *r, struct forge **out, struct err *e)
{
	const struct step_services *s = r->services;
	const char *url = step_text(r, "repoURL", "");
	const struct credentials_query query = { "git", url, r->subject->project };
	struct credentials who = { 0 };
	struct forge_options o = {
		.url = url,
		.provider = step_text(r, "provider", NULL),
		.insecure = step_truth(r, "insecureSkipTLSVerify", false),
	};

	if (s->credentials && !s->credentials(s->context, r->arena, &query, &who, e))
		return err_wrap(e, "credentials for the forge");
	o.token = who.password;
	return pull_request_open(r, &o, out, e);
}

int64_t pull_request_number(const struct step_run *r)
{
	int64_t number = 0;

	value_integer(value_get(r->config, "prNumber"), &number);
	return number;
}

void pull_request_wait(const struct step_run *r, struct step_result *result, int64_t otherwise_ms)
{
	int64_t ns;

	result->status = STEP_RUNNING;
	result->retry_after = otherwise_ms;
	if (duration_parse(step_text(r, "pollInterval", ""), &ns))
		result->retry_after = ns / 1000000;
}

struct value *pull_request_output(struct arena *a, const struct forge_pull *pull, bool state)
{
	struct value *out = value_map(a);

	value_set(a, out, "id", value_int(a, pull->number));
	value_set(a, out, "url", value_string(a, pull->url));
	if (state) {
		value_set(a, out, "open", value_bool(a, pull->is_open));
		value_set(a, out, "merged", value_bool(a, pull->is_merged));
	}
	return out;
}
