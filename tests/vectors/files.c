/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that work on files (kargo/files.jsonl): everything must be as Kargo leaves it. */
#include "step_case.h"

#include "vectors.h"

void vectors_files(struct vectors *v)
{
	static const struct step_rules rules = { 0 };

	step_case_set(v, "kargo/files.jsonl", &rules);
}
