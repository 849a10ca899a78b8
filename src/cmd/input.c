/* SPDX-License-Identifier: Apache-2.0 */
/* Files that commands read for people. */
#include "cmd/step_inner.h"

#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "data/yaml.h"

enum { MAX_FILE = 16 << 20 };

bool input_map(struct arena *a, const char *path, struct value **out, struct err *e)
{
	struct list documents = { 0 };
	struct str text;
	bool fine;

	*out = value_map(a);
	if (!path)
		return true;
	fine = strcmp(path, "-") == 0 ? file_read_fd(a, 0, MAX_FILE, &text, e)
				      : file_read(a, path, MAX_FILE, &text, e);
	if (!fine || !yaml_parse(a, path, text, &documents, e))
		return false;
	if (!documents.count || value_is(documents.items[0], VALUE_NULL))
		return true;
	if (!value_is(documents.items[0], VALUE_MAP))
		return err_set(e, ERR_CONFIG, "%s: must hold a map", path);
	*out = documents.items[0];
	return true;
}
