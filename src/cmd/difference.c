/* SPDX-License-Identifier: Apache-2.0 */
/* cp and diff do the work: a person would use them, too. */
#include "cmd/step_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
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

/* One of the two folders that were compared. */
struct difference_side {
	const char *mark, *folder;      /* as diff writes them: "--- " and a path */
	const char *shown;              /* as git does: "a" */
};

/* "--- FOLDER/file<tab>time" as "--- a/file"; false when the line is another. */
static bool difference_name(struct buf *b, struct str line, const struct difference_side *side)
{
	size_t mark = strlen(side->mark), before = mark + strlen(side->folder), end;

	if (!has_prefix(line.at, side->mark) || !has_prefix(line.at + mark, side->folder) ||
	    line.len <= before)
		return false;
	end = strcspn(line.at, "\t\n");
	buf_text(b, side->mark);
	buf_text(b, side->shown);
	buf_add(b, line.at + before, end - before);
	buf_char(b, '\n');
	return true;
}

/* Without diff's own command lines and times, and with names as git shows them. */
static const char *cmd_difference_tidy(struct arena *a, const char *text, const char *before,
				       const char *folder)
{
	const struct difference_side old = { "--- ", before, "a" }, new = { "+++ ", folder, "b" };
	AUTO(buf) struct buf b;

	buf_init(&b, 2 * MAX_DIFF);
	while (*text) {
		struct str line = { text, strcspn(text, "\n") };

		line.len += text[line.len] == '\n';
		if (!has_prefix(text, "diff -ruN ") && !difference_name(&b, line, &old) &&
		    !difference_name(&b, line, &new))
			buf_add(&b, text, line.len);
		text += line.len;
	}
	return buf_copy(&b, a);
}

bool difference_end(struct arena *a, const char *copy, const char *folder, const char **diff,
		    struct err *e)
{
	const char *before = path_join(a, copy, "before");
	const char *const argv[] = { "diff", "-ruN", "--no-dereference", "--exclude=.git", "--",
				     before, folder, NULL };
	const struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS, .max_output = MAX_DIFF };
	struct process_result r;
	struct err unused;
	bool fine = !diff || process_run(a, &p, &r, e) ||
		    err_wrap(e, "comparing the folder with what it was");

	if (fine && diff)
		*diff = cmd_difference_tidy(a, r.out.at, before, folder);
	return folder_remove(copy, &unused) && fine;
}
