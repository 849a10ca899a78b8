/* SPDX-License-Identifier: Apache-2.0 */
/* References to images and artifacts, and the registry behind them: oci-download and oci-push. A worker. */
#ifndef GANTRY_STEPS_OCI_REF_H
#define GANTRY_STEPS_OCI_REF_H

#include "base/base.h"

struct arena;
struct err;
struct registry;
struct step_run;
struct value;

struct oci_ref {
	const char *repository;         /* without oci:// */
	const char *reference;          /* tag or digest */
	bool is_helm;                   /* it was written with oci:// */
};

/* "[oci://]repo:tag" or "…@sha256:…"; ERR_CONFIG when it names neither tag nor digest, or both. */
bool oci_ref_parse(struct arena *a, const char *text, struct oci_ref *out, struct err *e) MUST_USE;

/* Whether the parameter of this name can be a reference, by tag only unless by_digest. */
bool oci_ref_check(const struct value *config, const char *name, bool by_digest,
		   struct err *e) MUST_USE;

/* Marks what trying again may fix: a registry's state may change, a wrong manifest stays. False. */
bool oci_ref_failed(struct err *e);

/* Opens the registry with the credentials that the project has for it. */
bool oci_ref_open(struct step_run *r, const struct oci_ref *ref, struct registry **out,
		  struct err *e) MUST_USE;

#endif
