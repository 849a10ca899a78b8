/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that work on files (kargo/files.jsonl): everything must be as Kargo leaves it, but for its bugs. */
#include "step_case.h"

#include "vectors.h"

static bool is_better_copy(struct step_case *c)
{
	struct str text;

	return step_case_file(c, "new/sub/c.txt", &text) && !step_case_file(c, "new/sub/.git/x", &text);
}

void vectors_files(struct vectors *v)
{
	static const struct step_bug bugs[] = {
		{ "copy/ignore '/*\\n!/sub'",
		  "to git a rule for a folder says nothing of what is in it: .git stays left out" },
		{ 0 },
	};
	static const struct step_rules rules = { .is_better = is_better_copy, .bugs = bugs };

	step_case_set(v, "kargo/files.jsonl", &rules);
}
