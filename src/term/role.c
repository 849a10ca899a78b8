/* SPDX-License-Identifier: Apache-2.0 */
/* Names of roles. The table is roles.def, so that a role is one line. */
#include "term/role.h"

const char *role_name(enum role role)
{
	static const char *const names[] = {
#define ROLE(constant, word, letter) word,
#include "term/roles.def"
#undef ROLE
	};

	return names[role];
}
