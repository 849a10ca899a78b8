/* SPDX-License-Identifier: Apache-2.0 */
/* What Kargo's admission asks of one object beyond its fields. Any thread. */
#ifndef GANTRY_CONFIG_RULES_H
#define GANTRY_CONFIG_RULES_H

struct complaints;
struct gathered;

/* Errors for what Kargo would refuse (doc/kargo-rules.md 1), warnings for what can't be meant. */
void rules_check(const struct gathered *g, struct complaints *c);

#endif
