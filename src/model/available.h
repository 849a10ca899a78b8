/* SPDX-License-Identifier: Apache-2.0 */
/* The tests that availability and its explanation share (doc/kargo-rules.md 3.1). Any thread. */
#ifndef GANTRY_MODEL_AVAILABLE_H
#define GANTRY_MODEL_AVAILABLE_H

#include "base/base.h"

struct freight;
struct freight_request;

/* The longest time it has lived in the upstream stage, in ns; 0 when it never did. */
int64_t freight_soaked(const struct freight *f, const char *upstream, int64_t now);

/* Whether the freight has come through the request's sources, approval aside. */
bool request_passes(const struct freight_request *r, const struct freight *f, int64_t now);

#endif
