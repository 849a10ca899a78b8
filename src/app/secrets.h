/* SPDX-License-Identifier: Apache-2.0 */
/* What steps and the ledger get of the manifests' Secrets. Only this folder includes it. */
#ifndef GANTRY_APP_SECRETS_H
#define GANTRY_APP_SECRETS_H

#include "base/base.h"

struct arena;
struct credentials;
struct err;
struct outside;
struct step_services;
struct traffic;

/* What steps and the ledger get; with Secrets of the member's newest configuration. Any thread. */
struct outside *secrets_outside(struct traffic *traffic);
void secrets_end(struct outside *o);
bool secrets_services(void *member, struct arena *a, unsigned needs, struct step_services *out,
		      struct err *e) MUST_USE;
bool secrets_credentials(void *member, struct arena *a, const char *url, struct credentials *out);

#endif
