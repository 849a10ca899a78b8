/* SPDX-License-Identifier: Apache-2.0 */
/* What a cell means; a theme says what that looks like. The table is roles.def. */
#ifndef GANTRY_TERM_ROLE_H
#define GANTRY_TERM_ROLE_H

enum role {
#define ROLE(constant, word, letter) ROLE_##constant,
#include "term/roles.def"
#undef ROLE
	ROLE_COUNT
};

/* The word in theme files: "ok", "selected-name". */
const char *role_name(enum role role);

#endif
