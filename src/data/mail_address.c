/* SPDX-License-Identifier: Apache-2.0 */
/* Stricter than the RFC: what needs quoting there is refused here. */
#include "data/mail_address.h"

#include <string.h>

enum { LONGEST = 254 };

bool mail_address_is(const char *text)
{
	const char *at = strchr(text, '@');

	if (!at || at == text || !at[1] || strchr(at + 1, '@') || strlen(text) > LONGEST)
		return false;
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("<>,;:\"\\()[]", *p))
			return false;
	return true;
}
