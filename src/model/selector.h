/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's name patterns and Kubernetes' label selectors (doc/kargo-rules.md 1.2). Any thread. */
#ifndef GANTRY_MODEL_SELECTOR_H
#define GANTRY_MODEL_SELECTOR_H

#include "base/base.h"

struct err;
struct value;

/* Whether the pattern (as below) and the label selector make sense; ERR_CONFIG says why not. */
bool name_pattern_is_valid(const char *pattern, struct err *e) MUST_USE;
bool label_selector_is_valid(const struct value *selector, struct err *e) MUST_USE;

/* "name", "glob:web-*", "regex:^web" or "regexp:^web"; an empty pattern matches every name. */
bool name_matches(const char *pattern, const char *name);

/* matchLabels and matchExpressions of the selector, all of them; NULL labels are none. */
bool labels_match(const struct value *selector, const struct value *labels);

#endif
