/* SPDX-License-Identifier: Apache-2.0 */
/* References to images and artifacts (doc/kargo-rules.md 6.6). */
#define _GNU_SOURCE
#include "steps/oci_ref.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/credentials.h"
#include "net/registry.h"
#include "steps/step.h"

static const char scheme[] = "oci://";

/* Where the tag or digest begins; NULL: there is none, or both, or one of them is empty. */
static const char *reference_in(const char *plain, bool *is_digest)
{
	const char *at = strchr(plain, '@'), *slash = strrchr(plain, '/');
	const char *colon = strrchr(slash ? slash : plain, ':');

	*is_digest = at != NULL;
	if (at)
		slash = memrchr(plain, '/', (size_t)(at - plain));
	if (at && memchr(slash ? slash : plain, ':', (size_t)(at - (slash ? slash : plain))))
		return NULL;
	if (at)
		return at > plain && strchr(at, ':') && !strchr(at + 1, '@') ? at + 1 : NULL;
	return colon && colon > plain && colon[1] ? colon + 1 : NULL;
}

bool oci_ref_parse(struct arena *a, const char *text, struct oci_ref *out, struct err *e)
{
	bool is_helm = has_prefix(text, scheme), is_digest;
	const char *plain = is_helm ? text + strlen(scheme) : text;
	const char *reference = reference_in(plain, &is_digest);

	assert(text);
	if (!reference)
		return err_set(e, ERR_CONFIG, "\"%s\" must name a tag (repo:1.2.3) or a digest "
			       "(repo@sha256:…), and not both", text);
	*out = (struct oci_ref){ str_copy_n(a, plain, (size_t)(reference - 1 - plain)), reference,
				 is_helm };
	return true;
}

bool oci_ref_check(const struct value *config, const char *name, bool by_digest, struct err *e)
{
	const char *text = value_text(value_get(config, name), "");
	bool is_digest;

	if (!reference_in(has_prefix(text, scheme) ? text + strlen(scheme) : text, &is_digest))
		return err_set(e, ERR_CONFIG, "%s: \"%s\" must name a tag (repo:1.2.3)%s", name, text,
			       by_digest ? " or a digest (repo@sha256:…), and not both" : "");
	return by_digest || !is_digest ||
	       err_set(e, ERR_CONFIG, "%s: \"%s\" must name a tag, not a digest", name, text);
}

bool oci_ref_failed(struct err *e)
{
	e->again = e->code != ERR_CONFIG && e->code != ERR_LIMIT && e->code != ERR_REFUSED &&
		   e->code != ERR_CANCELLED;
	return false;
}

bool oci_ref_open(struct step_run *r, const struct oci_ref *ref, struct registry **out,
		  struct err *e)
{
	const char *url = ref->is_helm ? str_format(r->arena, "oci://%s", ref->repository)
				       : ref->repository;
	const struct credentials_query query = { ref->is_helm ? "helm" : "image", url, NULL };
	struct credentials who = { .username = NULL };
	struct registry_options o = { .insecure = step_truth(r, "insecureSkipTLSVerify", false),
				      .cancelled = r->cancelled };

	if (!r->services->credentials(r->services->context, r->arena, &query, &who, e))
		return false;
	o.username = who.username;
	o.password = who.password;
	return registry_open(out, r->services->http, ref->repository, &o, e);
}
