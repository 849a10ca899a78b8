/* SPDX-License-Identifier: Apache-2.0 */
/* The slashes of the project's name are another character in the line's. */
#include "ui/line_name.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

/* No name has it: it is the ASCII unit separator. */
static const char inner_slash = '\x1f';

static const char *line_name_swap(struct arena *a, const char *text, size_t len, char from, char to)
{
	char *out = str_format(a, "%.*s", (int)len, text);

	for (char *c = out; *c; c++)
		if (*c == from)
			*c = to;
	return out;
}

const char *line_name_begin(struct arena *a, const char *project)
{
	return line_name_swap(a, project, strlen(project), '/', inner_slash);
}

const char *line_name_project(struct arena *a, const char *line)
{
	return line_name_swap(a, line, strcspn(line, "/"), inner_slash, '/');
}
