/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords and tokens in plain text. One thread. */
#ifndef GANTRY_CONFIG_LINT_SECRETS_H
#define GANTRY_CONFIG_LINT_SECRETS_H

struct gathered;
struct lint;

/* Passwords and tokens where everybody can read them. */
void lint_secrets(struct lint *l, const struct gathered *g);

#endif
