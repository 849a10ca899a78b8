/* SPDX-License-Identifier: Apache-2.0 */
/* References to images and artifacts (kargo-semantics 6.6). */
#include "steps/oci_ref.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "model/credentials.h"
#include "net/registry.h"
#include "steps/step.h"

static const char scheme[] = "oci://";

bool oci_ref_parse(struct arena *a, const char *text, struct oci_ref *out, struct err *e)
{
	bool is_helm = has_prefix(text, scheme);
	const char *plain = is_helm ? text + strlen(scheme) : text, *at = strchr(plain, '@');
	const char *slash = strrchr(plain, '/'), *colon = strrchr(slash ? slash : plain, ':');
	const char *end = at ? at : colon;

	if (!end || !end[1] || end == plain)
		return err_set(e, ERR_CONFIG,
			       "\"%s\" names neither a tag (:1.2.3) nor a digest (@sha256:…)", text);
	*out = (struct oci_ref){ str_copy_n(a, plain, (size_t)(end - plain)), end + 1, is_helm };
	return true;
}

bool oci_ref_open(struct step_run *r, const struct oci_ref *ref, struct registry **out,
		  struct err *e)
{
	const char *url = ref->is_helm ? str_format(r->arena, "oci://%s", ref->repository)
				       : ref->repository;
	struct credentials who = { .username = NULL };
	struct registry_options o = { .insecure = step_truth(r, "insecureSkipTLSVerify", false),
				      .cancelled = r->cancelled };

	if (r->services->credentials(r->services->context, r->arena, ref->is_helm ? "helm" : "image", url,
				     &who)) {
		o.username = who.username;
		o.password = who.password;
	}
	return registry_open(out, r->services->http, ref->repository, &o, e);
}
