/* SPDX-License-Identifier: Apache-2.0 */
/* Names of keys, for footers and help. */
#include "term/key.h"

#include <stdio.h>

#include "base/str.h"

void press_name(uint32_t key, char out[16])
{
	static const char *const names[] = { "Enter", "Esc",  "Up",   "Down", "Left",
					     "Right", "Home", "End",  "PgUp", "PgDn",
					     "Backspace", "Del", "S-Tab", "F1" };

	if (key & PRESS_ALT(0)) {
		char plain[16];

		press_name(key & ~PRESS_ALT(0), plain);
		snprintf(out, 16, "Alt-%.11s", plain);
	} else if (key >= PRESS_ENTER && key - PRESS_ENTER < COUNTOF(names))
		snprintf(out, 16, "%s", names[key - PRESS_ENTER]);
	else if (key == PRESS_TAB)
		snprintf(out, 16, "Tab");
	else if (key == PRESS_SPACE)
		snprintf(out, 16, "Space");
	else if (key < ' ')
		snprintf(out, 16, "^%c", (char)(key + '@'));
	else
		out[utf8_encode(key, out)] = '\0';
}
