/* SPDX-License-Identifier: Apache-2.0 */
/* cp and diff do the work: they are where a person would look, too. */
#include "cmd/difference.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"

enum { PATIENCE_MS = 600000, MAX_DIFF = 8 << 20 };

bool difference_begin(struct arena *a, const char *folder, const char **copy, struct err *e)
{
	const char *argv[] = { "cp", "-a", "--", folder, NULL, NULL };
	const struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS };
	struct process_result r;
	const char *kept;

	if (!folder_temporary(a, "gantry-step-", &kept, e))
		return false;
	argv[4] = path_join(a, kept, "before");
	if (!process_run(a, &p, &r, e))
		return false;
	*copy = kept;
	return r.status == 0 || err_set(e, ERR_IO, "copying %s: %.200s", folder, r.error.at);
}

bool difference_end(struct arena *a, const char *copy, const char *folder, const char **diff,
		    struct err *e)
{
	const char *const argv[] = { "diff", "-ruN", "--exclude=.git", "--",
				     path_join(a, copy, "before"), folder, NULL };
	const struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS, .max_output = MAX_DIFF };
	struct process_result r;
	struct err unused;
	bool fine = !diff || process_run(a, &p, &r, e) ||
		    err_wrap(e, "comparing the folder with what it was");

	if (fine && diff)
		*diff = r.out.at;
	return folder_remove(copy, &unused) && fine;
}
