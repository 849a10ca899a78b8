/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts are named by tools: "gke_shop_europe-west1_prod", "arn:aws:eks:eu-west-1:1234:cluster/prod". */
#include "recorder/name.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/hash.h"
#include "base/str.h"

enum { CONTEXT_MAX = 100, MARK = 7, SHA1_TEXT = 41 };

static bool name_has(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

const char *recorder_name(struct arena *a, const char *project, const char *context)
{
	char *plain = str_format(a, "%.*s", (int)CONTEXT_MAX, context);
	char sha1[SHA1_TEXT];

	assert(project && context);
	for (char *c = plain; *c; c++)
		if (!name_has(*c))
			*c = '-';
	if (strcmp(plain, context) == 0 && *plain)
		return str_format(a, "%s@%s", project, plain);
	hash_sha1(context, strlen(context), sha1);
	return str_format(a, "%s@%s-%.*s", project, plain, MARK, sha1);
}
