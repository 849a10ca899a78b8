/* SPDX-License-Identifier: Apache-2.0 */
/* Files are captured from Argo CD 3.5.7 but for two assembled ones; only addresses were changed. */
#include "argocd/payload.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "tap.h"

struct str payload_text(struct arena *a, const char *name)
{
	const char *path = str_format(a, "%s/exchange/argocd/%s", tests_folder(), name);
	struct str text = { "", 0 };
	struct err e = { 0 };

	if (!file_read(a, path, 1 << 20, &text, &e))
		ok(false, "%s is read: %s", path, e.message);
	return text;
}

struct value *payload_json(struct arena *a, const char *name)
{
	struct str text = payload_text(a, name);
	struct value *v = NULL;
	struct err e = { 0 };

	if (!json_parse(a, text.at, text.len, &v, &e))
		ok(false, "%s is JSON: %s", name, e.message);
	return v;
}
