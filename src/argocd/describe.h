/* SPDX-License-Identifier: Apache-2.0 */
/* An application's state in a sentence, for people who wait for it. Any thread. */
#ifndef GANTRY_ARGOCD_DESCRIBE_H
#define GANTRY_ARGOCD_DESCRIBE_H

#include "base/base.h"

struct arena;
struct value;

/*
 * "application 'argocd/web': health Progressing (Deployment web: …), operation Running (…), synced to
 * ffffffff, wanted bbbbbbbb". desired: a revision for each source, "" for any; NULL: none is wanted.
 */
const char *application_describe(struct arena *a, const struct value *object,
				 const struct value *desired);

/* "Deployment web: exceeded its progress deadline", of the first resource in this health; NULL: none says. */
const char *application_reason(struct arena *a, const struct value *object, const char *health);

#endif
