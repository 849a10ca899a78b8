/* SPDX-License-Identifier: Apache-2.0 */
/* The Secrets that steps and the ledger get: those of the newest configuration. */
#include "app/app_inner.h"

#include "app/parts.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "messages/channel.h"
#include "model/credentials.h"
#include "model/project.h"
#include "observe/observe.h"
#include "steps/outside.h"
#include "steps/step.h"

bool secrets_services(void *context, struct arena *a, unsigned needs,
		      struct step_services *out, struct err *e)
{
	const struct outside_request rq = { .project = context, .needs = needs };
	const struct app *app = ((struct member *)context)->app;

	out->push_policy = app->settings->push_policy;
	return outside_fill(app->outside, a, &rq, out, e);
}

/* Copied, since the configuration may go before the ledger has used it. */
bool secrets_credentials(void *context, struct arena *a, const char *url, struct credentials *out)
{
	struct member *m = context;
	const struct project *p = observer_borrow(m->observer);
	struct credentials c = { .username = NULL };
	const struct credentials_query query = { .type = "git", .url = url };
	bool found = p && credentials_find(a, p->secrets, p->shared_secrets, &query, &c);

	if (found)
		*out = (struct credentials){ .username = str_copy(a, c.username),
					     .password = str_copy(a, c.password),
					     .ssh_key = str_copy(a, c.ssh_key) };
	observer_give_back(m->observer, p);
	return found;
}

static void secrets_offer(void *context,
			  void (*use)(void *use_context, const struct value *own,
				      const struct value *shared),
			  void *use_context)
{
	struct member *m = context;
	const struct project *p = observer_borrow(m->observer);

	use(use_context, p ? p->secrets : NULL, p ? p->shared_secrets : NULL);
	observer_give_back(m->observer, p);
}

static bool secrets_channel(void *context, struct arena *a, const struct channel_name *name,
			    struct channel *out, struct err *e)
{
	struct member *m = context;
	const struct project *p = observer_borrow(m->observer);
	bool found = p ? channel_find(a, p, name, out, e)
		       : err_again(e, ERR_CONFIG, "the manifests cannot be read now");

	observer_give_back(m->observer, p);
	return found;
}

struct outside *secrets_outside(struct traffic *traffic)
{
	const struct outside_options o = { .secrets = secrets_offer, .channel = secrets_channel,
					   .traffic = traffic };

	return outside_new(&o);
}

void secrets_end(struct outside *o)
{
	outside_free(o);
}
