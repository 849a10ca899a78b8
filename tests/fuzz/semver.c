/* SPDX-License-Identifier: Apache-2.0 */
/* Versions and constraints. An input is a constraint and, on the lines below, versions. */
#include "fuzz.h"

#include <string.h>

#include "data/semver.h"

enum { MOST = 16 };

/* What a version is written as reads back as the same version. */
static void check_version(struct arena *a, const char *text, const struct semver *v)
{
	const char *written = semver_text(a, v);
	struct semver again;

	FUZZ_CHECK(semver_parse_strict(written, &again), text);
	FUZZ_CHECK(semver_compare(v, &again) == 0, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len };
	const char *constraint = fuzz_line(a, &input);
	struct semver_constraint *c = NULL;
	struct semver all[MOST], strict;
	size_t count = 0;
	struct err e;

	if (!semver_constraint_parse(a, constraint, &c, &e))
		c = NULL;
	while (input.len && count < MOST) {
		const char *text = fuzz_line(a, &input);

		if (semver_parse_strict(text, &strict))
			FUZZ_CHECK(semver_parse(text, &all[count]), text);
		if (!semver_parse(text, &all[count]))
			continue;
		check_version(a, text, &all[count]);
		if (c)
			semver_constraint_allows(c, &all[count]);
		count++;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			FUZZ_CHECK((semver_compare(&all[i], &all[j]) > 0) ==
				   (semver_compare(&all[j], &all[i]) < 0), all[i].original);
	return 0;
}
