/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects are read in `git log --oneline`: the stage, what happened, to what. */
#include "model/wording.h"

#include <string.h>

#include "base/str.h"
#include "model/freight.h"

const char *wording_freight(struct arena *a, const struct freight *f)
{
	const char *label = freight_label(a, f), *version = freight_version(a, f);

	if (!version || !version[0] || strcmp(version, label) == 0)
		return label;
	return str_format(a, "%s (%s)", label, version);
}

const char *wording_promote(struct arena *a, const char *verb, const char *stage,
			    const struct freight *f, bool by_itself)
{
	return str_format(a, "%s %s to %s%s", verb, stage, wording_freight(a, f),
			  by_itself ? ", automatically" : "");
}

const char *wording_end(struct arena *a, const char *stage, const char *label, const char *phase,
			const char *message)
{
	if (strcmp(phase, "Succeeded") == 0)
		return str_format(a, "%s runs %s", stage, label);
	return str_format(a, "promoting %s to %s %s%s%s", stage, label,
			  strcmp(phase, "Aborted") == 0 ? "was aborted" : "failed",
			  message[0] ? ": " : "", message);
}
