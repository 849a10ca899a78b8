/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a live Argo CD answered, from tests/exchange/argocd. */
#ifndef GANTRY_TESTS_UNIT_ARGOCD_PAYLOAD_H
#define GANTRY_TESTS_UNIT_ARGOCD_PAYLOAD_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct value;

/* The file's bytes; a failed check and "" when it cannot be read. */
struct str payload_text(struct arena *a, const char *name);

/* The same as JSON; NULL when it is not. */
struct value *payload_json(struct arena *a, const char *name);

#endif
