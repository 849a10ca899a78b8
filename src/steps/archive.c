/* SPDX-License-Identifier: Apache-2.0 */
/* Names inside archives come from strangers: judged as text, before the kernel judges them again. */
#include "steps/archive.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

const char *archive_name(struct arena *a, const char *name, size_t strip)
{
	const char *out = "";

	assert(name);
	if (name[0] == '/')
		return NULL;
	for (const char *p = name; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.')
			return NULL;
		if (len && !(len == 1 && p[0] == '.')) {
			if (strip)
				strip--;
			else
				out = str_format(a, "%s%s%.*s", out, *out ? "/" : "", (int)len, p);
		}
		p += len + (p[len] == '/');
	}
	return *out ? out : NULL;
}

bool archive_link_is_safe(const char *name, const char *target)
{
	long depth = 0;

	if (target[0] == '/' || !target[0])
		return false;
	for (const char *p = name; *p; p++)
		depth += *p == '/';
	for (const char *p = target; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.')
			depth--;
		else if (len && !(len == 1 && p[0] == '.'))
			depth++;
		if (depth < 0)
			return false;
		p += len + (p[len] == '/');
	}
	return true;
}
